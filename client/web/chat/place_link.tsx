/** One line of the sidebar that leads to a conversation: what is unread there, and whether it speaks to one. */
import { useComputed } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { Icon } from "../icon.tsx";
import { hrefOf, type Place } from "../route.ts";
import { mentions } from "../state/mentions.ts";
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
  note?: ComponentChildren;
  /** For a second link to the same place: it shows neither what is unread nor where one is. */
  quiet?: boolean;
}

export function PlaceLink({ place, current, mark, note, quiet }: PlaceLinkProps) {
  const muted = useChat().muted.has(place);
  const here = !quiet && placeKey(place) === placeKey(current);
  return (
    <a
      class={muted ? "place place-muted" : "place"}
      href={hrefOf({ at: "place", place })}
      aria-current={here ? "page" : undefined}
    >
      {mark}
      <span class="place-name">{placeName(place)}</span>
      {note}
      {muted && !quiet && (
        <span class="place-mark" title={words.muted}>
          <Icon name="bell_off" />
          <span class="unseen">{words.muted}</span>
        </span>
      )}
      {!quiet && !muted && <Unread place={place} />}
    </a>
  );
}

function Unread({ place }: { place: Place }) {
  const { conversations, nickname } = useChat();
  const conversation = conversations.find(place);
  const unread = conversation?.unread.value ?? 0;
  const mentioned = useComputed(() => {
    const found = conversations.find(place);
    const count = found?.unread.value ?? 0;
    if (!found || count === 0) return false;
    const others = found.messages.value.filter((each) => each.from !== nickname && !each.recalled);
    return others.slice(-count).some(({ text }) => mentions(text, nickname));
  });
  if (!conversation || unread === 0) return null;
  const all = unread === conversation.messages.value.length && conversation.more.value;
  const count = all ? `${unread}+` : `${unread}`;
  return (
    <>
      {mentioned.value && (
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
