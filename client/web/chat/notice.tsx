/** One sentence about something that did not work, or happened to oneself, until it is put away. */
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
