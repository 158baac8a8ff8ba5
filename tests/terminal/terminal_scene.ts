/** Chats in terminals, at the server of a test. */
import { Terminal, type TerminalOptions } from "../support/terminal.ts";

/** A test in a pseudo-terminal; elsewhere than under Linux, `script` and `stty` take other arguments. */
export function inTerminal(name: string, body: () => Promise<void>): void {
  Deno.test({ name: `terminal: ${name}`, ignore: Deno.build.os !== "linux", fn: body });
}

/** Where a terminal leads to, and the folder in which it runs. */
interface Target {
  running: { tcp: { port: number } };
  folder: string;
}

/** A terminal in which somebody chats as a guest, on the lobby. */
export async function guestAt(
  target: Target,
  nickname: string,
  options: TerminalOptions = {},
  args: string[] = [],
): Promise<Terminal> {
  const terminal = chatAt(target, ["--guest", nickname, ...args], options);
  await terminal.shows(`you are ${nickname}`);
  await terminal.shows(/── 1 lobby ─+[^]*lobby>$/);
  return terminal;
}

/** A terminal in which `switchboard chat` runs, in a folder that goes with the server. */
export function chatAt(
  { running, folder }: Target,
  args: string[],
  options: TerminalOptions = {},
): Terminal {
  const env = { XDG_CONFIG_HOME: `${folder}/config`, NO_COLOR: "1", ...options.env };
  return new Terminal(["chat", `127.0.0.1:${running.tcp.port}`, ...args], { cwd: folder, ...options, env });
}
