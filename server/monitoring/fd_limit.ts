/** How many files the system lets this process have open. */
import { closeSync, openSync, readFileSync } from "node:fs";

/** Left for everything but connections: a listener that finds no descriptor goes silent for good. */
const RESERVE = 1_000;

/** How many connections of those wanted can be had; at least half of what the system allows. */
export function connectionsPossible(wanted: number): number {
  const limit = openFilesMax(wanted + RESERVE);
  return Math.max(1, Math.min(wanted, limit - Math.min(RESERVE, Math.floor(limit / 2))));
}

/** The limit; where nothing tells it, `enough` when so many can be had, and else how many could. */
function openFilesMax(enough: number): number {
  try {
    const match = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"));
    if (match) return Number(match[1]);
  } catch {
    // Only Linux has this file, and only a program with every permission may read it.
  }
  return Deno.build.os === "windows" ? enough : filesOpened(enough);
}

/** Opens files until it gets no more; 10,000 take a tenth of a second. */
function filesOpened(most: number): number {
  const open: number[] = [];
  try {
    while (open.length < most) open.push(openSync("/dev/null", "r"));
  } catch {
    // That was the limit, then.
  }
  open.forEach(closeSync);
  return open.length;
}
