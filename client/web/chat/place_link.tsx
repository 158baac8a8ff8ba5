/** One line of the sidebar that leads to a conversation: what is unread there, and whether it speaks to one. */
import type { ComponentChildren } from "preact";
import { Icon } from "../icon.tsx";
import { hrefOf, type Place } from "../route.ts";
import { placeKey, placeName } from "../state/target_key.ts";
import { words } from "../words.ts";
import { useChat } from "./chat_context.ts";

/** What a {@link PlaceLink} is given. */
interface PlaceLinkProps {
  place: Place;
  current: Place;
  /** What stands before the name. */
  mark: ComponentChildren;
  /** What stands after it while nothing is unread. */
  note?: ComponentChildren;
}

export function PlaceLink({ place, current, mark, note }: PlaceLinkProps) {
  const muted = useChat().muted.has(place);
  const here = placeKey(place) === placeKey(current);
  return (
    <a
      class={muted ? "place place-muted" : "place"}
      href={hrefOf({ at: "place", place })}
      aria-current={here ? "page" : undefined}
    >
      {mark}
      <span class="place-name" dir="auto">{placeName(place)}</span>
      {note}
      {muted && (
        <span class="place-mark" title={words.muted}>
          <Icon name="bell_off" />
          <span class="unseen">{words.muted}</span>
        </span>
      )}
      {!muted && <Unread place={place} />}
    </a>
  );
}

/** Past this nobody counts. */
const COUNTED_MAX = 99;

function Unread({ place }: { place: Place }) {
  const conversation = useChat().conversations.find(place);
  const unread = conversation?.unread.value ?? 0;
  if (!conversation || unread === 0) return null;
  const count = unread > COUNTED_MAX ? `${COUNTED_MAX}+` : `${unread}`;
  return (
    <>
      {conversation.sketch.mentioned.value && (
        <span class="badge badge-mention" title={words.mentioned}>
          @<span class="unseen">{words.mentioned}</span>
        </span>
      )}
      <span class="badge">
        <span aria-hidden="true">{count}</span>
        <span class="unseen">{words.unread(count)}</span>
      </span>
    </>
  );
}
