/**
 * Back closes what lies over the page before it leaves the screen one is at: each thing that is open has an entry of the
 * history on top of the screen's. What is closed otherwise leaves its entry, as a spare: it serves what is opened next,
 * becomes the entry of the screen that one goes to, and is passed over by Back.
 */
import { useLayoutEffect, useRef } from "preact/hooks";

/** What is open, the topmost last. */
const open: { close(): void }[] = [];
/** How many entries there are over the screen's own, and where they were added. */
let depth = depthOf(history.state);
let screen = location.hash;

/** Has Back close this as long as it is drawn, or until what it answers is called: it is closed, and drawn no more soon. */
export function useBack(close: () => void): () => void {
  const latest = useRef(close);
  latest.current = close;
  const { current: overlay } = useRef({ close: () => latest.current() });
  const isClosed = () => {
    const at = open.indexOf(overlay);
    if (at !== -1) open.splice(at, 1);
  };
  useLayoutEffect(() => {
    open.push(overlay);
    if (depth < open.length) {
      screen = location.hash;
      history.pushState({ over: ++depth }, "");
    }
    return isClosed;
  }, []);
  return isClosed;
}

/** Somebody goes elsewhere: answers whether there is an entry on top that can be had for it. */
export function takeSpareEntry(): boolean {
  const had = depth > 0;
  depth = 0;
  return had;
}

addEventListener("popstate", ({ state }: PopStateEvent) => {
  const before = depth;
  depth = depthOf(state);
  const closed = open.splice(depth);
  for (const each of closed.reverse()) each.close();
  if (depth > open.length && depth >= before) {
    // What this entry was for is closed long ago: from another screen, or forward.
    depth = 0;
    history.back();
  } else if (closed.length === 0 && depth < before && location.hash === screen) history.back();
});

function depthOf(state: unknown): number {
  const over = (state as { over?: unknown } | null)?.over;
  return typeof over === "number" ? over : 0;
}
