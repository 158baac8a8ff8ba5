/** What is told besides messages: one sentence about something that did not work, and what a screen reader reads out. */
import { Icon } from "../icon.tsx";
import { words } from "../words.ts";
import { useChat } from "./chat_context.ts";

export function Notice() {
  const { notice } = useChat();
  return (
    <div class="notice-place" role="status">
      {notice.value && (
        <div class="notice">
          <p>{notice.value}</p>
          <button
            type="button"
            class="icon-button"
            aria-label={words.close}
            onClick={() => notice.value = ""}
          >
            <Icon name="close" />
          </button>
        </div>
      )}
    </div>
  );
}

export function Announcer() {
  return <div class="unseen" aria-live="polite">{useChat().announcements.text}</div>;
}
