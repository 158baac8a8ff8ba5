/** How many files the system lets this process have open. */
import { readFileSync } from "node:fs";

/** Left for everything but connections: below it listeners go silent for good (see docs/decisions.md). */
const RESERVE = 1_000;

/** How many connections of those wanted can be had. */
export function connectionsPossible(wanted: number): number {
  const limit = openFilesMax();
  return limit === undefined
    ? wanted
    : Math.max(1, Math.min(wanted, limit - RESERVE > 0 ? limit - RESERVE : Math.floor(limit / 2)));
}

function openFilesMax(): number | undefined {
  try {
    const match = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"));
    return match ? Number(match[1]) : undefined;
  } catch {
    return undefined; // only Linux tells
  }
}
