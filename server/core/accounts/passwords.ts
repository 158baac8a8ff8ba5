/**
 * What a password must be. How it is hashed is the hasher's affair. Passwords are compared in NFC, so that the
 * same keys typed on another system are the same password (RFC 8265, OpaqueString).
 */
import type { Core } from "../core.ts";
import { Fault, type FaultReason } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import { nameKey } from "../shared/names.ts";

/** The form of a password that is hashed. */
export function normalPassword(password: string): string {
  return password.normalize("NFC");
}

/** What this program calls itself, which everybody tries who sees it. */
const PROGRAM = "switchboard";
/** Keys and letters that stand side by side. */
const ROWS = [
  "1234567890",
  "abcdefghijklmnopqrstuvwxyz",
  "qwertyuiop",
  "asdfghjkl",
  "zxcvbnm",
  "qwertzuiop",
];
/** The longest piece whose repetition is no more than the piece. */
const PIECE_CHARS_MAX = 4;
/** Shorter names are in many a word by chance. */
const NAME_CHARS_MIN = 4;

/** Refuses what is too short, too long, too common, one thing again and again, or mostly a name. @throws weak_password */
export function checkNewPassword(
  core: Core,
  password: string,
  names: readonly (string | null | undefined)[],
): string {
  const refuse = (reason: FaultReason, why: string) =>
    new Fault("weak_password", `Cannot use this password: ${why}`, { reason });
  const chosen = normalPassword(password);
  const length = [...chosen].length;
  if (length < LIMITS.passwordCharsMin) {
    throw refuse("too_short", `it has fewer than ${LIMITS.passwordCharsMin} characters`);
  }
  if (length > LIMITS.passwordCharsMax) {
    throw refuse("too_long", `it has more than ${LIMITS.passwordCharsMax} characters`);
  }
  if (core.hasher.isCommon(chosen)) throw refuse("common", "it is one of those that are tried first");
  const key = nameKey(chosen);
  if (repeats([...key])) throw refuse("repeated", "it is the same again and again");
  if (isRow(key)) throw refuse("in_a_row", "its keys or letters stand side by side");
  if (isMostly(key, PROGRAM)) throw refuse("program_name", "it is the name of this program");
  if (namesOf(names).some((name) => key === name || isMostly(key, name))) {
    throw refuse("own_name", "it is your own name");
  }
  return chosen;
}

/** Whether it is a short piece again and again, the last time perhaps in part. */
function repeats(chars: readonly string[]): boolean {
  const pieces = Array.from({ length: PIECE_CHARS_MAX }, (_, index) => index + 1);
  return pieces.some((length) =>
    chars.length >= 2 * length && chars.every((char, index) => char === chars[index % length])
  );
}

function isRow(key: string): boolean {
  const back = Array.from(key).reverse().join("");
  return ROWS.some((row) => [key, back].some((each) => `${row}${row}`.includes(each)));
}

/** Whether a name is at least half of it. */
function isMostly(key: string, name: string): boolean {
  return name.length >= NAME_CHARS_MIN && key.includes(name) && 2 * name.length >= key.length;
}

/** What a person is called: of a mail address also the part before the "@". */
function namesOf(names: readonly (string | null | undefined)[]): string[] {
  const said = names.filter((name) => name !== null && name !== undefined && name !== "") as string[];
  return said.flatMap((name) => [name, name.split("@")[0]!]).map(nameKey).filter((key) => key !== "");
}

/** Refuses what is no MD5, and the MD5 of what is too common or the person's own name. Its length nobody can tell. @throws weak_password */
export function checkNewMd5(core: Core, md5: string, names: readonly (string | null)[]): string {
  const chosen = md5.toUpperCase();
  if (!/^[0-9A-F]{32}$/.test(chosen)) {
    throw new Fault("weak_password", "Cannot use this password: it is no MD5 of 32 hexadecimal digits");
  }
  const common = chosen === core.hasher.md5("") || core.hasher.isCommonMd5(chosen) ||
    [PROGRAM, ...names.filter((name) => name !== null), ...namesOf(names)].some((name) =>
      core.hasher.md5(name) === chosen
    );
  if (!common) return chosen;
  const why = "it is one of those that are tried first";
  throw new Fault("weak_password", `Cannot use this password: ${why}`, { reason: "common" });
}
