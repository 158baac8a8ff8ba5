/** The conversation that is open: its head, its messages, where to write, and who is in it. */
import type { Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useDrop } from "../files/use_drop.ts";
import { Icon } from "../icon.tsx";
import { go, type Route, route, type Target } from "../route.ts";
import { targetName } from "../state/target_key.ts";
import { words } from "../words.ts";
import { useChat } from "./chat_context.ts";
import { Composer } from "./composer.tsx";
import { ConversationHead } from "./conversation_head.tsx";
import { DetailsPanel, type Panel } from "./details_panel.tsx";
import { isCompact } from "./page_layout.ts";
import { RefusedNote, useWritingRefused } from "../rooms/writing_refused.tsx";
import { MessageView } from "./message_view.tsx";
import { NotInside } from "./not_inside.tsx";

interface ConversationPaneProps {
  target: Target;
  panel: Signal<Panel>;
}

export function ConversationPane({ target, panel }: ConversationPaneProps) {
  const chat = useChat();
  const inside = chat.isIn(target);
  const room = "room" in target ? target.room : undefined;
  const conversation = inside ? chat.conversations.find(target) : undefined;
  const wanted = messageWanted(route.value);
  useEffect(() => {
    if (!inside) return void (wanted !== undefined && chat.followMessage(wanted, target));
    const opened = chat.conversations.open(target);
    if (wanted === undefined) return void opened.enter();
    // Once it is shown the address is the conversation's: whoever loads the page anew is where they were.
    go({ at: "conversation", target }, true);
    void chat.load(async () => {
      try {
        await opened.goTo(wanted);
      } catch (error) {
        // The room may be called otherwise since, and another one have its name.
        if (!await chat.followMessage(wanted, target)) throw error;
      }
    });
  }, [inside, conversation?.serial, wanted]);
  useEffect(() => {
    if (!inside || room === undefined) return;
    void chat.load(() => chat.rooms.loadMembers(room));
    chat.pins.load(room).catch(() => {});
  }, [inside]);
  const refused = useWritingRefused(room);
  const drop = useDrop(chat, conversation?.isFormer || refused ? undefined : conversation);
  return (
    <>
      <main class="conversation" {...drop.handlers}>
        <ConversationHead target={target} inside={inside} panel={panel} />
        {!inside && room !== undefined && <NotInside room={room} message={wanted} />}
        {conversation && (
          <>
            <MessageView
              key={`${conversation.serial} ${isCompact(target)}`}
              conversation={conversation}
            />
            {conversation.isFormer
              ? <p class="read-only">{words.formerNote(conversation.name)}</p>
              : refused
              ? <RefusedNote refused={refused} />
              : <Composer key={conversation.serial} conversation={conversation} />}
          </>
        )}
        {drop.over.value && <DropTarget name={targetName(target)} />}
      </main>
      {conversation && <DetailsPanel conversation={conversation} panel={panel} />}
    </>
  );
}

function messageWanted(now: Route): string | undefined {
  return now.at === "conversation" ? now.message : undefined;
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
