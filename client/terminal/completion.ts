/** What Tab offers: commands, nicknames, rooms, windows, files that were told, and paths of this disk. */
import { readdir } from "node:fs/promises";
import { nameKey } from "../../server/core/shared/names.ts";
import { mayBeInvalidUtf8 } from "../node/invalid_utf8.ts";
import type { Chat } from "./chat.ts";
import type { WordKind } from "./chat_command.ts";
import { commandNamed, COMMANDS } from "./chat_commands.ts";
import { expandHome } from "./local_files.ts";
import type { Completion } from "./screen.ts";
import { quoteWord } from "./input.ts";
import { targetName } from "./windows.ts";
import { sanitizedLine } from "./sanitize.ts";

/** What may stand at the end of a line that is typed so far. */
export async function complete(chat: Chat, line: string): Promise<Completion> {
  if (!line.startsWith("/") || line.startsWith("//")) return completeText(chat, line);
  const command = /^\/(\S*)$/.exec(line);
  if (command) {
    const words = Array.from(COMMANDS.keys(), (name) => `/${name} `);
    return { from: 0, words: fitting(words, `/${command[1]!.toLowerCase()}`) };
  }
  return await completeWord(chat, line);
}

function completeText(chat: Chat, line: string): Completion {
  const from = line.search(/(?<!\S)\S*$/);
  const part = line.slice(from);
  const end = from === 0 ? ": " : " ";
  return { from, words: part === "" ? [] : fitting(nicknames(chat), part).map((name) => `${name}${end}`) };
}

async function completeWord(chat: Chat, line: string): Promise<Completion> {
  const [beginning, name] = /^\/(\S+)\s+/.exec(line)!;
  const kinds = commandNamed(name!.toLowerCase())?.completes ?? [];
  const words = line.slice(beginning.length).match(WORD) ?? [];
  const isBegun = words.length > 0 && (!/\s$/.test(line) || /^"[^"]*$/.test(words.at(-1)!));
  const at = isBegun ? words.length - 1 : words.length;
  const last = kinds.at(-1);
  if (last !== undefined && WHOLE.includes(last) && at >= kinds.length - 1) {
    const from = startOf(line, beginning.length, kinds.length - 1);
    const rest = line.slice(from);
    if (last === "path") return { from, words: await paths(rest) };
    return { from, words: fitting(candidates(chat, last), rest).map((each) => `${each} `) };
  }
  const kind = kinds[at];
  const from = line.length - (isBegun ? words[at]!.length : 0);
  const part = line.slice(from).replace(/^"/, "").replaceAll(/\\(.)/g, "$1");
  if (kind === undefined || kind === "path") return { from, words: [] };
  return { from, words: fitting(candidates(chat, kind), part).map((each) => `${quoteWord(each)} `) };
}

const WORD = /"(?:[^"\\]|\\.)*"?|\S+/g;
/** What may have spaces without quotes, because it is all that is left of the line. */
const WHOLE: readonly WordKind[] = ["path", "room", "window"];

/** Where in a line the word with this number begins. */
function startOf(line: string, from: number, number: number): number {
  let at = from;
  for (let n = 0; n < number; n++) {
    at += /^(?:"(?:[^"\\]|\\.)*"?|\S+)\s*/.exec(line.slice(at))?.[0].length ?? 0;
  }
  return at;
}

function candidates(chat: Chat, kind: Exclude<WordKind, "path">): string[] {
  const { all } = chat.ui.windows;
  switch (kind) {
    case "command":
      return [...COMMANDS.keys()];
    case "nickname":
      return nicknames(chat);
    case "room":
      return unique([...all.flatMap(({ target }) => "room" in target ? [target.room] : []), ...chat.rooms]);
    case "window":
      return all.map(({ target }) => targetName(target));
    case "file":
      return chat.numbers.fileNames();
  }
}

function nicknames(chat: Chat): string[] {
  const talkedTo = chat.ui.windows.all.flatMap(({ target }) => "to" in target ? [target.to] : []);
  const others = unique([...chat.people.values(), ...talkedTo]);
  return others.filter((name) => nameKey(name) !== nameKey(chat.me));
}

/** Paths that go on from what is typed, in quotes or with backslashes as that is; a folder ends in "/". */
async function paths(typed: string): Promise<string[]> {
  const quote = /^['"]/.exec(typed)?.[0];
  if (quote !== undefined) {
    const found = await pathsAfter(typed.slice(1));
    return found.map((path) => `${quote}${path}${path.endsWith("/") ? "" : quote}`);
  }
  if (!/\\[ '"]/.test(typed)) return await pathsAfter(typed);
  const found = await pathsAfter(typed.replaceAll(/\\([ '"])/g, "$1"));
  return found.map((path) => path.replaceAll(/[ '"]/g, "\\$&"));
}

async function pathsAfter(part: string): Promise<string[]> {
  const folder = part.slice(0, part.lastIndexOf("/") + 1);
  const begun = part.slice(folder.length);
  const below = expandHome(folder) || ".";
  const entries = await readdir(below, { withFileTypes: true }).catch(() => []);
  return entries
    .filter(({ name }) => name.startsWith(begun) && (begun !== "" || !name.startsWith(".")))
    .filter(({ name }) => isHarmless(name) && !mayBeInvalidUtf8(name))
    .map((entry) => `${folder}${entry.name}${entry.isDirectory() ? "/" : ""}`)
    .sort();
}

/** Those that begin so, without regard to case; a name that would not be seen as it is can't be typed either. */
function fitting(words: readonly string[], part: string): string[] {
  const key = nameKey(part);
  return words.filter((word) => nameKey(word).startsWith(key) && isHarmless(word)).sort();
}

function isHarmless(word: string): boolean {
  return sanitizedLine(word) === word;
}

function unique(words: readonly string[]): string[] {
  return Array.from(new Map(words.map((word) => [nameKey(word), word])).values());
}
