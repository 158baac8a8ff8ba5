/**
 * How WeTalk's bytes become messages: a hello in clear that exchanges keys, then sealed messages, with raw bytes between them where some
 * were announced. However the stream was torn or glued, the frames are the same. A message is padded with zero bytes to a multiple of
 * 16, enciphered with AES-128-CBC from the same IV each time, and written in hexadecimal. Nothing frames it: it ends where a block's
 * plaintext ends in `__END___` and zero bytes.
 */
import { LIMITS } from "../../../core/shared/limits.ts";
import { DIV, END, MARK_BYTES, MARKS, say } from "./parser.ts";
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { Fault } from "../../../core/shared/faults.ts";

const encoder = new TextEncoder();
const END_BYTES = encoder.encode(END);

/** A frame without its `__END___`, a piece of raw bytes, or why nothing more can be read. */
export type Frame =
  | { readonly hello: string }
  | { readonly message: Uint8Array }
  | { readonly raw: Uint8Array }
  | { readonly unreadable: string };

/** Digits that are looked at in one go. */
const DIGITS_AHEAD = 4_096;

/** Reads one program's bytes. */
export class Framer {
  #hello = "";
  /** The hello was said, and its answer is not known: whoever goes on now can't have sealed it. */
  #isSaid = false;
  #keys: Keys | undefined;
  #unsealer: Unsealer | undefined;
  /** What the hexadecimal digits that have come make, and how many these are. */
  readonly #bytes = new Uint8Array(DIGITS_AHEAD / 2);
  #digits = 0;
  /** Raw bytes still to come, file by file. */
  readonly #raw: number[] = [];
  #dead = false;
  /** Bytes that one message may have. */
  #bytesMax: number = LIMITS.lineBytesMax;

