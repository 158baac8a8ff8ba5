/** Settings: another password. One's other sessions end with it. */
import { useSignal } from "@preact/signals";
import { useChat } from "../chat/chat_context.ts";
import { Form } from "../entry/form.tsx";
import { PasswordField } from "../entry/password_field.tsx";
import { useSubmit } from "../entry/use_submit.ts";
import { words } from "../words.ts";

export function PasswordChange() {
  const open = useSignal(false);
  const done = useSignal(false);
  return (
    <section class="settings-part" aria-label={words.password}>
      <div class="settings-line">
        <p>
          <strong>{words.password}</strong>
          <span role="status">{done.value ? words.passwordIsChanged : words.passwordChangeNote}</span>
        </p>
        <button
          type="button"
          class="button button-plain"
          aria-expanded={open.value}
          onClick={() => open.value = !open.value}
        >
          {words.changePassword}
        </button>
      </div>
      {open.value && (
        <ChangeForm
          onDone={() => {
            done.value = true;
            open.value = false;
          }}
        />
      )}
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
