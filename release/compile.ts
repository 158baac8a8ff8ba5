/**
 * Makes the program one executable with `deno compile`: `dist/switchboard`, or with `--all` one for each platform.
 * Deno fetches the runtime base of each platform once, from its own host; where that can't be done, this says so.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { VERSION } from "../server/version.ts";
import { writeChecksums } from "./checksums.ts";
import { PERMISSIONS } from "./permissions.ts";
import { HEAD_BYTES, HERE, type Target, TARGETS, WORKERS } from "./targets.ts";

const ROOT = join(import.meta.dirname!, "..");
const { values: { all, dist } } = parseArgs({
  args: Deno.args.filter((each) => each !== "--"),
  options: {
    all: { type: "boolean", default: false },
    dist: { type: "string", default: join(ROOT, "dist") },
  },
});

/** A program that could not be made, with what to do about it. */
class CompileError extends Error {
  override readonly name = "CompileError";
}

try {
  if (all && Deno.env.get("DENORT_BIN") !== undefined) {
    throw new CompileError("DENORT_BIN names the runtime base of one platform: unset it to compile for all");
  }
  const exe = Deno.build.os === "windows" ? ".exe" : "";
  for (const target of all ? TARGETS : [HERE]) {
    const output = join(dist, all ? `switchboard-${target.suffix}` : `switchboard${exe}`);
    // Nobody is to take one that an earlier run left for this one's.
    await Deno.remove(output).catch(() => {});
    await compile(target, output);
    await check(target, output);
    console.log(`${output}: ${((await Deno.stat(output)).size / 1e6).toFixed(1)} MB`);
  }
  await writeChecksums(dist);
} catch (error) {
  if (!(error instanceof CompileError)) throw error;
  console.error(`compile: ${error.message}`);
  Deno.exit(1);
}

async function compile(target: Target, output: string): Promise<void> {
  const threads = WORKERS.flatMap((path) => ["--include", path]);
  const made = ["--include", "static", ...threads, "--target", target.triple, "--output", output];
  // Code that is kept for the next start would lie where others can write: in the system's temporary folder.
  const without = ["--no-check", "--no-code-cache", "--exclude-unused-npm"];
  const tests = (await testsOfPackages()).flatMap((path) => ["--exclude", path]);
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["compile", ...without, ...tests, "--frozen", ...made, ...PERMISSIONS, "main.ts"],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdout: "inherit",
    stderr: "piped",
  }).output();
  const said = new TextDecoder().decode(stderr);
  if (!success && said.includes("Setting up base binary")) throw noBase(target, said);
  await Deno.stderr.write(stderr);
  if (!success) throw new CompileError(`deno compile failed for ${target.triple}`);
}

/** The folders with packages' own tests: nobody needs them, and over some of them `deno compile` runs out of stack. */
async function testsOfPackages(): Promise<string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const { npmCache } = JSON.parse(new TextDecoder().decode(stdout)) as { npmCache: string };
  const { npm } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.lock"))) as { npm: object };
  // Such as "ws@8.23.0", or "@scope/name@1.0.0_peer@2.0.0".
  const packages = Object.keys(npm).map((id) => /^(@?[^@]+)@([^_]+)/.exec(id)!.slice(1) as [string, string]);
  const registries = Array.from(Deno.readDirSync(npmCache), ({ name }) => join(npmCache, name));
  return registries.flatMap((registry) =>
    packages.flatMap(([name, version]) =>
      ["test", "tests"].map((tests) => join(registry, name, version, tests))
    )
  ).filter((path) => existsSync(path));
}

/** What to do where Deno's runtime base can't be had. */
function noBase(target: Target, said: string): CompileError {
  const version = Deno.version.deno;
  const why = /^\s*\d+: (error sending request.*)$/m.exec(said)?.[1] ?? said.trim();
  const elsewhere = `Fetch denort-${target.triple}.zip of Deno ${version} somewhere else`;
  // DENORT_BIN names one base, and this one is not the only one that is needed.
  const byHand = all
    ? `${elsewhere}, and those for the other platforms,\n    and put them as they are into dl/release/v${version} in the DENO_DIR that "deno info" names`
    : `${elsewhere}, unpack it, and say where it is:\n    DENORT_BIN=/path/to/denort deno task compile`;
  return new CompileError(
    `Cannot get the runtime base of Deno ${version} for ${target.triple}, which "deno compile" fetches once from
https://dl.deno.land: ${why}
Two ways out:
  - ${byHand}
  - Make one file without that host: deno task portable`,
  );
}

/** A base for another platform, or one that is none, makes a file that looks as good as any. */
async function check(target: Target, output: string): Promise<void> {
  using file = await Deno.open(output);
  const head = new Uint8Array(HEAD_BYTES);
  await file.read(head);
  if (!target.runs(new DataView(head.buffer))) {
    await refuse(output, `is no program for ${target.triple}`);
  }
  if (target !== HERE) return;
  if (await versionOf(output) !== VERSION) await refuse(output, "is not Switchboard");
}

async function versionOf(program: string): Promise<string | undefined> {
  try {
    const { stdout } = await new Deno.Command(program, { args: ["--version"], stderr: "null" }).output();
    return new TextDecoder().decode(stdout).trim();
  } catch {
    return undefined; // the system can't run it
  }
}

async function refuse(output: string, what: string): Promise<never> {
  await Deno.remove(output);
  throw new CompileError(`What was made ${what}: is DENORT_BIN, or the denort beside deno, the right one?`);
}
