/** The house rules for programs: what may import what, how long a file may get, what names look like. */
import { DIALECT_NAMES } from "../../server/protocol/dialects/index.ts";
import manifest from "../../deno.json" with { type: "json" };
import { assertEquals, assertTrue } from "../support/assert.ts";
import {
  filesEndingIn,
  importsOf,
  pathsBelow,
  placesOf,
  type SourceFile,
  withoutComments,
} from "../support/source_tree.ts";

const PROGRAMS = filesEndingIn(".ts", ".tsx");
const CODE = PROGRAMS.map(({ path, text }) => ({ path, text: withoutComments(text) }));

/** Folder → what files in it may import, by the beginning of its path or name. The first row that fits counts. */
const LAYERS: readonly (readonly [folder: string, may: readonly string[]])[] = [
  // What clients import too, and so what may not bring the rest of the core along.
  ["server/core/shared/", ["server/core/shared/"]],
  ["server/core/", ["server/core/", "unhomoglyph"]],
  ["server/log/", ["server/log/", "server/core/", "node:timers"]],
  ["server/protocol/", [
    "server/protocol/",
    "server/log/",
    "server/core/",
    "valibot",
    "ipaddr.js",
    "node:crypto",
    "node:timers",
  ]],
  ["server/transport/", [
    "server/transport/",
    "server/protocol/",
    "server/core/",
    "node:",
    "npm:@types/",
    "@hono/",
    "client-zip",
    "content-disposition",
    "hono",
    "proxy-addr",
    "ws",
  ]],
  ["server/cluster/", ["server/cluster/", "server/log/", "server/core/", "@nats-io/", "node:"]],
  ["server/storage/", ["server/storage/", "server/core/", "node:", "file-type"]],
  ["server/admin/", [
    "server/",
    "node:",
    "npm:@types/",
    "commander",
    "string-width",
    "modern-tar",
    "ulid",
    "valibot",
  ]],
  ["server/", [
    "server/",
    "deno.json",
    "node:",
    "npm:@types/",
    "@logtape/",
    "@zxcvbn-ts/",
    "asn1js",
    "commander",
    "nodemailer",
    "proxy-addr",
    "pkijs",
    "prom-client",
    "ulid",
  ]],
  // What browsers load comes first: nothing there may bring along what they can't have.
  ["client/connection/", ["client/connection/", "server/core/shared/"]],
  ["client/transfer/", ["client/transfer/", "client/connection/", "server/core/shared/"]],
  ["client/web/emoji/make_list.ts", ["emojibase-data"]],
  ["client/web/", [
    "client/web/",
    "client/transfer/",
    "client/connection/",
    "server/core/shared/",
    "hash-wasm",
    "preact",
    "@preact/",
    "@speed-highlight/core",
    "@tanstack/virtual-core",
    "date-fns",
  ]],
  ["client/node/", [
    "client/node/",
    "client/transfer/",
    "client/connection/",
    "server/core/shared/",
    "node:",
  ]],
  ["client/terminal/", [
    "client/terminal/",
    "client/node/",
    "client/transfer/",
    "client/connection/",
    "server/core/shared/",
    "node:",
    "commander",
    "string-width",
    "wrap-ansi",
  ]],
  ["main.ts", ["server/run/command_line.ts", "client/terminal/command_line.ts"]],
  ["release/", ["release/", "server/version.ts", "node:", "modern-tar"]],
  ["tests/", [""]],
];

Deno.test("tidy: imports point one way", () => {
  const astray = PROGRAMS.flatMap((file) => {
    const may = LAYERS.find(([folder]) => file.path.startsWith(folder))?.[1] ?? [];
    return importsOf(file).filter((name) => !may.some((start) => name.startsWith(start))).map((name) =>
      `${file.path} → ${name}`
    );
  });
  assertEquals(astray, []);
  assertTrue(PROGRAMS.flatMap(importsOf).length > 400, "the imports are found");
});

