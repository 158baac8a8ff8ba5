/**
 * Password hashes: Argon2id (RFC 9106) from WebCrypto, off the main thread, a few at once, kept as PHC strings
 * (https://github.com/P-H-C/phc-string-format). A check against no hash at all costs what a real one does.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { dictionary } from "@zxcvbn-ts/language-common";
import type { PasswordHasher } from "./core/core.ts";
import { Fault } from "./core/shared/faults.ts";
import { LIMITS } from "./core/shared/limits.ts";

/**
 * One of OWASP's equivalent choices for Argon2id: 46 MiB, one pass, one lane. Not the one with 19 MiB and two passes: the
 * allocator of Linux keeps blocks of less than 32 MiB for good, each in another place, 20 MiB an account that was made.
 */
export const HASH_COST: HashCost = { memory: 46 * 1024, passes: 1, parallelism: 1 };
const HASH_BITS = 256;
const SALT_BYTES = 16;

/** A hasher whose work can be waited for. */
interface OpenHasher extends PasswordHasher {
  /** Resolves when no hash is being computed. */
  settled(): Promise<void>;
}

/** What one hash takes: KiB, and how often and in how many lanes it goes through them. */
export interface HashCost {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

/** Makes the hasher of a server. */
export function createHasher(cost: HashCost = HASH_COST): OpenHasher {
  const gate = new Gate(LIMITS.hashesAtOnceMax, LIMITS.hashesWaitingMax);
  const decoy = phc(crypto.getRandomValues(new Uint8Array(SALT_BYTES)), cost, new Uint8Array(HASH_BITS / 8));
  return {
    hash: (password) =>
      gate.run(async () => {
        const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
        return phc(salt, cost, await derive(password, salt, cost));
      }),
    verify: (password, hash) =>
      gate.run(async () => {
        const { salt, cost, bits } = parse(hash ?? decoy);
        const same = timingSafeEqual(await derive(password, salt, cost), bits);
        return same && hash !== undefined;
      }),
    isCommon: (password) => commonPasswords().has(password.toLowerCase()),
    md5,
    isCommonMd5: (wanted) => commonMd5s().has(wanted),
    settled: () => gate.settled(),
  };
}

/** One character again and again, as far as anybody types. */
const REPEATED = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).flatMap((char) =>
  Array.from({ length: 16 }, (_, index) => char.repeat(1 + index))
);

let common: Set<string> | undefined;
let md5s: Set<string> | undefined;

/** Passwords that many have, in small letters; made once it is asked for, since a start has better to do. */
function commonPasswords(): Set<string> {
  return common ??= new Set<string>(dictionary["passwords-common"].map((word) => word.toLowerCase()));
}

function commonMd5s(): Set<string> {
  return md5s ??= new Set(Array.from([...commonPasswords(), ...REPEATED], md5));
}

function md5(password: string): string {
  return createHash("md5").update(password).digest("hex").toUpperCase();
}

async function derive(password: string, salt: Uint8Array, cost: HashCost): Promise<Uint8Array> {
  const raw = new TextEncoder().encode(password);
  const key = await crypto.subtle.importKey("raw-secret" as "raw", raw, "Argon2id", false, ["deriveBits"]);
  const algorithm = { name: "Argon2id", nonce: salt, ...cost };
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, HASH_BITS));
}

function phc(salt: Uint8Array, { memory, passes, parallelism }: HashCost, bits: Uint8Array): string {
  const base64 = (bytes: Uint8Array) => bytes.toBase64({ omitPadding: true });
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(bits)}`;
}

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

function parse(hash: string): { salt: Uint8Array; cost: HashCost; bits: Uint8Array } {
  const match = PHC.exec(hash);
  if (!match) throw new Error("A stored password hash is no Argon2id PHC string");
  const [, memory, passes, parallelism, salt, bits] = match;
  return {
    cost: { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
    salt: Uint8Array.fromBase64(salt!),
    bits: Uint8Array.fromBase64(bits!),
  };
}

/** Lets a few through at once and keeps a bounded number waiting. */
class Gate {
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  readonly #idle: (() => void)[] = [];

  constructor(readonly atOnceMax: number, readonly waitingMax: number) {}

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.atOnceMax) {
      if (this.#waiting.length >= this.waitingMax) {
        throw new Fault(
          "busy",
          "Cannot check passwords now: too many others are signing in, try again soon",
          { retryAfterMs: 2_000 },
        );
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#running++;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else if (--this.#running === 0) { for (const resolve of this.#idle.splice(0)) resolve(); }
    }
  }

  settled(): Promise<void> {
    return this.#running === 0 ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve));
  }
}
