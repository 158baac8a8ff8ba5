/** `switchboard chat`: brings up a screen and a connection, signs in, and stays until one leaves. */
import process from "node:process";
import type { Answer } from "../../server/core/shared/commands.ts";
import type { Event } from "../../server/core/shared/events.ts";
import type { Connection, ConnectionState } from "../connection/connection.ts";
import { isConnectionError } from "../connection/request_error.ts";
import { serviceName } from "./address.ts";
import { Chat } from "./chat.ts";
import { complete } from "./completion.ts";
import { leave } from "./commands_self.ts";
import { WindowManager } from "./window_manager.ts";
import { EXIT, type ExitCode } from "./exit_code.ts";
import { DisconnectReason } from "./disconnect_reason.ts";
import { activate, loadMissing } from "./history.ts";
import { LineQueue } from "./line_queue.ts";
import { loadUnread } from "./unread.ts";
import { hasPerson, openScreen } from "./open_screen.ts";
import { errorText } from "./wording.ts";
import { addressesOf, connectTo } from "./connect.ts";
import type { SavedSessions } from "./saved_sessions.ts";
import type { Screen } from "./screen.ts";
import { type Identity, signIn } from "./sign_in.ts";
import { sanitizedLine } from "./sanitize.ts";
import { EVENT_HANDLERS } from "./event_handlers.ts";
import { dispatchEvent } from "../connection/event_handlers.ts";

/** What the command line says about a chat. */
interface ChatOptions {
  server: string;
  identity: Identity;
  /** The password is the first line of standard input. */
  passwordStdin: boolean;
  sessions: SavedSessions;
  ca?: string;
  /** The folder for downloads. */
  downloads: string;
}

/** Runs it to its end. @throws ExitError */
export async function runChat(options: ChatOptions): Promise<ExitCode> {
  let leaveNow: (code: ExitCode) => void = () => {};
  const screen = openScreen(() => leaveNow(EXIT.interrupted));
  const left = new Promise<ExitCode>((resolve) => leaveNow = resolve);
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, () => leaveNow(EXIT.interrupted));
  const session = new ChatSession(options, screen, leaveNow);
  try {
    await Promise.race([session.start(), left]);
    return await left;
  } finally {
    session.stop();
    screen.close();
  }
}

class ChatSession {
  readonly #ui: WindowManager;
  readonly #lines = new LineQueue(() => this.#chat!);
  /** What came before somebody could look. */
  readonly #early: Event[] = [];
  readonly #disconnectReason = new DisconnectReason();
  #connection: Connection | undefined;
  #chat: Chat | undefined;

  constructor(
    readonly options: ChatOptions,
    readonly screen: Screen,
    readonly end: (code: ExitCode) => void,
  ) {
    this.#ui = new WindowManager(screen);
  }

  /** Signs in and opens the chat. @throws ExitError */
  async start(): Promise<void> {
    try {
      await this.#start();
    } catch (error) {
      throw this.#disconnectReason.explain(error);
    }
  }

