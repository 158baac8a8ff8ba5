/** The portable file: how it unpacks itself, where, and what it does when that is not as it should be. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { VERSION } from "../../server/version.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { type Ended, run } from "../support/executable.ts";
import { denoDir, leadLife, makePortable } from "../support/one_file.ts";

const PATH = Deno.env.get("PATH")!;
const IS_ROOT = Deno.uid() === 0;
const NOBODY = 65534;

/** Takes the runtime's place: how the file unpacks itself is the same with a small one. */
const RUNTIME = `#!/bin/sh
echo ${VERSION}
`;

/** All that the file needs, and `shasum` for where there is no `sha256sum`. */
const TOOLS = "sh tail gzip tar cksum sha256sum shasum mktemp ls id uname dirname mkdir mv rm chmod find"
  .split(" ");

/** Where the file under test is, and folders for tests. */
let base: string;
let portable: string;

Deno.test.beforeAll(async () => {
  base = await Deno.makeTempDir({ prefix: "switchboard-" });
  await Deno.writeTextFile(`${base}/runtime`, RUNTIME);
  portable = join(base, "switchboard");
  await makePortable(portable, `${base}/runtime`);
});
Deno.test.afterAll(() => Deno.remove(base, { recursive: true }));

/** Starts it with these variables alone. */
function tried(env: Record<string, string>, program: readonly string[] = [portable]): Promise<Ended> {
  return run(["--version"], { program, clearEnv: true, env: { PATH, ...env }, cwd: base }).ended;
}

/** Starts it; it must say its version and nothing else. */
async function starts(env: Record<string, string>, program?: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await tried(env, program);
  assertEquals([code, stdout, stderr], [0, [VERSION], []]);
}

async function newFolder(name: string, mode?: number): Promise<string> {
  const path = join(base, name);
  await Deno.mkdir(path, { mode });
  return path;
}

/** What the file has unpacked itself into, below this folder; nothing else may be there. */
function unpackedIn(folder: string): string {
  const names = Array.from(Deno.readDirSync(folder), ({ name }) => name);
  assertTrue(names.length === 1 && /^[0-9a-f]{64}$/.test(names[0]!), `${folder} has ${names.join()}`);
  return join(folder, names[0]!);
}

/** Every file below, but what the runtime notes there for the next start. */
function filesBelow(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder)).flatMap(({ name, isDirectory }) => {
    if (name === "cache") return [];
    return isDirectory ? filesBelow(join(folder, name)) : [join(folder, name)];
  });
}

/** A `PATH` on which is what the file needs, but for some. */
async function toolsBut(...missing: string[]): Promise<string> {
  const folder = await newFolder(`without ${missing.join(" and ") || "nothing"}`);
  for (const tool of TOOLS.filter((each) => !missing.includes(each))) {
    const path = PATH.split(":").map((each) => join(each, tool)).find((each) => existsSync(each));
    if (path !== undefined) await Deno.symlink(path, join(folder, tool));
  }
  return folder;
}

Deno.test("portable: alone in an empty folder it does all that a server does", async (t) => {
  const whole = join(base, "whole");
  await makePortable(whole);
  await leadLife(t, whole);
});

Deno.test("portable: unpacks once, for its owner only, and starts from there", async () => {
  const HOME = await newFolder("home");
  await starts({ HOME }, ["sh", "-c", 'umask 000 && exec "$0" "$@"', portable]);
  const place = unpackedIn(`${HOME}/.cache/switchboard`);
  const files = filesBelow(place);
  const modes = () =>
    [`${HOME}/.cache/switchboard`, place, ...files].map((path) => Deno.statSync(path).mode!);
  assertEquals(modes().map((mode) => mode & 0o077).filter((rights) => rights !== 0), []);
  const before = files.map((path) => Deno.statSync(path).ino);
  await starts({ HOME });
  assertEquals(files.map((path) => Deno.statSync(path).ino), before);
});

