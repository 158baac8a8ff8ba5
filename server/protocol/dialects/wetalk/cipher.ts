/**
 * How WeTalk writes a message: zero bytes up to a multiple of 16, AES-128-CBC from the same IV for every message, in
 * hexadecimal. Nothing frames it: a message ends where a block's plaintext ends in `__END___` and zero bytes.
 */
import { createCipheriv, createDecipheriv } from "node:crypto";
import { END, MARK_BYTES, MARKS } from "./parser.ts";
import type { Keys } from "./key.ts";

/** Bytes of a block. */
export const BLOCK_BYTES = 16;

const encoder = new TextEncoder();
const END_BYTES = encoder.encode(END);
const KNOWN: ReadonlySet<string> = new Set(Object.values(MARKS));

/** Writes one plaintext. */
export function seal(plain: Uint8Array, { key, iv }: Keys): Uint8Array {
  const padded = new Uint8Array(Math.ceil(plain.length / BLOCK_BYTES) * BLOCK_BYTES);
  padded.set(plain);
  const cipher = createCipheriv("aes-128-cbc", key, iv).setAutoPadding(false);
  return encoder.encode(cipher.update(padded, undefined, "hex") + cipher.final("hex"));
}

/** Opens whole blocks, as if they were not chained: each on its own, so that this can be done ahead. */
export function openBlocks(sealed: Uint8Array, { key }: Keys): Uint8Array {
  if (sealed.length === 0) return sealed;
  const decipher = createDecipheriv("aes-128-ecb", key, null).setAutoPadding(false);
  const open = new Uint8Array(decipher.update(sealed));
  decipher.final();
  return open;
}

/** Chains blocks as they come and knows where a plaintext ends. */
export class Unsealer {
  readonly #iv: Uint8Array;
  /** What the next block is chained to. */
  #before: Uint8Array;
  /** The block that an unpadded plaintext has just ended with: perhaps it goes on. */
  #seam: Uint8Array | undefined;
  #plain: Uint8Array = new Uint8Array(256);
  #length = 0;

  constructor({ iv }: Keys) {
    this.#iv = iv;
    this.#before = iv;
  }

  /** Bytes held of the plaintext under way. */
  get length(): number {
    return this.#length;
  }

  /** Takes a block, sealed and opened; gives the plaintext that it completes, with its last `__END___`. */
  add(sealed: Uint8Array, open: Uint8Array): Uint8Array | undefined {
    if (this.#seam) this.#before = this.#crossSeam(open, this.#seam);
    this.#seam = undefined;
    this.#append(mixed(open, this.#before));
    this.#before = sealed;
    const end = this.#end();
    if (end === -1) return undefined;
    const whole = this.#plain.slice(0, end);
    if (end === this.#length) this.#seam = sealed;
    this.#restart();
    return whole;
  }

  /** The bytes that follow are no blocks: what comes after them is a new message. */
  interrupt(): void {
    this.#seam = undefined;
    this.#restart();
  }

  /** What a block is chained to that may begin a message or go on with the last one: only one of the two makes sense. */
  #crossSeam(open: Uint8Array, seam: Uint8Array): Uint8Array {
    return !beginsMessage(mixed(open, this.#iv)) && beginsMessage(mixed(open, seam)) ? seam : this.#iv;
  }

  #append(plain: Uint8Array): void {
    if (this.#length + plain.length > this.#plain.length) {
      const larger = new Uint8Array(this.#plain.length * 2);
      larger.set(this.#plain);
      this.#plain = larger;
    }
    this.#plain.set(plain, this.#length);
    this.#length += plain.length;
  }

  /** Where the plaintext ends, if it does with this block. */
  #end(): number {
    let end = this.#length;
    while (end > this.#length - BLOCK_BYTES && this.#plain[end - 1] === 0) end--;
    const start = end - END_BYTES.length;
    return start >= 0 && END_BYTES.every((byte, index) => this.#plain[start + index] === byte) ? end : -1;
  }

  #restart(): void {
    this.#before = this.#iv;
    if (this.#plain.length > 4096) this.#plain = new Uint8Array(256);
    this.#length = 0;
  }
}

function mixed(block: Uint8Array, before: Uint8Array): Uint8Array {
  return block.map((byte, index) => byte ^ before[index]!);
}

function beginsMessage(plain: Uint8Array): boolean {
  return KNOWN.has(String.fromCharCode(...plain.subarray(0, MARK_BYTES)));
}
