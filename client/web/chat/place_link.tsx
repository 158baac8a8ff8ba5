/** One line of the sidebar that leads to a conversation. */
import type { ComponentChildren } from "preact";
import { hrefOf, type Place } from "../route.ts";
import { placeKey, placeName } from "../state/place_key.ts";
import { words } from "../words.ts";
import { useChat } from "./chat_context.ts";

/** What a {@link PlaceLink} is given. */
export interface PlaceLinkProps {
  place: Place;
  current: Place;
  /** What stands before the name. */
  mark: ComponentChildren;
  /** What stands after it while nothing is unread. */
  note?: string;
  /** For a second link to the same place: it shows neither what is unread nor where one is. */
  quiet?: boolean;
}

export function PlaceLink({ place, current, mark, note, quiet }: PlaceLinkProps) {
  const conversation = useChat().conversations.find(place);
  const unread = quiet ? 0 : conversation?.unread.value ?? 0;
  const count = conversation && unread === conversation.messages.value.length && conversation.more.value
    ? `${unread}+`
    : `${unread}`;
  const here = !quiet && placeKey(place) === placeKey(current);
  return (
    <a class="place" href={hrefOf({ at: "place", place })} aria-current={here ? "page" : undefined}>
      {mark}
      <span class="place-name">{placeName(place)}</span>
      {unread > 0
        ? <span class="badge" aria-label={words.unread(count)}>{count}</span>
        : note && <span class="place-note">{note}</span>}
    </a>
  );
}