for (const missing of [[], ["cksum"], ["sha256sum"]]) {
  Deno.test(`portable: without ${missing[0] ?? "anything but its tools"}, what was damaged is noticed and unpacked again`, async () => {
    const env = { HOME: await newFolder(`damaged ${missing}`), PATH: await toolsBut(...missing) };
    if (missing[0] === "sha256sum" && !existsSync(join(env.PATH, "shasum"))) return await lacksHash(env);
    await starts(env);
    const place = unpackedIn(`${env.HOME}/.cache/switchboard`);
    for (const name of ["bin/switchboard", "server/main.js", "static/page.js"]) {
      const path = join(place, name);
      const whole = await readFile(path);
      await changeByte(path, Math.floor(whole.length / 2));
      const { ino } = await Deno.stat(path);
      await starts(env);
      assertTrue((await Deno.stat(path)).ino !== ino, "it is another file: whoever runs the old one goes on");
      assertTrue(whole.equals(await readFile(path)), `${name} is as it was`);
    }
    const gone = join(place, "static/index.html");
    await Deno.remove(gone);
    await starts(env);
    assertTrue((await Deno.stat(gone)).isFile, "index.html is there again");
    assertEquals(unpackedIn(`${env.HOME}/.cache/switchboard`), place);
  });
}

Deno.test("portable: without anything that knows SHA-256 it says so", async () => {
  await lacksHash({ HOME: await newFolder("home8"), PATH: await toolsBut("sha256sum", "shasum") });
});

async function lacksHash(env: Record<string, string>): Promise<void> {
  const { code, stdout, stderr } = await tried(env);
  assertEquals([code, stdout, stderr], [1, [], ["switchboard: Cannot unpack without sha256sum or shasum"]]);
}

Deno.test("portable: started eight times at once, each starts", async () => {
  const HOME = await newFolder("busy-home");
  await Promise.all(Array.from({ length: 8 }, () => starts({ HOME })));
  unpackedIn(`${HOME}/.cache/switchboard`);
  await starts({ HOME });
});

Deno.test("portable: without a home, or with one that can't be written, it uses the temporary folder", async () => {
  const TMPDIR = await newFolder("temporary");
  const uid = Deno.uid();
  await starts({ TMPDIR });
  const place = unpackedIn(`${TMPDIR}/switchboard-${uid}`);
  const before = (await Deno.stat(`${place}/bin/switchboard`)).ino;
  const sealed = await newFolder("sealed", 0o500);
  // Root writes wherever it wants, but not among the processes.
  const HOME = IS_ROOT && Deno.build.os === "linux" ? "/proc" : sealed;
  await starts({ TMPDIR, HOME });
  await starts({ TMPDIR, HOME: `${base}/missing` });
  assertEquals(
    (await Deno.stat(`${unpackedIn(`${TMPDIR}/switchboard-${uid}`)}/bin/switchboard`)).ino,
    before,
  );
});

Deno.test("portable: XDG_CACHE_HOME is where it unpacks; a relative one counts as none", async () => {
  const [HOME, XDG_CACHE_HOME] = [await newFolder("home3"), `${base}/new/cache`];
  await starts({ HOME, XDG_CACHE_HOME });
  const place = unpackedIn(`${XDG_CACHE_HOME}/switchboard`);
  await Deno.mkdir(`${HOME}/.cache/switchboard`, { recursive: true });
  await Deno.rename(place, `${HOME}/.cache/switchboard/${place.split("/").at(-1)}`);
  await starts({ HOME, XDG_CACHE_HOME: "new/cache" });
  assertEquals(Array.from(Deno.readDirSync(`${XDG_CACHE_HOME}/switchboard`)), []);
});

