/**
 * Gives back memory that a peak has left behind. V8 collects when it needs room, and a server that has become quiet
 * needs none: what a thousand slow readers held an hour ago would stay with the process. So it is told to collect when
 * the process is much larger than it was after the last time.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** How much larger, in bytes and as one part of so many. */
const GROWN_BYTES = 48 * 1024 * 1024;
const GROWN_SHARE = 4;
/** A collection stands still for some tens of milliseconds. */
const EVERY_MS = 10_000;

/** Looks every so often; gives what ends that. */
export function giveMemoryBack(): () => void {
  let collect: (() => void) | undefined;
  let [kept, last] = [rss(), rss()];
  const looking = setInterval(() => {
    const now = rss();
    const grows = now > last * (1 + 1 / GROWN_SHARE);
    last = now;
    kept = Math.min(kept, now);
    // While it grows it needs room, and collects by itself.
    if (grows || now < kept + Math.max(GROWN_BYTES, kept / GROWN_SHARE)) return;
    collect ??= collector();
    collect();
    // Pages that are free now go back to the system within seconds; what does not is in use.
    setTimeout(() => last = kept = rss(), EVERY_MS * 0.9);
  }, EVERY_MS);
  return () => clearInterval(looking);
}

function rss(): number {
  return Deno.memoryUsage().rss;
}

/** V8's own, which programs see only in a context that is made after this flag. */
function collector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc");
}
