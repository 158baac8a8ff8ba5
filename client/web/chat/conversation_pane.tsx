/** The conversation that is open: its head, its messages, where to write, and who is in it. */
import type { Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { FilesPanel } from "../files/files_panel.tsx";
import { useDrop } from "../files/use_drop.ts";
import { Icon } from "../icon.tsx";
import { go, type Place } from "../route.ts";
import { placeName } from "../state/place_key.ts";
import { words } from "../words.ts";
import { useChat } from "./chat_context.ts";
import { Composer } from "./composer.tsx";
import { ConversationHead } from "./conversation_head.tsx";
import { MembersPanel } from "./members_panel.tsx";
import { MessageView } from "./message_view.tsx";

/** What stands beside the conversation. */
export type Panel = "none" | "members" | "files";

/** What a {@link ConversationPane} is given. */
export interface ConversationPaneProps {
  place: Place;
  panel: Signal<Panel>;
}

export function ConversationPane({ place, panel }: ConversationPaneProps) {
  const chat = useChat();
  const inside = chat.isIn(place);
  const room = "room" in place ? place.room : undefined;
  useEffect(() => {
    if (!inside) return;
    void chat.conversations.open(place).ensureLoaded();
    if (room !== undefined) void chat.attempt(() => chat.rooms.look(room));
  }, [inside]);
  const conversation = inside ? chat.conversations.find(place) : undefined;
  const drop = useDrop(chat, conversation);
  const closePanel = () => panel.value = "none";
  return (
    <>
      <main class="conversation" {...drop.handlers}>
        <ConversationHead place={place} inside={inside} panel={panel} />
        {!inside && room !== undefined && <NotInside room={room} />}
        {conversation && (
          <>
            <MessageView conversation={conversation} />
            <Composer conversation={conversation} />
          </>
        )}
        {drop.over.value && <DropTarget name={placeName(place)} />}
      </main>
      {inside && room !== undefined && panel.value === "members" && (
        <MembersPanel room={room} onClose={closePanel} />
      )}
      {conversation && panel.value === "files" && (
        <FilesPanel conversation={conversation} onClose={closePanel} />
      )}
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

function NotInside({ room }: { room: string }) {
  const chat = useChat();
  const enter = async () => go({ at: "place", place: { room: await chat.rooms.enter(room) } }, true);
  return (
    <div class="not-inside">
      <p>{words.notIn(room)}</p>
      <button type="button" class="button" onClick={() => void chat.attempt(enter)}>{words.enter}</button>
    </div>
  );
}
