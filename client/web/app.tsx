/** The whole page: who one is decides what is shown. */
import { NewVersion } from "./alerts/new_version.tsx";
import { ChatScreen } from "./chat/chat_screen.tsx";
import { EntryScreen } from "./entry/entry_screen.tsx";
import { Waiting } from "./entry/waiting.tsx";
import { route } from "./route.ts";
import { phase } from "./state/session.ts";
import { words } from "./words.ts";

export function App() {
  return (
    <>
      <NewVersion />
      <Screen />
    </>
  );
}

function Screen() {
  const now = phase.value;
  const resets = route.value.at === "reset";
  if (now.is === "here" && !resets) return <ChatScreen chat={now.chat} />;
  if (now.is === "here" || now.is === "stranger") return <EntryScreen />;
  return <Waiting text={now.is === "starting" ? words.starting : now.why} />;
}
