/** One message as everybody sees it: who, what, what it answers, what people think of it, and what can be done. */
import { authorOf, type Message } from "../../../server/core/shared/events.ts";
import { FileMessage } from "../files/file_message.tsx";
import { Icon } from "../icon.tsx";
import { hrefOf } from "../route.ts";
import type { Conversation } from "../state/conversation.ts";
import type { MessageRow } from "../state/message_rows.ts";
import { DELETED_NAME } from "../../../server/core/shared/names.ts";
import { nameKey } from "../state/target_key.ts";
import { words } from "../words.ts";
import { Avatar, colourOf } from "./avatar.tsx";
import { useChat } from "./chat_context.ts";
import { GuestMark } from "./badges.tsx";
import { isCompact } from "./page_layout.ts";
import { MessageActions } from "./message_actions.tsx";
import { MessageText } from "./message_text.tsx";
import { QuotedMessage, recalledInWords } from "./quoted_message.tsx";
import { Time, timeOf } from "./time.tsx";

interface MessageBubbleProps {
  row: MessageRow;
  conversation: Conversation;
  /** Whether Tab leads to it. */
  active: boolean;
  onActive(id: string): void;
}

export function MessageBubble({ row, conversation, active, onActive }: MessageBubbleProps) {
  const { message, first, last } = row;
  const chat = useChat();
  const me = chat.nickname;
  const mine = nameKey(authorOf(message)) === nameKey(me);
  const compact = isCompact(conversation.target);
  const blocked = !mine && chat.blocks.has(authorOf(message));
  const forMe = !blocked && chat.speaksToMe(message);
  // Where no name stands over a group there is none to put its time beside.
  const timeBelow = !compact && (mine || "with" in conversation.target);
  const label = words.messageOf(
    message.now === undefined ? message.from : `${message.from} ${words.nowCalled(message.now)}`,
    timeOf(message.at),
  );
  return (
    <article
      class={classesOf({
        compact,
        mine: mine && !compact,
        first,
        last,
        forMe,
        aim: conversation.goal.value?.id === message.id,
      })}
      data-id={message.id}
      aria-label={forMe ? words.mentionsYou(label) : label}
      tabIndex={active ? 0 : -1}
      onFocus={() => onActive(message.id)}
    >
      <Gutter row={row} face={compact || !mine} timeBelow={timeBelow} />
      <div class="message-body">
        {first && !timeBelow && (
          <p class="message-head">
            <From
              nickname={message.from}
              {...(message.now !== undefined && { now: message.now })}
              mine={mine}
            />
            <GuestMark guest={mine ? chat.guest : message.guest === true} />
            <Time at={message.at} />
          </p>
        )}
        {blocked
          ? (
            <details class="message-folded">
              <summary>{words.folded}</summary>
              <Content message={message} conversation={conversation} mine={mine} />
            </details>
          )
          : <Content message={message} conversation={conversation} mine={mine} />}
        <Reactions message={message} conversation={conversation} />
        <Foot message={message} conversation={conversation} mine={mine} timed={last && timeBelow} />
      </div>
      {!message.recalled && <MessageActions message={message} conversation={conversation} mine={mine} />}
    </article>
  );
}

/** Whose message it is; a press leads to what one has with them in private. */
export function From({ nickname, now, mine }: { nickname: string; now?: string; mine: boolean }) {
  const called = now ?? nickname;
  if (nickname === DELETED_NAME) return <span class="message-from">{words.deletedAccount}</span>;
  const look = `message-from colour-${colourOf(called)}`;
  const later = now !== undefined && <span class="message-now">{words.nowCalled(now)}</span>;
  if (mine) return <span class={look} dir="auto">{nickname} {later}</span>;
  return (
    <a class={look} dir="auto" href={hrefOf({ at: "conversation", target: { with: called } })}>
      {nickname} {later}
    </a>
  );
}

/** What stands beside a message: whose group it begins, or for who looks when it was said, unless that stands below. */
function Gutter({ row, face, timeBelow }: { row: MessageRow; face: boolean; timeBelow: boolean }) {
  const { message, first, last } = row;
  if (face && first) return <Avatar nickname={authorOf(message)} />;
  if (!last || !timeBelow) return <Time at={message.at} look="message-gutter" />;
  return face ? <span class="avatar-space" /> : null;
}

interface ContentProps {
  message: Message;
  conversation: Conversation;
  mine: boolean;
}

function Content({ message, conversation, mine }: ContentProps) {
  const { recalled, file, text, reply, edited } = message;
  if (recalled) return <p class="bubble bubble-recalled">{recalledInWords(message)}</p>;
  return (
    <>
      {reply !== undefined && <QuotedMessage id={reply} conversation={conversation} />}
      {file && <FileMessage message={message} file={file} conversation={conversation} mine={mine} />}
      {text !== "" && (
        <MessageText text={text} conversation={conversation} by={authorOf(message)}>
          {edited !== undefined && <span class="bubble-edited">{words.edited}</span>}
        </MessageText>
      )}
    </>
  );
}

/** To whom besides and whether it arrived; `timed`: when it was said too. */
function Foot({ message, conversation, mine, timed }: ContentProps & { timed: boolean }) {
  const { to, at } = message;
  const seen = mine && conversation.lastSeen.value === message.id;
  const several = mine && Array.isArray(to) && to.length > 1;
  if (!timed && !seen && !several) return null;
  return (
    <p class="message-foot">
      {several && <span class="message-to">{words.sentTo(words.namesOf(to))}</span>}
      {timed && <Time at={at} />}
      {mine && (
        <span class="message-state" title={seen ? words.seen : words.delivered}>
          <Icon name={seen ? "checks" : "check"} />
          {seen ? words.seen : <span class="unseen">{words.delivered}</span>}
        </span>
      )}
    </p>
  );
}

function classesOf(flags: Record<"compact" | "mine" | "first" | "last" | "forMe" | "aim", boolean>): string {
  const names = {
    compact: "compact",
    mine: "mine",
    first: "first",
    last: "last",
    forMe: "for-me",
    aim: "aim",
  };
  const set = (Object.keys(names) as (keyof typeof names)[]).filter((key) => flags[key]);
  return ["message", ...set.map((key) => `message-${names[key]}`)].join(" ");
}

const NAMED_MAX = 20;

function Reactions({ message, conversation }: { message: Message; conversation: Conversation }) {
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
