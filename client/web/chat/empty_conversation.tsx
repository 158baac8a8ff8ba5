/** A conversation in which nothing was said: where one is, and what one can do here. */
import { Icon } from "../icon.tsx";
import type { Conversation } from "../state/conversation.ts";
import { words } from "../words.ts";
import { Avatar } from "./avatar.tsx";
import { useChat } from "./chat_context.ts";
import { copyLink } from "./copy_link.ts";

export function EmptyConversation({ conversation }: { conversation: Conversation }) {
  const chat = useChat();
  const { target, name } = conversation;
  const isRoom = "room" in target;
  return (
    <div class="empty">
      {isRoom
        ? (
          <span class="head-room">
            <Icon name="hash" />
          </span>
        )
        : <Avatar nickname={name} />}
      <h2>{isRoom ? words.emptyRoom(name) : words.emptyPrivate(name)}</h2>
      <p>{isRoom ? words.emptyRoomNote : words.emptyPrivateNote}</p>
      {isRoom && chat.rooms.isEphemeral(name) && <p>{words.ephemeralNote}</p>}
      <div class="empty-deeds">
        {!conversation.isFormer && (
          <button type="button" class="button" onClick={writeFirst}>{words.writeFirst}</button>
        )}
        {isRoom && (
          <button
            type="button"
            class="button button-plain"
            onClick={() => void copyLink(chat, target)}
          >
            <Icon name="link" />
            {words.invite}
          </button>
        )}
      </div>
    </div>
  );
}

function writeFirst(): void {
  document.querySelector<HTMLTextAreaElement>(".composer textarea")?.focus();
}
