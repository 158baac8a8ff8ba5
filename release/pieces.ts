/**
 * The pieces that the bundler cuts a program into. It names them by hashes that also depend on where things lie on this
 * machine; here they are named by what they and all that they need hold, so that the same program is the same everywhere.
 */
import { createHash } from "node:crypto";

/** What a bundle puts into the name of a piece. */
const HASH = /-[0-9A-Z]{8}(?=\.js\b)/g;

/** A file of a bundle, by its path there. */
export interface Piece {
  readonly name: string;
  readonly text: string;
}

/** The same pieces under names that last; those without a hash in their name keep it. */
export function withLastingNames(pieces: readonly Piece[]): Piece[] {
  const named = new Map(pieces.map((piece) => [piece.name, lastingName(piece, pieces)]));
  const renamed = (text: string) => {
    for (const [name, now] of named) text = text.replaceAll(name, now);
    return text;
  };
  return pieces.map(({ name, text }) => ({ name: named.get(name)!, text: renamed(text) }));
}

function lastingName({ name, text }: Piece, pieces: readonly Piece[]): string {
  if (name.search(HASH) === -1) return name;
  const needed = new Set([text]);
  // A set goes on to what is added to it under way.
  for (const each of needed) {
    for (const other of pieces) if (each.includes(other.name)) needed.add(other.text);
  }
  const content = Array.from(needed, (each) => each.replaceAll(HASH, "")).sort().join("\n");
  return name.replace(HASH, `-${createHash("sha256").update(content).digest("hex").slice(0, 8)}`);
}
