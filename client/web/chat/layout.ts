/** How the messages of a conversation stand: compact lines, or bubbles. */
import type { Place } from "../route.ts";
import { preferences } from "../state/preferences.ts";
import { handheld } from "./breakpoints.ts";

/** By one's choice; without one compact in rooms at a desk, bubbles in private and on phones. */
export function isCompact(place: Place): boolean {
  const { layout } = preferences.value;
  return layout === undefined ? "room" in place && !handheld.value : layout === "compact";
}
