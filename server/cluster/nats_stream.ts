/** The log's stream in NATS: what is put at its end, and what comes of it, in order and without gaps. */
import type { ConsumerMessages } from "@nats-io/jetstream";
import { type LogStream, MessageTooLargeError } from "../log/log_message.ts";
import { ClusterError } from "./cluster_error.ts";
import { goneFromNats, type NatsParts, NO_STREAM } from "./nats_connection.ts";

/** Takes the messages. */
interface Follower {
  /** The last one that came. */
  readonly last: () => number;
  /** False: there is a gap before it. */
  take(seq: number, data: Uint8Array): boolean;
  /** How many came and are not applied, and their bytes. */
  readonly lag: () => { readonly messages: number; readonly bytes: number };
  /** Those that come next are no longer there. */
  onGap(): void;
  /** The log is gone, or is another one. */
  onLost(error: ClusterError): void;
  /** Told in words of what the operator should know. */
  onNote(note: string): void;
  onError(error: unknown): void;
}

/** What one message may have, whatever NATS would take: it is applied as a whole. */
const BYTES_MAX = 512 * 1024;
const HEADERS_BYTES = 1_024;
/** Messages that are on their way at a time, and that wait to be applied before no more are asked for. */
const AHEAD = 200;
const LAG_MAX = 5_000;
const LAG_BYTES_MAX = 64 * 1024 * 1024;
const HEARTBEAT_MS = 1_000;
const WATCH_MS = 250;
/** How long NATS has for making what brings the messages, and how often that is doubled where it takes longer. */
const OPENED_MS = 1_000;
const DOUBLED_MAX = 2;
/** What was confirmed, and has not come for so long, is asked for anew. */
const LATE_MS = 750;
/** NATS servers that have just begun do not know of a stream at once. */
const GONE_MS = 5_000;

/** What says that nothing comes any more. */
const TROUBLE: ReadonlySet<string> = new Set([
  "heartbeats_missed",
  "consumer_deleted",
  "consumer_not_found",
  "stream_not_found",
  "no_responders",
]);

/** JetStream's word for what is larger than the stream takes; of what NATS takes at all its client says so itself. */
const TOO_LARGE = 10_054;

/** The stream of a cluster. */
export class NatsStream implements LogStream {
  readonly #parts: NatsParts;
  #following: ConsumerMessages | undefined;
  #isOpening = false;
  #watch: ReturnType<typeof setInterval> | undefined;
  #follower: Follower | undefined;
  /** The last message that is known to be there, and when the last one came, or since when there is one that has not. */
  #known = { seq: 0, at: 0 };
  /** Since when NATS says that there is no such stream. */
  #goneSince: number | undefined;
  /** It can't be read, and that was told. */
  #isUnread = false;
  /** How often in a row it could not be opened. */
  #unopened = 0;
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

  async publish(data: Uint8Array, timeoutMs: number): Promise<number> {
    const { jetstream, logSubject } = this.#parts;
    const began = performance.now();
    // Without an id by which NATS would know it again: after its leader was halted, replicas of 2.9 disagreed on what they
    // knew already, and from then on on every number. What is there twice counts once (log/jetstream_log.ts).
    const { seq } = await jetstream.publish(logSubject, data, { timeout: timeoutMs, retries: 1 })
      .catch((error) => {
        throw isTooLarge(error) ? new MessageTooLargeError(`${data.length} bytes: ${error.message}`) : error;
      });
    this.onAppend((performance.now() - began) / 1000);
    this.expect(seq);
    return seq;
  }

  async at(seq: number): Promise<Uint8Array | undefined> {
    const { prompt, stream } = this.#parts;
    return (await prompt.streams.getMessage(stream, { seq }))?.data;
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

  /** Whether NATS says that there is no such stream. */
  get isGone(): boolean {
    return this.#goneSince !== undefined;
  }

  /** The numbers of the first and of the last message that are there. @throws ClusterError it is another log */
  async range(): Promise<{ first: number; last: number }> {
    const { prompt, stream, created } = this.#parts;
    const info = await prompt.streams.info(stream);
    // Numbers of another one say nothing.
    if (info.created !== created) throw anotherLog(stream);
    return { first: info.state.first_seq, last: info.state.last_seq };
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
    if (!follower || this.#isOpening || isBehind(follower)) return;
    this.#isOpening = true;
    this.#following?.stop();
    this.#following = undefined;
    this.restarts++;
    try {
      const { jetstreamWithin, stream } = this.#parts;
      const known = this.#known.seq;
      const { last } = await this.range();
      // It was confirmed by mistake.
      if (last < known && known === this.#known.seq) this.#known = { ...this.#known, seq: last };
      this.#goneSince = undefined;
      // NATS may choose a server that is gone to bring the messages.
      const withinMs = OPENED_MS * 2 ** Math.min(this.#unopened++, DOUBLED_MAX);
      const consumer = await jetstreamWithin(withinMs).consumers.get(stream, {
        opt_start_seq: follower.last() + 1,
      });
      if (!this.#follower) return;
      const following: ConsumerMessages = await consumer.consume({
        max_messages: AHEAD,
        idle_heartbeat: HEARTBEAT_MS,
        expires: 30_000,
        callback: (message) => this.#take(following, message.seq, message.data),
      });
      if (!this.#follower) return following.stop();
      this.#following = following;
      this.#isUnread = false;
      this.#unopened = 0;
      void this.#watchOver(following);
    } catch (error) {
      this.#unread(follower, error);
    } finally {
      this.#isOpening = false;
    }
  }

  #unread(follower: Follower, error: unknown): void {
    if (error instanceof ClusterError) return follower.onLost(error);
    if ((error as { code?: unknown }).code !== NO_STREAM) {
      if (!this.#isUnread) follower.onError(error);
      this.#isUnread = true;
      return;
    }
    const gone = goneFromNats(this.#parts.stream);
    if (!this.isGone) follower.onNote(gone.message);
    this.#goneSince ??= performance.now();
    if (performance.now() - this.#goneSince > GONE_MS) follower.onLost(gone);
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

  #take(following: ConsumerMessages, seq: number, data: Uint8Array): void {
    const follower = this.#follower;
    if (!follower || (this.#following && following !== this.#following)) return;
    try {
      if (!follower.take(seq, data)) return void this.#lookBack(follower);
      this.#known.at = performance.now();
    } catch (error) {
      follower.onError(error);
    }
    if (isBehind(follower)) this.#stop();
  }

  /** Something was left out: it is asked for again, if it is still there. */
  async #lookBack(follower: Follower): Promise<void> {
    this.#stop();
    try {
      const { first } = await this.range();
      if (first > follower.last() + 1) return follower.onGap();
      await this.#open();
    } catch (error) {
      this.#unread(follower, error);
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

/** What is there now was made later than the log that this cluster began with. */
export function anotherLog(stream: string): ClusterError {
  return new ClusterError(
    `${stream} in NATS is another one than this cluster's; see "When NATS has lost the log" in docs/cluster.md`,
  );
}

/** Whether more than that would only wait in memory. */
function isBehind({ lag }: Follower): boolean {
  const { messages, bytes } = lag();
  return messages > LAG_MAX || bytes > LAG_BYTES_MAX;
}

function isTooLarge(error: { readonly code?: unknown; readonly message: string }): boolean {
  return error.code === TOO_LARGE || error.message.includes("max_payload size exceeded");
}
