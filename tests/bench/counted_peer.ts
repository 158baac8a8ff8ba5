/**
 * One connection of the load generator. It counts what comes instead of reading it, because it shares the
 * machine with the server that it measures.
 */
import { connect, type Socket } from "node:net";

/** Where a server listens. */
export interface Address {
  host: string;
  port: number;
}

/** What a stream carries besides its content; gives the content of a chunk, piece by piece. */
export type Unwrap = (chunk: Uint8Array, take: (content: Uint8Array) => void) => void;

const NEWLINE = 10;
/** Longer than anything that is sought, so that it is also found when it is torn. */
const TAIL_CHARS = 64;
/** How either server says no. */
const REFUSED = /"ok":false|-ERR/;

/** All connections read into this one; what is in it has been counted before the next one reads. */
const buffer = new Uint8Array(64 * 1024);

/** A connection that counts. */
export class CountedPeer {
  /** Bytes of content since {@link reset}. */
  bytes = 0;
  /** Line ends since {@link reset}; counted while {@link countsLines}. */
  lines = 0;
  countsLines = false;
  /** Told after each chunk. */
  onChunk: (() => void) | undefined;
  readonly #socket: Socket;
  #unwrap: Unwrap = (chunk, take) => take(chunk);
  #sought: { words: string; tail: string; found(): void; lost(error: Error): void } | undefined;

  private constructor(address: Address) {
    const take = (content: Uint8Array) => this.#count(content);
    const callback = (length: number) => {
      const chunk = buffer.subarray(0, length);
      if (this.#sought) this.#seek(chunk);
      this.#unwrap(chunk, take);
      this.onChunk?.();
      return true;
    };
    this.#socket = connect({ ...address, noDelay: true, onread: { buffer, callback } });
    this.#socket.on("error", () => {}); // "close" follows
    this.#socket.on("close", () => this.#sought?.lost(new Error(`hung up before ${this.#sought.words}`)));
  }

  static open(address: Address): Promise<CountedPeer> {
    const peer = new CountedPeer(address);
    return new Promise((resolve, reject) => {
      peer.#socket.once("error", reject);
      peer.#socket.once("connect", () => resolve(peer));
    });
  }

  /** From now on what comes is wrapped. */
  unwrapWith(unwrap: Unwrap): void {
    this.#unwrap = unwrap;
  }

  write(bytes: string | Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** Writes and waits until these words have come. */
  writeUntil(bytes: string | Uint8Array, words: string): Promise<void> {
    return new Promise((found, lost) => {
      this.#sought = { words, tail: "", found, lost };
      this.write(bytes);
    });
  }

  /** Counts anew. */
  reset(): void {
    this.bytes = 0;
    this.lines = 0;
  }

  close(): void {
    this.#socket.destroy();
  }

  #count(content: Uint8Array): void {
    this.bytes += content.length;
    if (!this.countsLines) return;
    for (let at = content.indexOf(NEWLINE); at !== -1; at = content.indexOf(NEWLINE, at + 1)) this.lines++;
  }

  #seek(chunk: Uint8Array): void {
    const sought = this.#sought!;
    const text = sought.tail + new TextDecoder("latin1").decode(chunk);
    if (text.includes(sought.words)) {
      this.#sought = undefined;
      sought.found();
    } else if (REFUSED.test(text)) sought.lost(new Error(`refused: ${text}`));
    else sought.tail = text.slice(-TAIL_CHARS);
  }
}
