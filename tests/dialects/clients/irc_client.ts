/** An IRC client that shows what it is told line by line, so that a test reads as a transcript. */
import { connect, type Socket } from "node:net";
import type { Running } from "../../../server/run/serve.ts";
import { assertEquals } from "../../support/assert.ts";
import { PASSWORD, type TestServer, withServer } from "../../support/harness.ts";

/** Runs a body against a server with a port of IRC's own. */
export function withIrc(
  body: (server: TestServer) => Promise<void>,
  wanted: Parameters<typeof withServer>[0] = {},
  given: Parameters<typeof withServer>[2] = {},
): Promise<void> {
  return withServer({ listen: [{ port: 0, dialect: "irc" }], ...wanted }, body, given);
}

/** How long a test waits for a line; milliseconds. */
const PATIENCE_MS = 20_000;
/** A busy server pings when it finds the time. */
const PING_PATIENCE_MS = 60_000;

/** What differs each time: moments, ids, references of batches. */
const VARYING: readonly (readonly [RegExp, string])[] = [
  [/(?<=[@;]time=)[^; ]+/, "TIME"],
  [/(?<=[@;]msgid=)[^; ]+/, "ID"],
  [/(?<= (?:329 [^ ]+|333 [^ ]+ [^ ]+) [^ ]+ )\d{10}$/, "SECONDS"],
];

/** One client. */
export class IrcClient {
  readonly #socket: Socket;
  #rest = "";
  readonly lines: string[] = [];
  #over = false;
  #wake: (() => void)[] = [];
  #pings = 0;
  /** What the server's PINGs said that nobody has waited for. */
  readonly #pinged: string[] = [];
  /** Whether it answers them, as every client does whose network works. */
  answersPings = true;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding("utf8");
    socket.on("data", (text) => this.#take(String(text)));
    socket.on("error", () => {});
    socket.on("close", () => {
      this.#over = true;
      this.#wakeAll();
    });
  }

  /** Connects to IRC's own port, or to another one. */
  static connect({ urls }: Pick<Running, "urls">, port = "irc"): Promise<IrcClient> {
    const [host = "", number] = urls.find(({ name }) => name === port)!.url.split(":");
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port: Number(number), noDelay: true }, () => {
        socket.off("error", reject);
        resolve(new IrcClient(socket));
      });
      socket.on("error", reject);
    });
  }

  /** Comes in as a guest, with these capabilities, and has seen the lobby. */
  static async guest(running: Pick<Running, "urls">, nick: string, capabilities = ""): Promise<IrcClient> {
    const client = await IrcClient.connect(running);
    client.says(...requesting(capabilities), `NICK ${nick}`, `USER ${nick} 0 * :${nick}`, "CAP END");
    await client.hearsAtLast(/ 366 \S+ #lobby /);
    return client;
  }

  /** The same with an account, which is there. */
  static async member(running: Pick<Running, "urls">, name: string, capabilities = ""): Promise<IrcClient> {
    const client = await IrcClient.connect(running);
    client.says(...requesting(capabilities), `PASS ${name}:${PASSWORD}`, `NICK ${name}`);
    client.says(`USER ${name} 0 * :${name}`, "CAP END");
    await client.hearsAtLast(/ 366 \S+ #lobby /);
    return client;
  }

  says(...lines: string[]): void {
    this.#socket.write(lines.map((line) => `${line}\r\n`).join(""));
  }

  /** Sends bytes as they are; resolves once the system has them. */
  sends(bytes: Uint8Array | string): Promise<void> {
    return new Promise((resolve) => this.#socket.write(bytes, () => resolve()));
  }

  /** The next line, as it is. */
  async next(): Promise<string> {
    const late = setTimeout(() => this.#socket.destroy(), PATIENCE_MS);
    while (this.lines.length === 0 && !this.#over) {
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
    clearTimeout(late);
    return this.lines.shift() ?? "(the end)";
  }

  /** The next lines are these. */
  async hears(...expected: string[]): Promise<void> {
    for (const line of expected) assertEquals(told(await this.next()), line);
  }

  /** Passes over lines until one is like this; gives it. */
  async hearsAtLast(expected: RegExp): Promise<string> {
    const seen: string[] = [];
    while (true) {
      const line = await this.next();
      if (expected.test(line)) return line;
      seen.push(line);
      if (line === "(the end)") throw new Error(`never heard ${expected}; heard\n${seen.join("\n")}`);
    }
  }

  /** A ping's answer comes after everything that was decided before it; then nothing may be there. */
  async hearsNothing(): Promise<void> {
    await this.hears(...this.#pingsOnce());
  }

  /** The server pings, and is answered; gives what it says. */
  async isPinged(): Promise<string> {
    const late = setTimeout(() => this.#socket.destroy(), PING_PATIENCE_MS);
    while (this.#pinged.length === 0 && !this.#over) {
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
    clearTimeout(late);
    return this.#pinged.shift() ?? "(the end)";
  }

  /** Forgets what it was told up to now. */
  async forgets(): Promise<this> {
    const [pong = ""] = this.#pingsOnce();
    while (await this.next() !== pong);
    return this;
  }

  /** When the server ends the connection, this end of it stays open, as of a client that stands still. */
  staysOpen(): void {
    this.#socket.allowHalfOpen = true;
  }

  async hearsTheEnd(): Promise<void> {
    await this.hears("(the end)");
  }

  close(): void {
    this.#socket.destroy();
  }

  #pingsOnce(): string[] {
    const token = `now-${++this.#pings}`;
    this.says(`PING ${token}`);
    return [`:irc.switchboard PONG irc.switchboard ${token}`];
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split("\r\n");
    this.#rest = lines.pop()!;
    for (const line of lines) {
      const [, token] = /^PING :?(.*)$/.exec(line) ?? [];
      if (token === undefined) this.lines.push(line);
      else {
        this.#pinged.push(token);
        if (this.answersPings) this.says(`PONG :${token}`);
      }
    }
    this.#wakeAll();
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}

function requesting(capabilities: string): string[] {
  return capabilities === "" ? [] : [`CAP REQ :${capabilities}`];
}

function told(line: string): string {
  return VARYING.reduce((text, [pattern, name]) => text.replace(pattern, name), line);
}