Deno.test("tidy: what browsers load uses nothing that only Deno and Node have", () => {
  const loaded = CODE.filter(({ path }) =>
    /^(client\/(connection|transfer|web)|server\/core\/shared)\//.test(path) &&
    path !== "client/web/emoji/make_list.ts"
  );
  assertTrue(loaded.length > 100, "the page is found");
  assertEquals(
    placesOf(loaded, /\b(Deno|process|Buffer|globalThis\.process)\b\s*[.[]|\brequire\(/g),
    [],
  );
});

Deno.test("tidy: only what is meant to wires the parts together", () => {
  const wiring = ["server/run/", "server/admin/", "server/monitoring/monitoring.ts"];
  const parts = ["server/transport/", "server/storage/"];
  const astray = PROGRAMS.filter(({ path }) =>
    path.startsWith("server/") && ![...parts, ...wiring].some((each) => path.startsWith(each))
  ).filter((file) => importsOf(file).some((name) => parts.some((part) => name.startsWith(part))));
  assertEquals(astray.map((file) => file.path), []);
  const inTable = "server/protocol/dialects/";
  const passedBy = PROGRAMS.filter(({ path }) => path.startsWith("server/") && !path.startsWith(inTable))
    .flatMap((file) =>
      importsOf(file).filter((name) => name.startsWith(inTable) && name !== `${inTable}index.ts`)
    );
  assertEquals(passedBy, [], "a dialect is reached through the table");
});

Deno.test("tidy: SQL and sockets are known in one place each", () => {
  const users = (name: RegExp) =>
    PROGRAMS.filter(({ path }) => path.startsWith("server/")).filter((file) =>
      importsOf(file).some((each) => name.test(each))
    );
  const outside = (folder: string, name: RegExp) =>
    users(name).map(({ path }) => path).filter((path) => !path.startsWith(folder));
  assertEquals(outside("server/storage/", /^node:sqlite$/), []);
  assertEquals(outside("server/transport/", /^(node:net|ws|hono.*|@hono\/.*)$/), []);
  assertEquals(
    outside("server/transport/", /^node:https?$/).filter((path) =>
      !/^server\/(run\/listeners|run\/shutdown|monitoring\/monitoring)\.ts$/.test(path)
    ),
    [],
  );
});

Deno.test("tidy: the name of a dialect stands in its own file and in the table", () => {
  for (const name of DIALECT_NAMES) {
    const others = CODE.filter(({ path }) =>
      /^(server|client)\//.test(path) && !path.startsWith("server/protocol/dialects/")
    );
    assertEquals(placesOf(others, new RegExp(`["'\`]${name}["'\`]|\\b${name}\\.ts`, "g")), []);
  }
});

Deno.test("tidy: the top level holds what everybody expects there and nothing else", () => {
  const expected =
    /^(deno\.json|deno\.lock|main\.ts|(server|client|static|release|tests|docs|\.ci)\/|README(\.[\w-]+)?\.md|LICENSE|CHANGELOG\.md|CONTRIBUTING\.md|\.gitignore|\.gitattributes)$/;
  const top = pathsBelow().filter((path) => !path.slice(0, -1).includes("/"));
  assertEquals(top.filter((path) => !expected.test(path)), []);
});

const FILE_LINES_MAX = 600;
const FUNCTION_LINES_MAX = 70;
/** Where there is a longer one; it may only get less. */
const LONG_FUNCTIONS = [
  "server/run/serve.ts",
];

Deno.test("tidy: no file is longer than 600 lines, no function than 70", () => {
  const long = filesEndingIn(".ts", ".tsx", ".css", ".html").filter(({ text }) =>
    text.split("\n").length - 1 > FILE_LINES_MAX
  );
  assertEquals(long.map(({ path }) => path), []);
  const programs = CODE.filter(({ path }) => !path.startsWith("tests/") && !LONG_FUNCTIONS.includes(path));
  assertEquals(programs.flatMap(functionsLongerThan(FUNCTION_LINES_MAX)), []);
});

/** A function or a method, from its first line to the brace that stands as far in as that. */
const FUNCTION =
  /^( *)(?:export |default |async )*function\b[^\n]*\n(?:(?!\1}).*\n)*?\1}|^ {2}(?:static |async |override |get |set |\*)*[#\w]+\((?:[^\n]*\{)?\n(?:(?! {2}}).*\n)*? {2}}/gm;

function functionsLongerThan(max: number) {
  return ({ path, text }: SourceFile) =>
    Array.from(text.matchAll(FUNCTION), ({ 0: found, index }) => ({
      lines: found.split("\n").length,
      place: `${path}:${text.slice(0, index).split("\n").length}`,
    })).filter(({ lines }) => lines > max).map(({ lines, place }) => `${place} has ${lines} lines`);
}

Deno.test("tidy: names are written in snake_case and say what is in it", () => {
  const names = pathsBelow().map((path) => path.replace(/\/$/, "").split("/").at(-1)!);
  const capital = /^(README(\.[\w-]+)?|CHANGELOG|CONTRIBUTING)\.md$|^LICENSE$/;
  assertEquals(
    names.filter((name) => !/^\.?[a-z0-9_]+(\.[a-z0-9]+)*$/.test(name) && !capital.test(name)),
    [],
  );
  const empty = /^(utils?|helpers?|common|shared|misc|types?|interfaces|constants|index|lib|base)\.tsx?$/;
  const table = "server/protocol/dialects/index.ts";
  assertEquals(pathsBelow().filter((path) => empty.test(path.split("/").at(-1)!) && path !== table), []);
});

Deno.test("tidy: nothing is printed but by those whose work it is", () => {
  const may = [
    "server/run/command_line.ts",
    "server/run/run_server.ts",
    "server/admin/run_command.ts",
    "server/admin/run_cluster.ts",
    "tests/support/browser.ts",
    "tests/first_start.ts",
    "tests/setup_programs.ts",
    "tests/simulation/simulate.ts",
    "tests/torture/run.ts",
    "tests/support/small_disk.ts",
  ];
  const others = CODE.filter(({ path }) =>
    !may.includes(path) && !/^(release|tests\/(bench|attack))\//.test(path)
  );
  assertEquals(placesOf(others, /(?<![\w."])console\./g), []);
});

Deno.test("tidy: packages come from npm, each in one exact version", () => {
  const exact = /^npm:(@[\w.-]+\/)?[\w.-]+@\d+\.\d+\.\d+$/;
  assertEquals(Object.values(manifest.imports).filter((name) => !exact.test(name)), []);
  const own = new RegExp(
    `^(main\\.ts$|server/|client/|release/|tests/|node:|deno\\.json$|${
      Object.keys(manifest.imports).join("|")
    })`,
  );
  const other = PROGRAMS.flatMap((file) =>
    importsOf(file).filter((name) => !own.test(name) && !exact.test(name)).map((name) =>
      `${file.path} → ${name}`
    )
  );
  assertEquals(other, []);
  const used = new Set(PROGRAMS.flatMap(importsOf));
  const unused = Object.keys(manifest.imports).filter((name) =>
    ![...used].some((each) => each === name || each.startsWith(`${name}/`))
  );
  assertEquals(unused, [], "these are not imported anywhere");
});

Deno.test("tidy: no rule is silenced without its reason, and the compiler never", () => {
  assertEquals(
    placesOf(PROGRAMS, /deno-lint-ignore(?!(-file)?( [\w/-]+)+ -- \S)/g).filter((place) =>
      !place.startsWith("tests/house/tidy_test.ts")
    ),
    [],
  );
  assertEquals(
    placesOf(PROGRAMS, /@ts-(ignore|expect-error|nocheck)\b/g).filter((place) =>
      !place.startsWith("tests/house/tidy_test.ts")
    ),
    [],
  );
});

Deno.test("tidy: every test runs", () => {
  assertEquals(
    placesOf(
      CODE.filter(({ path }) => path !== "tests/house/tidy_test.ts"),
      /Deno\.test\.(only|ignore)|\bonly: true/g,
    ),
    [],
  );
});

Deno.test("tidy: each file says what it is", () => {
  const files = PROGRAMS.filter(({ path }) =>
    /^(server|client|release)\//.test(path) && path.endsWith(".ts")
  );
  const opening = files.filter(({ text }) => !/^(\/\/\/ [^\n]+\n)?\/\*\*/.test(text));
  assertEquals(opening.map(({ path }) => path), []);
});
