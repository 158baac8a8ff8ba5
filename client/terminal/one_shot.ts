/** What scripts use: sign in, do one thing, end. Nothing goes to standard output but what was asked for. */
import process from "node:process";
import type { Event } from "../../server/core/shared/events.ts";
import type { Connection, ConnectionState } from "../connection/connection.ts";
import { nameKey } from "../../server/core/shared/names.ts";
import { RequestError } from "../connection/request_error.ts";
import { addressName } from "./address.ts";
import { Ending, EXIT, type ExitCode } from "./exit_code.ts";
import { Farewell } from "./farewell.ts";
import { diskTrouble } from "./local_files.ts";
import { hasPerson } from "./open_screen.ts";
import { paintWith } from "./paint.ts";
import { isUnreachable, problemInWords } from "./problem.ts";
import { addressOf, reach } from "./connect.ts";
import type { SavedSessions } from "./saved_sessions.ts";
import { type Ask, signIn, type Who } from "./sign_in.ts";
import { TerminalScreen } from "./terminal_screen.ts";

/** What the command line says about one thing to do. */
export interface OneShotOptions {
  server: string;
  who: Who;
  sessions: SavedSessions;
  ca?: string;
  /** To whom: one room, or nicknames. */
  room?: string;
  to?: string[];
  /** How long it may be without a connection, in milliseconds. */
  patienceMs: number;
  json: boolean;
}

/** Where it goes. */
type Target = { room: string } | { to: string[] };

/** The target that the options name. @throws Ending */
export function targetOf({ room, to = [] }: OneShotOptions): Target {
  if (room !== undefined && to.length === 0) return { room };
  if (room === undefined && to.length > 0) return { to };
  throw new Ending(EXIT.usage, "Say where to: --room ROOM or --to NICKNAME, one of them.");
}

/** Signs in, goes where the target is, acts, and leaves as it came. @throws Ending */
export async function oneShot(
  options: OneShotOptions,
  target: Target,
  act: (connection: Connection) => Promise<void>,
): Promise<ExitCode> {
  const address = addressOf(options.server);
  let tooLong: ReturnType<typeof setTimeout> | undefined;
  const onState = (state: ConnectionState) => {
    clearTimeout(tooLong);
    if (state === "offline") tooLong = setTimeout(() => connection.close(), options.patienceMs);
  };
  const { ca, who, sessions } = options;
  const farewell = new Farewell();
  const onEvent = (event: Event) => farewell.hear(event);
  const connection = await reach(address, { ...(ca !== undefined && { ca }), onState, onEvent });
  const asking = hasPerson() && process.stderr.isTTY ? askOnStandardError : undefined;
  try {
    const say = (text: string) => void process.stderr.write(`${text}\n`);
    const welcome = await signIn({
      connection,
      server: addressName(address),
      sessions,
      who,
      say,
      ...(asking && { ask: asking }),
    });
    await inRoom(connection, target, welcome.rooms, () => act(connection));
    return EXIT.done;
  } catch (error) {
    throw asEnding(farewell.explain(error));
  } finally {
    clearTimeout(tooLong);
    connection.close();
  }
}

/** Is in the room while it acts; one that was not in it before is not in it afterwards. */
async function inRoom(
  connection: Connection,
  target: Target,
  rooms: readonly string[],
  act: () => Promise<void>,
): Promise<void> {
  const room = "room" in target ? target.room : undefined;
  const isThere = room === undefined || rooms.some((each) => nameKey(each) === nameKey(room));
  if (!isThere) await connection.ask("enter", { room: room! });
  try {
    await act();
  } finally {
    if (!isThere) await connection.ask("leave", { room: room! }).catch(() => {});
  }
}

/** Standard output may be somebody's file. */
const askOnStandardError: Ask = async (question, hidden) => {
  const screen = new TerminalScreen(process.stdin, process.stderr, paintWith(false));
  try {
    return await screen.ask(question, hidden);
  } finally {
    screen.close();
  }
};

function asEnding(error: unknown): unknown {
  if (error instanceof Ending) return error;
  if (!(error instanceof RequestError)) {
    const trouble = diskTrouble(error);
    return trouble === undefined ? error : new Ending(EXIT.usage, trouble);
  }
  return new Ending(isUnreachable(error) ? EXIT.unreachable : EXIT.refused, problemInWords(error));
}
