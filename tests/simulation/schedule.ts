/** Schedules: steps made of numbers, which mean something in whatever state they meet, so that any part of a schedule is one. */

/** One step: four numbers from 0 to 2 ** 32 - 1. What they mean: simulation.ts. */
export interface Step {
  readonly what: number;
  readonly who: number;
  readonly which: number;
  readonly how: number;
}

/** The schedule of a seed, always the same. */
export function scheduleOf(seed: number, length: number): Step[] {
  const next = numbersOf(seed);
  return Array.from({ length }, () => ({ what: next(), who: next(), which: next(), how: next() }));
}

/** Numbers that follow from a seed (splitmix32). */
function numbersOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
}

/** What is left of a schedule that fails when everything is taken out without which it fails as well, within so many runs. */
export function shrunk(
  steps: readonly Step[],
  fails: (steps: readonly Step[]) => boolean,
  runs = 600,
): Step[] {
  let kept = [...steps];
  let left = runs;
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < kept.length && left > 0;) {
      const without = kept.toSpliced(start, size);
      left--;
      if (fails(without)) kept = without;
      else start += size;
    }
  }
  return kept;
}
