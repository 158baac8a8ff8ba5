/**
 * Paths as they are typed, or pasted by a terminal for a file that was dropped on it: as they are, in quotes, with
 * backslashes, or as `file://` addresses.
 */
import { platform } from "node:process";
import { fileURLToPath } from "node:url";
import { Misuse } from "./chat_command.ts";
import { atHome } from "./local_files.ts";

/** The paths that a text names, of files that are there; `exists` says so. @throws Misuse for an address of another machine */
export async function pathsTyped(
  text: string,
  exists: (path: string) => Promise<boolean>,
  isWindows: boolean = platform === "win32",
): Promise<string[]> {
  const asIs = atHome(text.trim());
  // What is there is meant: a name may hold spaces, quotes and backslashes itself.
  if (await exists(asIs)) return [asIs];
  const words = shellWords(text, isWindows)?.map(fromAddress);
  if (!words) return [asIs];
  if (words.length === 1) return words;
  const are = await Promise.all(words.map(exists));
  return are.every(Boolean) ? words : [asIs];
}

/** A path that need not be there yet. @throws Misuse */
export function pathTyped(text: string, isWindows: boolean = platform === "win32"): string {
  const words = shellWords(text, isWindows);
  return words?.length === 1 ? fromAddress(words[0]!) : atHome(text.trim());
}

/** The words of a line as a shell reads them; undefined when a quote does not end. */
export function shellWords(text: string, isWindows: boolean): string[] | undefined {
  // Under Windows a backslash stands between folders.
  const part = isWindows
    ? /'([^']*)'|"([^"]*)"|([^\s'"]+)/y
    : /'([^']*)'|"((?:[^"\\]|\\[^])*)"|((?:[^\s'"\\]|\\[^])+)/y;
  const words: string[] = [];
  let at = /^\s*/.exec(text)![0].length;
  while (at < text.length) {
    let word = "";
    for (let found; part.lastIndex = at, found = part.exec(text); at = part.lastIndex) {
      const [, single, double, plain] = found;
      if (single !== undefined) word += single;
      else if (isWindows) word += double ?? plain;
      else if (double !== undefined) word += double.replaceAll(/\\(["\\$`])/g, "$1");
      else word += plain!.replaceAll(/\\([^])/g, "$1");
    }
    const space = /^\s+/.exec(text.slice(at))?.[0].length ?? 0;
    if (space === 0 && at < text.length) return undefined;
    words.push(word);
    at += space;
  }
  return words;
}

function fromAddress(word: string): string {
  if (!/^file:/i.test(word)) return atHome(word);
  try {
    return fileURLToPath(word);
  } catch (error) {
    // An escaped name that is no UTF-8, or a file of another machine.
    const why = error instanceof URIError ? "its name is no UTF-8" : "it names no file of this machine";
    throw new Misuse(`${word}: ${why}`);
  }
}
