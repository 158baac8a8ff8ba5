/**
 * Where one writes: Enter sends, Shift and Enter begin a new line, the arrow up on an empty field changes what one
 * said last. What is not sent stays with its conversation.
 */
import type { TargetedEvent, TargetedKeyboardEvent } from "preact";
import { useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";
import { AttachButton } from "../files/attach_button.tsx";
import { Icon } from "../icon.tsx";
import type { Conversation } from "../state/conversation.ts";
import { nameKey } from "../state/place_key.ts";
import { words } from "../words.ts";
import { useChat } from "./chat_context.ts";
import { CompletionList } from "./completion_list.tsx";
import { ComposerNote } from "./composer_note.tsx";
import { EmojiButton } from "./emoji_button.tsx";
import { useCompletion } from "./use_completion.ts";

const HAS_KEYBOARD = "(hover: hover)";

export function Composer({ conversation }: { conversation: Conversation }) {
  const chat = useChat();
  const field = useRef<HTMLTextAreaElement>(null);
  const listId = useId();
  const { draft } = conversation;
  const text = draft.text.value;
  const editing = draft.editing.value;
  const completion = useCompletion(conversation, field);
  useLayoutEffect(() => fit(field.current), [text]);
  useEffect(() => {
    if (matchMedia(HAS_KEYBOARD).matches) field.current?.focus();
  }, [conversation]);

  const send = () => {
    const said = draft.text.peek().trimEnd();
    field.current?.focus();
    if (said.trim() === "") return;
    if (!editing) {
      conversation.send(said, draft.reply.peek()?.id);
      draft.clear();
    } else {
      draft.stopEditing();
      if (said !== editing.text) void chat.attempt(() => conversation.edit(editing.id, said));
    }
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLTextAreaElement>) => {
    // While an input method composes, its keys are not ours; Safari ends composing before its Enter comes.
    if (event.isComposing || event.keyCode === 229 || completion.onKeyDown(event)) return;
    const plain = !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey;
    if (event.key === "Enter" && plain) send();
    else if (event.key === "ArrowUp" && plain && text === "" && !editing) {
      editLast(conversation, chat.nickname);
    } else if (event.key === "Escape" && (editing || draft.reply.value)) {
      draft.stopEditing();
      draft.reply.value = undefined;
    } else return;
    event.preventDefault();
  };
  const onSubmit = (event: TargetedEvent<HTMLFormElement>) => {
    event.preventDefault();
    send();
  };
  const label = editing ? words.editMessage : words.write(conversation.name);
  return (
    <form class="composer" onSubmit={onSubmit}>
      {completion.options.length > 0 && <CompletionList id={listId} completion={completion} />}
      <ComposerNote draft={draft} />
      <div class="composer-row">
        <AttachButton conversation={conversation} />
        <textarea
          ref={field}
          rows={1}
          aria-label={label}
          placeholder={label}
          aria-autocomplete="list"
          aria-haspopup="listbox"
          aria-controls={completion.options.length > 0 ? listId : undefined}
          aria-activedescendant={completion.options.length > 0 ? `${listId}-${completion.active}` : undefined}
          value={text}
          onInput={(event) => {
            draft.text.value = event.currentTarget.value;
            completion.look();
            if (!editing && event.currentTarget.value !== "") conversation.typists.write();
          }}
          onKeyDown={onKeyDown}
          onClick={completion.look}
          onBlur={completion.close}
        />
        <EmojiButton onPick={(char) => insert(field.current, draft, char)} />
        <button
          type="submit"
          class="send"
          aria-label={editing ? words.save : words.send}
          title={editing ? words.save : words.send}
          disabled={text.trim() === ""}
        >
          <Icon name={editing ? "check" : "send"} />
        </button>
      </div>
    </form>
  );
}

/** Begins to change what one said last, if it is in sight of what is loaded. */
function editLast({ messages, draft }: Conversation, me: string): void {
  const last = messages.value.findLast(({ from, recalled, file }) =>
    nameKey(from) === nameKey(me) && !recalled && !file
  );
  if (last) draft.edit(last);
}

/** Puts something in at the caret. */
function insert(field: HTMLTextAreaElement | null, draft: Conversation["draft"], text: string): void {
  if (!field) return;
  field.focus();
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  draft.text.value = field.value;
}

/** Makes a text area as high as its text; the style sheet bounds it. */
function fit(field: HTMLTextAreaElement | null): void {
  if (!field) return;
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
}
