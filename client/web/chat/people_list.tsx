/** Everybody online; a click opens the private conversation. */
import type { Place } from "../route.ts";
import { nameKey } from "../state/place_key.ts";
import { words } from "../words.ts";
import { Avatar } from "./avatar.tsx";
import { useChat } from "./chat_context.ts";
import { PlaceLink } from "./place_link.tsx";

export function PeopleList({ current }: { current: Place }) {
  const { people, nickname: me } = useChat();
  const others = people.online.value.filter((nickname) => nameKey(nickname) !== nameKey(me));
  return (
    <section aria-labelledby="people-title">
      <h2 id="people-title">
        {words.online} <span class="count">{others.length}</span>
      </h2>
      {others.length === 0 && <p class="sidebar-empty">{words.nobodyElse}</p>}
      <ul>
        {others.map((nickname) => (
          <li key={nickname}>
            <PlaceLink
              place={{ with: nickname }}
              current={current}
              mark={<Avatar nickname={nickname} online />}
              quiet
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
