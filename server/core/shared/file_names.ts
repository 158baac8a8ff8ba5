/**
 * What files may be called: all that some system can have. A name never leads out of the folder it is put into; what a
 * receiver's system can't have is replaced there (received_names.ts).
 */
import { Fault, type FaultReason, quote } from "./faults.ts";
import { LIMITS } from "./limits.ts";

const UNSEEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u;
// Some systems take a backslash for what stands between folders, and leave out what follows the last letter here.
const CLIMBS = /^[. ]*$/;
const DRIVE = /^[a-z]:$/i;
const encoder = new TextEncoder();

/** The name of a file or folder by itself. @throws bad_file */
export function checkFileName(name: string): string {
  if (name.includes("/")) {
    throw refusal(name, "like_command", 'a name has no "/"; announce a folder for several files');
  }
  return checkSegment(name, name);
}

/** The path of a file within its folder, with "/" between names. @throws bad_file */
export function checkFilePath(path: string): string {
  if (encoder.encode(path).length > LIMITS.filePathBytesMax) {
    throw refusal(path, "too_long", `it is longer than ${LIMITS.filePathBytesMax} bytes`);
  }
  for (const segment of path.split("/")) checkSegment(segment, path);
  return path;
}

/** The name itself, or the nearest that a file may have: for languages in which nobody can be asked for another one. */
export function nearestFileName(name: string): string {
  const seen = shortened(
    name.toWellFormed().replaceAll(new RegExp(UNSEEN, "gu"), "").replaceAll("/", "_").trim(),
  );
  const nearest = leadsOut(seen) ? seen.replaceAll("\\", "_") : seen;
  return CLIMBS.test(nearest) ? "_" : nearest;
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
  if (segment === "") throw refusal(whole, "empty", "a name is missing");
  if (segment === "." || segment === "..") throw refusal(whole, "like_command", '"." and ".." are no names');
  if (encoder.encode(segment).length > LIMITS.fileNameBytesMax) {
    throw refusal(whole, "too_long", `a name is longer than ${LIMITS.fileNameBytesMax} bytes`);
  }
  if (!segment.isWellFormed() || UNSEEN.test(segment)) {
    throw refusal(whole, "unseen", "it contains a character that can't be seen");
  }
  if (CLIMBS.test(segment)) throw refusal(whole, "like_command", "a name is more than dots and spaces");
  if (leadsOut(segment)) throw refusal(whole, "like_command", "on Windows it would lead out of its folder");
  return segment;
}

/** Whether backslashes would make a way out of a name. */
function leadsOut(segment: string): boolean {
  const names = segment.split("\\");
  return names.length > 1 && (names.some((name) => CLIMBS.test(name)) || DRIVE.test(names[0]!));
}

function refusal(name: string, reason: FaultReason, why: string): Fault {
  return new Fault("bad_file", `Cannot take a file named ${quote(name)}: ${why}`, { reason });
}
