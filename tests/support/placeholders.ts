/**
 * How a written example stands for many real lines. Only what the server chooses may differ: "<token>" is any text and
 * from then on the same one, "…" is any text each time, and a number in one of the fields of {@link NUMBERS} is
 * any number, later the same one; greater ones stay greater.
 */
import assert from "node:assert/strict";

/** Field → the numbers that it shares with other fields. */
const NUMBERS: Readonly<Record<string, string>> = {
  seq: "seq",
  last: "seq",
  since: "seq",
  at: "time",
  used: "time",
  edited: "time",
  until: "time",
  retry_after_ms: "wait",
};

const PLACEHOLDER = /^<[^<>]+>$/;

/** What the placeholders of one example stand for. */
export class Placeholders {
  readonly #texts = new Map<string, string>();
  readonly #numbers = new Map<string, Map<number, number>>([["seq", new Map([[0, 0]])]]);

  /** Whether a text is still unknown here. */
  lacks(placeholder: string): boolean {
    return PLACEHOLDER.test(placeholder) && !this.#texts.has(placeholder);
  }

  /** Notes what a placeholder stands for. */
  learn(placeholder: string, text: string): void {
    this.#texts.set(placeholder, text);
  }

  /** Compares a real value with the written one; they must have the same fields. @throws AssertionError */
  match(real: unknown, written: unknown): void {
    assert.deepEqual(real, this.#expected(real, written, ""));
  }

  /** Puts what the placeholders stand for into a text that has some. */
  fillText(written: string): string {
    return written.replaceAll(/<[^<>]+>/g, (placeholder) => this.#texts.get(placeholder) ?? placeholder);
  }

  /** Puts what the placeholders stand for into a written value. */
  fill(written: unknown, field = ""): unknown {
    if (typeof written === "string") return this.#texts.get(written) ?? written;
    if (typeof written === "number") return this.#numbers.get(NUMBERS[field] ?? "")?.get(written) ?? written;
    if (Array.isArray(written)) return written.map((each) => this.fill(each, field));
    if (typeof written !== "object" || written === null) return written;
    return Object.fromEntries(Object.entries(written).map(([name, value]) => [name, this.fill(value, name)]));
  }

  /** The written value with the real one's choices in place of what may differ. */
  #expected(real: unknown, written: unknown, field: string): unknown {
    if (written === "…" && typeof real === "string") return real;
    if (typeof written === "string") return this.#text(real, written);
    if (typeof written === "number" && typeof real === "number") return this.#number(real, written, field);
    if (typeof written !== "object" || written === null || typeof real !== "object" || real === null) {
      return written;
    }
    if (Array.isArray(written)) {
      return written.map((each, index) => this.#expected((real as unknown[])[index], each, field));
    }
    const fields = real as Record<string, unknown>;
    return Object.fromEntries(
      Object.entries(written).map(([name, value]) => [name, this.#expected(fields[name], value, name)]),
    );
  }

  #text(real: unknown, written: string): string {
    if (this.lacks(written) && typeof real === "string") this.learn(written, real);
    return this.#texts.get(written) ?? written;
  }

  #number(real: number, written: number, field: string): number {
    const kind = NUMBERS[field];
    if (kind === undefined) return written;
    if (kind === "wait") return real;
    const known = this.#numbers.get(kind) ?? new Map<number, number>();
    this.#numbers.set(kind, known);
    const before = known.get(written);
    if (before !== undefined) return before;
    for (const [other, meant] of known) {
      const [low, high] = other < written ? [meant, real] : [real, meant];
      const inOrder: boolean = kind === "seq" ? low < high : low <= high;
      assert.ok(inOrder, `"${field}": ${written} was ${real}, but ${other} was ${meant}`);
    }
    known.set(written, real);
    return real;
  }
}
