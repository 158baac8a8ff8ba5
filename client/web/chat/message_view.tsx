/** The messages of a conversation, the newest at the bottom; scrolling up brings older ones. */
import { useComputed } from "@preact/signals";
import { Icon } from "../icon.tsx";
import { TransferBubble } from "../files/transfer_bubble.tsx";
import type { Conversation } from "../state/conversation.ts";
import { rowsOf } from "../state/message_rows.ts";
import { words } from "../words.ts";
import { useChat } from "./chat_context.ts";
import { DayLine } from "./day_line.tsx";
import { MessageBubble } from "./message_bubble.tsx";
import { OutgoingBubble } from "./outgoing_bubble.tsx";
import { useScroll } from "./use_scroll.ts";

export function MessageView({ conversation }: { conversation: Conversation }) {
  const { box, away, toBottom } = useScroll(conversation);
  const transfers = useChat().transfers.of(conversation);
  const rows = useComputed(() => rowsOf(conversation.messages.value));
  return (
    <div class="messages-frame">
      <section class="messages" ref={box} aria-label={words.messages} tabIndex={0}>
        <Top conversation={conversation} />
        <ol>
          {rows.value.map((row) =>
            row.kind === "day"
              ? <DayLine key={`day ${row.at}`} at={row.at} />
              : <MessageBubble key={row.message.id} row={row} conversation={conversation} />
          )}
          {conversation.outgoing.value.map((each) => (
            <OutgoingBubble key={each.key} outgoing={each} conversation={conversation} />
          ))}
          {transfers.map((each) => <TransferBubble key={each.id} transfer={each} />)}
        </ol>
      </section>
      {away.value && (
        <button type="button" class="to-bottom" aria-label={words.latest} onClick={toBottom}>
          <Icon name="down" />
          {conversation.unread.value > 0 && <span class="badge">{conversation.unread.value}</span>}
        </button>
      )}
    </div>
  );
}

function Top({ conversation }: { conversation: Conversation }) {
  const { state, trouble, messages, more, loadingOlder, outgoing } = conversation;
  if (state.value === "failed") {
    return (
      <div class="messages-top" role="alert">
        <p>{trouble.value}</p>
        <button type="button" class="button button-quiet" onClick={() => void conversation.load()}>
          {words.tryAgain}
        </button>
      </div>
    );
  }
  if (state.value !== "ready" && messages.value.length === 0) {
    return <p class="messages-top">{words.loading}</p>;
  }
  if (!more.value) {
    const empty = messages.value.length + outgoing.value.length === 0;
    return <p class="messages-top">{empty ? words.quiet : words.beginning}</p>;
  }
  return (
    <p class="messages-top">
      <button type="button" class="button button-quiet" onClick={() => void conversation.loadOlder()}>
        {loadingOlder.value ? words.loading : words.loadOlder}
      </button>
    </p>
  );
}
