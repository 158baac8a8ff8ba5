/** When two names, or two places, are the same one: as the server sees it, by NFKC and lower case. */
import { nameKey } from "../../../server/core/shared/names.ts";
import type { ConversationName } from "../../../server/core/shared/commands.ts";
import type { Place } from "../route.ts";

export { nameKey };

/** The comparable form of a place. */
export function placeKey(place: Place): string {
  if ("room" in place) return `room:${nameKey(place.room)}`;
  return place.person === undefined ? `with:${nameKey(place.with)}` : `person:${place.person}`;
}

/** Whether a private place is with somebody whose nickname is another's now: to be read, and not to be written in. */
export function isFormer(place: Place): place is { with: string; person: string } {
  return "with" in place && place.person !== undefined;
}

/** A place as requests name it. */
export function placeAsked(place: Place): ConversationName {
  return isFormer(place) ? { person: place.person } : place;
}

/** What a place is called. */
export function placeName(place: Place): string {
  return "room" in place ? place.room : place.with;
}
