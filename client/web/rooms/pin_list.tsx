/** What is pinned in a room, the newest pin first; a press goes to the message. */
import { useEffect } from "preact/hooks";
import { authorOf } from "../../../server/core/shared/events.ts";
import { isAtLeast } from "../../../server/core/shared/room_settings.ts";
import { Avatar } from "../chat/avatar.tsx";
import { useChat } from "../chat/chat_context.ts";
import { excerptFor } from "../chat/quoted_message.tsx";
import { dayAndTimeOf, Time } from "../chat/time.tsx";
import { Icon } from "../icon.tsx";
import type { Conversation } from "../state/conversation.ts";
import type { Pin } from "../state/pins.ts";
import { authorInWords, words } from "../words.ts";

interface PinListProps {
  room: string;
  conversation: Conversation;
  /** A message was chosen. */
  onGone: () => void;
}

export function PinList({ room, conversation, onGone }: PinListProps) {
  const chat = useChat();
  useEffect(() => void chat.load(() => chat.pins.load(room)), [room]);
  const pins = chat.pins.of(room);
  const mayUnpin = isAtLeast(chat.rooms.roleIn(room), "moderator");
  if (pins.length === 0) return <p class="panel-empty">{words.nothingPinned}</p>;
  const goTo = (id: string) => {
    onGone();
    void chat.attempt(() => conversation.goTo(id));
  };
  return (
    <ul>
      {pins.map((pin) => (
        <li key={pin.message.id} class="member">
          <Pinned pin={pin} onPress={() => goTo(pin.message.id)} />
          {mayUnpin && (
            <button
              type="button"
              class="icon-button icon-button-small"
              aria-label={words.unpinOf(authorInWords(pin.message.from))}
              title={words.unpin}
              onClick={() => void chat.attempt(() => chat.pins.pin(room, pin.message.id, false))}
            >
              <Icon name="close" />
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

function Pinned({ pin: { message, by }, onPress }: { pin: Pin; onPress: () => void }) {
  const chat = useChat();
  return (
    <button type="button" class="found pinned" onClick={onPress}>
      <Avatar nickname={authorOf(message)} />
      <span class="found-head">
        <strong dir="auto">{authorInWords(message.from)}</strong>
        <Time at={message.at}>{dayAndTimeOf(message.at)}</Time>
      </span>
      <span class="found-text" dir="auto">{excerptFor(chat, message)}</span>
      <small class="pinned-by">{words.pinnedBy(authorInWords(by))}</small>
    </button>
  );
}
