/**
 * The key exchange of WeTalk: Diffie-Hellman with the numbers that the program chose. It is for compatibility and keeps nobody
 * out: the original's prime has 61 bits, nothing proves who is at the other end, and every message begins with the same IV.
 */
import { randomBytes } from "node:crypto";
import { Fault } from "../../../core/shared/faults.ts";
import { DIV, MARKS, say } from "./parser.ts";

/** What both sides have once keys are exchanged; 16 bytes each. */
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
export const HELLO_BYTES_MAX = 3 * NUMBER_DIGITS_MAX + 64;

const NUMBER = new RegExp(`^\\d{1,${NUMBER_DIGITS_MAX}}$`);
const encoder = new TextEncoder();

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
