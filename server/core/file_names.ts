/**
 * What files may be called. A name never leads out of the folder it is put into, on no system that may receive it.
 */
import { Fault, quote } from "./faults.ts";
import { LIMITS } from "./limits.ts";

// Windows gives these names to devices, with any extension (learn.microsoft.com, "Naming Files, Paths, and Namespaces").
const RESERVED = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/iu;
const UNSEEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u;
const FORBIDDEN = /[\\:*?"<>|]/;
const encoder = new TextEncoder();

/** The name of a file or folder by itself. @throws bad_file */
export function checkFileName(name: string): string {
  if (name.includes("/")) throw refusal(name, 'a name has no "/"; announce a folder for several files');
  return checkSegment(name, name);
}

/** The path of a file within its folder, with "/" between names. @throws bad_file */
export function checkFilePath(path: string): string {
  if (encoder.encode(path).length > LIMITS.filePathBytesMax) {
    throw refusal(path, `it is longer than ${LIMITS.filePathBytesMax} bytes`);
  }
  for (const segment of path.split("/")) checkSegment(segment, path);
  return path;
}

/** The name itself, or the nearest that a file may have: for languages in which nobody can be asked for another one. */
export function nearestFileName(name: string): string {
  let nearest = name.toWellFormed().replaceAll(new RegExp(UNSEEN, "gu"), "").replaceAll(/[\\/:*?"<>|]/g, "_");
  nearest = shortened(nearest.replace(/^ +/, "")).replace(/[. ]+$/, "");
  if (RESERVED.test(nearest)) nearest = shortened(`_${nearest}`).replace(/[. ]+$/, "");
  return nearest === "" ? "_" : nearest;
}

/** Cut to the bytes that a name may have, the ending kept. */
function shortened(name: string): string {
  const ending = /\.[^.]{1,16}$/.exec(name)?.[0] ?? "";
  let stem = Array.from(name.slice(0, name.length - ending.length));
  const spare = LIMITS.fileNameBytesMax - encoder.encode(ending).length;
  // No character has more than four bytes, so this is near enough to begin with.
  stem = stem.slice(0, spare);
  while (encoder.encode(stem.join("")).length > spare) stem.pop();
  return stem.join("") + ending;
}

function checkSegment(segment: string, whole: string): string {
  if (segment === "") throw refusal(whole, "a name is missing");
  if (segment === "." || segment === "..") throw refusal(whole, '"." and ".." are no names');
  if (encoder.encode(segment).length > LIMITS.fileNameBytesMax) {
    throw refusal(whole, `a name is longer than ${LIMITS.fileNameBytesMax} bytes`);
  }
  if (!segment.isWellFormed() || UNSEEN.test(segment)) {
    throw refusal(whole, "it contains a character that can't be seen");
  }
  if (FORBIDDEN.test(segment)) throw refusal(whole, "these can't stand in a name: \\ : * ? \" < > |");
  if (/[. ]$/.test(segment) || segment.startsWith(" ")) {
    throw refusal(whole, "a name does not begin or end with a space or end with a dot");
  }
  if (RESERVED.test(segment)) throw refusal(whole, "it is the name of a device on Windows");
  return segment;
}

function refusal(name: string, why: string): Fault {
  return new Fault("bad_file", `Cannot take a file named ${quote(name)}: ${why}`);
}
