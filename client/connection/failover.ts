/**
 * One service at several addresses. A link is made to whichever answers: after a loss the next one is tried first, and
 * one that is slow to answer does not keep the others waiting.
 */
import type { Link, LinkEvents, OpenLink } from "./link.ts";

/** An address, and how a link to it is opened. */
export interface LinkTarget {
  readonly name: string;
  readonly open: OpenLink;
}

/** How long one has before the next is tried beside it. */
const STAGGER_MS = 1_000;

/** The addresses of one service. */
export class Failover {
  readonly #given: readonly LinkTarget[];
  #learned: readonly LinkTarget[] = [];
  #current: LinkTarget | undefined;

  constructor(given: readonly LinkTarget[]) {
    this.#given = given;
  }

  /** The service has told of others; they are tried after those that were given. */
  learn(others: readonly LinkTarget[]): void {
    this.#learned = others.filter(({ name }) => this.#given.every((each) => each.name !== name));
  }

  /** Whether there is any but the one that the last link went to. */
  get hasOthers(): boolean {
    return this.#all.length > 1;
  }

  /** Where the last link went to. */
  get current(): string | undefined {
    return this.#current?.name;
  }

  /** Opens a link to the first that answers. Rejects when none does, with the reason of the first that was tried. */
  readonly open: OpenLink = (events) =>
    new Promise((resolve, reject) => {
      const targets = this.#inTurn();
      const race = new Race(targets.length, events, resolve, reject);
      let timer: ReturnType<typeof setTimeout> | undefined;
      const next = () => {
        clearTimeout(timer);
        const target = targets.shift();
        if (!target || race.isOver) return;
        if (targets.length > 0) timer = setTimeout(next, STAGGER_MS);
        const onWon = () => {
          clearTimeout(timer);
          this.#current = target;
        };
        race.enter(target, onWon, next);
      };
      next();
    });

  get #all(): readonly LinkTarget[] {
    return [...this.#given, ...this.#learned];
  }

  /** All of them; the one that the last link went to comes last. */
  #inTurn(): LinkTarget[] {
    const all = this.#all;
    const at = all.findIndex(({ name }) => name === this.#current?.name) + 1;
    return [...all.slice(at), ...all.slice(0, at)];
  }
}

/** Several links that are being opened: the first that is open counts, and the others are closed. */
class Race {
  #winner: LinkTarget | undefined;
  #left: number;
  #why: unknown;

  constructor(
    count: number,
    readonly events: LinkEvents,
    readonly resolve: (link: Link) => void,
    readonly reject: (why: unknown) => void,
  ) {
    this.#left = count;
  }

  get isOver(): boolean {
    return this.#winner !== undefined;
  }

  enter(target: LinkTarget, onWon: () => void, onFailed: () => void): void {
    const counts = () => this.#winner === undefined || this.#winner === target;
    const opening = target.open({
      line: (text) => counts() ? this.events.line(text) : 0,
      raw: (bytes) => void (counts() && this.events.raw(bytes)),
      closed: (why) => void (counts() && this.events.closed(why)),
    });
    opening.then((link) => {
      if (this.#winner) return link.close();
      this.#winner = target;
      onWon();
      this.resolve(link);
    }, (error) => {
      this.#why ??= error;
      if (--this.#left === 0) this.reject(this.#why);
      onFailed();
    });
  }
}
