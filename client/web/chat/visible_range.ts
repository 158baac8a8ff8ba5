/** Which rows of a long list are drawn: those in sight, and one more that must not go away. */
import { defaultRangeExtractor, type Range } from "@tanstack/virtual-core";

/** The rows in sight and `kept`, which has the focus; -1: no such row. */
export function rangeWith(range: Range, kept: number): number[] {
  const visible = defaultRangeExtractor(range);
  if (kept < 0 || kept >= range.count || visible.includes(kept)) return visible;
  return [...visible, kept].sort((a, b) => a - b);
}
