/**
 * What takes changes in memory back. What is applied changes memory and the database together; when the database can't
 * keep it, memory goes back to where it was, in the reverse order and exactly.
 */

/** The changes since the last commit, each with what undoes it. */
export class Journal {
  #undo: (() => void)[] = [];
  /** Whatever was changed since the last commit, for whoever keeps what is in memory; undefined: nobody does. */
  touched: Set<object> | undefined;

  /** How many changes are noted. */
  get length(): number {
    return this.#undo.length;
  }

  /** Notes what undoes a change that has just been made. */
  note(undo: () => void): void {
    this.#undo.push(undo);
  }

  /** Notes that something is changed. */
  touch(thing: object): void {
    this.touched?.add(thing);
  }

  /** Changes fields of an object. */
  assign<T extends object>(target: T, values: Partial<T>): void {
    this.touch(target);
    const before: Partial<T> = {};
    for (const key of Object.keys(values) as (keyof T)[]) before[key] = target[key];
    this.#undo.push(() => void Object.assign(target, before));
    Object.assign(target, values);
  }

  /** What is noted is kept for good. */
  keep(): void {
    this.#undo.length = 0;
    this.touched?.clear();
  }

  /** Takes back what was noted after the first so many. */
  undo(first = 0): void {
    while (this.#undo.length > first) this.#undo.pop()!();
    if (first === 0) this.touched?.clear();
  }
}

/** A set in the order of adding, also after a removal was taken back. */
export class OrderedSet<T> implements Iterable<T> {
  readonly #order = new Map<T, number>();
  #next = 0;

  get size(): number {
    return this.#order.size;
  }

  has(item: T): boolean {
    return this.#order.has(item);
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#order.keys();
  }

  /** Grows with the order of adding; only which one is less means anything. */
  placeOf(item: T): number | undefined {
    return this.#order.get(item);
  }

  /** Adds what was here before, at the place that it had, which is after those of all that are here. */
  restore(item: T, place: number): void {
    this.#order.set(item, place);
    this.#next = place + 1;
  }

  add(item: T, journal: Journal): void {
    if (this.#order.has(item)) return;
    this.#order.set(item, this.#next++);
    journal.note(() => this.#order.delete(item));
  }

  /** Whether it was there. */
  delete(item: T, journal: Journal): boolean {
    const place = this.#order.get(item);
    if (place === undefined) return false;
    this.#order.delete(item);
    journal.note(() => this.#putBack(item, place));
    return true;
  }

  #putBack(item: T, place: number): void {
    const all = [...this.#order, [item, place] as const].sort(([, a], [, b]) => a - b);
    this.#order.clear();
    for (const [each, at] of all) this.#order.set(each, at);
  }
}