  /** Takes a chunk, gives the frames it completes, one at a time: {@link unlock} and {@link expectRaw} count from there. */
  *push(chunk: Uint8Array): Iterable<Frame> {
    for (let at = 0; at < chunk.length && !this.#dead;) {
      if (!this.#unsealer) at = yield* this.#readHello(chunk, at);
      else if (this.#raw.length > 0) at = yield* this.#readRaw(chunk, at);
      else at = yield* this.#readSealed(this.#unsealer, chunk, at);
    }
  }

  /** After the hello everything is sealed with these. */
  unlock(keys: Keys): void {
    this.#keys = keys;
    this.#unsealer = new Unsealer(keys);
  }

  /** After the plaintext that said so, this many bytes are raw; one at least. */
  expectRaw(bytes: number): void {
    this.#raw.push(bytes);
  }

  /** Its user is known now, and may write as much as the program's line takes: 32,767 characters of three bytes. */
  trust(): void {
    this.#bytesMax = 2 * LIMITS.lineBytesMax;
  }

  *#readHello(chunk: Uint8Array, at: number): Generator<Frame, number> {
    if (this.#isSaid) {
      yield* this.#die("the keys were not exchanged yet");
      return chunk.length;
    }
    const before = this.#hello.length;
    this.#hello += String.fromCharCode(...chunk.subarray(at, at + HELLO_BYTES_MAX + 1));
    const end = this.#hello.indexOf(END);
    const head = this.#hello.slice(0, MARKS.key.length);
    if (!MARKS.key.startsWith(head) || (end === -1 && this.#hello.length > HELLO_BYTES_MAX)) {
      yield* this.#die("what is said first are the numbers of a key exchange");
      return chunk.length;
    }
    if (end === -1) return chunk.length;
    this.#isSaid = true;
    yield { hello: this.#hello.slice(MARKS.key.length, end) };
    return at + end + END.length - before;
  }

  *#readRaw(chunk: Uint8Array, at: number): Generator<Frame, number> {
    this.#unsealer!.interrupt();
    const piece = chunk.subarray(at, at + this.#raw[0]!);
    this.#raw[0]! -= piece.length;
    if (this.#raw[0] === 0) this.#raw.shift();
    yield { raw: piece };
    return at + piece.length;
  }

  /** Opens as many blocks ahead as have come, up to a bound; what turns out to be raw bytes is left alone. */
  *#readSealed(unsealer: Unsealer, chunk: Uint8Array, start: number): Generator<Frame, number> {
    const held = this.#digits;
    let stop = start;
    while (stop < chunk.length && this.#digits < DIGITS_AHEAD) {
      const digit = digitOf(chunk[stop]!);
      if (digit === -1) break;
      const index = this.#digits++ >> 1;
      this.#bytes[index] = (this.#bytes[index]! << 4) | digit;
      stop++;
    }
    const whole = this.#bytes.slice(0, wholeBlocks(this.#digits >> 1));
    const open = openBlocks(whole, this.#keys!);
    for (let at = 0; at < whole.length; at += BLOCK_BYTES) {
      const end = at + BLOCK_BYTES;
      const plain = unsealer.add(whole.subarray(at, end), open.subarray(at, end));
      for (const message of plain ? messagesOf(plain) : []) yield { message };
      if (this.#raw.length > 0) {
        this.#digits = 0;
        return start + end * 2 - held;
      }
      if (unsealer.length <= this.#bytesMax) continue;
      yield* this.#die(`${this.#bytesMax / 1024} KiB of it have no end`);
      return chunk.length;
    }
    this.#bytes.copyWithin(0, whole.length);
    this.#digits -= whole.length * 2;
    if (stop < chunk.length && digitOf(chunk[stop]!) === -1) yield* this.#die("it is not hexadecimal");
    return stop;
  }

  *#die(unreadable: string): Iterable<Frame> {
    this.#dead = true;
    yield { unreadable };
  }
}

/** The messages of a plaintext, which ends in the end of one. */
function* messagesOf(plain: Uint8Array): Iterable<Uint8Array> {
  let start = 0;
  for (let at = 0; at + END_BYTES.length <= plain.length; at++) {
    if (plain[at] !== END_BYTES[0] || !END_BYTES.every((byte, index) => plain[at + index] === byte)) continue;
    yield plain.subarray(start, at);
    start = at + END_BYTES.length;
    at = start - 1;
  }
}

function wholeBlocks(bytes: number): number {
  return bytes - bytes % BLOCK_BYTES;
}

function digitOf(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  if (byte >= 97 && byte <= 102) return byte - 87;
  return byte >= 65 && byte <= 70 ? byte - 55 : -1;
}

/** Bytes of a block. */
const BLOCK_BYTES = 16;

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

/**
 * What both sides have once keys are exchanged by Diffie-Hellman, with the numbers that the program chose; 16 bytes each. It is for
 * compatibility and keeps nobody out: the original's prime has 61 bits, nothing proves who is at the other end, and every message
 * begins with the same IV.
 */
export interface Keys {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
}

/** Bits of the largest prime that is taken: one power of it costs about 5 ms. */
const PRIME_BITS_MAX = 4096n;
const NUMBER_DIGITS_MAX = 1234;
/** Bits of our exponent, whatever the prime: the time it takes grows with them. */
const SECRET_BYTES = 32;
/** Digits that key and IV take from the shared number. */
const KEY_DIGITS = 16;
/**
 * Exponents tried; with a prime of 61 bits the first one is too small once in 2,000 times. With a large one it never is, unless A was
 * chosen for that.
 */
const ATTEMPTS_MAX = 8;
const ATTEMPTS_MAX_LARGE = 1;
const LARGE = 1n << 128n;

/** Bytes of a hello with the largest numbers. */
const HELLO_BYTES_MAX = 3 * NUMBER_DIGITS_MAX + 64;

const NUMBER = new RegExp(`^\\d{1,${NUMBER_DIGITS_MAX}}$`);

/** What a program says: `g p A`. */
export type Numbers = readonly [generator: bigint, prime: bigint, theirs: bigint];

/** Answers a hello. @throws bad_request */
export function exchangeKeys(
  [generator, prime, theirs]: Numbers,
  choose: (prime: bigint) => bigint = chooseSecret,
): { reply: string; keys: Keys } {
  const attempts = prime > LARGE ? ATTEMPTS_MAX_LARGE : ATTEMPTS_MAX;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const secret = choose(prime);
    const digits = power(theirs, secret, prime).toString();
    if (digits.length < KEY_DIGITS) continue;
    return {
      reply: say(MARKS.key, power(generator, secret, prime).toString()),
      keys: {
        key: encoder.encode(digits.slice(0, KEY_DIGITS)),
        iv: encoder.encode(digits.slice(-KEY_DIGITS)),
      },
    };
  }
  throw refusal(`they give no key of ${KEY_DIGITS} digits`);
}

/** Reads all of a hello but its markers. @throws bad_request */
export function readNumbers(numbers: string): Numbers {
  const fields = numbers.split(DIV);
  if (fields.length !== 3 || !fields.every((field) => NUMBER.test(field))) {
    throw refusal(`g, p and A are three numbers of up to ${NUMBER_DIGITS_MAX} digits`);
  }
  const [generator, prime, theirs] = fields.map(BigInt) as [bigint, bigint, bigint];
  if (prime < 3n) throw refusal("p is 3 at least");
  if (prime >> PRIME_BITS_MAX > 0n) throw refusal(`p has up to ${PRIME_BITS_MAX} bits`);
  if (theirs < 2n || theirs > prime - 2n) throw refusal("A is 2 at least and p-2 at most");
  if (prime.toString().length < KEY_DIGITS) throw refusal(`p has ${KEY_DIGITS} digits at least`);
  return [generator, prime, theirs];
}

/** Our exponent: 1 to p-2, of 256 bits at most, so that it takes about 5 ms with the largest prime and not 150. */
export function chooseSecret(prime: bigint): bigint {
  return BigInt(`0x${randomBytes(SECRET_BYTES).toString("hex")}`) % (prime - 2n) + 1n;
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = result * square % modulus;
    square = square * square % modulus;
  }
  return result;
}

function refusal(why: string): Fault {
  return new Fault("bad_request", `Cannot exchange keys: ${why}`);
}
