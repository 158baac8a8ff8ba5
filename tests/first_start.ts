/**
 * The first start on a machine that has nothing yet: README's command in an empty home, then two checkouts that start
 * at once and share one empty cache. Each must show its page, and go away with its data in order when it is told to.
 * `deno run -A tests/first_start.ts [TRIES]`; fetches Deno and all packages anew each time.
 */
import { join } from "node:path";

const ROOT = join(import.meta.dirname!, "..");
const DENO = `deno@${Deno.version.deno}`;
/** A machine that is slow, and a registry that is far. */
const START_MS = 300_000;
const FILES = ["", "page.js", "page.css", "md5_worker.js", "service_worker.js"];

/** A server that somebody starts from a checkout. */
interface Started {
  readonly child: Deno.ChildProcess;
  readonly page: string;
}

const tries = Number(Deno.args[0] ?? 1);
const failures: string[] = [];
for (let number = 1; number <= tries; number++) {
  await attempt(`try ${number}, by npx in an empty home`, async (folder) => {
    // Only npx is told, as by a service manager or a script.
    await stop(await start(await checkout(folder, "one"), folder, ["npx", "-y", DENO]));
  });
  await attempt(`try ${number}, two at once with one empty cache`, async (folder) => {
    const folders = [await checkout(folder, "one"), await checkout(folder, "two")];
    const both = await Promise.allSettled(folders.map((each) => start(each, folder, [Deno.execPath()])));
    for (const each of both) if (each.status === "fulfilled") await stop(each.value);
    for (const each of both) if (each.status === "rejected") throw each.reason;
  });
}
console.log(`${tries * 2 - failures.length} of ${tries * 2} first starts went well`);
if (failures.length > 0) Deno.exit(1);

async function attempt(name: string, run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "switchboard_first_" });
  const began = performance.now();
  try {
    await run(folder);
    console.log(`${name}: ${((performance.now() - began) / 1000).toFixed(1)} s`);
  } catch (error) {
    failures.push(name);
    console.error(`${name}: ${error instanceof Error ? error.message : error}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The sources as they are now, without anything that was made of them. */
async function checkout(folder: string, name: string): Promise<string> {
  const into = join(folder, name);
  await Deno.mkdir(into);
  const script =
    'git ls-files -z --cached --others --exclude-standard | tar -cf - --null -T - | tar -xf - -C "$1"';
  const { success } = await new Deno.Command("sh", { args: ["-c", script, "sh", into], cwd: ROOT }).output();
  if (!success) throw new Error("Cannot copy the sources");
  return into;
}

/** Starts a server as README says; gives it once its page is whole. */
async function start(cwd: string, home: string, deno: readonly string[]): Promise<Started> {
  const [command, ...args] = [...deno, "task", "start", "--", "--http", "0", "--tcp", "0", "--data", "data"];
  const child = new Deno.Command(command!, {
    args,
    cwd,
    clearEnv: true,
    env: { ...variables(), HOME: home, NO_COLOR: "1" },
    detached: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const said: string[] = [];
  const page = await Promise.race([
    address(child.stdout, said),
    ended(child, said),
    new Promise<never>((_, fail) =>
      Deno.unrefTimer(setTimeout(() => fail(new Error(`nothing listens: ${said.join("")}`)), START_MS))
    ),
  ]);
  for (const name of FILES) {
    const response = await fetch(`${page}/${name}`);
    if (!response.ok || (await response.bytes()).length === 0) throw new Error(`no ${name || "page"}`);
  }
  return { child, page };
}

/** The variables without those that name a cache or are npm's own about what it runs; proxies and mirrors stay. */
function variables(): Record<string, string> {
  const all = Object.entries(Deno.env.toObject());
  return Object.fromEntries(
    all.filter(([name]) =>
      !/^(DENO_DIR|XDG_.*|npm_(command|lifecycle_.*|package_.*|config_cache))$/i.test(name)
    ),
  );
}

/** The page's address, once it is printed; what comes after it is read too, so that nobody waits. */
function address(output: ReadableStream<Uint8Array<ArrayBuffer>>, said: string[]): Promise<string> {
  return new Promise((resolve) => {
    void output.pipeThrough(new TextDecoderStream()).pipeTo(
      new WritableStream({
        write(text) {
          said.push(text);
          const found = /^http\s+(\S+)$/m.exec(said.join(""));
          if (found) resolve(found[1]!);
        },
      }),
    );
  });
}

async function ended(child: Deno.ChildProcess, said: string[]): Promise<never> {
  const errors: string[] = [];
  await child.stderr.pipeThrough(new TextDecoderStream()).pipeTo(
    new WritableStream({ write: (text) => void errors.push(text) }),
  );
  const { code } = await child.status;
  const lines = [...said, ...errors].join("").split("\n").filter((line) => !line.startsWith("Download "));
  throw new Error(`it ended with ${code}: ${lines.join("\n")}`);
}

async function stop({ child, page }: Started): Promise<void> {
  child.kill("SIGTERM");
  await child.status;
  await isGone(page).catch((error) => {
    Deno.kill(-child.pid, "SIGKILL");
    throw error;
  });
}

/** Nobody answers at the page's address any more; whoever was told to stop has a moment for it. */
async function isGone(page: string): Promise<void> {
  for (let left = 60; left > 0; left--) {
    const gone = await fetch(`${page}/health`).then(async (response) => {
      await response.body?.cancel();
      return false;
    }, () => true);
    if (gone) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`the server at ${page} goes on after SIGTERM`);
}
