/** Who one is, and the settings, which have the way out. */
import { settingsOpen } from "../account/settings_dialog.tsx";
import { Icon } from "../icon.tsx";
import { words } from "../words.ts";
import { Avatar } from "./avatar.tsx";
import { useChat } from "./chat_context.ts";

export function MeBar() {
  const chat = useChat();
  const online = chat.state.value === "online";
  return (
    <div class="me">
      <Avatar nickname={chat.nickname} online={online} />
      <p class="me-name">
        <strong>{chat.nickname}</strong>
        <span>{!online ? words.offline : chat.guest ? words.guestMark : words.online}</span>
      </p>
      <button
        type="button"
        class="icon-button"
        aria-label={words.settings}
        title={words.settings}
        onClick={() => settingsOpen.value = true}
      >
        <Icon name="settings" />
      </button>
    </div>
  );
}
