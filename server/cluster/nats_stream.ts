/** The log's stream in NATS: what is put at its end, and what comes of it, in order and without gaps. */
import type { ConsumerMessages } from "@nats-io/jetstream";
import type { LogStream } from "../log/jetstream_log.ts";
import type { NatsParts } from "./nats_connection.ts";

/** Takes the messages. */
interface Follower {
  /** The last one that came. */
  readonly last: () => number;
  /** False: there is a gap before it. */
  take(seq: number, data: Uint8Array): boolean;
  /** How many came and are not applied. */
  readonly lag: () => number;
  /** Those that come next are no longer there. */
  onGap(): void;
  onError(error: unknown): void;
}

/** What one message may have, whatever NATS would take: it is applied as a whole. */
const BYTES_MAX = 512 * 1024;
const HEADERS_BYTES = 1_024;
/** Messages that are on their way at a time, and that wait to be applied before no more are asked for. */
const AHEAD = 200;
const LAG_MAX = 5_000;
const HEARTBEAT_MS = 1_000;
const WATCH_MS = 250;
/** What was confirmed, and has not come for so long, is asked for anew. */
const LATE_MS = 750;

/** What says that nothing comes any more. */
const TROUBLE: ReadonlySet<string> = new Set([
  "heartbeats_missed",
  "consumer_deleted",
  "consumer_not_found",
  "stream_not_found",
  "no_responders",
]);

/** The stream of a cluster. */
export class NatsStream implements LogStream {
  readonly #parts: NatsParts;
  #following: ConsumerMessages | undefined;
  #isOpening = false;
  #watch: ReturnType<typeof setInterval> | undefined;
  #follower: Follower | undefined;
  /** The last message that is known to be there, and when the last one came, or since when there is one that has not. */
  #known = { seq: 0, at: 0 };
  /** How often the consumer was made anew. */
  restarts = 0;
  /** Told how long each message took to be confirmed; seconds. */
  onAppend: (seconds: number) => void = () => {};

  constructor(parts: NatsParts) {
    this.#parts = parts;
  }

  get bytesMax(): number {
    return Math.min(BYTES_MAX, (this.#parts.connection.info?.max_payload ?? BYTES_MAX) - HEADERS_BYTES);
  }

  async publish(data: Uint8Array, timeoutMs: number): Promise<void> {
    const { jetstream, logSubject } = this.#parts;
    const began = performance.now();
    // Without an id by which NATS would know it again: after its leader was halted, replicas of 2.9 disagreed on what they
    // knew already, and from then on on every number. What is there twice counts once (log/jetstream_log.ts).
    const { seq } = await jetstream.publish(logSubject, data, { timeout: timeoutMs, retries: 1 });
    this.onAppend((performance.now() - began) / 1000);
    this.expect(seq);
  }

  /** The last message that is known to be there. */
  get known(): number {
    return this.#known.seq;
  }

  /** So many messages are known to be there. */
  expect(seq: number): void {
    if (seq <= this.#known.seq) return;
    // While something is lacking, more of it does not make it any later.
    const isLacking = this.#follower !== undefined && this.#known.seq > this.#follower.last();
    this.#known = { seq, at: isLacking ? this.#known.at : performance.now() };
  }

  /** The numbers of the first and of the last message that are there. */
  async range(): Promise<{ first: number; last: number }> {
    const { state: { first_seq: first, last_seq: last } } = await this.#parts.manager.streams.info(
      this.#parts.stream,
    );
    return { first, last };
  }

  /** Brings every message after the last one, from now on. */
  follow(follower: Follower): void {
    this.#follower = follower;
    void this.#open();
    this.#watch = setInterval(() => this.#look(), WATCH_MS);
  }

  close(): void {
    clearInterval(this.#watch);
    this.#follower = undefined;
    this.#following?.stop();
  }

  async #open(): Promise<void> {
    const follower = this.#follower;
    if (!follower || this.#isOpening || follower.lag() > LAG_MAX) return;
    this.#isOpening = true;
    this.#following?.stop();
    this.#following = undefined;
    this.restarts++;
    try {
      const { jetstream, stream } = this.#parts;
      const consumer = await jetstream.consumers.get(stream, { opt_start_seq: follower.last() + 1 });
      if (!this.#follower) return;
      const following: ConsumerMessages = await consumer.consume({
        max_messages: AHEAD,
        idle_heartbeat: HEARTBEAT_MS,
        expires: 30_000,
        callback: (message) => this.#take(following, message.seq, message.data),
      });
      if (!this.#follower) return following.stop();
      this.#following = following;
      void this.#watchOver(following);
    } catch (error) {
      follower.onError(error);
    } finally {
      this.#isOpening = false;
    }
  }

  /** What brings the messages goes with the NATS server that has it: then it is made anew, sooner than its maker would. */
  async #watchOver(following: ConsumerMessages): Promise<void> {
    for await (const { type } of following.status()) {
      if (TROUBLE.has(type)) break;
    }
    if (this.#following !== following) return;
    this.#stop();
    void this.#open();
  }

  #take(following: ConsumerMessages | undefined, seq: number, data: Uint8Array): void {
    const follower = this.#follower;
    if (!follower || (following && this.#following && following !== this.#following)) return;
    try {
      if (!follower.take(seq, data)) return void this.#lookBack(follower);
      this.#known.at = performance.now();
    } catch (error) {
      follower.onError(error);
    }
    if (follower.lag() > LAG_MAX) this.#stop();
  }

  /** Something was left out: it is asked for again, if it is still there. */
  async #lookBack(follower: Follower): Promise<void> {
    this.#stop();
    try {
      const { first } = await this.range();
      if (first > follower.last() + 1) return follower.onGap();
      await this.#open();
    } catch (error) {
      follower.onError(error);
    }
  }

  /** Until some of it is applied, no more is asked for. */
  #stop(): void {
    this.#following?.stop();
    this.#following = undefined;
  }

  #look(): void {
    const follower = this.#follower;
    if (!follower) return;
    const isLate = this.#known.seq > follower.last() && performance.now() - this.#known.at > LATE_MS;
    if (isLate) this.#known = { ...this.#known, at: performance.now() };
    if (isLate || !this.#following) void this.#open();
  }
}
