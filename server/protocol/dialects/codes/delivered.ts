/** Whom a program of the codes was told of: its window has a box for each, and the message names those whose boxes are ticked. */
import { type NameKey, nameKey } from "../../../core/shared/names.ts";
import type { Fields } from "./form.ts";

/** The window has room for so many boxes. */
const BOXES_MAX = 8;

/** Who is online as far as one program knows. */
export class ToldNames {
  /** Undefined: no list was told yet. */
  #names: Set<NameKey> | undefined;

  /** A message has been written to the program. */
  note([code, ...names]: Fields): void {
    if (code === "204") this.#names = undefined;
    if (code === "210") this.#names ??= new Set();
    if (code === "205" || code === "210") { for (const name of names) this.#names?.add(nameKey(name)); }
    if (code === "203") { for (const name of names) this.#names?.delete(nameKey(name)); }
  }

  /** Whether these, without the program's own user, are all: with many online, as many as the window has boxes for. */
  isEverybody(names: readonly string[]): boolean {
    const told = this.#names;
    if (!told || told.size === 0) return false;
    const named = new Set(names.map(nameKey));
    if (Array.from(told).every((name) => named.has(name))) return true;
    return told.size > BOXES_MAX && named.size === BOXES_MAX && named.isSubsetOf(told);
  }

  /** Those among these of whom nothing was told. */
  unknownOf(names: readonly string[]): string[] {
    return names.filter((name) => !this.#names?.has(nameKey(name)));
  }
}
