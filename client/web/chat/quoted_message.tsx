/** The message that another one answers, in one line; a press goes there. */
import { useEffect } from "preact/hooks";
import { authorOf, type Message } from "../../../server/core/shared/events.ts";
import type { Conversation } from "../state/conversation.ts";
import { beginningOf, cutBefore } from "../graphemes.ts";
import { plainText } from "../markdown/plain_text.ts";
import type { Chat } from "../state/chat.ts";
import { authorInWords, words } from "../words.ts";
import { GuestMark } from "./badges.tsx";
import { useChat } from "./chat_context.ts";

const EXCERPT_CHARS = 140;

interface QuotedMessageProps {
  id: string;
  conversation: Conversation;
}

export function QuotedMessage({ id, conversation }: QuotedMessageProps) {
  const chat = useChat();
  useEffect(() => void conversation.quotes.fetch(id), [id]);
  const quoted = conversation.quotes.find(id);
  if (quoted === "gone") return <p class="quoted quoted-gone">{words.quoteGone}</p>;
  if (quoted === "loading") return <p class="quoted quoted-gone">{words.loading}</p>;
  const excerpt = excerptFor(chat, quoted);
  return (
    <button
      type="button"
      class="quoted"
      aria-label={words.goToQuoted(authorInWords(quoted.from), excerpt)}
      onClick={() => void chat.attempt(() => conversation.goTo(id))}
    >
      <strong>
        <bdi>{authorInWords(quoted.from)}</bdi> <GuestMark guest={quoted.guest === true} />
      </strong>
      <span dir="auto">{excerpt}</span>
    </button>
  );
}

/** A message in one line, as one wants to see it: of those whom one blocks only that there is something. */
export function excerptFor({ blocks }: Chat, message: Message): string {
  return blocks.has(authorOf(message)) ? words.folded : excerptOf(message);
}

/** A message in one line. */
export function excerptOf(message: Message): string {
  const { text, file, recalled } = message;
  if (recalled) return recalledInWords(message);
  if (text === "") return file?.name ?? "";
  const line = plainText(text.slice(0, cutBefore(text, 4 * EXCERPT_CHARS)));
  return beginningOf(line, EXCERPT_CHARS);
}

/** What stands where a message was. */
export function recalledInWords({ removed_by: by }: Message): string {
  return by === undefined ? words.recalled : words.removedBy(by);
}
