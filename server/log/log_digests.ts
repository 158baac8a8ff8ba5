/**
 * What a node has applied, message by message, as one number for each place of the log. Nodes tell each other theirs: when
 * one has another number for the same place, NATS has given them different logs, or they apply one differently, and
 * everything after it is worth nothing.
 */

/** How many of the last places are remembered: those that others are at. */
const REMEMBERED = 8_192;

/** A message that is applied. */
interface Applied {
  readonly seq: number;
  /** Its author's name for it. */
  readonly node: string;
  readonly batch: number;
  /** The last number that something had which was kept by then: whoever takes what others refuse has another. */
  readonly last: number;
}

/** The digest of all messages up to one, from that up to the one before (FNV-1a). */
export function nextDigest(before: number, { seq, node, batch, last }: Applied): number {
  let hash = (before ^ 0x811c9dc5) >>> 0;
  for (const char of `${seq} ${node} ${batch} ${last}`) {
    hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193) >>> 0;
  }
  return hash;
}

/** The digests of the last places. */
export class LogDigests {
  readonly #bySeq = new Map<number, number>();

  add(seq: number, digest: number): void {
    this.#bySeq.set(seq, digest);
    if (this.#bySeq.size > REMEMBERED) this.#bySeq.delete(this.#bySeq.keys().next().value!);
  }

  /** Undefined: that place is too far back, or not reached. */
  at(seq: number): number | undefined {
    return this.#bySeq.get(seq);
  }
}
