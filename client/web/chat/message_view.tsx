/** The messages of a conversation, the newest at the bottom; only what is in sight is in the page. */
import { Icon } from "../icon.tsx";
import type { Conversation } from "../state/conversation.ts";
import { personInWords, words } from "../words.ts";
import { EmptyConversation } from "./empty_conversation.tsx";
import { isCompact } from "./page_layout.ts";
import { type MessageLog, useMessageLog } from "./use_message_log.ts";
import { Component, type VNode } from "preact";
import { TransferBubble } from "../files/transfer_bubble.tsx";
import type { Row } from "../state/message_rows.ts";
import { DayLine } from "./time.tsx";
import { MessageBubble } from "./message_bubble.tsx";
import { OutgoingBubble } from "./outgoing_bubble.tsx";
import { useChat } from "./chat_context.ts";

export function MessageView({ conversation }: { conversation: Conversation }) {
  const log = useMessageLog(conversation);
  const { box, rows, virtual, away } = log;
  const empty = rows.length === 0 && conversation.state.value === "ready" &&
    !conversation.shown.value.older.value;
  const active = log.active.value ?? lastMessageOf(rows);
  return (
    <div class="messages-frame">
      <section class="messages" ref={box} aria-label={words.messages} onKeyDown={(event) => walk(event, log)}>
        <div
          class={isCompact(conversation.target) ? "log log-compact" : "log"}
          role="log"
          aria-live="off"
          aria-label={conversation.name}
          aria-busy={conversation.shown.value.loadingOlder.value}
          style={{ height: `${virtual.getTotalSize()}px` }}
        >
          {!empty && <Top conversation={conversation} />}
          {virtual.getVirtualItems().map(({ key, index, start }) => {
            const row = rows[index];
            return row && (
              <div
                key={key}
                class="log-row"
                data-index={index}
                ref={virtual.measureElement}
                style={{ transform: `translateY(${start}px)` }}
              >
                <MessageRowView
                  row={row}
                  conversation={conversation}
                  active={row.kind === "message" && row.message.id === active}
                  onActive={(id) => log.active.value = id}
                />
              </div>
            );
          })}
        </div>
        {empty && <EmptyConversation conversation={conversation} />}
      </section>
      {away.value && <ToNewest conversation={conversation} onPress={log.toEnd} />}
      <TypingLine conversation={conversation} />
    </div>
  );
}

function ToNewest({ conversation, onPress }: { conversation: Conversation; onPress: () => void }) {
  const { value: count } = conversation.unread;
  return (
    <button
      type="button"
      class="to-bottom"
      aria-label={count > 0 ? `${words.latest}, ${words.unread(`${count}`)}` : words.latest}
      onClick={onPress}
    >
      <Icon name="down" />
      {count > 0 && <span class="badge">{count}</span>}
    </button>
  );
}

/** The arrow keys go from message to message. */
function walk(event: KeyboardEvent, { rows, active, focus }: MessageLog): void {
  const article = event.target as HTMLElement;
  if (!article.matches("article") || event.altKey || event.ctrlKey || event.metaKey) return;
  // A key that repeats may come before the focus has followed the one before it.
  const id = active.peek() ?? article.dataset.id;
  const here = rows.findIndex((row) => row.kind === "message" && row.message.id === id);
  const isMessage = (row: (typeof rows)[number]) => row.kind === "message";
  const ways: Record<string, () => number> = {
    ArrowUp: () => rows.slice(0, here).findLastIndex(isMessage),
    ArrowDown: () => rows.findIndex((row, index) => index > here && isMessage(row)),
    Home: () => rows.findIndex(isMessage),
    End: () => rows.findLastIndex(isMessage),
  };
  const to = ways[event.key]?.();
  if (to === undefined) return;
  event.preventDefault();
  if (to >= 0) focus(to);
}

function lastMessageOf(rows: MessageLog["rows"]): string | undefined {
  const row = rows.findLast((each) => each.kind === "message");
  return row?.kind === "message" ? row.message.id : undefined;
}

function Top({ conversation }: { conversation: Conversation }) {
  const { state, trouble, shown } = conversation;
  const { messages, older, loadingOlder } = shown.value;
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
  if (!older.value) return <p class="messages-top">{words.beginning}</p>;
  return (
    <p class="messages-top">
      <button type="button" class="button button-quiet" onClick={() => void conversation.loadOlder()}>
        {loadingOlder.value ? words.loading : words.loadOlder}
      </button>
    </p>
  );
}

interface MessageRowViewProps {
  row: Row;
  conversation: Conversation;
  /** Whether Tab leads to it. */
  active: boolean;
  onActive(id: string): void;
}

class MessageRowView extends Component<MessageRowViewProps> {
  override shouldComponentUpdate({ row, active }: MessageRowViewProps): boolean {
    return row !== this.props.row || active !== this.props.active;
  }

  render({ row, conversation, active, onActive }: MessageRowViewProps): VNode {
    switch (row.kind) {
      case "day":
        return <DayLine at={row.at} />;
      case "new":
        return <NewLine />;
      case "happening":
        return <p class="happening">{row.happening.text()}</p>;
      case "outgoing":
        return <OutgoingBubble outgoing={row.outgoing} conversation={conversation} first={row.first} />;
      case "transfer":
        return <TransferBubble transfer={row.transfer} compact={isCompact(conversation.target)} />;
      case "message":
        return <MessageBubble row={row} conversation={conversation} active={active} onActive={onActive} />;
    }
  }
}

/** The line before what has come since one last looked. */
function NewLine() {
  return (
    <p class="new-line">
      <span>{words.newSince}</span>
    </p>
  );
}

const NAMED_MAX = 2;

function TypingLine({ conversation }: { conversation: Conversation }) {
  const { people } = useChat();
  const { value: names } = conversation.typists.names;
  if (names.length === 0) return null;
  return (
    <p class="typing-line">
      <span class="typing-dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      {names.length > NAMED_MAX
        ? words.manyType(names.length)
        : words.type(names.map((each) => personInWords(each, people.isGuest(each))))}
    </p>
  );
}
