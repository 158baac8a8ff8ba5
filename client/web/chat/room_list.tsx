/** The rooms one is in, and the others there are. */
import { Icon } from "../icon.tsx";
import { go, type Place } from "../route.ts";
import { words } from "../words.ts";
import { useChat } from "./chat_context.ts";
import { PlaceLink } from "./place_link.tsx";

export function RoomList({ current }: { current: Place }) {
  const { rooms } = useChat();
  return (
    <section aria-labelledby="rooms-title">
      <h2 id="rooms-title">{words.rooms}</h2>
      <ul>
        {rooms.mine.value.map((room) => (
          <li key={room}>
            <PlaceLink place={{ room }} current={current} mark={<Icon name="hash" />} />
          </li>
        ))}
      </ul>
    </section>
  );
}

export function OtherRooms() {
  const chat = useChat();
  const { others } = chat.rooms;
  if (others.value.length === 0) return null;
  const enter = (name: string) =>
    chat.attempt(async () => go({ at: "place", place: { room: await chat.rooms.enter(name) } }));
  return (
    <section aria-labelledby="others-title">
      <h2 id="others-title">{words.otherRooms}</h2>
      <ul>
        {others.value.map(({ room, members }) => (
          <li key={room}>
            <button type="button" class="place place-other" onClick={() => void enter(room)}>
              <Icon name="hash" />
              <span class="place-name">{room}</span>
              <span class="place-note" aria-label={words.memberCount(members)}>{members}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
