/** What must not be guessed: tokens for machines, codes for people, and what is kept of them. */
import { createHash } from "node:crypto";
import type { Secrets } from "./core/core.ts";

/** Crockford's base 32: no letter that is mistaken for another (https://www.crockford.com/base32.html). */
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const TOKEN_BYTES = 32;
/** Twelve letters of five bits are 60 bits. Some old program's window takes no longer password, and a code may stand for one. */
const CODE_LETTERS = 12;

/** Secrets from the system's random numbers. */
export const secrets: Secrets = {
  token: () =>
    crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)).toBase64({
      alphabet: "base64url",
      omitPadding: true,
    }),
  code: () =>
    Array.from(crypto.getRandomValues(new Uint8Array(CODE_LETTERS)), (byte) => LETTERS[byte & 31]).join(""),
  // A secret of that many random bits needs no slow hash.
  digest: (secret) => createHash("sha256").update(secret).digest("hex"),
};
