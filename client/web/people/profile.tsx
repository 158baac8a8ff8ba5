/** What one shows of oneself, and one's own account. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Answer } from "../../../server/core/shared/commands.ts";
import { Avatar } from "../chat/avatar.tsx";
import { useChat } from "../chat/chat_context.ts";
import { Field, Form } from "../entry/form.tsx";
import { useSubmit } from "../entry/use_submit.ts";
import { faultWords } from "../fault_words.ts";
import { words } from "../words.ts";
import { BlockedPeople, DeleteAccount, MailAddress, MissedLetters, TakeAlong } from "./account_parts.tsx";
import { squareOf } from "./square_picture.ts";
import { OwnStatus } from "./status_part.tsx";

export function Profile() {
  const { guest, connection } = useChat();
  const account = useSignal<Answer<"account"> | undefined>(undefined);
  const error = useSignal<(() => string) | undefined>(undefined);
  const load = async () => {
    try {
      account.value = await connection.ask("account", {});
    } catch (thrown) {
      error.value = () => faultWords(thrown);
    }
  };
  useEffect(() => {
    if (!guest) void load();
  }, []);
  return (
    <div class="dialog-body">
      {guest && <p class="field-hint">{words.guestProfileNote}</p>}
      {error.value && <p class="form-error" role="alert">{error.value()}</p>}
      {!guest && (
        <>
          <Picture />
          <OwnStatus />
          <Nickname />
          {account.value && <MailAddress account={account.value} onChanged={load} />}
          {account.value?.missed_mail && <MissedLetters level={account.value.missed_mail} />}
          <BlockedPeople />
          <TakeAlong />
          <DeleteAccount />
        </>
      )}
    </div>
  );
}

function Picture() {
  const chat = useChat();
  const input = useRef<HTMLInputElement>(null);
  const trouble = useSignal<(() => string) | undefined>(undefined);
  const has = chat.profiles.of(chat.nickname).avatar !== undefined;
  const show = async (picture: string | null) => {
    const { avatar } = await chat.connection.ask("account.avatar", { picture });
    const { avatar: _, ...rest } = chat.profiles.of(chat.nickname);
    chat.profiles.take({ nickname: chat.nickname, ...rest, ...(avatar !== null && { avatar }) });
  };
  const choose = async (file: File | undefined) => {
    if (!file) return;
    trouble.value = undefined;
    try {
      const square = await squareOf(file).catch(() => undefined);
      if (square === undefined) trouble.value = () => words.noPicture;
      else await show(square);
    } catch (thrown) {
      trouble.value = () => faultWords(thrown);
    }
  };
  return (
    <section class="settings-part profile-picture" aria-label={words.picture}>
      <Avatar nickname={chat.nickname} />
      <div>
        <p class="profile-buttons">
          <button type="button" class="button button-plain" onClick={() => input.current?.click()}>
            {words.choosePicture}
          </button>
          {has && (
            <button
              type="button"
              class="button button-plain"
              onClick={() => void chat.attempt(() => show(null))}
            >
              {words.removePicture}
            </button>
          )}
        </p>
        <p class="settings-hint" role="status">{trouble.value?.() ?? words.pictureNote}</p>
        <input
          ref={input}
          type="file"
          accept="image/*"
          hidden
          onChange={({ currentTarget }) => {
            void choose(currentTarget.files?.[0]);
            currentTarget.value = "";
          }}
        />
      </div>
    </section>
  );
}

function Nickname() {
  const chat = useChat();
  const submit = useSubmit(async (field) => {
    const { nickname } = await chat.connection.ask("account.nickname", { nickname: field("nickname") });
    if (nickname !== chat.nickname) chat.onRenamed(nickname);
  });
  return (
    <section class="settings-part">
      <Form title={words.saveNickname} action={words.saveNickname} submit={submit}>
        <Field
          name="nickname"
          label={words.nickname}
          hint={words.nicknameNote}
          value={chat.nickname}
          autocomplete="nickname"
        />
      </Form>
    </section>
  );
}
