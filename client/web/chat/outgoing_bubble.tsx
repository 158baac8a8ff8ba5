/** One's own message that the server has not confirmed. */
import type { Conversation, Outgoing } from "../state/conversation.ts";
import { words } from "../words.ts";
import { LinkedText } from "./linked_text.tsx";

/** What an {@link OutgoingBubble} is given. */
export interface OutgoingBubbleProps {
  outgoing: Outgoing;
  conversation: Conversation;
}

export function OutgoingBubble({ outgoing, conversation }: OutgoingBubbleProps) {
  const { key, text, failed } = outgoing;
  return (
    <li class={`message message-mine message-first message-last message-${failed ? "failed" : "pending"}`}>
      <div class="message-body">
        <p class="bubble">
          <LinkedText text={text} />
        </p>
        {failed === undefined ? <small>{words.sending}</small> : (
          <div class="message-trouble" role="alert">
            <p>{words.notSent} {failed}</p>
            <button
              type="button"
              onClick={() => conversation.retry(key)}
            >
              {words.tryAgain}
            </button>
            <button
              type="button"
              onClick={() =>
                conversation.discard(key)}
            >
              {words.discard}
            </button>
          </div>
        )}
      </div>
    </li>
  );
}
