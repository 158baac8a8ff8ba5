/** The words of a message: its markup applied, and who it mentions. */
import type { ComponentChildren } from "preact";
import { RichText } from "../markdown/rich_text.tsx";
import { hrefOf } from "../route.ts";
import type { Chat } from "../state/chat.ts";
import type { Conversation } from "../state/conversation.ts";
import { type Names, namesOf, splitMentions } from "../../../server/core/shared/mentions.ts";
import { nameKey } from "../state/target_key.ts";
import { useChat } from "./chat_context.ts";

interface MessageTextProps {
  text: string;
  conversation: Conversation;
  /** What stands behind the last word. */
  children?: ComponentChildren;
}

const NOBODY: readonly string[] = [];
/** One to three pictures and nothing else. */
const PICTURES = /^(?:\p{RGI_Emoji}\s*){1,3}$/v;

export function MessageText({ text, conversation, children }: MessageTextProps) {
  const chat = useChat();
  const names = /[@＠]/.test(text) ? mentionable(chat, conversation) : undefined;
  const words = (plain: string) => names ? mentioning(plain, names, chat) : plain;
  const large = text.length < 40 && PICTURES.test(text);
  return (
    <div class={large ? "bubble bubble-large" : "bubble"}>
      <RichText text={text} words={words}>{children}</RichText>
    </div>
  );
}

/** Those who can be mentioned in a conversation, oneself among them. */
export function mentionable(chat: Chat, { target }: Conversation): Names {
  if ("room" in target) return namesOf(chat.rooms.state(target.room)?.members ?? NOBODY);
  return new Map([target.with, chat.nickname].map((nickname) => [nameKey(nickname), nickname]));
}

function mentioning(text: string, names: Names, chat: Chat): ComponentChildren {
  return splitMentions(text, names).map(({ text, mention }, index) => {
    if (mention === undefined) return text;
    if (nameKey(mention) === nameKey(chat.nickname)) {
      return <mark key={index} class="mention mention-me">{text}</mark>;
    }
    return (
      <a key={index} class="mention" href={hrefOf({ at: "conversation", target: { with: mention } })}>
        {text}
      </a>
    );
  });
}
