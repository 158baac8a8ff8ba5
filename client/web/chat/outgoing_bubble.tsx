/** One's own message that the server has not confirmed. */
import type { Conversation } from "../state/conversation.ts";
import type { Outgoing } from "../state/outgoing.ts";
import { words } from "../words.ts";
import { LinkedText } from "./linked_text.tsx";

/** What an {@link OutgoingBubble} is given. */
export interface OutgoingBubbleProps {
  outgoing: Outgoing;
  conversation: Conversation;
  /** Whether nothing else of this kind is above it. */
  first: boolean;
}

export function OutgoingBubble({ outgoing, conversation, first }: OutgoingBubbleProps) {
  const { key, text, failed } = outgoing;
  return (
    <div
      class={`message message-mine${first ? " message-first" : ""} message-last message-${
        failed ? "failed" : "pending"
      }`}
    >
      <div class="message-body">
        <p class="bubble">
          <LinkedText text={text} />
        </p>
        {failed === undefined ? <small>{words.sending}</small> : (
          <div class="message-trouble" role="alert">
            <p>{words.notSent} {failed}</p>
            <button
              type="button"
              onClick={() => conversation.outgoing.retry(key)}
            >
              {words.tryAgain}
            </button>
            <button
              type="button"
              onClick={() => conversation.outgoing.discard(key)}
            >
              {words.discard}
            </button>
          </div>
        )}
      </div>
    </div>
  );
}
