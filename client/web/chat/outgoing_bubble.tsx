/** One's own message that the server has not confirmed. */
import type { Conversation } from "../state/conversation.ts";
import type { Outgoing } from "../state/outgoing.ts";
import { words } from "../words.ts";
import { Avatar } from "./avatar.tsx";
import { useChat } from "./chat_context.ts";
import { isCompact } from "./page_layout.ts";
import { From } from "./message_bubble.tsx";
import { MessageText } from "./message_text.tsx";
import { QuotedMessage } from "./quoted_message.tsx";

interface OutgoingBubbleProps {
  outgoing: Outgoing;
  conversation: Conversation;
  /** Whether no message of one's own is right above it. */
  first: boolean;
}

export function OutgoingBubble({ outgoing, conversation, first }: OutgoingBubbleProps) {
  const { key, text, reply, failed } = outgoing;
  const { nickname: me } = useChat();
  const compact = isCompact(conversation.target);
  const look = compact ? "message-compact" : "message-mine";
  return (
    <div
      class={`message ${look}${first ? " message-first" : ""} message-last message-${
        failed ? "failed" : "pending"
      }`}
    >
      {compact && (first ? <Avatar nickname={me} /> : <span class="avatar-space" />)}
      <div class="message-body">
        {compact && first && (
          <p class="message-head">
            <From nickname={me} mine />
          </p>
        )}
        {reply !== undefined && <QuotedMessage id={reply} conversation={conversation} />}
        <MessageText text={text} conversation={conversation} by={me} />
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
