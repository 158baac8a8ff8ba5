/** Finds out which language a peer speaks from what it says first. */
import type { Dialect } from "./dialect.ts";

/** What has been found out: the language and all that was said so far, that more is needed, or that it is none. */
export type Recognised = { readonly dialect: Dialect; readonly head: Uint8Array } | "more" | "none";

/** Collects what a peer says first until it is clear. */
export class Recogniser {
  readonly #dialects: readonly Dialect[];
  #head: Uint8Array = new Uint8Array(0);

  /** The first dialect that claims what was said has it. */
  constructor(dialects: readonly Dialect[]) {
    this.#dialects = dialects;
  }

  push(chunk: Uint8Array): Recognised {
    const head = this.#head.length === 0 ? chunk : concat(this.#head, chunk);
    this.#head = head;
    let more = false;
    for (const dialect of this.#dialects) {
      const verdict = dialect.recognises(head);
      if (verdict === "yes") return { dialect, head };
      more ||= verdict === "more";
    }
    return more ? "more" : "none";
  }
}

function concat(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const whole = new Uint8Array(head.length + tail.length);
  whole.set(head);
  whole.set(tail, head.length);
  return whole;
}
