/** The conversation that is open: its head, its messages, where to write, and who is in it. */
import type { Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useDrop } from "../files/use_drop.ts";
import { Icon } from "../icon.tsx";
import type { Place } from "../route.ts";
import { placeName } from "../state/target_key.ts";
import { words } from "../words.ts";
import { useChat } from "./chat_context.ts";
import { Composer } from "./composer.tsx";
import { ConversationHead } from "./conversation_head.tsx";
import { DetailsPanel, type Panel } from "./details_panel.tsx";
import { isCompact } from "./layout.ts";
import { MessageView } from "./message_view.tsx";
import { NotInside } from "./not_inside.tsx";

/** What a {@link ConversationPane} is given. */
interface ConversationPaneProps {
  place: Place;
  panel: Signal<Panel>;
}

export function ConversationPane({ place, panel }: ConversationPaneProps) {
  const chat = useChat();
  const inside = chat.isIn(place);
  const room = "room" in place ? place.room : undefined;
  const conversation = inside ? chat.conversations.find(place) : undefined;
  useEffect(() => {
    if (inside) void chat.conversations.open(place).enter();
  }, [inside, conversation?.serial]);
  useEffect(() => {
    if (inside && room !== undefined) void chat.attempt(() => chat.rooms.look(room));
  }, [inside]);
  const drop = useDrop(chat, conversation?.isFormer ? undefined : conversation);
  return (
    <>
      <main class="conversation" {...drop.handlers}>
        <ConversationHead place={place} inside={inside} panel={panel} />
        {!inside && room !== undefined && <NotInside room={room} />}
        {conversation && (
          <>
            <MessageView
              key={`${conversation.serial} ${isCompact(place)}`}
              conversation={conversation}
            />
            {conversation.isFormer
              ? <p class="read-only">{words.formerNote(conversation.name)}</p>
              : <Composer key={conversation.serial} conversation={conversation} />}
          </>
        )}
        {drop.over.value && <DropTarget name={placeName(place)} />}
      </main>
      {conversation && <DetailsPanel conversation={conversation} panel={panel} />}
    </>
  );
}

function DropTarget({ name }: { name: string }) {
  return (
    <div class="drop-target">
      <Icon name="attach" />
      <p>{words.dropHere(name)}</p>
      <small>{words.dropHint}</small>
    </div>
  );
}
