/**
 * Programs that know no way back: clients of IRC and of the codes. They sign in anew, to the next node, whenever their
 * connection is lost; what they hear on one connection has one order and nothing twice.
 */
import { connect, type Socket } from "node:net";
import { PASSWORD } from "../support/harness.ts";
import type { Ledger, Outage } from "./ledger.ts";
import type { Random } from "./random.ts";
import type { TorturedNode } from "./tortured_cluster.ts";

/** How a program is. */
interface Manner {
  readonly name: string;
  readonly nodes: readonly TorturedNode[];
  readonly ledger: Ledger;
  readonly random: Random;
  readonly pauseMs: number;
}

/** What differs between the languages. */
interface Language {
  readonly port: "irc" | "codes";
  /** Comes in; each of these is one write, once the one before was answered. */
  readonly entering: (name: string) => readonly string[];
  /** What says that one is in. */
  readonly entered: (name: string) => RegExp;
  /** What says that one can't come in now. */
  readonly refused: RegExp;
  readonly says: (text: string) => string;
  /** What one said, as it comes back; undefined: it does not. */
  readonly echo: ((name: string) => RegExp) | undefined;
  /** What a text of others is in what comes. */
  readonly heard: RegExp;
  readonly asksForLife: string;
}

/** Where nothing came back for so long, the next node is tried. */
const SILENT_MS = 5_000;
const AGAIN_MS = 300;

export const LANGUAGES: Readonly<Record<"irc" | "codes", Language>> = {
  irc: {
    port: "irc",
    entering: (name) => [
      `CAP REQ :echo-message\r\nPASS ${name}:${PASSWORD}\r\nNICK ${name}\r\nUSER ${name} 0 * :${name}\r\nCAP END\r\n`,
    ],
    entered: (name) => new RegExp(` 366 ${name} #lobby `),
    refused: / 4(33|64) |^ERROR /m,
    says: (text) => `PRIVMSG #lobby :${text}\r\n`,
    echo: (name) => new RegExp(`^:${name}!\\S+ PRIVMSG #lobby :(${name} \\d+)\\r$`, "gm"),
    heard: /^:\S+ PRIVMSG #lobby :(\w+ \d+)\r$/gm,
    asksForLife: "PING alive\r\n",
  },
  codes: {
    port: "codes",
    entering: (name) => [`102\r\n${name}\r\n${PASSWORD}`, `101\r\n${name}\r\n${PASSWORD}`],
    entered: (name) => new RegExp(`204\r\n${name}`),
    refused: /20[123]$/,
    says: () => "108",
    echo: undefined,
    // Nothing stands between two messages: one is whole once the next begins.
    heard: /209\r\n\w+\r\n(\w+ \d+?)(?=2(?:0\d|10)\r\n)/g,
    asksForLife: "108",
  },
};

/** One such program. */
export class Program {
  readonly name: string;
  readonly outages: Outage[] = [];
  /** Says nothing for now. */
  isQuiet = false;
  /** What was heard on each connection. */
  readonly heard: string[][] = [];
  readonly #manner: Manner;
  readonly #language: Language;
  #at = 0;
  #said = 0;
  #stopping = false;
  #talking: Promise<void> | undefined;
  #socket: Socket | undefined;
  #isIn = false;
  #rest = "";
  readonly #waiting = new Set<string>();

  constructor(language: Language, manner: Manner) {
    this.name = manner.name;
    this.#manner = manner;
    this.#language = language;
  }

  get at(): string | undefined {
    return this.#isIn ? this.#manner.nodes[this.#at % this.#manner.nodes.length]!.name : undefined;
  }

  /** Comes, and begins to talk. */
  async come(): Promise<void> {
    while (!await this.#enter()) await pause(AGAIN_MS);
    this.#talking = this.#talk();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#talking;
    // What is not answered by then never is.
    await pause(1_000);
    for (const text of this.#waiting) this.#manner.ledger.unknown.add(text);
    this.#waiting.clear();
  }

  /** Loses the connection, and goes to the next node. */
  move(): void {
    this.#socket?.destroy();
  }

  close(): void {
    this.#socket?.destroy();
  }

  async #talk(): Promise<void> {
    const { random, pauseMs, nodes } = this.#manner;
    while (!this.#stopping) {
      if (this.#isIn && !this.isQuiet) this.#say();
      else if (!this.#isIn) {
        for (const text of this.#waiting) this.#manner.ledger.unknown.add(text);
        this.#waiting.clear();
        const outage: Outage = {
          ...{ who: this.name, from: nodes[this.#at % nodes.length]!.name, to: undefined },
          ...{ lostAt: performance.now(), backAt: undefined },
        };
        this.outages.push(outage);
        do {
          this.#at++;
          await pause(AGAIN_MS);
        } while (!await this.#enter() && !this.#stopping);
        outage.backAt = performance.now();
        outage.to = this.at;
      }
      await pause(random.between(pauseMs / 2, pauseMs * 1.5));
    }
  }

  #say(): void {
    const { says, echo } = this.#language;
    if (!echo) return void this.#socket?.write(says(""));
    const text = `${this.name} ${++this.#said}`;
    this.#waiting.add(text);
    this.#socket?.write(says(text));
  }

  /** Whether one is in. */
  #enter(): Promise<boolean> {
    const { nodes } = this.#manner;
    const node = nodes[this.#at % nodes.length]!;
    const { entering, entered, refused, port, asksForLife } = this.#language;
    return new Promise((resolve) => {
      const socket = connect({ host: "127.0.0.1", port: node.ports[port], noDelay: true });
      const heard: string[] = [];
      let all = "";
      let quiet: ReturnType<typeof setTimeout> | undefined;
      const life = setInterval(() => this.#isIn && socket.write(asksForLife), SILENT_MS / 3);
      const came = () => {
        clearTimeout(quiet);
        quiet = setTimeout(() => socket.destroy(), SILENT_MS);
      };
      came();
      this.#rest = "";
      socket.setEncoding("utf8");
      socket.on("error", () => {});
      const words = [...entering(this.name)];
      const goesOn = () => socket.write(words.shift()!);
      socket.on("connect", goesOn);
      socket.on("data", (data) => {
        came();
        if (this.#isIn) return this.#take(String(data), heard);
        all += data;
        if (entered(this.name).test(all)) {
          this.#isIn = true;
          this.#socket = socket;
          this.heard.push(heard);
          resolve(true);
        } else if (refused.test(all)) socket.destroy();
        else if (words.length > 0) goesOn();
      });
      socket.on("close", () => {
        clearTimeout(quiet);
        clearInterval(life);
        if (this.#socket === socket) this.#isIn = false;
        resolve(false);
      });
    });
  }

  #take(data: string, heard: string[]): void {
    const { echo, heard: pattern } = this.#language;
    const text = this.#rest + data;
    const own = `${this.name} `;
    if (echo) {
      for (const [, said] of text.matchAll(echo(this.name))) {
        if (this.#waiting.delete(said!)) this.#manner.ledger.acknowledge(said!, undefined);
      }
    }
    let end = 0;
    for (const match of text.matchAll(pattern)) {
      end = match.index + match[0].length;
      if (!match[1]!.startsWith(own)) heard.push(match[1]!);
    }
    // What may be the beginning of one more.
    this.#rest = echo ? text.slice(text.lastIndexOf("\n") + 1) : text.slice(Math.max(end, text.length - 200));
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
