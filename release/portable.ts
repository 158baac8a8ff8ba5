/**
 * Makes the whole program one file without fetching anything: launcher.sh, and behind it the Deno that runs this,
 * the bundled program and the page. For Linux and macOS. `--output FILE`; `--level 1` to `9`, of gzip; `--runtime
 * FILE`, another Deno for this platform.
 */
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { packTar } from "modern-tar";
import { VERSION } from "../server/version.ts";
import { writeChecksums } from "./checksums.ts";
import { PERMISSIONS } from "./permissions.ts";
import { HERE } from "./targets.ts";

/** Folder and name in the archive → what is in it. */
type Files = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

const ROOT = join(import.meta.dirname!, "..");
const { values: { output, level, runtime } } = parseArgs({
  options: {
    output: { type: "string", default: join(ROOT, "dist", `switchboard-portable-${HERE.suffix}`) },
    level: { type: "string", default: "9" },
    runtime: { type: "string", default: Deno.execPath() },
  },
});
if (Deno.build.os === "windows") throw new Error("A portable file is a shell script; Windows runs none.");

const work = await Deno.makeTempDir({ prefix: "switchboard-portable-" });
try {
  const files = await gather();
  const archive = gzipSync(await pack(files), { level: Number(level) });
  const script = new TextEncoder().encode(await launcher(files, archive));
  await Deno.mkdir(dirname(output), { recursive: true });
  await Deno.writeFile(`${output}.new`, script, { mode: 0o755 });
  await Deno.writeFile(`${output}.new`, archive, { append: true });
  await Deno.rename(`${output}.new`, output);
  await writeChecksums(dirname(output));
  console.log(`${output}: ${((script.length + archive.length) / 1e6).toFixed(1)} MB`);
} finally {
  await Deno.remove(work, { recursive: true });
}

/** All that runs, in the folders where the program looks for it. */
async function gather(): Promise<Files> {
  const bundle = join(work, "bundle.js");
  await run(Deno.execPath(), "bundle", "--quiet", "--platform", "deno", "--output", bundle, "main.ts");
  // Where packages lie on this machine says nothing to anybody else.
  const program = (await Deno.readTextFile(bundle)).replaceAll(/(\.\.\/)+[^"\n]*?\/npm\/[^/"\n]+\//g, "npm/");
  const page = Array.from(Deno.readDirSync(join(ROOT, "static")), ({ name }) => `static/${name}`).sort();
  return new Map([
    ["bin/switchboard", await Deno.readFile(runtime)],
    ["server/main.js", new TextEncoder().encode(program)],
    ...await Promise.all(page.map(async (name) => [name, await Deno.readFile(join(ROOT, name))] as const)),
  ]);
}

/** One archive for the same files, whenever and by whomever it is made. */
function pack(files: Files): Promise<Uint8Array> {
  return packTar(Array.from(files, ([name, body]) => {
    const mode = name.startsWith("bin/") ? 0o700 : 0o600;
    return { header: { name, size: body.length, mode, uid: 0, gid: 0, mtime: new Date(0) }, body };
  }));
}

async function launcher(files: Files, archive: Uint8Array): Promise<string> {
  for (const [name, body] of files) {
    await Deno.mkdir(dirname(join(work, name)), { recursive: true });
    await Deno.writeFile(join(work, name), body);
  }
  const names = [...files.keys()];
  const values: Record<string, string> = {
    version: VERSION,
    platform: HERE.suffix,
    digest: createHash("sha256").update(archive).digest("hex"),
    files: names.join(" "),
    sums: (await run("cksum", ...names)).trimEnd(),
    permissions: PERMISSIONS.join(" "),
  };
  const template = await Deno.readTextFile(join(import.meta.dirname!, "launcher.sh"));
  // The script says where it ends, which depends on how long it is.
  for (let start = 0;;) {
    const text = template.replaceAll(/\{(\w+)\}/g, (_, name) => values[name] ?? `${start}`);
    if (text.length + 1 === start) return text;
    start = text.length + 1;
  }
}

/** What a command prints; it must succeed. */
async function run(command: string, ...args: string[]): Promise<string> {
  const cwd = command === "cksum" ? work : ROOT;
  const { success, stdout } = await new Deno.Command(command, { args, cwd, stderr: "inherit" }).output();
  if (!success) throw new Error(`${command} ${args[0]} failed`);
  return new TextDecoder().decode(stdout);
}
