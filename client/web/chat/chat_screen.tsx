/** The chat: the list of conversations beside the one that is open; on a phone one of the two. */
import { useEffect } from "preact/hooks";
import { useSignal, useSignalEffect } from "@preact/signals";
import { showUnread } from "../alerts/unread_badge.ts";
import { Checksums } from "../files/checksums_dialog.tsx";
import { viewed, Viewer } from "../files/viewer.tsx";
import { administering, invitingByLink } from "../open_dialogs.ts";
import { route } from "../route.ts";
import type { Chat } from "../state/chat.ts";
import { targetKey } from "../state/target_key.ts";
import { onWake } from "../state/wake_detection.ts";
import { Announcer, Notice } from "./notice.tsx";
import { roomy, wide } from "./page_layout.ts";
import { ChatContext } from "./chat_context.ts";
import { ConversationPane } from "./conversation_pane.tsx";
import type { Panel } from "./details_panel.tsx";
import { DialogsOnDemand } from "../on_demand.tsx";
import { KeySheet } from "./key_sheet.tsx";
import { Sidebar } from "./sidebar.tsx";
import { StateLine } from "./state_line.tsx";
import { Switcher } from "./switcher.tsx";
import { useShortcuts } from "./use_shortcuts.ts";

const REFRESH_MS = 30_000;

export function ChatScreen({ chat }: { chat: Chat }) {
  const now = route.value;
  const target = now.at === "conversation" ? now.target : chat.target.value;
  const panel = useSignal<Panel>(roomy.peek() ? "members" : "none");
  // What stood beside the conversation does not come to lie over it when the window gets narrower.
  useSignalEffect(() => void (wide.value || (panel.value = "none")));
  useSignalEffect(() => showUnread(chat.unread.value));
  useEffect(() => () => showUnread(0), []);
  useSignalEffect(() => {
    if (route.value.at === "conversation") chat.target.value = route.value.target;
  });
  useEffect(() => {
    // What was in the room is not to stand there any more; who is in the next one may.
    chat.onOut = () => {
      if (!wide.peek() || panel.peek() !== "members") panel.value = "none";
      viewed.value = undefined;
    };
  }, [chat]);
  // What one may do no longer is not in one's hands any more.
  useSignalEffect(() => void (chat.admin.value || (administering.value = false)));
  useSignalEffect(() => void (chat.mayInvite.value || (invitingByLink.value = undefined)));
  useEffect(() => keepFresh(chat), [chat]);
  useShortcuts(chat);
  return (
    <ChatContext.Provider value={chat}>
      <div class="chat" data-pane={now.at === "conversation" ? "conversation" : "list"}>
        <StateLine />
        <Sidebar current={target} />
        <ConversationPane key={targetKey(target)} target={target} panel={panel} />
        <Notice />
        <Announcer />
        <Viewer />
        <Checksums />
        <Switcher current={target} />
        <KeySheet />
        <DialogsOnDemand />
      </div>
    </ChatContext.Provider>
  );
}

/** Whoever looks again finds the connection checked and the list of rooms new. */
function keepFresh(chat: Chat): () => void {
  const look = () => {
    if (document.visibilityState === "hidden") return chat.saveVisit();
    if (chat.state.value === "online") chat.rooms.refresh().catch(() => {});
  };
  const timer = setInterval(look, REFRESH_MS);
  document.addEventListener("visibilitychange", look);
  const stopWakeDetection = onWake(() => chat.connection.check());
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", look);
    stopWakeDetection();
  };
}
