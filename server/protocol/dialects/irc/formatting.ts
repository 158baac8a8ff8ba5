/**
 * Formatting, both ways: the codes of IRC clients (modern.ircdocs.horse/formatting) and the Markdown that the page shows. What has no
 * counterpart, such as colours, is left out. Control characters that others have written mean nothing to IRC clients.
 */

const BOLD = "\x02";
const ITALIC = "\x1d";
const STRIKE = "\x1e";
const MONO = "\x11";
const RESET = "\x0f";

/** Codes that turn something on and off → the mark for it in Markdown, the outermost first. */
const MARKS: readonly (readonly [code: string, mark: string])[] = [
  [BOLD, "**"],
  [ITALIC, "*"],
  [STRIKE, "~~"],
  [MONO, "`"],
];

/** Colours, by number or by their hexadecimal value, underlining and reversing. */
const WITHOUT_COUNTERPART = new RegExp(
  String.raw`\x03(?:\d{1,2}(?:,\d{1,2})?)?|\x04(?:[0-9a-fA-F]{6}(?:,[0-9a-fA-F]{6})?)?|[\x1f\x16]`,
  "g",
);
// deno-lint-ignore no-control-regex -- these are the codes
const CODES = /([\x02\x1d\x1e\x11\x0f])/;
// deno-lint-ignore no-control-regex -- what would be a code, a CTCP message, or the end of a line
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f]/g;

/** What a line with codes means, in Markdown. */
export function markdownOf(line: string): string {
  const parts = line.replaceAll(WITHOUT_COUNTERPART, "").split(CODES);
  if (parts.length === 1) return shown(parts[0]!);
  const on = new Set<string>();
  let text = "";
  for (const [index, part] of parts.entries()) {
    if (index % 2 === 0) text += marked(shown(part), on);
    else if (part === RESET) on.clear();
    else if (!on.delete(part)) on.add(part);
  }
  return text;
}

/** A part of a line between its marks, which stand at words: a blank beside one would keep it from being a mark. */
function marked(part: string, on: ReadonlySet<string>): string {
  const words = part.trim();
  if (words === "" || on.size === 0) return part;
  const marks = MARKS.filter(([code]) => on.has(code)).map(([, mark]) => mark);
  const start = part.indexOf(words);
  const inner = marks.join("") + words + marks.toReversed().join("");
  return part.slice(0, start) + inner + part.slice(start + words.length);
}

/** Markdown within a line: code, which has no other within it, and what is emphasised. */
const INLINE: readonly (readonly [RegExp, code: string])[] = [
  [/(?<![\\*])\*\*(?=[^\s*])([^*]*[^\s*])\*\*(?!\*)/g, BOLD],
  [/(?<![\\*\w])\*(?=[^\s*])([^*]*[^\s*])\*(?![*\w])/g, ITALIC],
  [/(?<![\\\w_])_(?=[^\s_])([^_]*[^\s_])_(?![\w_])/g, ITALIC],
  [/(?<![\\~])~~(?=[^\s~])([^~]*[^\s~])~~(?!~)/g, STRIKE],
];
const CODE_SPAN = /(?<!`)(`{1,2})(?!`)([^`]+)\1(?!`)/g;

/** What a line of Markdown is, in codes. */
export function codesOf(line: string): string {
  const safe = shown(line);
  if (!/[*_~`]/.test(safe)) return safe;
  let text = "";
  let at = 0;
  for (const { 0: all, 2: code = "", index } of safe.matchAll(CODE_SPAN)) {
    text += `${emphasised(safe.slice(at, index))}${MONO}${code}${MONO}`;
    at = index + all.length;
  }
  return text + emphasised(safe.slice(at));
}

function emphasised(text: string): string {
  return INLINE.reduce((made, [pattern, code]) => made.replaceAll(pattern, `${code}$1${code}`), text);
}

/** Control characters as they are drawn, so that none of them acts; a tab is one. */
export function shown(text: string): string {
  return text.replaceAll(
    CONTROLS,
    (char) => char === "\x7f" ? "\u2421" : String.fromCharCode(0x2400 + char.charCodeAt(0)),
  );
}

/** What is on at the end of a piece of a line that goes on in the next one. */
export function codesOpenIn(piece: string): string {
  const on = new Set<string>();
  for (const char of piece) if (MARKS.some(([code]) => code === char) && !on.delete(char)) on.add(char);
  return Array.from(on).join("");
}
