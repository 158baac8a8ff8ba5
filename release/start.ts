/**
 * `deno task start`: runs the program with its permissions, hands on the signals that it gets, and ends with its code.
 * Under npx there is a shell above, which npm stops instead of what runs in it, so that no signal ever comes here.
 * Then this finds itself left alone and stops the program as the signal would have.
 */
import { join } from "node:path";
import process from "node:process";
import { PERMISSIONS } from "./permissions.ts";

const LOOK_EVERY_MS = 500;
/** Elsewhere than in Windows, where a console tells every program in it. */
const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows" ? [] : ["SIGTERM", "SIGINT", "SIGHUP"];

const main = join(import.meta.dirname!, "../main.ts");
const program = new Deno.Command(Deno.execPath(), { args: ["run", ...PERMISSIONS, main, ...Deno.args] })
  .spawn();
for (const signal of SIGNALS) process.on(signal, () => send(signal));
if (Deno.build.os === "windows") process.on("SIGINT", () => {});
// Only there: a shell from which somebody starts a server may end before it does.
if (Deno.build.os !== "windows" && Deno.env.has("npm_command")) void watchParents();
const { code } = await program.status;
Deno.exit(code);

async function watchParents(): Promise<void> {
  const task = Deno.ppid;
  const above = await parentOf(task);
  while (above !== undefined && await parentOf(task) === above) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  send("SIGTERM");
}

/** What started a process; nothing once it is gone. The smallest Linux systems have no `ps`. */
async function parentOf(pid: number): Promise<number | undefined> {
  if (Deno.build.os === "linux") {
    const status = await Deno.readTextFile(`/proc/${pid}/status`).catch(() => "");
    return Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]) || undefined;
  }
  const { stdout } = await new Deno.Command("ps", { args: ["-o", "ppid=", "-p", `${pid}`] }).output();
  return Number(new TextDecoder().decode(stdout)) || undefined;
}

function send(signal: Deno.Signal): void {
  try {
    program.kill(signal);
  } catch {
    // It has ended by itself.
  }
}
