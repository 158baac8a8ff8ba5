/** When two names are the same one, as the server sees it: by NFKC and without regard to case. */

/** The comparable form of a nickname or a room's name. */
export function nameKey(name: string): string {
  return name.normalize("NFKC").toLowerCase().normalize("NFKC");
}
