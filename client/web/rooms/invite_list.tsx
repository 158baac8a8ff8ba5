/** The rooms that one is invited to, with one's answer. */
import { useChat } from "../chat/chat_context.ts";
import { Icon } from "../icon.tsx";
import { go } from "../route.ts";
import { words } from "../words.ts";

export function InviteList() {
  const chat = useChat();
  const { invites, rooms } = chat;
  if (invites.all.value.length === 0) return null;
  const join = async (name: string, isPrivate: true | undefined) => {
    const room = await rooms.enter(name, { ...(isPrivate && { private: true }), make: false });
    invites.forget(name);
    go({ at: "conversation", target: { room } });
  };
  return (
    <section aria-labelledby="invites-title">
      <header class="sidebar-head">
        <h2 id="invites-title">{words.invitations}</h2>
      </header>
      <ul>
        {invites.all.value.map(({ room, by, private: isPrivate }) => (
          <li key={room} class="invite">
            <span class="place">
              <Icon name={isPrivate ? "lock" : "hash"} />
              <span class="place-name" dir="auto">{room}</span>
              {isPrivate && <span class="unseen">{` ${words.privateRoom}`}</span>}
              <span class="place-note">{words.invitedBy(by)}</span>
            </span>
            <span class="invite-answers">
              <button
                type="button"
                class="text-button"
                aria-label={words.joinRoom(room)}
                onClick={() => void chat.attempt(() => join(room, isPrivate))}
              >
                {words.enter}
              </button>
              <button
                type="button"
                class="text-button"
                aria-label={words.declineRoom(room)}
                onClick={() => void chat.attempt(() => invites.decline(room))}
              >
                {words.decline}
              </button>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
