/**
 * What a password must be. How it is hashed is the hasher's affair. Passwords are compared in NFC, so that the
 * same keys typed on another system are the same password (RFC 8265, OpaqueString).
 */
import type { Core } from "./core.ts";
import { Fault } from "./faults.ts";
import { LIMITS } from "./limits.ts";
import { nameKey } from "./shared/names.ts";

/** The form of a password that is hashed. */
export function normalPassword(password: string): string {
  return password.normalize("NFC");
}

/** Refuses what is too short, too long, too common or the person's own name. @throws weak_password */
export function checkNewPassword(
  core: Core,
  password: string,
  names: readonly (string | null | undefined)[],
): string {
  const refuse = (why: string) => new Fault("weak_password", `Cannot use this password: ${why}`);
  const chosen = normalPassword(password);
  const length = [...chosen].length;
  if (length < LIMITS.passwordCharsMin) {
    throw refuse(`it has fewer than ${LIMITS.passwordCharsMin} characters`);
  }
  if (length > LIMITS.passwordCharsMax) {
    throw refuse(`it has more than ${LIMITS.passwordCharsMax} characters`);
  }
  if (core.hasher.isCommon(chosen)) throw refuse("it is one of those that are tried first");
  const key = nameKey(chosen);
  if (names.some((name) => name && nameKey(name) === key)) throw refuse("it is your own name");
  return chosen;
}

/** Refuses what is no MD5, and the MD5 of what is too common or the person's own name. Its length nobody can tell. @throws weak_password */
export function checkNewMd5(core: Core, md5: string, names: readonly (string | null)[]): string {
  const chosen = md5.toUpperCase();
  if (!/^[0-9A-F]{32}$/.test(chosen)) {
    throw new Fault("weak_password", "Cannot use this password: it is no MD5 of 32 hexadecimal digits");
  }
  const common = chosen === core.hasher.md5("") || core.hasher.isCommonMd5(chosen) ||
    names.some((name) => name !== null && core.hasher.md5(name) === chosen);
  if (!common) return chosen;
  throw new Fault("weak_password", "Cannot use this password: it is one of those that are tried first");
}
