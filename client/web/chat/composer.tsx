/** Where one writes: Enter sends, Shift and Enter begin a new line. What is not sent stays with its conversation. */
import type { TargetedEvent, TargetedKeyboardEvent } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { AttachButton } from "../files/attach_button.tsx";
import { Icon } from "../icon.tsx";
import type { Conversation } from "../state/conversation.ts";
import { words } from "../words.ts";

const HAS_KEYBOARD = "(hover: hover)";

export function Composer({ conversation }: { conversation: Conversation }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const draft = conversation.draft.text;
  const empty = draft.value.trim() === "";

  useLayoutEffect(() => fit(field.current), [draft.value]);
  useEffect(() => {
    if (matchMedia(HAS_KEYBOARD).matches) field.current?.focus();
  }, [conversation]);

  const send = () => {
    if (draft.peek().trim() === "") return;
    conversation.send(draft.peek().trimEnd());
    draft.value = "";
    field.current?.focus();
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  };
  const onSubmit = (event: TargetedEvent<HTMLFormElement>) => {
    event.preventDefault();
    send();
  };
  return (
    <form class="composer" onSubmit={onSubmit}>
      <AttachButton conversation={conversation} />
      <textarea
        ref={field}
        rows={1}
        aria-label={words.write(conversation.name)}
        placeholder={words.write(conversation.name)}
        value={draft.value}
        onInput={(event) => {
          draft.value = event.currentTarget.value;
          conversation.typists.write();
        }}
        onKeyDown={onKeyDown}
      />
      <button type="submit" class="send" aria-label={words.send} title={words.send} disabled={empty}>
        <Icon name="send" />
      </button>
    </form>
  );
}

/** Makes a text area as high as its text; the style sheet bounds it. */
function fit(field: HTMLTextAreaElement | null): void {
  if (!field) return;
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
}
