/** The rooms one is in, and the way into others. */
import { Icon } from "../icon.tsx";
import type { Place } from "../route.ts";
import { words } from "../words.ts";
import { useChat } from "./chat_context.ts";
import { enteringRoom } from "./enter_room.tsx";
import { EphemeralMark } from "./ephemeral_mark.tsx";
import { PlaceLink } from "./place_link.tsx";

export function RoomList({ current }: { current: Place }) {
  const { rooms } = useChat();
  return (
    <section aria-labelledby="rooms-title">
      <header class="sidebar-head">
        <h2 id="rooms-title">{words.rooms}</h2>
        <button
          type="button"
          class="icon-button icon-button-small"
          aria-label={words.enterRoom}
          title={words.enterRoom}
          onClick={() => enteringRoom.value = true}
        >
          <Icon name="plus" />
        </button>
      </header>
      <ul>
        {rooms.mine.value.map((room) => (
          <li key={room}>
            <PlaceLink
              place={{ room }}
              current={current}
              mark={<Icon name="hash" />}
              note={rooms.isEphemeral(room) && <EphemeralMark />}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
