/**
 * What files are called where they arrive. A file keeps the name that it was sent with; only a system that can't have
 * it gives it another one. Where two become one there, both arrive: the second has a number.
 */

/** Where a file arrives. `any`: that is not known, so it is a name that every system can have. */
export type System = "any" | "windows" | "macos" | "linux";

// Windows gives these names to devices, with any extension (learn.microsoft.com, "Naming Files, Paths, and Namespaces").
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(?:\.|$)/iu;
const NOT_ON_WINDOWS = /[\\:*?"<>|]/g;
/** Of one name, on the disks that are used most. */
const BYTES_MAX = 255;
const encoder = new TextEncoder();

/** The nearest name to this one that a system can have; mostly itself. */
export function nameOn(system: System, name: string): string {
  if (system === "linux" || system === "macos") return name;
  const plain = name.replaceAll(NOT_ON_WINDOWS, "_").replace(
    /(?<![. ])[. ]+$/,
    (end) => "_".repeat(end.length),
  );
  return DEVICE.test(plain) ? `_${plain}` : plain;
}

/** Paths with "/" between names → what they are there, each another one. Where a folder is named anew, all in it move with it. */
export function pathsOn(system: System, paths: Iterable<string>): Map<string, string> {
  const all = new Set<string>();
  for (const path of paths) for (let at = path; at !== ""; at = parentOf(at)) all.add(at);
  const names = new Map<string, string>();
  const taken = new Set<string>();
  const name = (path: string, wanted: string) => {
    let given = wanted;
    const key = () => `${parentOf(path)}/${keyOn(system, given)}`;
    for (let n = 1; taken.has(key()); n++) given = numbered(wanted, n);
    taken.add(key());
    names.set(path, given);
  };
  // What can keep its name has it, whatever came before.
  const [kept, changed]: [string[], string[]] = [[], []];
  for (const path of all) (nameOn(system, lastOf(path)) === lastOf(path) ? kept : changed).push(path);
  for (const path of [...kept, ...changed]) name(path, nameOn(system, lastOf(path)));
  const received = new Map<string, string>();
  for (const path of all) received.set(path, receivedPath(path, names));
  return received;
}

/** A name with a number before its ending, cut where it would be too long. */
function numbered(name: string, n: number): string {
  const [, stem = name, ending = ""] = /^(.+?)((?:\.[^.]{1,16})?)$/s.exec(name) ?? [];
  const rest = ` (${n})${ending}`;
  const characters = Array.from(stem);
  while (encoder.encode(characters.join("") + rest).length > BYTES_MAX) characters.pop();
  return characters.join("") + rest;
}

/** Two names are one file where this is the same. */
function keyOn(system: System, name: string): string {
  return system === "linux" ? name : name.normalize("NFC").toLowerCase().toUpperCase();
}

function receivedPath(path: string, names: ReadonlyMap<string, string>): string {
  const segments: string[] = [];
  for (let at = path; at !== ""; at = parentOf(at)) segments.unshift(names.get(at)!);
  return segments.join("/");
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
