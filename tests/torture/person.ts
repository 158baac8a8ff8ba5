/** Somebody with the client that the page and the terminal have, who talks, listens, and comes back by themselves. */
import { Connection } from "../../client/connection/connection.ts";
import type { Link } from "../../client/connection/link.ts";
import { Failover } from "../../client/connection/failover.ts";
import { RequestError } from "../../client/connection/request_error.ts";
import { webSocketLink } from "../../client/connection/websocket_link.ts";
import { tcpLink } from "../../client/node/tcp_link.ts";
import type { Event } from "../../server/core/shared/events.ts";
import { PASSWORD, type Transport } from "../support/harness.ts";
import { sendFile } from "./files.ts";
import type { Ledger, Outage } from "./ledger.ts";
import type { Random } from "./random.ts";
import type { TorturedNode } from "./tortured_cluster.ts";

/** How somebody is. */
interface Manner {
  readonly name: string;
  readonly guest: boolean;
  readonly transport: Transport;
  /** The nodes, in the order in which they are tried. */
  readonly nodes: readonly TorturedNode[];
  readonly ledger: Ledger;
  readonly random: Random;
  /** What lies between two messages, at most; milliseconds. */
  readonly pauseMs: number;
  /** Says nothing, and only listens. */
  readonly isSilent?: boolean;
}

/** Of all that is said, so much is said with a key, so that it may be said again. */
const WITH_KEY = 0.7;
/** Now and then something else is done. */
const ELSE = 0.05;
const ROOMS = ["garden", "attic", "cellar"] as const;
const QUIET_LOOK_MS = 50;
const NOT_KEPT = /nothing of this was kept/;

/** One such person. */
export class Person {
  readonly name: string;
  readonly outages: Outage[] = [];
  /** Says nothing for now. */
  isQuiet = false;
  /** `seq` of what others said in the lobby, as it was heard. */
  readonly heard: number[] = [];
  /** From which `seq` to which nothing was heard, because it was told so. */
  readonly gaps: (readonly [after: number, upTo: number])[] = [];
  /** From which `seq` on one listened. */
  since = 0;
  readonly #manner: Manner;
  readonly #failover: Failover;
  #connection: Connection;
  #link: Link | undefined;
  #said = 0;
  #stopping = false;
  #talking: Promise<void> | undefined;
  #outage: Outage | undefined;
  /** One file at a time, beside what is said. */
  #sending: Promise<void> | undefined;
  #sent = 0;

