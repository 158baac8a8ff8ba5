/**
 * When two names are the same one: when their keys are, NFKC and without regard to case. Server, page and terminal
 * import this one rule. Names keep the form in which they were given; which may be used at all: names.ts of the core.
 */

declare const keyBrand: unique symbol;

/** A name made comparable. */
export type NameKey = string & { readonly [keyBrand]: true };

/** Of most names nothing but the case is to be made one, which takes a third of the time. */
const PRINTABLE_ASCII = /^[ -~]*$/;

/** The comparable form of a name. */
export function nameKey(name: string): NameKey {
  if (PRINTABLE_ASCII.test(name)) return name.toLowerCase() as NameKey;
  // Upper case on the way makes one of what lower case alone keeps apart: "ß" and "SS", "σ" and "ς".
  return name.normalize("NFKC").toLowerCase().toUpperCase().toLowerCase().normalize("NFKC") as NameKey;
}

/** Under this name stands what accounts wrote that are deleted; nobody can be called so. */
export const DELETED_NAME = "deleted account";

/** Whether two names are the same one. */
export function sameName(one: string, other: string): boolean {
  return nameKey(one) === nameKey(other);
}
