/** The compiled executable: what is in it, that it works, and what is said where it can't be made. */
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { HERE } from "../../release/targets.ts";
import manifest from "../../deno.json" with { type: "json" };
import { assertEquals, assertTrue } from "../support/assert.ts";
import { denoDir, leadLife, NOWHERE } from "../support/one_file.ts";
import { importsOf, ROOT } from "../support/source_tree.ts";

/** Where the packages are in the executable. */
const PACKAGES = ".deno_compile_node_modules/";

interface Compiled {
  code: number;
  stderr: string;
}

/** Runs what `deno task compile` runs, into another folder. */
async function compiles(dist: string, env: Record<string, string>, args: string[] = []): Promise<Compiled> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "release/compile.ts", "--dist", dist, ...args],
    cwd: ROOT,
    env: { NO_COLOR: "1", ...env },
  }).output();
  return { code, stderr: new TextDecoder().decode(stderr) };
}

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "switchboard-" });
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The files in Deno's tree of what is embedded; `x/*` stands for all that is below x. */
function embedded(stderr: string): string[] {
  const path: string[] = [];
  return Array.from(stderr.matchAll(/^((?:│ | {2})*)[├└]─([─┬]) (\S+)/gm)).flatMap(
    ([, indent, kind, name]) => {
      path.splice(indent!.length / 2, Infinity, name!);
      if (kind === "┬") return [];
      const folder = path.join("/").replace(/\/\*$/, "");
      return folder === path.join("/") || folder.startsWith(PACKAGES) ? [folder] : below(folder);
    },
  );
}

function below(folder: string): string[] {
  return Array.from(Deno.readDirSync(resolve(ROOT, folder))).flatMap(({ name, isDirectory }) =>
    isDirectory ? below(`${folder}/${name}`) : [`${folder}/${name}`]
  );
}

Deno.test("compile: has the page, the migrations and the packages in use; nothing of tests", async () => {
  await inFolder(async (dist) => {
    // The deno command is no runtime base, but what is put beside it is the same.
    const { code, stderr } = await compiles(dist, { DENORT_BIN: Deno.execPath() });
    const paths = embedded(stderr);
    const needed = [...below("static"), "main.ts", "deno.json", "server/storage/migrations.ts"];
    assertTrue(needed.includes("static/page.js") && needed.includes("static/index.html"), needed.join());
    assertEquals(needed.filter((path) => !paths.includes(path)), [], stderr);
    const own = paths.filter((path) => !path.startsWith(PACKAGES));
    const may = /^(main\.ts|deno\.json|(server|client(?!\/web)|static)\/.+)$/;
    assertEquals(own.filter((path) => !may.test(path)), []);
    assertTrue(own.length > 100, `it has ${own.length} files of this repository`);

    const packages = paths.filter((path) => path.startsWith(PACKAGES)).map((path) => `${path}/`);
    const has = (name: string) => packages.some((path) => path.startsWith(`${PACKAGES}localhost/${name}/`));
    const names = Object.keys(manifest.imports);
    assertEquals(names.filter(has).sort(), names.filter((name) => own.some(imports(name))).sort());
    assertTrue(!has("playwright-core") && has("hono"), packages.join());
    assertEquals(packages.filter((path) => /\/tests?\//.test(path)), []);

    assertEquals(code, 1, "the deno command is no runtime base");
    assertTrue(/What was made is not Switchboard: is DENORT_BIN/.test(stderr), stderr);
    assertEquals(below(dist), [], "nobody can take it for one");
  });
});

/** Whether a file of this repository imports something of a package. */
function imports(name: string): (path: string) => boolean {
  return (path) =>
    path.endsWith(".ts") &&
    importsOf({ path, text: Deno.readTextFileSync(join(ROOT, path)) }).some((each) =>
      each === name || each.startsWith(`${name}/`)
    );
}

Deno.test("compile: with the runtime base it makes a program; without, it says how to go on", async (t) => {
  await inFolder(async (dist) => {
    const { base, env } = await runtimeBase();
    if (base !== undefined) {
      await t.step(`the base is ${base}`, async () => {
        const { code, stderr } = await compiles(dist, env);
        assertEquals(code, 0, stderr);
        assertTrue(
          /^[0-9a-f]{64} {2}switchboard$/m.test(await Deno.readTextFile(`${dist}/SHA256SUMS`)),
          "its checksum is there",
        );
      });
      return await leadLife(t, `${dist}/switchboard`);
    }
    await t.step("no base is at hand, and Deno's host can't be reached", async () => {
      const { code, stderr } = await compiles(dist, env);
      assertEquals(code, 1);
      const version = Deno.version.deno;
      assertTrue(
        stderr.includes(`Cannot get the runtime base of Deno ${version} for ${HERE.triple}`),
        stderr,
      );
      assertTrue(/https:\/\/dl\.deno\.land.*\n.*DENORT_BIN=.*deno task portable/s.test(stderr), stderr);
      assertEquals(below(dist), []);
      const { stderr: ofAll } = await compiles(dist, env, ["--all"]);
      assertTrue(/Two ways out:.*and put them as they are into dl\/release\/v.*portable/s.test(ofAll), ofAll);
    });
  });
});

/** Deno's runtime base, where it is here already; without one, variables with which none can be fetched. */
async function runtimeBase(): Promise<{ base?: string; env: Record<string, string> }> {
  const archive = `dl/release/v${Deno.version.deno}/denort-${HERE.triple}.zip`;
  const places = [
    Deno.env.get("DENORT_BIN"),
    join(dirname(await Deno.realPath(Deno.execPath())), "denort"),
    join(await denoDir(), archive),
  ];
  const base = places.find((path) => path !== undefined && existsSync(path));
  return base === undefined ? { env: { HTTPS_PROXY: NOWHERE } } : { base, env: {} };
}

Deno.test("compile: one base does not make programs for all platforms", async () => {
  await inFolder(async (dist) => {
    const { code, stderr } = await compiles(dist, { DENORT_BIN: Deno.execPath() }, ["--all"]);
    assertEquals(code, 1);
    assertTrue(/DENORT_BIN names the runtime base of one platform/.test(stderr), stderr);
  });
});