Deno.test("portable: a folder that is somebody else's is not used, and without another it does not start", async () => {
  const [HOME, TMPDIR] = [await newFolder("home4"), await newFolder("temporary4")];
  for (const folder of [`${HOME}/.cache/switchboard`, `${TMPDIR}/switchboard-${Deno.uid()}`]) {
    await Deno.mkdir(IS_ROOT ? folder : join(folder, ".."), { recursive: true });
    // Only root can give a folder away; what a link leads to might be anybody's as well.
    await (IS_ROOT
      ? Deno.chown(folder, NOBODY, NOBODY)
      : Deno.symlink(await newFolder(`x${folder.length}`), folder));
  }
  const { code, stdout, stderr } = await tried({ HOME, TMPDIR });
  assertEquals([code, stdout, stderr.length], [1, [], 1]);
  assertTrue(/Cannot unpack: set XDG_CACHE_HOME to a folder of yours/.test(stderr[0]!), stderr[0]!);
  const XDG_CACHE_HOME = await newFolder("own");
  await starts({ HOME, TMPDIR, XDG_CACHE_HOME });
});

Deno.test("portable: root leaves nothing in the home of somebody else", async () => {
  if (!IS_ROOT) return; // nobody else may write there anyway
  const [HOME, TMPDIR] = [await newFolder("home6"), await newFolder("temporary6")];
  await Deno.chown(HOME, NOBODY, NOBODY);
  await starts({ HOME, TMPDIR });
  assertEquals(Array.from(Deno.readDirSync(HOME)), []);
  unpackedIn(`${TMPDIR}/switchboard-0`);
});

Deno.test("portable: a copy that was damaged on its way says so and leaves nothing", async () => {
  const HOME = await newFolder("home5");
  const copy = join(base, "copy");
  const { size } = await Deno.stat(portable);
  for (const damage of [() => changeByte(copy, size - 1_000), () => Deno.truncate(copy, size - 1)]) {
    await Deno.copyFile(portable, copy);
    await damage();
    const { code, stdout, stderr } = await tried({ HOME }, [copy]);
    assertEquals([code, stdout], [1, []]);
    assertTrue(/copy" is damaged; fetch it again/.test(stderr.join()), stderr.join());
    const place = unpackedIn(`${HOME}/.cache/switchboard`);
    assertEquals(filesBelow(place), []);
  }
});

Deno.test("portable: from a read-only folder, by a path with spaces, by a link, by any shell", async () => {
  const HOME = join(base, "home"); // where it is unpacked already
  const folder = await newFolder("read only");
  await Deno.copyFile(portable, `${folder}/my switchboard`);
  await Deno.symlink(`${folder}/my switchboard`, join(base, "link"));
  await Deno.chmod(folder, 0o500);
  await starts({ HOME }, [`${folder}/my switchboard`]);
  await starts({ HOME }, ["./read only/my switchboard"]);
  await starts({ HOME }, [join(base, "link")]);
  for (const shell of ["sh", "dash", "bash", "busybox"]) {
    const has = await new Deno.Command("sh", { args: ["-c", `command -v ${shell}`] }).output();
    if (has.success) await starts({ HOME }, [shell, ...shell === "busybox" ? ["sh"] : [], portable]);
  }
  await Deno.chmod(folder, 0o700); // or it could not be removed
});

Deno.test("portable: made again it is the same file, and nothing in it says where it was made", async () => {
  const [again, HOME] = [join(base, "again"), await newFolder("home7")];
  await makePortable(again, `${base}/runtime`);
  assertTrue((await readFile(again)).equals(await readFile(portable)), "byte for byte");
  await starts({ HOME });
  const program = filesBelow(join(unpackedIn(`${HOME}/.cache/switchboard`), "server"));
  const packages = (await denoDir()).slice(1);
  assertEquals(program.filter((path) => Deno.readTextFileSync(path).includes(packages)), []);
  assertTrue(program.length > 1, program.join());
});

async function changeByte(path: string, at: number): Promise<void> {
  using file = await Deno.open(path, { read: true, write: true });
  const byte = new Uint8Array(1);
  await file.seek(at, Deno.SeekMode.Start);
  await file.read(byte);
  byte[0]! ^= 1;
  await file.seek(at, Deno.SeekMode.Start);
  await file.write(byte);
}
