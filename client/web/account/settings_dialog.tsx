/** What can be set: how the page looks, speaks and calls, and one's account. */
import { signal } from "@preact/signals";
import { AlertSettings } from "../alerts/alert_settings.tsx";
import { useChat } from "../chat/chat_context.ts";
import { Dialog } from "../dialog.tsx";
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

function SettingsDialog() {
  const { guest } = useChat();
  const close = () => settingsOpen.value = false;
  return (
    <Dialog title={words.settings} onClose={close} look="settings">
      <div class="dialog-body">
        <Appearance />
        <AlertSettings />
        {!guest && <PasswordChange />}
        <SessionList />
        <SignOut onOut={close} />
      </div>
    </Dialog>
  );
}
