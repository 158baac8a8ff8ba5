/** The conversation that is open: its head, its messages, where to write, and who is in it. */
import type { Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { go, type Place } from "../route.ts";
import { words } from "../words.ts";
import { useChat } from "./chat_context.ts";
import { Composer } from "./composer.tsx";
import { ConversationHead } from "./conversation_head.tsx";
import { MembersPanel } from "./members_panel.tsx";
import { MessageView } from "./message_view.tsx";

/** What a {@link ConversationPane} is given. */
export interface ConversationPaneProps {
  place: Place;
  membersShown: Signal<boolean>;
}

export function ConversationPane({ place, membersShown }: ConversationPaneProps) {
  const chat = useChat();
  const inside = chat.isIn(place);
  const room = "room" in place ? place.room : undefined;
  useEffect(() => {
    if (!inside) return;
    void chat.conversations.open(place).ensureLoaded();
    if (room !== undefined) void chat.attempt(() => chat.rooms.look(room));
  }, [inside]);
  const conversation = chat.conversations.find(place);
  return (
    <>
      <main class="conversation">
        <ConversationHead place={place} inside={inside} membersShown={membersShown} />
        {!inside && room !== undefined && <NotInside room={room} />}
        {inside && conversation && (
          <>
            <MessageView conversation={conversation} />
            <Composer conversation={conversation} />
          </>
        )}
      </main>
      {inside && room !== undefined && membersShown.value && (
        <MembersPanel
          room={room}
          onClose={() => membersShown.value = false}
        />
      )}
    </>
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
