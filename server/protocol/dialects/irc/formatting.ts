/**
 * Formatting, both ways: the codes of IRC clients (modern.ircdocs.horse/formatting) and the Markdown that the page shows. What has no
 * counterpart, such as colours, is left out. Control characters that others have written mean nothing to IRC clients. What is struck out,
 * and code, are told as they were written: irssi 1.4 shows their codes as "^" and "Q", WeeChat 3.8 shows nothing of them.
 */
import { BEHIND_ADDRESSES, NOT_IN_ADDRESSES } from "../../../core/shared/addresses.ts";

const BOLD = "\x02";
const ITALIC = "\x1d";
const STRIKE = "\x1e";
/** Turns letters of one width on and off. */
const MONO = "\x11";
const RESET = "\x0f";

/** Codes that turn something on and off, the outermost first. */
const SWITCHES = [BOLD, ITALIC, STRIKE, MONO] as const;
/** Code → its mark in Markdown. Of code it depends on what stands in it, of italic on what stands before. */
const MARKS: Readonly<Record<string, string>> = { [BOLD]: "**", [STRIKE]: "~~" };

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
  const marks = new Marks();
  for (const [index, part] of parts.entries()) {
    if (index % 2 === 0) marks.say(shown(part), on);
    else if (part === RESET) on.clear();
    else if (!on.delete(part)) on.add(part);
  }
  return marks.end();
}

/** Words between marks, which stand at the words: a blank beside one would keep it from being a mark. */
class Marks {
  #text = "";
  /** Blanks behind the last word: what ends there ends before them. */
  #blanks = "";
  /** Codes whose marks are open, the outermost first. */
  #open: string[] = [];
  /** Where letters of one width begin, which are always the innermost. */
  #codeAt = 0;
  /** What italic is marked with: right behind a star another one would belong to that. */
  #italic = "*";

  say(part: string, on: ReadonlySet<string>): void {
    const words = part.trim();
    if (words === "") return void (this.#blanks += part);
    const start = part.indexOf(words);
    const ended = this.#open.findIndex((code) => !on.has(code));
    const staying = ended === -1 ? this.#open : this.#open.slice(0, ended);
    // Nothing is a mark within letters of one width.
    const kept = staying.length < on.size ? staying.filter((code) => code !== MONO) : staying;
    const begun = SWITCHES.filter((code) => on.has(code) && !kept.includes(code));
    this.#close(kept.length);
    this.#text += this.#blanks + part.slice(0, start);
    if (begun.includes(ITALIC)) this.#italic = this.#text.endsWith("*") ? "_" : "*";
    this.#text += begun.map((code) => this.#markOf(code)).join("");
    if (begun.includes(MONO)) this.#codeAt = this.#text.length;
    this.#text += words;
    this.#open = [...kept, ...begun];
    this.#blanks = part.slice(start + words.length);
  }

  end(): string {
    this.#close(0);
    return this.#text + this.#blanks;
  }

  /** All but the outermost few. */
  #close(left: number): void {
    const ending = this.#open.slice(left).toReversed();
    if (ending[0] === MONO) {
      const at = this.#codeAt;
      this.#text = this.#text.slice(0, at) + codeSpan(this.#text.slice(at));
    }
    this.#text += ending.map((code) => this.#markOf(code)).join("");
  }

  #markOf(code: string): string {
    return code === ITALIC ? this.#italic : MARKS[code] ?? "";
  }
}

/** Code in as many backquotes as there are nowhere within it. */
function codeSpan(code: string): string {
  const lengths = Array.from(code.matchAll(/`+/g), ([{ length }]) => length);
  if (lengths.length === 0) return `\`${code}\``;
  const ticks = "`".repeat(Math.max(...lengths) + 1);
  const blank = code.startsWith("`") || code.endsWith("`") ? " " : "";
  return ticks + blank + code + blank + ticks;
}

/** Emphasis in Markdown, and the codes for it: one within another, one beside another, one alone. */
const INLINE: readonly (readonly [pattern: RegExp, codes: string])[] = [
  [/(?<![\\*])\*\*\*(?=[^\s*])([^*]*[^\s*])\*\*\*(?!\*)/g, `${BOLD}${ITALIC}$1${BOLD}${ITALIC}`],
  [
    /(?<![\\*])\*\*\*(?=[^\s*])([^*]*[^\s*])\*(?!\*)([^*]*[^\s*])\*\*(?!\*)/g,
    `${BOLD}${ITALIC}$1${ITALIC}$2${BOLD}`,
  ],
  [
    /(?<![\\*])\*\*\*(?=[^\s*])([^*]*[^\s*])\*\*(?!\*)([^*]*[^\s*])\*(?![*\w])/g,
    `${ITALIC}${BOLD}$1${BOLD}$2${ITALIC}`,
  ],
  [
    /(?<![\\*])\*\*(?=[^\s*])([^*]*)\*(?=[^\s*])([^*]*[^\s*])\*\*\*(?!\*)/g,
    `${BOLD}$1${ITALIC}$2${ITALIC}${BOLD}`,
  ],
  [
    /(?<![\\*\w])\*(?=[^\s*])([^*]*)\*\*(?=[^\s*])([^*]*[^\s*])\*\*\*(?!\*)/g,
    `${ITALIC}$1${BOLD}$2${BOLD}${ITALIC}`,
  ],
  [
    /(?<![\\*\w])\*(?=[^\s*])([^*]*[^\s*])\*\*\*(?=[^\s*])([^*]*[^\s*])\*\*(?!\*)/g,
    `${ITALIC}$1${ITALIC}${BOLD}$2${BOLD}`,
  ],
  [/(?<![\\*])\*\*(?=[^\s*])((?:[^*]|\*(?!\*))*[^\s*])\*\*(?!\*)/g, `${BOLD}$1${BOLD}`],
  [/(?<![\\*\w])\*(?=[^\s*])([^*]*[^\s*])\*(?![*\w])/g, `${ITALIC}$1${ITALIC}`],
  [/(?<![\\\w_])_(?=[^\s_])([^_]*[^\s_])_(?![\w_])/g, `${ITALIC}$1${ITALIC}`],
];
/** Code; backquotes where it stands in more of them, or fewer. */
const CODE_SPAN = /(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)/;
const ADDRESS = new RegExp(
  String.raw`(?<!\w)(?:https?://|www\.)[^${NOT_IN_ADDRESSES}]*[^${NOT_IN_ADDRESSES}${BEHIND_ADDRESSES}]`,
);
/** What has no other Markdown within it. */
const VERBATIM = new RegExp(`${CODE_SPAN.source}|${ADDRESS.source}`, "gi");
/** Which of them stands there, while the rest is looked at: control characters are none of the text any more. */
const SPAN = /\0(\d+)\0/g;

/** What a line of Markdown is, in codes. */
export function codesOf(line: string): string {
  const safe = shown(line);
  if (!/[*_]/.test(safe)) return safe;
  const spans: string[] = [];
  const text = safe.replaceAll(VERBATIM, (span) => `\0${spans.push(span) - 1}\0`);
  return emphasised(text).replaceAll(SPAN, (_, index) => spans[index]!);
}

function emphasised(text: string): string {
  return INLINE.reduce((made, [pattern, codes]) => made.replaceAll(pattern, codes), text);
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
  for (const char of piece) if (SWITCHES.some((code) => code === char) && !on.delete(char)) on.add(char);
  return Array.from(on).join("");
}
