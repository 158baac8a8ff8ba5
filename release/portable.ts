/**
 * Makes the whole program one file without fetching anything: launcher.sh, and behind it the Deno that runs this,
 * the bundled program and the page. For Linux and macOS. `--output FILE`; `--level 1` to `9`, of gzip; `--runtime
 * FILE`, another Deno for this platform.
 */
import { createHash } from "node:crypto";
import { cp } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { packTar } from "modern-tar";
import { VERSION } from "../server/version.ts";
import { bundle } from "./bundler.ts";
import { writeChecksums } from "./checksums.ts";
import { PERMISSIONS } from "./permissions.ts";
import { withLastingNames } from "./pieces.ts";
import { HERE, WORKERS } from "./targets.ts";

/** A package's folder in Deno's cache, as a bundle names it. */
const PACKAGES = /(\.\.\/)+[^"\n]*?\/npm\/[^/"\n]+\//g;
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
  const names = await gather();
  const archive = gzipSync(await pack(names), { level: Number(level) });
  const script = new TextEncoder().encode(await launcher(names, archive));
  await Deno.mkdir(dirname(output), { recursive: true });
  await Deno.writeFile(`${output}.new`, script, { mode: 0o755 });
  await Deno.writeFile(`${output}.new`, archive, { append: true });
  await Deno.rename(`${output}.new`, output);
  await writeChecksums(dirname(output));
  console.log(`${output}: ${((script.length + archive.length) / 1e6).toFixed(1)} MB`);
} finally {
  await Deno.remove(work, { recursive: true });
}

/** Lays out all that runs as the program looks for it; gives the files' names. */
async function gather(): Promise<string[]> {
  for (const folder of ["bin", "server"]) await Deno.mkdir(join(work, folder));
  await Deno.copyFile(runtime, join(work, "bin/switchboard"));
  await bundleProgram(join(work, "server"));
  await cp(join(ROOT, "static"), join(work, "static"), { recursive: true });
  return ["bin", "server", "static"].flatMap((folder) =>
    namesIn(join(work, folder)).map((name) => `${folder}/${name}`)
  );
}

/** Bundles the program in pieces, so that a command reads only what it needs. */
async function bundleProgram(folder: string): Promise<void> {
  const made = join(work, "made");
  await bundle(["--platform", "deno", "--code-splitting", "--outdir", made, "main.ts", ...WORKERS]);
  // Where packages lie on this machine says nothing to others.
  const pieces = namesIn(made).map((name) => ({
    name,
    text: Deno.readTextFileSync(join(made, name)).replaceAll(PACKAGES, "npm/"),
  }));
  for (const { name, text } of withLastingNames(pieces)) {
    await Deno.mkdir(dirname(join(folder, name)), { recursive: true });
    await Deno.writeTextFile(join(folder, name), text);
  }
}

function sha256(bytes: string | Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The paths of all files below a folder, from there. */
function namesIn(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder)).flatMap(({ name, isDirectory }) =>
    isDirectory ? namesIn(join(folder, name)).map((each) => `${name}/${each}`) : [name]
  ).sort();
}

/** One archive for the same files, whenever and by whomever it is made. */
async function pack(names: readonly string[]): Promise<Uint8Array> {
  const entries = names.map(async (name) => {
    const body = await Deno.readFile(join(work, name));
    const mode = name.startsWith("bin/") ? 0o700 : 0o600;
    return { header: { name, size: body.length, mode, uid: 0, gid: 0, mtime: new Date(0) }, body };
  });
  return await packTar(await Promise.all(entries));
}

async function launcher(names: readonly string[], archive: Uint8Array): Promise<string> {
  const values: Record<string, string> = {
    version: VERSION,
    platform: HERE.suffix,
    digest: sha256(archive),
    files: names.join(" "),
    hashes: names.map((name) => `${sha256(Deno.readFileSync(join(work, name)))}  ${name}`).join("\n"),
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
