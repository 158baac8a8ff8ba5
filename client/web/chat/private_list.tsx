/** The private conversations one has. */
import type { Place } from "../route.ts";
import { words } from "../words.ts";
import { Avatar } from "./avatar.tsx";
import { useChat } from "./chat_context.ts";
import { PlaceLink } from "./place_link.tsx";

export function PrivateList({ current }: { current: Place }) {
  const chat = useChat();
  const { conversations, people } = chat;
  const { privates } = conversations;
  if (privates.value.length === 0) return null;
  return (
    <section aria-labelledby="privates-title">
      <header class="sidebar-head">
        <h2 id="privates-title">{words.privates}</h2>
      </header>
      <ul>
        {privates.value.map(({ key, name }) => (
          <li key={key}>
            <PlaceLink
              place={{ with: name }}
              current={current}
              mark={<Avatar nickname={name} online={people.isOnline(name)} />}
            />
          </li>
        ))}
      </ul>
      {conversations.older.value && (
        <button
          type="button"
          class="text-button"
          onClick={() => void chat.attempt(() => conversations.loadOlder())}
        >
          {words.olderConversations}
        </button>
      )}
    </section>
  );
}
