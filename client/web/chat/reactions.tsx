/** What people think of a message; a press adds one's own to it, or takes it away. */
import type { Message } from "../../../server/core/shared/events.ts";
import type { Conversation } from "../state/conversation.ts";
import { nameKey } from "../state/target_key.ts";
import { words } from "../words.ts";
import { useChat } from "./chat_context.ts";

const NAMED_MAX = 20;

export function Reactions({ message, conversation }: { message: Message; conversation: Conversation }) {
  const chat = useChat();
  const all = Object.entries(message.reactions ?? {}).filter(([, who]) => who.length > 0);
  if (all.length === 0) return null;
  return (
    <div class="reactions" role="group" aria-label={words.reactions}>
      {all.map(([emoji, who]) => {
        const mine = who.some((each) => nameKey(each) === nameKey(chat.nickname));
        const names = words.namesOf(who.slice(0, NAMED_MAX), who.length > NAMED_MAX);
        return (
          <button
            key={emoji}
            type="button"
            class="reaction"
            aria-pressed={mine}
            disabled={conversation.isFormer}
            aria-label={words.reactedBy(emoji, names)}
            title={names}
            onClick={() => void chat.attempt(() => conversation.react(message.id, emoji, !mine))}
          >
            <span aria-hidden="true">{emoji}</span> {words.number(who.length)}
          </button>
        );
      })}
    </div>
  );
}
