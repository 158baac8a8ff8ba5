/** The whole page: who one is decides what is shown. */
import { ChatScreen } from "./chat/chat_screen.tsx";
import { EntryScreen, Waiting } from "./entry/entry_screen.tsx";
import { route } from "./route.ts";
import { phase } from "./state/session.ts";
import { isLanguageMissing, loadLanguage, words } from "./words.ts";
import { isOutdated } from "./alerts/version.ts";

export function App() {
  return (
    <>
      <NewVersion />
      <MissingLanguage />
      <Screen />
    </>
  );
}

function Screen() {
  const now = phase.value;
  const resets = route.value.at === "reset" || route.value.at === "confirm";
  if (now.is === "signed-in" && !resets) return <ChatScreen chat={now.chat} />;
  if (now.is === "signed-in" || now.is === "signed-out") return <EntryScreen />;
  return <Waiting text={now.is === "starting" ? words.starting : now.why} />;
}

function MissingLanguage() {
  return (
    <div class="new-version" role="status">
      {isLanguageMissing.value && (
        <p>
          {words.languageMissing}
          <button type="button" onClick={() => void loadLanguage()}>{words.tryAgain}</button>
        </p>
      )}
    </div>
  );
}

function NewVersion() {
  return (
    <div class="new-version" role="status">
      {isOutdated.value && (
        <p>
          {words.newVersion}
          <button type="button" onClick={() => location.reload()}>{words.loadAnew}</button>
        </p>
      )}
    </div>
  );
}
