/**
 * README's command as a process, and what stops it. Only SIGINT to npx alone does not: its shell waits for what it runs
 * after that one, and tells it nothing.
 */
import { assertEquals, assertLike } from "../support/assert.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const DIRECT = [Deno.execPath()];
/** What README says: npm, its shell, Deno's task, and in it the server. */
const NPX = ["npx", "-y", `deno@${Deno.version.deno}`];
const WAYS: { name: string; by: string[]; signal: Deno.Signal; to: "process" | "terminal" }[] = [
  { name: "SIGTERM to deno task", by: DIRECT, signal: "SIGTERM", to: "process" },
  { name: "SIGINT to deno task", by: DIRECT, signal: "SIGINT", to: "process" },
  { name: "SIGTERM to npx", by: NPX, signal: "SIGTERM", to: "process" },
  { name: "Ctrl-C in the terminal of npx", by: NPX, signal: "SIGINT", to: "terminal" },
];

Deno.test("start: the server stops by itself when the command is told to", async (t) => {
  for (const { name, by, signal, to } of WAYS) {
    await t.step(name, async () => {
      const data = await Deno.makeTempDir({ prefix: "switchboard_start_" });
      const [command, ...args] = [...by, "task", "start", "--", "--http", "0", "--tcp", "0", "--data", data];
      // A group of its own, as a shell makes one for each command: a terminal's Ctrl-C goes to all of it.
      const child = new Deno.Command(command!, {
        args,
        cwd: ROOT,
        env: { NO_COLOR: "1" },
        detached: true,
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      const log = new Response(child.stderr).text();
      let said = "";
      let told = false;
      // The pipe is the server's too: it ends when the last of them has.
      for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
        said += text;
        if (told || !/^tcp .*$/m.test(said)) continue;
        told = true;
        Deno.kill(to === "terminal" ? -child.pid : child.pid, signal);
      }
      await child.status;
      assertLike(await log, /server: listening[^]*server: stopped/);
      await Deno.remove(data, { recursive: true });
    });
  }
});

Deno.test("start: what it runs ends with its own code", async () => {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["task", "start", "send", "--to"],
    cwd: ROOT,
    stdout: "null",
    stderr: "piped",
  });
  const { code, stderr } = await child.output();
  assertEquals(code, 2);
  assertLike(new TextDecoder().decode(stderr), /switchboard: option '--to/);
});
