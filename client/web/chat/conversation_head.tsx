/** The head of a conversation: where one is, who is there, and what can be done about it. */
import type { Signal } from "@preact/signals";
import { Icon } from "../icon.tsx";
import { go, hrefOf, type Place } from "../route.ts";
import { placeName } from "../state/place_key.ts";
import { words } from "../words.ts";
import { Avatar } from "./avatar.tsx";
import { useChat } from "./chat_context.ts";

/** What a {@link ConversationHead} is given. */
export interface ConversationHeadProps {
  place: Place;
  inside: boolean;
  membersShown: Signal<boolean>;
}

export function ConversationHead({ place, inside, membersShown }: ConversationHeadProps) {
  const { people } = useChat();
  const name = placeName(place);
  const isRoom = "room" in place;
  return (
    <header class="head">
      <a class="icon-button head-menu" href={hrefOf({ at: "list" })} aria-label={words.menu}>
        <Icon name="back" />
      </a>
      {isRoom
        ? (
          <span class="head-room">
            <Icon name="hash" />
          </span>
        )
        : <Avatar nickname={name} online={people.isOnline(name)} />}
      <div class="head-title">
        <h1>{name}</h1>
        {isRoom ? <RoomNote room={name} /> : <p>{people.isOnline(name) ? words.online : words.offline}</p>}
      </div>
      {isRoom && inside && <RoomActions room={name} membersShown={membersShown} />}
    </header>
  );
}

function RoomNote({ room }: { room: string }) {
  const state = useChat().rooms.state(room);
  return state ? <p>{words.memberCount(state.members.length)}</p> : null;
}

function RoomActions({ room, membersShown }: { room: string; membersShown: Signal<boolean> }) {
  const chat = useChat();
  const shown = membersShown.value;
  const leave = async () => {
    await chat.rooms.leave(room);
    chat.conversations.close({ room });
    go({ at: "list" });
  };
  return (
    <>
      <button
        type="button"
        class="icon-button"
        aria-label={shown ? words.hideMembers : words.showMembers}
        title={shown ? words.hideMembers : words.showMembers}
        aria-expanded={shown}
        onClick={() => membersShown.value = !shown}
      >
        <Icon name="people" />
      </button>
      <button
        type="button"
        class="button button-quiet"
        aria-label={words.leaveRoom(room)}
        onClick={() => void chat.attempt(leave)}
      >
        {words.leave}
      </button>
    </>
  );
}
