/** The whole page: who one is decides what is shown. */
import { ChatScreen } from "./chat/chat_screen.tsx";
import { EntryScreen } from "./entry/entry_screen.tsx";
import { Waiting } from "./entry/waiting.tsx";
import { phase } from "./state/session.ts";
import { words } from "./words.ts";

export function App() {
  const now = phase.value;
  if (now.is === "here") return <ChatScreen chat={now.chat} />;
  if (now.is === "stranger") return <EntryScreen />;
  return <Waiting text={now.is === "starting" ? words.starting : now.why} />;
}
