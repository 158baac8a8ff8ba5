/** What can be set: how the page looks, speaks and calls, and one's account. */
import { signal } from "@preact/signals";
import { AlertSettings } from "../alerts/alert_settings.tsx";
import { handheld } from "../chat/breakpoints.ts";
import { useChat } from "../chat/chat_context.ts";
import { keysOpen } from "../chat/use_shortcuts.ts";
import { Dialog } from "../dialog.tsx";
import { FileSettings } from "../files/file_settings.tsx";
import { words } from "../words.ts";
import { Appearance } from "./appearance.tsx";
import { PasswordChange } from "./password_change.tsx";
import { SessionList } from "./session_list.tsx";
import { SignOut } from "./sign_out.tsx";

/** Whether the settings are open. */
export const settingsOpen = signal(false);

export function Settings() {
  return settingsOpen.value ? <SettingsDialog /> : null;
}

/** The way to the keys, where there are any. */
function Keys({ onOpen }: { onOpen: () => void }) {
  if (handheld.value) return null;
  return (
    <section class="settings-part">
      <button
        type="button"
        class="button button-plain settings-keys"
        onClick={() => {
          onOpen();
          keysOpen.value = "sheet";
        }}
      >
        {words.keys}
      </button>
    </section>
  );
}

function SettingsDialog() {
  const { guest } = useChat();
  const close = () => settingsOpen.value = false;
  return (
    <Dialog title={words.settings} onClose={close} look="settings">
      <div class="dialog-body">
        <Appearance />
        <AlertSettings />
        <FileSettings />
        {!guest && <PasswordChange />}
        <SessionList />
        <Keys onOpen={close} />
        <SignOut onOut={close} />
      </div>
    </Dialog>
  );
}
