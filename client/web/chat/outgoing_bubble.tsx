/** One's own message that the server has not confirmed. */
import type { Conversation } from "../state/conversation.ts";
import type { Outgoing } from "../state/outgoing.ts";
import { words } from "../words.ts";
import { MessageText } from "./message_text.tsx";
import { QuotedMessage } from "./quoted_message.tsx";

/** What an {@link OutgoingBubble} is given. */
export interface OutgoingBubbleProps {
  outgoing: Outgoing;
  conversation: Conversation;
  /** Whether nothing else of this kind is above it. */
  first: boolean;
}

export function OutgoingBubble({ outgoing, conversation, first }: OutgoingBubbleProps) {
  const { key, text, reply, failed } = outgoing;
  return (
    <div
      class={`message message-mine${first ? " message-first" : ""} message-last message-${
        failed ? "failed" : "pending"
      }`}
    >
      <div class="message-body">
        {reply !== undefined && <QuotedMessage id={reply} conversation={conversation} />}
        <MessageText text={text} conversation={conversation} />
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
