/** When two names, or two places, are the same one: as the server sees it, by NFKC and lower case. */
import { nameKey } from "../../../server/core/shared/names.ts";
import type { Place } from "../route.ts";

export { nameKey };

/** The comparable form of a place. */
export function placeKey(place: Place): string {
  return "room" in place ? `room:${nameKey(place.room)}` : `with:${nameKey(place.with)}`;
}

/** What a place is called. */
export function placeName(place: Place): string {
  return "room" in place ? place.room : place.with;
}
