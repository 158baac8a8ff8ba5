/** One message as everybody sees it, with what its author may do to it. */
import { hrefOf } from "../route.ts";
import type { Conversation } from "../state/conversation.ts";
import { nameKey } from "../state/place_key.ts";
import type { MessageRow } from "../state/message_rows.ts";
import { words } from "../words.ts";
import { Avatar, colourOf } from "./avatar.tsx";
import { useChat } from "./chat_context.ts";
import { FileMessage } from "../files/file_message.tsx";
import { LinkedText } from "./linked_text.tsx";
import { RecallButton } from "./recall_button.tsx";
import { timeOf } from "./time_of_day.ts";

/** What a {@link MessageBubble} is given. */
export interface MessageBubbleProps {
  row: MessageRow;
  conversation: Conversation;
  /** Whether Tab leads to it. */
  active: boolean;
  onActive(id: string): void;
}

export function MessageBubble({ row, conversation, active, onActive }: MessageBubbleProps) {
  const { message, first, last } = row;
  const chat = useChat();
  const mine = nameKey(message.from) === nameKey(chat.nickname);
  const marks = `message${mine ? " message-mine" : ""}${first ? " message-first" : ""}${
    last ? " message-last" : ""
  }`;
  return (
    <article
      class={marks}
      data-id={message.id}
      aria-label={words.messageOf(message.from, timeOf(message.at))}
      tabIndex={active ? 0 : -1}
      onFocus={() => onActive(message.id)}
    >
      {!mine && (last ? <Avatar nickname={message.from} /> : <span class="avatar-space" />)}
      <div class="message-body">
        {!mine && first && "room" in conversation.place && (
          <a
            class={`message-from colour-${colourOf(message.from)}`}
            href={hrefOf({ at: "place", place: { with: message.from } })}
          >
            {message.from}
          </a>
        )}
        {message.recalled && <p class="bubble bubble-recalled">{words.recalled}</p>}
        {message.file && (
          <FileMessage message={message} file={message.file} conversation={conversation} mine={mine} />
        )}
        {message.text !== "" && (
          <p class="bubble">
            <LinkedText text={message.text} />
            {message.edited !== undefined && <span class="bubble-edited">{words.edited}</span>}
          </p>
        )}
        {last && <time dateTime={new Date(message.at).toISOString()}>{timeOf(message.at)}</time>}
      </div>
      {mine && !message.recalled && (
        <RecallButton onRecall={() => void chat.attempt(() => conversation.recall(message.id))} />
      )}
    </article>
  );
}
