/** Window widths at which the layout changes, as the style sheets have them too, and how messages stand. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Target } from "../route.ts";
import { preferences } from "../state/preferences.ts";

/** Whether people and files stand beside the conversation; in narrower windows they lie over it. */
export const wide = follow("(min-width: 1080px)");

/** Whether there is so much room that who is there is shown unasked. */
export const roomy = follow("(min-width: 1400px)");

/** Whether there is one pane at a time. */
export const onePane = follow("(max-width: 720px)");

/** Whether it is a phone or the like, however it is turned. */
export const handheld = follow("(max-width: 720px), (pointer: coarse)");

function follow(query: string): ReadonlySignal<boolean> {
  const media = matchMedia(query);
  const now = signal(media.matches);
  media.addEventListener("change", () => now.value = media.matches);
  return now;
}

/** By one's choice; without one compact in rooms at a desk, bubbles in private and on phones. */
export function isCompact(target: Target): boolean {
  const { layout } = preferences.value;
  return layout === undefined ? "room" in target && !handheld.value : layout === "compact";
}
