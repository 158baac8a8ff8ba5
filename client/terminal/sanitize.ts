/**
 * Makes what others wrote harmless: a terminal obeys control characters, and bidirectional overrides make a text
 * look like another one. None passes; each is shown as what it is. Only a line's end stays.
 */

// Format characters hide or reorder, but for those that join letters and emoji, and Arabic signs that are seen.
const SEEN_FORMAT = String.raw`\u200c\u200d\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}`;
const UNSEEN = new RegExp(String.raw`[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|(?![${SEEN_FORMAT}])\p{Cf}`, "gu");
const PICTURES = 0x2400;
const DELETE = 0x7f;

/** A text with everything shown that a terminal would obey or not show; lines stay lines. */
export function sanitized(text: string): string {
  return text.replaceAll("\r\n", "\n").replaceAll("\t", "    ").replaceAll(UNSEEN, shown);
}

/** The same in one line. */
export function sanitizedLine(text: string): string {
  return sanitized(text).replaceAll("\n", "␤");
}

function shown(character: string): string {
  const code = character.codePointAt(0)!;
  if (character === "\n") return character;
  if (code < 0x20) return String.fromCodePoint(PICTURES + code);
  if (code === DELETE) return "␡";
  return `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
}
