/** Finds out which language a peer speaks from what it says first. */
import { appended } from "./byte_buffer.ts";
import type { Dialect } from "./dialect.ts";

/** What has been found out: the language and all that was said so far, that more is needed, or that it is none. */
type Detection = { readonly dialect: Dialect; readonly head: Uint8Array } | "more" | "none";

/** Collects what a peer says first until it is clear. */
export class ProtocolDetector {
  readonly #dialects: readonly Dialect[];
  #head: Uint8Array = new Uint8Array(0);

  /** The first dialect that claims what was said has it. */
  constructor(dialects: readonly Dialect[]) {
    this.#dialects = dialects;
  }

  /** `whole`: a whole message, so that no more of it comes; what no dialect claims is the last one's to answer. */
  push(chunk: Uint8Array, whole: boolean): Detection {
    const head = this.#head.length === 0 ? chunk : appended(this.#head, chunk);
    this.#head = head;
    for (const dialect of this.#dialects) {
      const verdict = dialect.detect(head);
      if (verdict === "yes") return { dialect, head };
      // It comes before the others also while it is not sure.
      if (verdict === "more" && !whole) return "more";
    }
    return whole ? { dialect: this.#dialects.at(-1)!, head } : "none";
  }
}
