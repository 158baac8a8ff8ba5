/** Who one is, and the way out. */
import { Icon } from "../icon.tsx";
import { signOut } from "../state/session.ts";
import { words } from "../words.ts";
import { Avatar } from "./avatar.tsx";
import { useChat } from "./chat_context.ts";

export function MeBar() {
  const chat = useChat();
  return (
    <footer class="me">
      <Avatar nickname={chat.nickname} online={chat.state.value === "online"} />
      <div class="me-name">
        <strong>{chat.nickname}</strong>
        <span>
          {chat.state.value !== "online" ? words.offline : chat.guest ? words.guestMark : words.online}
        </span>
      </div>
      <button
        type="button"
        class="icon-button"
        aria-label={words.signOut}
        title={words.signOut}
        onClick={() => void chat.attempt(signOut)}
      >
        <Icon name="leave" />
      </button>
    </footer>
  );
}
