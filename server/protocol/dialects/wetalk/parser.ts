/**
 * The words of WeTalk (docs/dialects.md, "wetalk"): a message is a marker of eight bytes, fields with `__DIV___` between them,
 * and `__END___`. What people write or are called never makes a marker of its own: a marker in it gets an "@", which no nickname
 * contains, and which therefore also marks the lines that nobody could have written.
 */
import { Fault, type FaultCode } from "../../../core/shared/faults.ts";
import type { MalformedInput, Output } from "../../dialect.ts";
import { malformed, requestsWith } from "../../own_requests.ts";

/** What a message is, by its first eight bytes. */
export const MARKS = {
  message: "__MSG___",
  person: "__USER__",
  login: "__LOGI__",
  logout: "__LOGO__",
  initial: "__INIT__",
  history: "__HIS___",
  recall: "__ROLL__",
  rename: "__NAME__",
  owner: "__GRANT_",
  kick: "__KICK__",
  upload: "__UPL___",
  fileName: "__FNAME_",
  download: "__DOWNL_",
  file: "__FILE__",
  key: "__KEY___",
  picture: "__FACE__",
} as const;
/** One of {@link MARKS}. */
export type Mark = typeof MARKS[keyof typeof MARKS];

/** Between two fields. */
export const DIV = "__DIV___";
/** After a message. */
export const END = "__END___";
/** Bytes of a marker. */
export const MARK_BYTES = 8;

/** Whose lines the server's own are. */
const SERVER = "@switchboard";
/** Who the programs say wrote what was recalled. */
const RECALLER = "NOTE";
/** What history has in place of a recalled message. */
export const RECALLED_ITEM = `${RECALLER}${DIV}[==This Message Has Been Withdrawed.==]`;

/** One whole message; its fields are escaped where they need it. */
export function say(mark: Mark, ...fields: readonly string[]): string {
  return `${mark}${fields.join(DIV)}${END}`;
}

/** A line of the conversation, under a name as {@link nameOf} or {@link signed} gives it. */
export function line(name: string, text: string): string {
  return say(MARKS.message, name, escaped(text));
}

/** A line of the server's own. */
export function notice(text: string): string {
  return line(SERVER, text);
}

// Also what becomes a marker only with the underscores of the markers around it.
const MARKER = /(?<=^_?|__)(?=(?:END|DIV)(?:___|_{1,2}$))/g;
const NULS = /\0/g;

/** What the programs, which show everything as HTML, would take for more than text. */
const IN_HTML: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
const FROM_HTML = Object.fromEntries(Object.entries(IN_HTML).map(([char, written]) => [written, char]));

/** Words that make no marker, hold no zero byte, which the programs strip, and are nothing but text to them. */
export function escaped(text: string): string {
  return text.replace(MARKER, "@").replace(NULS, "␀").replace(/[&<>]/g, (char) => IN_HTML[char]!);
}

/** A nickname as these programs are told it. */
export function nameOf(nickname: string): string {
  return nickname === RECALLER ? `@${nickname}` : escaped(nickname);
}

/** The nickname that a program was told under this name. */
export function nicknameOf(name: string): string {
  return name.replaceAll("@", "").replace(/&(?:amp|lt|gt);/g, (written) => FROM_HTML[written]!);
}

/** Whose a line is that is no plain line in the room: `alice@private`. */
export function signed(nickname: string, ...kinds: readonly string[]): string {
  return `${nameOf(nickname)}@${kinds.join("+")}`;
}

/** How many messages words are. */
export function messagesIn(words: string): number {
  return words.split(END).length - 1;
}

/** A list of strings as Python writes it, for `eval` and `ast.literal_eval`. */
export function pythonList(items: readonly string[]): string {
  return `[${items.map(pythonString).join(", ")}]`;
}

// What Python reads as something else within quotes, and what would be lost on the way to it.
const UNSAFE = /[\\'\p{Cc}\u2028\u2029\ufeff]/gu;

function pythonString(text: string): string {
  const safe = text.replace(UNSAFE, (char) => {
    if (char === "\\" || char === "'") return `\\${char}`;
    if (char === "\n") return "\\n";
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return `'${safe}'`;
}

export const { request, answerTo } = requestsWith(explain);

/** Something that is no request, with the reason. */
export function refused(code: FaultCode, message: string): MalformedInput {
  return malformed(new Fault(code, message));
}

/** Says why not, and what helps as far as these programs can do it. */
export function explain({ code, message }: Fault): Output {
  return {
    words: notice(code === "not_signed_in" ? "Cannot do this before entering with a nickname" : message),
  };
}

/** Who may not kick, or whom nobody knows: nothing happens. */
export function explainKick(fault: Fault): Output {
  return fault.code === "not_owner" || fault.code === "not_member" ? {} : explain(fault);
}
