/** Counts under names, at the price of an addition; whoever looks at them turns them into metrics. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(name: string, by = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + by);
  }

  entries(): Iterable<readonly [name: string, count: number]> {
    return this.#counts;
  }
}
