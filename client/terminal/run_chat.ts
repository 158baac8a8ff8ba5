/** `switchboard chat`: brings up a screen and a connection, signs in, and stays until one leaves. */
import process from "node:process";
import type { Answer } from "../../server/core/shared/commands.ts";
import type { Event } from "../../server/core/shared/events.ts";
import type { Connection, ConnectionState } from "../connection/connection.ts";
import { RequestError } from "../connection/request_error.ts";
import { addressName } from "./address.ts";
import { Chat } from "./chat.ts";
import { complete } from "./completion.ts";
import { leave } from "./commands_self.ts";
import { Desk } from "./window_manager.ts";
import { EXIT, type ExitCode } from "./exit_code.ts";
import { Farewell } from "./farewell.ts";
import { hear } from "./event_handlers.ts";
import { fill, lookAt } from "./history.ts";
import { LineQueue } from "./line_queue.ts";
import { lookForNews } from "./unread.ts";
import { hasPerson, openScreen } from "./open_screen.ts";
import { isUnreachable, problemInWords } from "./problem.ts";
import { addressOf, reach } from "./connect.ts";
import type { SavedSessions } from "./saved_sessions.ts";
import type { Screen } from "./screen.ts";
import { signIn, type Who } from "./sign_in.ts";
import { named } from "./wording.ts";

/** What the command line says about a chat. */
export interface ChatOptions {
  server: string;
  who: Who;
  /** The password is the first line of standard input. */
  passwordStdin: boolean;
  sessions: SavedSessions;
  ca?: string;
  /** The folder for downloads. */
  downloads: string;
}

/** Runs it to its end. @throws Ending */
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
  readonly #desk: Desk;
  readonly #lines = new LineQueue(() => this.#chat!);
  /** What came before somebody could look. */
  readonly #early: Event[] = [];
  readonly #farewell = new Farewell();
  #connection: Connection | undefined;
  #chat: Chat | undefined;

  constructor(
    readonly options: ChatOptions,
    readonly screen: Screen,
    readonly end: (code: ExitCode) => void,
  ) {
    this.#desk = new Desk(screen);
  }

  /** Signs in and opens the chat. @throws Ending */
  async start(): Promise<void> {
    try {
      await this.#start();
    } catch (error) {
      throw this.#farewell.explain(error);
    }
  }

  async #start(): Promise<void> {
    const { server, sessions, ca, downloads } = this.options;
    const address = addressOf(server);
    const name = addressName(address);
    const who = { ...this.options.who };
    if (this.options.passwordStdin) who.password = await this.screen.ask("Password: ", true) ?? "";
    const connection = await reach(address, {
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
      who,
      ...(hasPerson() && { ask: (question, hidden) => this.screen.ask(question, hidden) }),
      say: (text) => this.screen.print(text),
    });
    const { token } = connection;
    this.#chat = new Chat({
      connection,
      desk: this.#desk,
      downloads,
      end: this.end,
      forget: () => token === undefined ? Promise.resolve() : sessions.forget(name, token),
      unsent: () => this.#lines.length,
      settled: () => this.#lines.over(),
      outcome: () => this.#lines.failed || this.#chat?.transfers.failed ? EXIT.refused : EXIT.done,
    });
    await this.#open(this.#chat, name, rooms);
  }

  stop(): void {
    this.#chat?.readMarks.stop();
    this.#desk.flush();
    this.#connection?.close();
  }

  /** Shows where one is, and begins to take what is typed. */
  async #open(chat: Chat, server: string, rooms: readonly string[]): Promise<void> {
    if (this.screen.interactive) {
      this.#desk.note(`${server}, you are ${named(chat.me)}; /help lists what can be typed`);
    }
    for (const room of rooms) {
      this.#desk.windows.open({ room });
      chat.rooms.add(room);
    }
    const [first] = this.#desk.windows.all;
    for (const event of this.#early.splice(0)) hear(chat, event);
    this.screen.listen({
      entered: (text) => this.#lines.enter(text),
      ended: () => void this.#onEnded(chat),
      interrupted: () => this.#onInterrupted(chat),
      alt: (key) => this.#onAlt(chat, key),
      complete: (line) => complete(chat, line),
    });
    if (first) await lookAt(chat, first);
    else this.#desk.showPrompt();
    await this.#lookAround(chat).catch((error) => {
      // What is lost with the connection is said already, and is only a help.
      if (!(error instanceof RequestError) || !isUnreachable(error)) {
        this.#desk.complain(problemInWords(error));
      }
    });
  }

  async #lookAround(chat: Chat): Promise<void> {
    if (this.screen.interactive) await lookForNews(chat);
    const { online } = await chat.connection.ask("who", {});
    for (const nickname of online) chat.came(nickname);
  }

  #onEvent(event: Event): void {
    this.#farewell.hear(event);
    if (this.#chat) hear(this.#chat, event);
    else this.#early.push(event);
    this.#chat?.readMarks.look();
  }

  #onState(state: ConnectionState): void {
    if (!this.#chat) return;
    this.#desk.offline = state === "offline";
    if (state === "offline") {
      this.#desk.note("the connection is lost; trying again, what you type goes later");
    }
    if (state === "closed") {
      this.#desk.complain("the connection has ended");
      // What still waited is told first that it did not go.
      setTimeout(() => this.end(EXIT.unreachable), 0);
    }
  }

  async #onResumed({ recovered, rooms }: Answer<"resume">): Promise<void> {
    const chat = this.#chat;
    if (!chat) return;
    this.#desk.note("connected again");
    for (const window of this.#desk.windows.all) {
      const { place } = window;
      if ("room" in place && !rooms.includes(place.room)) {
        this.#desk.put(window, {
          text: this.screen.paint.dim(`-- you are not in ${named(place.room)} any more`),
        });
      }
      if (!recovered && window.state === "ready") window.state = "stale";
    }
    if (recovered) return;
    const { current, all } = this.#desk.windows;
    const lacking = this.screen.interactive ? all.filter((window) => window === current) : all;
    for (const window of lacking) {
      await fill(chat, window).catch((error) => this.#desk.complain(problemInWords(error)));
      this.#desk.showFresh(window);
    }
  }

  async #onEnded(chat: Chat): Promise<void> {
    if (this.screen.interactive) return await leave(chat);
    await this.#lines.over();
    await leave(chat);
  }

  #interruptedAt: number | undefined;

  #onInterrupted(chat: Chat): void {
    const now = Date.now();
    if (this.#interruptedAt !== undefined && now - this.#interruptedAt < TWICE_MS) {
      return this.end(EXIT.interrupted);
    }
    this.#interruptedAt = now;
    chat.desk.note("Ctrl-C once more ends it");
  }

  #onAlt(chat: Chat, key: string): void {
    const { windows } = this.#desk;
    const window = key === "a" ? windows.nextUnread : windows.numbered(key === "0" ? 10 : Number(key));
    if (window) void lookAt(chat, window, false);
  }
}

const TWICE_MS = 3_000;
