/** What can be set: how the page looks, speaks and calls, and one's account. */
import { useSignal } from "@preact/signals";
import { handheld } from "../chat/page_layout.ts";
import { useChat } from "../chat/chat_context.ts";
import { keysOpen } from "../chat/use_shortcuts.ts";
import { words } from "../words.ts";
import { InvitationSettings } from "./invitations.tsx";
import { SessionList } from "./session_list.tsx";
import {
  type Asking,
  type Language,
  LANGUAGES,
  type Layout,
  prefer,
  preferences,
  type Theme,
} from "../state/preferences.ts";
import { Segmented } from "../segmented.tsx";
import { FormLine } from "../settings_line.tsx";
import { OWN_NAMES } from "../words/catalogue.ts";
import { Avatar } from "../chat/avatar.tsx";
import { Icon } from "../icon.tsx";
import { signOut } from "../state/session.ts";
import { askPermission, permission } from "../alerts/notifications.ts";
import { playTone } from "../alerts/tone.ts";
import { Form, PasswordField } from "../entry/form.tsx";
import { useSubmit } from "../entry/use_submit.ts";

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

export function Settings({ onClose: close }: { onClose: () => void }) {
  const { guest, mayInvite } = useChat();
  // With another password the other sessions have ended: their list is made anew.
  const passwords = useSignal(0);
  return (
    <div class="dialog-body">
      <Appearance />
      <AlertSettings />
      <FileSettings />
      {mayInvite.value && <InvitationSettings onOpen={close} />}
      {!guest && <PasswordChange onChanged={() => passwords.value++} />}
      <SessionList key={passwords.value} />
      <Keys onOpen={close} />
      <SignOut onOut={close} />
    </div>
  );
}

function Appearance() {
  const { theme, layout, language } = preferences.value;
  return (
    <section class="settings-part" aria-label={words.appearance}>
      <Segmented<Theme | "system">
        label={words.theme}
        options={[
          { value: "system", label: words.likeSystem },
          { value: "light", label: words.themeLight },
          { value: "dark", label: words.themeDark },
        ]}
        chosen={theme ?? "system"}
        onChoose={(value) => prefer({ theme: value === "system" ? undefined : value })}
      />
      <Segmented<Layout | "both">
        label={words.layout}
        options={[
          { value: "both", label: words.layoutBoth },
          { value: "compact", label: words.layoutCompact },
          { value: "bubbles", label: words.layoutBubbles },
        ]}
        chosen={layout ?? "both"}
        onChoose={(value) => prefer({ layout: value === "both" ? undefined : value })}
      />
      <p class="settings-hint">{words.layoutHint}</p>
      <Segmented<Language | "system">
        label={words.language}
        options={[
          { value: "system", label: words.likeBrowser },
          ...LANGUAGES.map((each) => ({ value: each, label: OWN_NAMES[each], lang: each })),
        ]}
        chosen={language ?? "system"}
        onChoose={(value) => prefer({ language: value === "system" ? undefined : value })}
      />
    </section>
  );
}

/** `onOut`: somebody is about to sign out. */
function SignOut({ onOut }: { onOut: () => void }) {
  const chat = useChat();
  return (
    <section class="settings-part settings-out" aria-label={words.account}>
      <Avatar nickname={chat.nickname} />
      <p class="me-name">
        <strong>{chat.nickname}</strong>
        <span>{chat.guest ? words.guestNote : words.accountNote}</span>
      </p>
      <button
        type="button"
        class="button button-plain"
        onClick={() => {
          onOut();
          void chat.attempt(signOut);
        }}
      >
        <Icon name="leave" />
        {words.signOut}
      </button>
    </section>
  );
}

/** Why there can be no notifications, said beside the switch. */
const HINTS = { denied: "notifyDenied", missing: "notifyMissing" } as const;

function AlertSettings() {
  const { notify, sound } = preferences.value;
  const can = permission.value;
  const hint = can === "denied" || can === "missing" ? words[HINTS[can]] : undefined;
  return (
    <section class="settings-part" aria-label={words.alerts}>
      <h3>{words.alerts}</h3>
      <label class="switch">
        {words.notify}
        <input
          type="checkbox"
          role="switch"
          checked={notify === true && can === "granted"}
          // Not disabled: it would lose the focus where the answer to its own press is no.
          aria-disabled={hint !== undefined}
          aria-describedby={hint && "notify-hint"}
          onClick={(event) => hint !== undefined && event.preventDefault()}
          onChange={({ currentTarget }) => void chooseNotify(currentTarget.checked)}
        />
      </label>
      {hint && <p id="notify-hint" class="settings-hint">{hint}</p>}
      <label class="switch">
        {words.sound}
        <input
          type="checkbox"
          role="switch"
          checked={sound === true}
          onChange={({ currentTarget }) => chooseSound(currentTarget.checked)}
        />
      </label>
      <p class="settings-hint">{words.alertsHint}</p>
    </section>
  );
}

async function chooseNotify(wanted: boolean): Promise<void> {
  const granted = wanted && await askPermission() === "granted";
  // Put away first, so that the switch is drawn anew when nothing came of it.
  prefer({ notify: undefined });
  if (granted) prefer({ notify: true });
}

/** Whoever wants it hears at once what it is. */
function chooseSound(wanted: boolean): void {
  prefer({ sound: wanted || undefined });
  if (wanted) void playTone().catch(() => {});
}

function FileSettings() {
  return (
    <section class="settings-part" aria-label={words.files}>
      <Segmented<Asking | "guests">
        label={words.askBefore}
        options={[
          { value: "everybody", label: words.askEverybody },
          { value: "guests", label: words.askGuests },
          { value: "nobody", label: words.askNobody },
        ]}
        chosen={preferences.value.askBefore ?? "guests"}
        onChoose={(value) => prefer({ askBefore: value === "guests" ? undefined : value })}
      />
      <p class="settings-hint">{words.askHint}</p>
    </section>
  );
}

function PasswordChange({ onChanged }: { onChanged: () => void }) {
  const open = useSignal(false);
  const done = useSignal(false);
  return (
    <section class="settings-part" aria-label={words.password}>
      <FormLine
        name={words.password}
        note={done.value ? words.passwordIsChanged : words.passwordChangeNote}
        action={words.changePassword}
        open={open}
      >
        <ChangeForm
          onDone={() => {
            done.value = true;
            open.value = false;
            onChanged();
          }}
        />
      </FormLine>
    </section>
  );
}

function ChangeForm({ onDone }: { onDone: () => void }) {
  const { connection, nickname } = useChat();
  const submit = useSubmit(
    async (field) => {
      await connection.ask("password.change", { old: field("old"), new: field("password") });
      onDone();
    },
    { bad_password: "old" },
    { bad_password: () => words.wrongOldPassword },
  );
  return (
    <Form title={words.changePassword} action={words.setPassword} submit={submit}>
      {/* So that a password manager knows whose password it is. */}
      <input
        class="unseen"
        type="text"
        autocomplete="username"
        value={nickname}
        readOnly
        tabIndex={-1}
        aria-hidden="true"
      />
      <PasswordField name="old" label={words.oldPassword} autocomplete="current-password" focused />
      <PasswordField label={words.newPassword} hint={words.passwordHint} autocomplete="new-password" />
    </Form>
  );
}
