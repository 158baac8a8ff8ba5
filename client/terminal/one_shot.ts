/** What scripts use: sign in, do one thing, end. Nothing goes to standard output but what was asked for. */
import process from "node:process";
import type { Op } from "../../server/core/shared/commands.ts";
import type { Event } from "../../server/core/shared/events.ts";
import type { Connection, ConnectionState } from "../connection/connection.ts";
import { nameKey } from "../../server/core/shared/names.ts";
import { isConnectionError, isNotNow, RequestError } from "../connection/request_error.ts";
import { serviceName } from "./address.ts";
import { EXIT, type ExitCode, ExitError } from "./exit_code.ts";
import { DisconnectReason } from "./disconnect_reason.ts";
import { diskErrorText } from "./local_files.ts";
import { hasPerson } from "./open_screen.ts";
import { paintWith } from "./paint.ts";
import { errorText } from "./wording.ts";
import { addressesOf, connectTo } from "./connect.ts";
import type { SavedSessions } from "./saved_sessions.ts";
import { type Ask, type Identity, signIn } from "./sign_in.ts";
import { TerminalScreen } from "./terminal_screen.ts";

/** What the command line says about one thing to do. */
export interface OneShotOptions {
  server: string;
  identity: Identity;
  sessions: SavedSessions;
  ca?: string;
  /** To whom: one room, or nicknames. */
  room?: string;
  to?: string[];
  /** How long it may be without a connection, or with a server that keeps nothing, in milliseconds. */
  awayMaxMs: number;
  json: boolean;
}

/** Where it goes. */
type Recipients = { room: string } | { to: string[] };

/** The target that the options name. @throws ExitError */
export function recipientsOf({ room, to = [] }: OneShotOptions): Recipients {
  if (room !== undefined && to.length === 0) return { room };
  if (room === undefined && to.length > 0) return { to };
  throw new ExitError(EXIT.usage, "Say where to: --room ROOM or --to NICKNAME, one of them.");
}

/** Signs in, goes where the target is, acts, and leaves as it came. @throws ExitError */
export async function oneShot(
  options: OneShotOptions,
  recipients: Recipients,
  act: (connection: Connection) => Promise<void>,
): Promise<ExitCode> {
  const addresses = addressesOf(options.server);
  const patience = new Patience(options.awayMaxMs, () => connection.close());
  const onState = (state: ConnectionState) => patience.connected(state !== "offline");
  const onAnswer = (op: Op, error: RequestError | undefined) => {
    if (error === undefined) patience.answered(op);
    else if (isNotNow(error)) patience.refused(op, error);
  };
  const { ca, identity, sessions } = options;
  const disconnectReason = new DisconnectReason();
  const onEvent = (event: Event) => disconnectReason.handleEvent(event);
  const connection = await connectTo(addresses, {
    ...{ onState, onAnswer, onEvent },
    ...(ca !== undefined && { ca }),
  });
  const asking = hasPerson() && process.stderr.isTTY ? askOnStandardError : undefined;
  try {
    const say = (text: string) => void process.stderr.write(`${text}\n`);
    const welcome = await signIn({
      connection,
      server: serviceName(addresses),
      sessions,
      identity,
      say,
      ...(asking && { ask: asking }),
    });
    await inRoom(connection, recipients, welcome.rooms, () => act(connection));
    return EXIT.done;
  } catch (error) {
    throw asExitError(patience.refusal ?? disconnectReason.explain(error));
  } finally {
    patience.end();
    connection.close();
  }
}

/** What a connection asks by itself when it comes back: nothing of what it is to do is done by that. */
const OF_ITS_OWN: readonly Op[] = ["resume", "missed"];

/** How long nothing may go: without a connection, or refused because nothing is kept, or both in turn. */
class Patience {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isConnected = true;
  /** What was refused first, until something is done. */
  #refused: Op | undefined;
  #last: RequestError | undefined;
  /** What the server refused last, where that made it too long. */
  refusal: RequestError | undefined;

  constructor(readonly ms: number, readonly onOver: () => void) {}

  connected(isConnected: boolean): void {
    this.#isConnected = isConnected;
    this.#look();
  }

  refused(op: Op, error: RequestError): void {
    this.#refused ??= op;
    this.#last = error;
    this.#look();
  }

  answered(op: Op): void {
    if (op !== this.#refused && OF_ITS_OWN.includes(op)) return;
    this.#refused = this.#last = undefined;
    this.#look();
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    if (this.#isConnected && this.#refused === undefined) return this.end();
    this.#timer ??= setTimeout(() => {
      this.refusal = this.#last;
      this.onOver();
    }, this.ms);
  }
}

/** Is in the room while it acts; one that was not in it before is not in it afterwards. */
async function inRoom(
  connection: Connection,
  recipients: Recipients,
  rooms: readonly string[],
  act: () => Promise<void>,
): Promise<void> {
  const room = "room" in recipients ? recipients.room : undefined;
  const isThere = room === undefined || rooms.some((each) => nameKey(each) === nameKey(room));
  if (!isThere) await connection.ask("enter", { room: room!, make: false });
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

function asExitError(error: unknown): unknown {
  if (error instanceof ExitError) return error;
  if (!(error instanceof RequestError)) {
    const trouble = diskErrorText(error);
    return trouble === undefined ? error : new ExitError(EXIT.usage, trouble);
  }
  const isAway = isConnectionError(error) || isNotNow(error);
  return new ExitError(isAway ? EXIT.unreachable : EXIT.refused, errorText(error));
}
