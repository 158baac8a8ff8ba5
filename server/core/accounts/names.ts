/** Names: what people and rooms may be called. When two names are the same one: shared/names.ts. */
import { Fault, type FaultCode, type FaultReason, quote } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import { isReserved } from "./look_alike.ts";
import { nameKey } from "../shared/names.ts";

// With any of these a name could look like another one, or break a line.
const UNSEEN = new RegExp(
  [
    String.raw`[\p{Cc}\p{Cs}\p{Cn}\p{Co}\p{Zl}\p{Zp}]`, // control, half, unassigned, private, line separators
    String.raw`(?![\u200D\uFE0F])[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]`, // bidi, zero width, fillers
    String.raw`(?<!\p{Extended_Pictographic}\p{Emoji_Modifier}?\uFE0F?)\u200D`, // a joiner joins two emoji
    String.raw`\u200D(?!\p{Extended_Pictographic})`,
    String.raw`(?<!\p{Extended_Pictographic}|[0-9#*](?=\uFE0F\u20E3))\uFE0F`, // and this makes one colourful
  ].join("|"),
  "u",
);
const SPACING = /^\s|\s$|\s{2}|[^\S ]/u;
const EMAIL = /^[^\s@<>"(),;:\\[\]\p{Cc}]+@[^\s@<>"(),;:\\[\]\p{Cc}]+\.[^\s@<>"(),;:\\[\]\p{Cc}.]+$/u;
const PHONE = /^\+?[0-9][0-9 ()./-]*$/;

/** One line of words that others read; `action`: what is refused otherwise. @throws bad_text */
export function checkLine(text: string, action: string, charsMax: number): void {
  if (/[\r\n\p{Zl}\p{Zp}]/u.test(text)) {
    throw new Fault("bad_text", `${action}: it is one line`, { reason: "one_line" });
  }
  checkWords(text, action, charsMax);
}

/** Words with nothing in them that can't be seen, or that turns what stands beside it around. @throws bad_text */
export function checkWords(text: string, action: string, charsMax: number): void {
  if ([...text].length > charsMax) {
    throw new Fault("bad_text", `${action}: it is longer than ${charsMax} characters`, {
      reason: "too_long",
    });
  }
  if (UNSEEN.test(text.replaceAll("\n", " "))) {
    throw new Fault("bad_text", `${action}: it contains a character that can't be seen`, {
      reason: "unseen",
    });
  }
}

/** The name of an account. @throws bad_username */
export function checkUsername(name: string): string {
  return checkName(name, { code: "bad_username", what: "username", max: LIMITS.usernameCharsMax, at: false });
}

/** The name that people see. @throws bad_nickname */
export function checkNickname(name: string): string {
  return checkName(name, { code: "bad_nickname", what: "nickname", max: LIMITS.nicknameCharsMax, at: false });
}

/**
 * Refuses a name that would pass for the server, those who run it or everybody at once, and one that programs would take
 * for a command or a place. @throws bad_username bad_nickname
 */
export function checkNotReserved(name: string, what: "username" | "nickname"): void {
  const refuse = (reason: FaultReason, why: string) =>
    new Fault(`bad_${what}`, `Cannot use ${quote(name)} as a ${what}: ${why}`, { reason });
  if (/^(\/|\.{1,2}$)/.test(nameKey(name))) {
    throw refuse("like_command", "it would be taken for a command, or for a place");
  }
  if (isReserved(name)) {
    throw refuse("reserved", "it is kept for those who run this server, or calls everybody");
  }
}

/** The name of a room. @throws bad_room */
export function checkRoomName(name: string): string {
  return checkName(name, { code: "bad_room", what: "room name", max: LIMITS.roomCharsMax, at: true });
}

/** An email address, as far as its form tells. @throws bad_email */
export function checkEmail(email: string): string {
  if (email.length > LIMITS.emailCharsMax || !EMAIL.test(email) || UNSEEN.test(email)) {
    throw new Fault(
      "bad_email",
      `Cannot use ${quote(email)} as an email address: write it like name@example.org`,
    );
  }
  return email;
}

/** A phone number, as far as its form tells. @throws bad_phone */
export function checkPhone(phone: string): string {
  if (phone.length > LIMITS.phoneCharsMax || !PHONE.test(phone)) {
    throw new Fault(
      "bad_phone",
      `Cannot use ${quote(phone)} as a phone number: write digits, spaces and a leading +`,
    );
  }
  return phone;
}

interface NameRule {
  code: FaultCode;
  what: string;
  max: number;
  /** Whether "@" may stand in it: in people's names it would look like an email address at sign-in. */
  at: boolean;
}

function checkName(name: string, rule: NameRule): string {
  const refuse = (reason: FaultReason, why: string) =>
    new Fault(rule.code, `Cannot use ${quote(name)} as a ${rule.what}: ${why}`, { reason });
  const length = [...name].length;
  if (length === 0) throw refuse("empty", "it is empty");
  if (length > rule.max || [...nameKey(name)].length > rule.max * 2) {
    throw refuse("too_long", `it is longer than ${rule.max} characters`);
  }
  if (UNSEEN.test(name) || UNSEEN.test(nameKey(name))) {
    throw refuse("unseen", "it contains a character that can't be seen");
  }
  if (SPACING.test(name)) throw refuse("spaces", "spaces go between words only, one at a time");
  if (!rule.at && nameKey(name).includes("@")) {
    throw refuse("at_sign", '"@" stands in email addresses only');
  }
  return name;
}
