/** The few assertions that the tests need, over the platform's own. */
import assert from "node:assert/strict";

/** Deeply equal, or both are shown. */
export function assertEquals(actual: unknown, expected: unknown, message?: string): void {
  if (message === undefined) assert.deepEqual(actual, expected);
  else assert.deepEqual(actual, expected, message);
}

/** Every field of `expected` is in `actual` and equal; further fields do not matter. */
export function assertMatches(actual: unknown, expected: Record<string, unknown>): void {
  const seen = typeof actual === "object" && actual !== null ? actual as Record<string, unknown> : {};
  const relevant = Object.fromEntries(Object.keys(expected).map((name) => [name, seen[name]]));
  assert.deepEqual(relevant, expected, `expected ${JSON.stringify(expected)}, was ${JSON.stringify(actual)}`);
}

/** True, or the test fails with these words. */
export function assertTrue(value: boolean, message: string): void {
  assert.ok(value, message);
}

/** Rejects with an error of this name or message. */
export function assertRejects(work: Promise<unknown>, expected: RegExp): Promise<void> {
  return assert.rejects(work, expected);
}

/** Fails unless a text, which must be there, fits a pattern. */
export function assertLike(actual: string | undefined, expected: RegExp): void {
  assertTrue(actual !== undefined && expected.test(actual), `${actual} is not like ${expected}`);
}
