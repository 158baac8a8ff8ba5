/** A conversation in which nothing was said: where one is, and what one can do here. */
import { isAtLeast } from "../../../server/core/shared/room_settings.ts";
import { Icon } from "../icon.tsx";
import { inviting } from "../open_dialogs.ts";
import { RoomIcon } from "../rooms/room_marks.tsx";
import type { Conversation } from "../state/conversation.ts";
import { words } from "../words.ts";
import { Avatar } from "./avatar.tsx";
import { useChat } from "./chat_context.ts";
import { copyLink } from "./copy_link.ts";

export function EmptyConversation({ conversation }: { conversation: Conversation }) {
  const chat = useChat();
  const { target, name } = conversation;
  const { rooms } = chat;
  const isRoom = "room" in target;
  const isPrivate = isRoom && rooms.marksOf(name).private === true;
  return (
    <div class="empty">
      {isRoom
        ? (
          <span class="head-room">
            <RoomIcon room={name} />
          </span>
        )
        : <Avatar nickname={name} />}
      <h2>{isRoom ? words.emptyRoom(name) : words.emptyPrivate(name)}</h2>
      <p>{isPrivate ? words.privateNote : isRoom ? words.emptyRoomNote : words.emptyPrivateNote}</p>
      {isRoom && rooms.isEphemeral(name) && <p>{words.ephemeralNote}</p>}
      <div class="empty-deeds">
        {!conversation.isFormer && !(isRoom && rooms.writingRefused(name)) && (
          <button type="button" class="button" onClick={writeFirst}>{words.writeFirst}</button>
        )}
        {isPrivate && isAtLeast(rooms.roleIn(name), "moderator") && (
          <button
            type="button"
            class="button button-plain"
            onClick={() => inviting.value = name}
          >
            <Icon name="plus" />
            {words.inviteSomebody}
          </button>
        )}
        {isRoom && !isPrivate && (
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
