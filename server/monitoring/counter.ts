/** Counts under names, at the price of an addition; whoever looks at them turns them into metrics. */
export class Tally {
  /** By the first name, then by the second: words that are there already are found faster than new ones are made. */
  readonly #counts = new Map<string, Map<string, number>>();

  /** Adds to what is counted under one name, or under two. */
  add(first: string, second = "", by = 1): void {
    let counts = this.#counts.get(first);
    if (!counts) this.#counts.set(first, counts = new Map());
    counts.set(second, (counts.get(second) ?? 0) + by);
  }

  /** Every name with its count. */
  *entries(): Iterable<readonly [names: readonly [string, string], count: number]> {
    for (const [first, counts] of this.#counts) {
      for (const [second, count] of counts) yield [[first, second], count];
    }
  }
}
