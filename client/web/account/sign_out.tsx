/** Settings: who one is here, and the way out. */
import { Avatar } from "../chat/avatar.tsx";
import { useChat } from "../chat/chat_context.ts";
import { Icon } from "../icon.tsx";
import { signOut } from "../state/session.ts";
import { words } from "../words.ts";

/** `onOut`: somebody is about to sign out. */
export function SignOut({ onOut }: { onOut: () => void }) {
  const chat = useChat();
  return (
    <section class="settings-part settings-out" aria-label={words.account}>
      <Avatar nickname={chat.nickname} />
      <p class="me-name">
        <strong>{chat.nickname}</strong>
        <span>{chat.guest ? words.guestNote : words.accountNote}</span>
      </p>
      <button
        type="button"
        class="button button-plain"
        onClick={() => {
          onOut();
          void chat.attempt(signOut);
        }}
      >
        <Icon name="leave" />
        {words.signOut}
      </button>
    </section>
  );
}