  constructor(manner: Manner) {
    this.#manner = manner;
    this.name = manner.name;
    this.#failover = new Failover(manner.nodes.map((node) => ({
      name: node.name,
      open: manner.transport === "tcp"
        ? tcpLink({ host: "127.0.0.1", port: node.tcp })
        : webSocketLink(`${node.url.replace("http", "ws")}/ws`),
    })));
    this.#connection = this.#newConnection();
  }

  /** The node that this one is at; undefined: at none. */
  get at(): string | undefined {
    return this.#connection.state === "online" ? this.#failover.current : undefined;
  }

  /** Comes for the first time, and begins to talk. */
  async come(): Promise<void> {
    const { guest, name } = this.#manner;
    await this.#connection.connect();
    if (!guest) {
      await this.#connection.ask("register", {
        ...{ username: name, nickname: name, password: PASSWORD, email: `${name}@example.org` },
      });
    }
    this.since = await this.#signIn();
    if (!this.#manner.isSilent) this.#talking = this.#talk();
  }

  /** Loses the link, and goes to the next node. */
  move(): void {
    this.#link?.close();
  }

  /** Goes into a room. */
  async enter(room: string): Promise<void> {
    await this.#connection.ask("enter", { room });
  }

  /** Goes out of a room, if there is a link just then. */
  async leave(room: string): Promise<void> {
    await this.#connection.ask("leave", { room }).catch(() => {});
  }

  /** Says no more; resolves once everything is answered. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#talking;
    await this.#sending;
  }

  /** Comes and hears all that was said before. */
  async settled(): Promise<void> {
    await this.#connection.online();
    await this.#connection.ask("ping", {});
  }

  close(): void {
    this.#connection.close();
  }

  #newConnection(): Connection {
    return new Connection({
      open: async (events) => this.#link = await this.#failover.open(events),
      hasOthers: () => this.#failover.hasOthers,
      onEvent: (event) => this.#hear(event),
      onState: (state) => {
        if (state === "offline") this.#lost();
        if (state === "closed" && !this.#stopping) {
          this.#manner.ledger.violate(`${this.name} has to sign in again`);
        }
      },
      onResumed: ({ recovered, last }) => {
        if (!recovered) this.gaps.push([this.heard.at(-1) ?? this.since, last]);
        this.#back();
      },
    });
  }

  /** Gives the `seq` after which everything is heard. */
  async #signIn(): Promise<number> {
    const { guest, name } = this.#manner;
    const { last } = guest
      ? await this.#connection.ask("guest", { nickname: name })
      : await this.#connection.ask("login", { username: name, password: PASSWORD });
    return last;
  }

  #lost(): void {
    const { name } = this;
    this.#outage = {
      ...{ who: name, from: this.#failover.current, to: undefined },
      ...{ lostAt: performance.now(), backAt: undefined },
    };
    this.outages.push(this.#outage);
  }

  #back(): void {
    if (!this.#outage) return;
    this.#outage.backAt = performance.now();
    this.#outage.to = this.#failover.current;
    this.#outage = undefined;
  }

  #hear(event: Event): void {
    if (event.event !== "message" || event.room !== "lobby" || event.from === this.name) return;
    const last = this.heard.at(-1) ?? 0;
    if (event.seq <= last) this.#manner.ledger.violate(`${this.name} hears ${event.seq} after ${last}`);
    this.heard.push(event.seq);
  }

  async #talk(): Promise<void> {
    const { random, pauseMs } = this.#manner;
    while (!this.#stopping) {
      if (this.#connection.state === "closed") await this.#comeAnew();
      if (this.isQuiet) await pause(QUIET_LOOK_MS);
      else if (random.next() < ELSE) await this.#doSomethingElse();
      else await this.#say();
      await pause(random.between(0, pauseMs));
    }
  }

  /** After a violation the others are to go on. */
  async #comeAnew(): Promise<void> {
    try {
      const connection = this.#newConnection();
      await connection.connect();
      this.#connection = connection;
      const last = await this.#signIn();
      this.gaps.push([this.heard.findLast((seq) => seq <= last) ?? this.since, last]);
    } catch {
      this.#connection.close();
    }
  }

  async #say(): Promise<void> {
    const { ledger, random } = this.#manner;
    const text = `${this.name} ${++this.#said}`;
    const key = random.next() < WITH_KEY ? { key: text } : {};
    while (true) {
      try {
        const { seq } = await this.#connection.ask("send", { room: "lobby", text, ...key });
        ledger.acknowledge(text, seq);
        return;
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        ledger.countRefusal(error.code);
        if ("key" in key && error.code !== "closed") {
          await pause(Math.min(error.retryAfterMs ?? 200, 500));
          continue;
        }
        const isKnown = NOT_KEPT.test(error.message) || ["shutting_down", "busy"].includes(error.code);
        (isKnown ? ledger.refused : ledger.unknown).add(text);
        return;
      }
    }
  }

  /** Rooms come and go, people enter and leave them, react, and write to each other. */
  async #doSomethingElse(): Promise<void> {
    const { random } = this.#manner;
    const room = random.of(ROOMS);
    const works = [
      () =>
        Promise.resolve(void (this.#sending ??= this.#sendFile().finally(() => this.#sending = undefined))),
      () => this.#connection.ask("enter", { room }),
      () => this.#connection.ask("leave", { room }),
      () => this.#connection.ask("send", { room, text: `in ${room}` }),
      () => this.#connection.ask("room.set", { room, topic: `${this.name} ${this.#said}` }),
      async () => {
        const { messages } = await this.#connection.ask("history", { room: "lobby", limit: 5 });
        const { id } = random.of(messages);
        await this.#connection.ask("react", { message: id, emoji: "👍", on: random.next() < 0.7 });
      },
    ];
    await random.of<() => Promise<unknown>>(works)().catch((error) => {
      if (!(error instanceof RequestError)) throw error;
    });
  }

  async #sendFile(): Promise<void> {
    const { ledger, random } = this.#manner;
    try {
      ledger.files.push(await sendFile(this.#connection, `${this.name}-${++this.#sent}.bin`, random));
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      ledger.countRefusal(error.code);
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
