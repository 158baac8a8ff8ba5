/** The parts of a profile that only oneself sees: the mail address, whom one blocks, one's data, the end of the account. */
import { useSignal } from "@preact/signals";
import type { Answer } from "../../../server/core/shared/commands.ts";
import { MISSED_MAIL, type MissedMailLevel } from "../../../server/core/shared/profile.ts";
import { Segmented } from "../segmented.tsx";
import { FormLine, SettingsLine } from "../settings_line.tsx";
import { useChat } from "../chat/chat_context.ts";
import { Field, Form, PasswordField } from "../entry/form.tsx";
import { useSubmit } from "../entry/use_submit.ts";
import { withSession } from "../tab_session.ts";
import { words } from "../words.ts";

const WRONG = { bad_password: () => words.wrongPassword };

interface MailAddressProps {
  account: Answer<"account">;
  onChanged(): Promise<void>;
}

export function MailAddress({ account, onChanged }: MailAddressProps) {
  const { email, email_waiting: waiting } = account;
  const open = useSignal(false);
  const done = useSignal(false);
  return (
    <section class="settings-part" aria-label={words.mailAddress}>
      <FormLine
        name={words.mailAddress}
        note={done.value ? words.mailChanged : email ?? words.noMailAddress}
        action={words.changeMail}
        open={open}
      >
        <ChangeMail
          onDone={async (confirm) => {
            open.value = false;
            done.value = !confirm;
            await onChanged();
          }}
        />
      </FormLine>
      {waiting !== undefined && !open.value && (
        <ConfirmMail
          address={waiting}
          onDone={async () => {
            done.value = true;
            await onChanged();
          }}
        />
      )}
    </section>
  );
}

function ChangeMail({ onDone }: { onDone(confirm: boolean): Promise<void> }) {
  const { connection } = useChat();
  const submit = useSubmit(
    async (field) => {
      const asked = { email: field("email"), password: field("password") };
      await onDone((await connection.ask("account.email", asked)).confirm);
    },
    { bad_password: "password" },
    WRONG,
  );
  return (
    <Form title={words.changeMail} action={words.changeMail} submit={submit}>
      <Field name="email" type="email" label={words.newMailAddress} autocomplete="email" focused />
      <PasswordField label={words.yourPassword} autocomplete="current-password" />
    </Form>
  );
}

function ConfirmMail({ address, onDone }: { address: string; onDone(): Promise<void> }) {
  const { connection } = useChat();
  const submit = useSubmit(async (field) => {
    await connection.ask("account.email.confirm", { code: field("code") });
    await onDone();
  });
  return (
    <Form title={words.confirmMail} action={words.confirmMail} submit={submit}>
      <Field name="code" label={words.code} hint={words.mailWaits(address)} autocomplete="one-time-code" />
    </Form>
  );
}

export function MissedLetters({ level: given }: { level: MissedMailLevel }) {
  const chat = useChat();
  const level = useSignal(given);
  const choose = async (next: MissedMailLevel) => {
    const before = level.value;
    level.value = next;
    await chat.attempt(async () => {
      await chat.connection.ask("account.missed", { level: next }).catch((error) => {
        level.value = before;
        throw error;
      });
    });
  };
  return (
    <section class="settings-part" aria-labelledby="missed-title">
      <h3 id="missed-title">{words.missedLetters}</h3>
      <Segmented<MissedMailLevel>
        label={words.missedLettersWhich}
        options={MISSED_MAIL.map((value) => ({ value, label: words.missedLevels[value] }))}
        chosen={level.value}
        onChoose={(value) => void choose(value)}
      />
      <p class="settings-hint">{words.missedLettersNote}</p>
    </section>
  );
}

export function BlockedPeople() {
  const chat = useChat();
  const all = chat.blocks.all.value;
  return (
    <section class="settings-part" aria-labelledby="blocked-title">
      <h3 id="blocked-title">{words.blocked}</h3>
      <p class="settings-hint">{all.length === 0 ? words.nobodyBlocked : words.blockedNote}</p>
      {all.length > 0 && (
        <ul class="sessions">
          {all.map(({ nickname, person }) => (
            <li key={person} class="settings-line">
              <p>
                <strong dir="auto">{nickname}</strong>
              </p>
              <button
                type="button"
                class="button button-plain"
                aria-label={words.unblockPerson(nickname)}
                onClick={() => void chat.attempt(() => chat.blocks.set({ person }, false))}
              >
                {words.unblock}
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

export function TakeAlong() {
  return (
    <section class="settings-part" aria-label={words.takeAlong}>
      <SettingsLine name={words.takeAlong} note={words.takeAlongNote}>
        <a class="button button-plain" href={withSession("account/export")} download>{words.download}</a>
      </SettingsLine>
    </section>
  );
}

export function DeleteAccount() {
  const { connection } = useChat();
  const submit = useSubmit(
    async (field) => void await connection.ask("account.delete", { password: field("password") }),
    { bad_password: "password" },
    WRONG,
  );
  return (
    <section class="settings-part" aria-label={words.deleteAccount}>
      <details class="profile-delete">
        <summary>{words.deleteAccount}</summary>
        <p class="settings-hint">{words.deleteAccountNote}</p>
        <Form title={words.deleteAccount} action={words.deleteForGood} submit={submit}>
          <PasswordField label={words.yourPassword} autocomplete="current-password" />
        </Form>
      </details>
    </section>
  );
}
