/**
 * Files that a client uploads over HTTP and then addresses in what it says (soju.im/FILEHOST). Whether an address is that of a file of
 * one's own is the core's to say, by the file's id, since a server has several addresses, and a cluster those of its nodes: where it is,
 * the message has the file, and otherwise its words as they are.
 */

/** The address of a file, with its id; a host and a path have so many characters at the most. */
const ADDRESS = /https?:\/\/[^\s<>"]{1,256}?\/files\/([0-9A-HJKMNP-TV-Z]{26})(?![\w/?#-])/g;

/** One message that comes of what was said. */
export interface Saying {
  readonly text: string;
  readonly file?: string;
  /** What is said where the file can't be had. */
  readonly otherwise?: string;
}

/** Where files are uploaded to. */
export function fileHost(pageUrl: string): string {
  return `${pageUrl}/files`;
}

/**
 * A text, or the files that it addresses: the first with the words around it, the others by themselves. `filesMax`: of more addresses it is
 * not looked whose they are; they stay words.
 */
export function sayings(text: string, filesMax: number): Saying[] {
  const all = Array.from(text.matchAll(ADDRESS));
  const found = all.slice(0, filesMax);
  const [first, ...others] = found;
  if (!first) return [{ text }];
  if (found.length === all.length && text.replaceAll(ADDRESS, "").trim() === "") {
    return found.map(([whole, file]) => ({ text: "", file: file!, otherwise: whole }));
  }
  const before = text.slice(0, first.index);
  const after = text.slice(first.index + first[0].length);
  return [
    { text: joined(before, after), file: first[1]!, otherwise: text },
    ...others.map(([, file]) => ({ text: "", file: file! })),
  ];
}

/** What stands before and after something that is taken out. */
function joined(before: string, after: string): string {
  const [start, end] = [before.trimEnd(), after.trimStart()];
  const gap = before.slice(start.length) + after.slice(0, after.length - end.length);
  const separator = start === "" || end === "" ? "" : gap.includes("\n") ? "\n" : gap === "" ? "" : " ";
  return start + separator + end;
}
