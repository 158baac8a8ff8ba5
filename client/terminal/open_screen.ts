/** The screen that fits where the client runs. */
import process from "node:process";
import { paintWith, wantsColours } from "./paint.ts";
import { PlainScreen } from "./plain_screen.ts";
import type { Screen } from "./screen.ts";
import { TerminalScreen } from "./terminal_screen.ts";

/**
 * A terminal with a line to type in, where there is one that can move its cursor; else plain lines. `onGivenUp`: Ctrl-C
 * while nothing is asked.
 */
export function openScreen(onGivenUp: () => void): Screen {
  const { stdin, stdout, env } = process;
  const isTerminal = stdout.isTTY === true;
  const paint = paintWith(wantsColours(isTerminal, env));
  const canMove = isTerminal && stdin.isTTY === true && env.TERM !== "dumb" && env.TERM !== undefined;
  return canMove
    ? new TerminalScreen(stdin, stdout, paint, onGivenUp)
    : new PlainScreen(stdin, stdout, paint);
}

/** Whether there is somebody who can be asked. */
export function hasPerson(): boolean {
  return process.stdin.isTTY === true;
}