  async #start(): Promise<void> {
    const { server, sessions, ca, downloads } = this.options;
    const addresses = addressesOf(server);
    const name = serviceName(addresses);
    const identity = { ...this.options.identity };
    if (this.options.passwordStdin) identity.password = await this.screen.ask("Password: ", true) ?? "";
    const connection = await connectTo(addresses, {
      ...(ca !== undefined && { ca }),
      onEvent: (event) => this.#onEvent(event),
      onState: (state) => this.#onState(state),
      onResumed: (resumed) => void this.#onResumed(resumed),
    });
    this.#connection = connection;
    const { rooms } = await signIn({
      connection,
      server: name,
      sessions,
      identity,
      ...(hasPerson() && { ask: (question, hidden) => this.screen.ask(question, hidden) }),
      say: (text) => this.screen.print(text),
    });
    const { token } = connection;
    this.#chat = new Chat({
      connection,
      ui: this.#ui,
      downloads,
      end: this.end,
      forget: () => token === undefined ? Promise.resolve() : sessions.forget(name, token),
      unsent: () => this.#lines.length,
      drained: () => this.#lines.drain(),
      exitCode: () => this.#lines.failed || this.#chat?.transfers.failed ? EXIT.refused : EXIT.done,
    });
    await this.#open(this.#chat, name, rooms);
  }

  stop(): void {
    this.#chat?.readCursors.stop();
    this.#ui.flush();
    this.#connection?.close();
  }

  /** Shows where one is, and begins to take what is typed. */
  async #open(chat: Chat, server: string, rooms: readonly string[]): Promise<void> {
    if (this.screen.interactive) {
      this.#ui.showNote(`${server}, you are ${sanitizedLine(chat.me)}; /help lists what can be typed`);
    }
    for (const room of rooms) {
      this.#ui.windows.open({ room });
      chat.rooms.add(room);
    }
    const [first] = this.#ui.windows.all;
    for (const event of this.#early.splice(0)) dispatchEvent(EVENT_HANDLERS, chat, event);
    this.screen.listen({
      entered: (text) => this.#lines.enter(text),
      garbled: () => this.#lines.refuse("not sent: the line is no UTF-8; convert it, or use /upload"),
      ended: () => void this.#onEnded(chat),
      interrupted: () => this.#onInterrupted(chat),
      alt: (key) => this.#onAlt(chat, key),
      complete: (line) => complete(chat, line),
    });
    if (first) await activate(chat, first);
    else this.#ui.showPrompt();
    await this.#lookAround(chat).catch((error) => {
      // What is lost with the connection is said already, and is only a help.
      if (!isConnectionError(error)) this.#ui.showError(errorText(error));
    });
  }

  async #lookAround(chat: Chat): Promise<void> {
    if (this.screen.interactive) await loadUnread(chat);
    const { online } = await chat.connection.ask("who", {});
    for (const nickname of online) chat.addPerson(nickname);
  }

  #onEvent(event: Event): void {
    this.#disconnectReason.handleEvent(event);
    if (this.#chat) dispatchEvent(EVENT_HANDLERS, this.#chat, event);
    else this.#early.push(event);
    this.#chat?.readCursors.update();
  }

  #onState(state: ConnectionState): void {
    if (!this.#chat) return;
    this.#ui.offline = state === "offline";
    if (state === "offline") {
      this.#ui.showNote("the connection is lost; trying again, what you type goes later");
    }
    if (state === "closed") {
      this.#ui.showError("the connection has ended");
      // What still waited is told first that it did not go.
      setTimeout(() => this.end(EXIT.unreachable), 0);
    }
  }

  async #onResumed({ recovered, rooms }: Answer<"resume">): Promise<void> {
    const chat = this.#chat;
    if (!chat) return;
    this.#ui.showNote("connected again");
    for (const window of this.#ui.windows.all) {
      const { target } = window;
      if ("room" in target && !rooms.includes(target.room)) {
        this.#ui.put(window, {
          text: this.screen.paint.dim(`-- you are not in ${sanitizedLine(target.room)} any more`),
        });
      }
      if (!recovered && window.state === "ready") window.state = "stale";
    }
    if (recovered) return;
    const { current, all } = this.#ui.windows;
    const lacking = this.screen.interactive ? all.filter((window) => window === current) : all;
    for (const window of lacking) {
      await loadMissing(chat, window).catch((error) => this.#ui.showError(errorText(error)));
      this.#ui.showUnseen(window);
    }
  }

  async #onEnded(chat: Chat): Promise<void> {
    if (this.screen.interactive) return await leave(chat);
    await this.#lines.drain();
    await leave(chat);
  }

  #interruptedAt: number | undefined;

  #onInterrupted(chat: Chat): void {
    const now = Date.now();
    if (this.#interruptedAt !== undefined && now - this.#interruptedAt < TWICE_MS) {
      return this.end(EXIT.interrupted);
    }
    this.#interruptedAt = now;
    chat.ui.showNote("Ctrl-C once more ends it");
  }

  #onAlt(chat: Chat, key: string): void {
    const { windows } = this.#ui;
    const window = key === "a" ? windows.nextUnread : windows.numbered(key === "0" ? 10 : Number(key));
    if (window) void activate(chat, window, false);
  }
}

const TWICE_MS = 3_000;
