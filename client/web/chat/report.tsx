/** Telling the administrators of a message. */
import { useSignal } from "@preact/signals";
import type { TargetedEvent } from "preact";
import { useId } from "preact/hooks";
import type { Message } from "../../../server/core/shared/events.ts";
import { LIMITS } from "../../../server/core/shared/limits.ts";
import { faultWords } from "../fault_words.ts";
import { words } from "../words.ts";
import { useChat } from "./chat_context.ts";
import { excerptOf } from "./quoted_message.tsx";

export function Report({ message, onClose: close }: { message: Message; onClose: () => void }) {
  const chat = useChat();
  const id = useId();
  const text = useSignal("");
  const error = useSignal<(() => string) | undefined>(undefined);
  const submit = async (event: TargetedEvent<HTMLFormElement>) => {
    event.preventDefault();
    try {
      await chat.connection.ask("report", { message: message.id, text: text.value });
      close();
      chat.notice.value = words.reportSent;
    } catch (thrown) {
      error.value = () => faultWords(thrown);
    }
  };
  return (
    <form class="form" onSubmit={(event) => void submit(event)} aria-label={words.reportMessage}>
      <blockquote class="report-quote" dir="auto">{`${message.from}: ${excerptOf(message)}`}</blockquote>
      <div class="field">
        <label for={id}>{words.reportWhy}</label>
        <textarea
          id={id}
          dir="auto"
          rows={3}
          required
          maxLength={LIMITS.reportCharsMax}
          value={text.value}
          onInput={(event) => text.value = event.currentTarget.value}
        />
        <p class="field-hint">{words.reportHint}</p>
      </div>
      {error.value && <p class="form-error" role="alert">{error.value()}</p>}
      <button class="button" type="submit" disabled={text.value.trim() === ""}>{words.report}</button>
    </form>
  );
}
