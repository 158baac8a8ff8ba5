/**
 * One program on several lines. It signs in on the first; the others come to ports of their own within a moment, silent. What happens
 * is told on the line that leads: the first one, until the line that its dialect names first has come. The program is there as long as
 * the leading line is; each other line comes and goes by itself.
 */
import type { PeerCodec } from "../../protocol/dialect.ts";
import type { AwaitedLines } from "./pending_channels.ts";
import type { Connection } from "./connection.ts";
import { CONTESTED, SLOW_READER } from "./disconnect_reasons.ts";
import { Telling } from "./event_buffer.ts";
import type { WireLimits } from "./wire_limits.ts";

/** What a program that has just signed in may still open. */
export interface PartyOptions {
  /** The names of the other lines; the one that will lead first. */
  readonly names: readonly string[];
  readonly awaited: AwaitedLines;
  readonly limits: WireLimits;
  /** Told when another line leads. */
  readonly onLead: (lead: Connection) => void;
}

/** The lines of one program. */
export class Party {
  readonly #options: PartyOptions;
  readonly #first: Connection;
  #lead: Connection;
  readonly #all = new Set<Connection>();
  /** Lines that have come. */
  readonly #lines = new Map<string, Connection>();
  /** Lines that may still come → what is to be said there. */
  readonly #awaited: Map<string, Telling>;
  readonly #timers: readonly ReturnType<typeof setTimeout>[];
  /** Until when its lines may come; as `performance.now()`. */
  readonly #until: number;

  constructor(first: Connection, options: PartyOptions) {
    const { names, awaited, limits } = options;
    this.#options = options;
    this.#first = first;
    this.#lead = first;
    this.#all.add(first);
    this.#awaited = new Map(names.map((name) => [name, this.#telling()]));
    for (const name of names) awaited.add(first.caller.address, name, this);
    first.telling.wait("line");
    this.#until = performance.now() + limits.linesComeMs;
    this.#timers = [
      setTimeout(() => this.#lead === first && this.#holdNoMore(), limits.linesHeldMs),
      setTimeout(() => this.keepsToOne(), limits.linesComeMs),
    ];
  }

  /** The line on which what happens is told. */
  get lead(): Connection {
    return this.#lead;
  }

  /** Whether a line is there, and the time is not over in which it comes. */
  isComing(name: string): boolean {
    return this.#lines.has(name) && performance.now() < this.#until;
  }

  /** Somebody else has come for one of its lines: as nobody can tell which is which, all of it ends. */
  contest(): void {
    this.#lead.end(CONTESTED);
  }

  /** What speaks on a line of this program. */
  speaker(name: string): PeerCodec {
    return this.#first.speakerOf(name);
  }

  /** A line has come. */
  join(name: string, line: Connection): void {
    const said = this.#awaited.get(name);
    const late = !(name === this.#leading ? this.#lead.telling : said)?.waits;
    this.#awaited.delete(name);
    this.#lines.set(name, line);
    this.#all.add(line);
    if (name === this.#leading) this.#leadOn(line);
    said?.handOver(line.telling);
    if (late) line.say(this.speaker(name).begins?.() ?? {});
    line.telling.ready("line");
    if (this.#awaited.size === 0) this.#waitNoMore();
    line.flush();
  }

  /** Says something on a line, at the latest when it has come; on the leading one where it will not. */
  say(name: string, words: string): void {
    const awaited = name === this.#leading ? undefined : this.#awaited.get(name);
    (this.#lines.get(name)?.telling ?? awaited ?? this.#lead.telling).tell(words);
  }

  /** The program shows that it opens no other line, or has not opened it in time. */
  keepsToOne(): void {
    if (this.#awaited.size === 0) return;
    this.#holdNoMore();
    this.#waitNoMore();
  }

  /** Does something with every line but the leading one. */
  others(action: (line: Connection) => void): void {
    for (const line of Array.from(this.#all)) if (line !== this.#lead) action(line);
  }

  /** Nobody is signed in here any more. */
  over(): void {
    for (const line of Array.from(this.#all)) line.finish();
  }

  /** A line is gone. With the leading one all are. */
  left(line: Connection): void {
    this.#all.delete(line);
    for (const [name, each] of this.#lines) if (each === line) this.#lines.delete(name);
    if (line !== this.#lead) return;
    this.#waitNoMore();
    for (const name of this.#options.names) {
      this.#options.awaited.forget(this.#first.caller.address, name, this);
    }
    this.over();
  }

  get #leading(): string | undefined {
    return this.#options.names[0];
  }

  #leadOn(line: Connection): void {
    this.#lead.telling.handOver(line.telling);
    this.#lead = line;
    this.#options.onLead(line);
  }

  /** What was kept for lines that may come is told on the leading one. */
  #holdNoMore(): void {
    for (const said of this.#awaited.values()) said.handOver(this.#lead.telling);
    this.#lead.telling.ready("line");
    this.#lead.flush();
  }

  #waitNoMore(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const name of this.#awaited.keys()) {
      this.#options.awaited.remove(this.#first.caller.address, name, this);
    }
    this.#awaited.clear();
  }

  /** For a line that is not there yet. */
  #telling(): Telling {
    const telling = new Telling({
      bytesMax: this.#options.limits.outboxBytesMax,
      behind: () => false,
      queue: (words) => this.#lead.telling.tell(words),
      overflow: () => this.#lead.end(SLOW_READER),
    });
    telling.wait("line");
    return telling;
  }
}
