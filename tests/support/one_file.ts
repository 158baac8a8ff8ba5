/** Files that are the whole program, for the tests of them: the portable one, and lives led by one file. */
import { assertEquals } from "./assert.ts";

/** Nothing listens there. */
export const NOWHERE = "http://127.0.0.1:1";
const ROOT = new URL("../..", import.meta.url).pathname;

/** Makes the portable file, packed quickly, with this Deno or something that takes its place. */
export async function makePortable(output: string, runtime = Deno.execPath()): Promise<void> {
  const options = ["--level", "1", "--output", output, "--runtime", runtime];
  await succeeds([Deno.execPath(), "run", "-A", "release/portable.ts", ...options]);
}

/**
 * Copies a program alone into an empty folder and has it do all that a server does. The step's name says how it was
 * kept from fetching anything: not every system lets a test make a network of its own.
 */
export async function leadLife(t: Deno.TestContext, program: string): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "switchboard " });
  try {
    await Deno.copyFile(program, `${folder}/switchboard`);
    const life = [Deno.execPath(), "run", "-A", "--cached-only", "tests/support/one_file_life.ts"];
    const given = [`${folder}/switchboard`, folder];
    const env = { HOME: folder, DENO_DIR: await denoDir() };
    const alone = ["unshare", "-rn", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"];
    if (await canRun([...alone, "true"])) {
      await t.step("in a network that leads nowhere", () => succeeds([...alone, ...life, ...given], env));
    } else {
      const led = () => succeeds([...life, ...given, NOWHERE], env);
      await t.step("with a proxy and a registry that are nowhere", led);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Where Deno keeps what it fetched. */
export async function denoDir(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
}

/** Runs a command in the repository, which must end well. */
async function succeeds([command, ...args]: string[], env: Record<string, string> = {}): Promise<void> {
  const { code, stderr } = await new Deno.Command(command!, { args, cwd: ROOT, env }).output();
  assertEquals(code, 0, `${command} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}

async function canRun([command, ...args]: string[]): Promise<boolean> {
  try {
    return (await new Deno.Command(command!, { args }).output()).success;
  } catch {
    return false; // there is no such command
  }
}
