/**
 * Sends a node's people to the others while it is cut off from NATS and another one is not. Another one's word counts only
 * if NATS has kept something of it after this node was cut off: where NATS is away for everybody nobody is sent anywhere,
 * and everybody reads on. docs/cluster.md says what that means to clients.
 */

/** What `/ready` says of a node that takes newcomers. */
export interface ReadyNode {
  /** Its name. */
  readonly node: string;
  /** How long ago NATS has kept something of it; milliseconds. */
  readonly kept_ms: number;
}

/** What becomes of the people of a node. */
interface HandedOver {
  /** They are to go, and so is whoever comes. `urls`: where pages of others are that take them. */
  send(urls: readonly string[]): void;
  /** Whoever comes is let in again. */
  admit(): void;
}

/** What a {@link HandOver} is given. */
interface HandOverOptions {
  /** Where everybody comes to: perhaps a balancer, behind which any node may answer. */
  readonly publicUrl: string | undefined;
  /** Since when this node is cut off; `performance.now()`. */
  cutOffSince(): number | undefined;
  /** Whether it is where the others are. */
  isCaughtUp(): boolean;
  /** The other nodes by name, as far as they were alive when it was cut off, and where their pages are. */
  others(): { readonly names: ReadonlySet<string>; readonly urls: readonly string[] };
  /** What `/ready` below an address says; undefined: not within so many milliseconds that newcomers are taken. */
  ask(address: string, withinMs: number): Promise<unknown>;
  /** Told of it in words. */
  onNote(note: string): void;
}

/** How often it is looked whether this node is cut off, and how long another one has to say that it goes on. */
const LOOK_MS = 250;
const ANSWER_MS = 800;
/** What has been kept of another one so long after this node was cut off was kept without it. */
const AFTER_MS = 200;
/** For so long after the last word of another one newcomers are sent there. */
const WORD_MS = 3_000;
/** Whoever is back knows after so long how far the others are. */
const BACK_MS = 1_500;
/** People are not sent away more often than this. */
const AGAIN_MS = 15_000;

/** Looks after the people of one node. */
export class HandOver {
  readonly #options: HandOverOptions;
  #people: HandedOver | undefined;
  #looking: ReturnType<typeof setInterval> | undefined;
  #isAsking = false;
  #isOn = false;
  /** Since when this node was cut off the last time. */
  #since = 0;
  /** Since when it is so no more. */
  #backAt = Infinity;
  #wordAt = -Infinity;
  #sentAt = -Infinity;

  constructor(options: HandOverOptions) {
    this.#options = options;
  }

  /** Whether people are sent to others now. */
  get isOn(): boolean {
    return this.#isOn;
  }

  /** Begins to look. */
  begin(people: HandedOver): void {
    this.#people = people;
    this.#looking = setInterval(() => void this.#look(), LOOK_MS);
  }

  close(): void {
    clearInterval(this.#looking);
    this.#people = undefined;
  }

  async #look(): Promise<void> {
    const { cutOffSince, isCaughtUp } = this.#options;
    const since = cutOffSince();
    if (since !== undefined) {
      this.#since = since;
      this.#backAt = Infinity;
    } else if (!this.#isOn) return;
    else this.#backAt = Math.min(this.#backAt, performance.now());
    if (performance.now() - this.#backAt > BACK_MS && isCaughtUp()) {
      return this.#admit("this node is in touch with the others again: whoever comes is let in");
    }
    if (this.#isAsking) return;
    this.#isAsking = true;
    const takers = await this.#takers().finally(() => this.#isAsking = false);
    if (cutOffSince() === undefined && !this.#isOn) return;
    const now = performance.now();
    if (takers.length > 0) this.#wordAt = now;
    if (now - this.#wordAt > WORD_MS) {
      this.#admit("no other node takes people any more: whoever comes is let in, and can read");
    } else if (takers.length > 0 && now - this.#sentAt > AGAIN_MS) this.#send(takers);
  }

  #send(takers: readonly { readonly node: string; readonly url: string | undefined }[]): void {
    if (!this.#people || this.#isOn) return;
    this.#isOn = true;
    this.#sentAt = performance.now();
    const names = Array.from(new Set(takers.map(({ node }) => node))).join(" and ");
    this.#options.onNote(`this node is cut off from NATS, and ${names} is not: its people are sent there`);
    const urls = takers.flatMap(({ url }) => url ?? []);
    this.#people.send(urls.length > 0 ? urls : this.#options.others().urls);
  }

  #admit(note: string): void {
    if (!this.#isOn) return;
    this.#isOn = false;
    this.#options.onNote(note);
    this.#people?.admit();
  }

  /** Other nodes that go on; `url`: where its page is, where it was asked there. */
  async #takers(): Promise<{ node: string; url: string | undefined }[]> {
    const { others, publicUrl, ask } = this.#options;
    const { names, urls } = others();
    if (names.size === 0) return [];
    const addresses = new Set([...urls, ...(publicUrl === undefined ? [] : [publicUrl])]);
    const askedAt = performance.now();
    const answers = await Promise.all(
      Array.from(
        addresses,
        async (address) => ({ address, said: await ask(address, ANSWER_MS).catch(() => undefined) }),
      ),
    );
    return answers.flatMap(({ address, said }) => {
      const goesOn = isReadyNode(said) && names.has(said.node) &&
        askedAt - said.kept_ms > this.#since + AFTER_MS;
      return goesOn ? [{ node: said.node, url: urls.includes(address) ? address : undefined }] : [];
    });
  }
}

function isReadyNode(said: unknown): said is ReadyNode {
  const { node, kept_ms } = (said ?? {}) as Partial<ReadyNode>;
  return typeof node === "string" && typeof kept_ms === "number";
}
