/** The head of a conversation: where one is, who is there, and what can be done about it. */
import type { Signal } from "@preact/signals";
import { Icon, type IconName } from "../icon.tsx";
import { go, hrefOf, type Place } from "../route.ts";
import { placeName } from "../state/place_key.ts";
import { words } from "../words.ts";
import { Avatar } from "./avatar.tsx";
import { useChat } from "./chat_context.ts";
import type { Panel } from "./conversation_pane.tsx";

/** What a {@link ConversationHead} is given. */
export interface ConversationHeadProps {
  place: Place;
  inside: boolean;
  panel: Signal<Panel>;
}

export function ConversationHead({ place, inside, panel }: ConversationHeadProps) {
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
      {isRoom && inside && <PanelButton panel={panel} which="members" icon="people" label={words.members} />}
      {inside && <PanelButton panel={panel} which="files" icon="folder" label={words.files} />}
      {isRoom && inside && <LeaveButton room={name} />}
    </header>
  );
}

function RoomNote({ room }: { room: string }) {
  const state = useChat().rooms.state(room);
  return state ? <p>{words.memberCount(state.members.length)}</p> : null;
}

/** What a {@link PanelButton} is given. */
interface PanelButtonProps {
  panel: Signal<Panel>;
  which: Panel;
  icon: IconName;
  label: string;
}

function PanelButton({ panel, which, icon, label }: PanelButtonProps) {
  const shown = panel.value === which;
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      title={label}
      aria-expanded={shown}
      onClick={() => panel.value = shown ? "none" : which}
    >
      <Icon name={icon} />
    </button>
  );
}

function LeaveButton({ room }: { room: string }) {
  const chat = useChat();
  const leave = async () => {
    await chat.rooms.leave(room);
    chat.conversations.close({ room });
    go({ at: "list" });
  };
  return (
    <button
      type="button"
      class="button button-quiet"
      aria-label={words.leaveRoom(room)}
      onClick={() => void chat.attempt(leave)}
    >
      {words.leave}
    </button>
  );
}
