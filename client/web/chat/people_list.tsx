/** Who is online; a click opens the private conversation. */
import { useSignal } from "@preact/signals";
import type { Place } from "../route.ts";
import { Icon } from "../icon.tsx";
import { nameKey } from "../state/place_key.ts";
import { words } from "../words.ts";
import { Avatar } from "./avatar.tsx";
import { useChat } from "./chat_context.ts";
import { PlaceLink } from "./place_link.tsx";
import { writingToSeveral } from "./several_dialog.tsx";

/** More than these are shown on demand only. */
const SHOWN = 30;

export function PeopleList({ current }: { current: Place }) {
  const { people, nickname: me } = useChat();
  const all = useSignal(false);
  const others = people.online.value.filter((nickname) => nameKey(nickname) !== nameKey(me));
  const shown = all.value ? others : others.slice(0, SHOWN);
  return (
    <section aria-labelledby="people-title">
      <header class="sidebar-head">
        <h2 id="people-title">
          {words.online} <span class="count">{words.number(others.length)}</span>
        </h2>
        {others.length > 0 && (
          <button
            type="button"
            class="icon-button icon-button-small"
            aria-label={words.writeToSeveral}
            title={words.writeToSeveral}
            onClick={() => writingToSeveral.value = true}
          >
            <Icon name="edit" />
          </button>
        )}
      </header>
      {others.length === 0 && <p class="sidebar-empty">{words.nobodyElse}</p>}
      <ul>
        {shown.map((nickname) => (
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
      {shown.length < others.length && (
        <button
          type="button"
          class="text-button"
          onClick={() => all.value = true}
        >
          {words.showAll(others.length)}
        </button>
      )}
    </section>
  );
}
