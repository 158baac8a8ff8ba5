/**
 * `deno bundle`, one at a time. The first one installs esbuild in Deno's cache; of two that do it at once, one finds
 * the other's half-made copy and fails (denoland/deno#31406). So they take turns, whichever checkout they are for: all
 * that share a cache share the lock in it, which the system takes back from a process that ends in any way.
 */
import { join } from "node:path";

const ROOT = join(import.meta.dirname!, "..");
const LOCK = "switchboard_bundle.lock";

/** Runs it in the repository. @throws Error with the bundler's words */
export async function bundle(args: readonly string[]): Promise<void> {
  using _turn = await takeTurn();
  const { success, stderr } = await deno(["bundle", "--quiet", ...args]);
  if (!success) throw new Error(`Cannot bundle: ${new TextDecoder().decode(stderr)}`);
}

/** Waits for all others. Where the cache can't be written, esbuild is in it or never will be, so nobody needs to wait. */
async function takeTurn(): Promise<Disposable> {
  const { stdout } = await deno(["info", "--json"]);
  const { denoDir } = JSON.parse(new TextDecoder().decode(stdout)) as { denoDir: string };
  let file: Deno.FsFile | undefined;
  try {
    await Deno.mkdir(denoDir, { recursive: true });
    file = await Deno.open(join(denoDir, LOCK), { create: true, write: true });
    await file.lock(true);
    return file;
  } catch {
    file?.close();
    return { [Symbol.dispose]() {} };
  }
}

function deno(args: readonly string[]): Promise<Deno.CommandOutput> {
  return new Deno.Command(Deno.execPath(), { args: [...args], cwd: ROOT, env: { NO_COLOR: "1" } }).output();
}
