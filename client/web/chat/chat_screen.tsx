/** The chat: the list of conversations beside the one that is open; on a phone one of the two. */
import { useEffect } from "preact/hooks";
import { useSignal, useSignalEffect } from "@preact/signals";
import { Viewer } from "../files/viewer.tsx";
import { type Place, route } from "../route.ts";
import type { Chat } from "../state/chat.ts";
import { placeKey } from "../state/place_key.ts";
import { words } from "../words.ts";
import { Announcer } from "./announcer.tsx";
import { WIDE } from "./breakpoints.ts";
import { ChatContext } from "./chat_context.ts";
import { ConversationPane, type Panel } from "./conversation_pane.tsx";
import { Notice } from "./notice.tsx";
import { Sidebar } from "./sidebar.tsx";
import { StateLine } from "./state_line.tsx";

const LOBBY: Place = { room: "lobby" };
const REFRESH_MS = 30_000;

export function ChatScreen({ chat }: { chat: Chat }) {
  const now = route.value;
  const place = now.at === "place" ? now.place : LOBBY;
  const panel = useSignal<Panel>(matchMedia(WIDE).matches ? "members" : "none");
  useSignalEffect(() => {
    const { unread } = chat.conversations;
    document.title = unread.value > 0 ? `(${unread.value}) ${words.product}` : words.product;
  });
  useEffect(() => stayFresh(chat), [chat]);
  return (
    <ChatContext.Provider value={chat}>
      <div class="chat" data-pane={now.at === "place" ? "conversation" : "list"}>
        <StateLine />
        <Sidebar current={place} />
        <ConversationPane key={placeKey(place)} place={place} panel={panel} />
        <Notice />
        <Announcer />
        <Viewer />
      </div>
    </ChatContext.Provider>
  );
}

/** Whoever looks again finds the network tried and the list of rooms new. */
function stayFresh(chat: Chat): () => void {
  const look = () => {
    if (document.visibilityState === "hidden") return chat.remember();
    chat.connection.comeBackNow();
    if (chat.state.value === "online") chat.rooms.refresh().catch(() => {});
  };
  const timer = setInterval(() => {
    if (document.visibilityState === "visible") look();
  }, REFRESH_MS);
  addEventListener("online", look);
  document.addEventListener("visibilitychange", look);
  return () => {
    clearInterval(timer);
    removeEventListener("online", look);
    document.removeEventListener("visibilitychange", look);
  };
}
