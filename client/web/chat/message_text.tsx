/** The words of a message: its markup applied, whom it mentions, and to which rooms it leads. */
import type { ComponentChildren } from "preact";
import { actionOf } from "../../../server/core/shared/actions.ts";
import { RichText } from "../markdown/rich_text.tsx";
import { hrefOf } from "../route.ts";
import type { Chat } from "../state/chat.ts";
import type { Conversation } from "../state/conversation.ts";
import { type Names, splitMentions, splitRooms } from "../../../server/core/shared/mentions.ts";
import { nameKey } from "../state/target_key.ts";
import { useChat } from "./chat_context.ts";

interface MessageTextProps {
  text: string;
  conversation: Conversation;
  /** Who says it, or does it. */
  by?: string;
  /** What stands behind the last word. */
  children?: ComponentChildren;
}

/** One to three pictures and nothing else. */
const PICTURES = /^(?:\p{RGI_Emoji}\s*){1,3}$/v;

export function MessageText({ text, conversation, by, children }: MessageTextProps) {
  const chat = useChat();
  const names = /[@＠]/.test(text) ? mentionable(chat, conversation) : undefined;
  const rooms = /[#＃]/.test(text) ? chat.rooms.known.value : undefined;
  const linked = (plain: string) => rooms ? linking(plain, rooms) : plain;
  const words = (plain: string) => names ? mentioning(plain, names, chat, linked) : linked(plain);
  const large = text.length < 40 && PICTURES.test(text);
  const action = by === undefined ? undefined : actionOf(text);
  if (action !== undefined) {
    return (
      <div class="bubble bubble-action">
        <RichText text={action} words={words} before={[<bdi key="by">{by}</bdi>, " "]}>{children}</RichText>
      </div>
    );
  }
  return (
    <div class={large ? "bubble bubble-large" : "bubble"}>
      <RichText text={text} words={words}>{children}</RichText>
    </div>
  );
}

/** Those who can be mentioned in a conversation, oneself among them. */
export function mentionable(chat: Chat, { target }: Conversation): Names {
  if ("room" in target) return chat.rooms.namesIn(target.room);
  return new Map([target.with, chat.nickname].map((nickname) => [nameKey(nickname), nickname]));
}

function linking(text: string, rooms: Names): ComponentChildren {
  return splitRooms(text, rooms).map(({ text, mention: room }, index) => {
    if (room === undefined) return text;
    return (
      <a key={index} class="mention" dir="auto" href={hrefOf({ at: "conversation", target: { room } })}>
        {text}
      </a>
    );
  });
}

function mentioning(
  text: string,
  names: Names,
  chat: Chat,
  linked: (plain: string) => ComponentChildren,
): ComponentChildren {
  return splitMentions(text, names).map(({ text, mention }, index) => {
    if (mention === undefined) return linked(text);
    if (nameKey(mention) === nameKey(chat.nickname)) {
      return <mark key={index} class="mention mention-me" dir="auto">{text}</mark>;
    }
    return (
      <a
        key={index}
        class="mention"
        dir="auto"
        href={hrefOf({ at: "conversation", target: { with: mention } })}
      >
        {text}
      </a>
    );
  });
}
