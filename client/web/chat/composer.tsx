/**
 * Where one writes: Enter sends, but on a touch keyboard, Shift and Enter begin a new line, the arrow up on an empty field changes what one
 * said last. What is not sent stays with its conversation.
 */
import { authorOf } from "../../../server/core/shared/events.ts";
import type { ComponentChildren, RefObject, TargetedEvent, TargetedKeyboardEvent } from "preact";
import { useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";
import { isComposing } from "./use_shortcuts.ts";
import { AttachButton } from "../files/attach_button.tsx";
import { pickedFromText } from "../files/picked.ts";
import { StagedFiles } from "../files/staged_files.tsx";
import { Icon } from "../icon.tsx";
import type { Conversation } from "../state/conversation.ts";
import { type Draft, excessOf } from "../state/draft.ts";
import { nameKey } from "../state/target_key.ts";
import { words } from "../words.ts";
import type { Chat } from "../state/chat.ts";
import { useChat } from "./chat_context.ts";
import { type Completion, CompletionList, useCompletion } from "./completion.tsx";
import { TextLength } from "./text_length.tsx";
import { GuestMark } from "./badges.tsx";
import { excerptFor } from "./quoted_message.tsx";
import { useSignal } from "@preact/signals";
import { EmojiPicker } from "../emoji/emoji_picker.tsx";

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
  useLayoutEffect(() => fitAtEveryWidth(field.current), []);
  const focus = () => {
    if (matchMedia(HAS_KEYBOARD).matches) field.current?.focus();
  };
  // Files that were dropped or pasted wait for words too.
  const staged = draft.files.value.length;
  useEffect(focus, [conversation, staged > 0]);

  const send = () => {
    field.current?.focus();
    if (editing) void draft.save((id, said) => conversation.edit(id, said));
    else sendDraft(chat, conversation);
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLTextAreaElement>) => {
    if (isComposing(event) || completion.onKeyDown(event)) return;
    const plain = !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey;
    if (event.key === "Enter" && plain && matchMedia(HAS_KEYBOARD).matches) send();
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
      <ComposerNote conversation={conversation} />
      <StagedFiles draft={draft} />
      <div class="composer-row">
        <AttachButton conversation={conversation} onChosen={focus} />
        <ComposerField
          conversation={conversation}
          field={field}
          completion={completion}
          listId={listId}
          label={label}
          onKeyDown={onKeyDown}
        />
        <EmojiButton onPick={(char) => insert(field.current, draft, char)} />
        <button
          type="submit"
          class="send"
          aria-label={editing ? words.save : words.send}
          title={editing ? words.save : words.send}
          disabled={!canBeSent(draft)}
        >
          <Icon name={editing ? "check" : "send"} />
        </button>
      </div>
      <TextLength text={text} onFile={editing ? undefined : () => becomeFile(draft)} />
    </form>
  );
}

interface ComposerFieldProps {
  conversation: Conversation;
  field: RefObject<HTMLTextAreaElement | null>;
  completion: Completion;
  /** The id of the list of completions. */
  listId: string;
  label: string;
  onKeyDown(event: TargetedKeyboardEvent<HTMLTextAreaElement>): void;
}

function ComposerField(
  { conversation, field, completion, listId, label, onKeyDown }: ComposerFieldProps,
) {
  const { draft } = conversation;
  const editing = draft.editing.value;
  const isCompleting = completion.options.length > 0;
  return (
    <textarea
      ref={field}
      dir="auto"
      rows={1}
      aria-label={label}
      placeholder={draft.files.value.length > 0 && !editing ? words.addCaption : label}
      readOnly={draft.saving.value}
      aria-autocomplete="list"
      aria-haspopup="listbox"
      aria-controls={isCompleting ? listId : undefined}
      aria-activedescendant={isCompleting ? `${listId}-${completion.active}` : undefined}
      value={draft.text.value}
      onInput={(event) => {
        draft.text.value = event.currentTarget.value;
        completion.look();
        if (!editing && event.currentTarget.value !== "") conversation.typists.write();
      }}
      onKeyDown={onKeyDown}
      onClick={completion.look}
      onBlur={completion.close}
    />
  );
}

/** Says what was written and sends what waits with it: one file has the words with it, several come after them. */
function sendDraft({ transfers }: Chat, conversation: Conversation): void {
  const { draft } = conversation;
  if (!canBeSent(draft)) return;
  const said = draft.text.peek().trimEnd();
  const files = draft.files.peek();
  const reply = draft.reply.peek()?.id;
  const isSaidFirst = files.length !== 1 && said !== "";
  draft.clear();
  if (isSaidFirst) conversation.send(said, reply);
  else conversation.goToNewest();
  const caption = isSaidFirst
    ? {}
    : { ...(said !== "" && { text: said }), ...(reply !== undefined && { reply }) };
  transfers.add(conversation, files, caption);
}

function canBeSent({ text, files, editing, saving }: Draft): boolean {
  const isEmpty = text.value.trim() === "" && (editing.value !== undefined || files.value.length === 0);
  return !isEmpty && !saving.value && excessOf(text.value) <= 0;
}

/** What is too long to be said goes as a file. */
function becomeFile(draft: Draft): void {
  draft.stage([pickedFromText(draft.text.peek(), new Date())]);
  draft.text.value = "";
}

/** Begins to change what one said last, if it is in sight of what is loaded. */
function editLast({ messages, draft }: Conversation, me: string): void {
  const last = messages.value.findLast((message) =>
    nameKey(authorOf(message)) === nameKey(me) && !message.recalled && message.text !== ""
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

/** Makes a text area as high as its text; the style sheet bounds it. While another pane is in its place it has no height. */
function fit(field: HTMLTextAreaElement | null): void {
  if (!field) return;
  field.style.height = "auto";
  if (field.clientWidth > 0) field.style.height = `${field.scrollHeight}px`;
}

/** Fits it again whenever it comes into sight or its lines break elsewhere; gives what ends that. */
function fitAtEveryWidth(field: HTMLTextAreaElement | null): (() => void) | undefined {
  if (!field) return undefined;
  let width = field.clientWidth;
  const observer = new ResizeObserver(() => {
    if (field.clientWidth === width) return;
    width = field.clientWidth;
    // What is observed must not change while it is being told of.
    requestAnimationFrame(() => fit(field));
  });
  observer.observe(field);
  return () => observer.disconnect();
}

function ComposerNote({ conversation: { draft, quotes } }: { conversation: Conversation }) {
  const chat = useChat();
  const reply = draft.reply.value;
  useEffect(() => void (reply && quotes.fetch(reply.id)), [reply?.id]);
  if (draft.editing.value) {
    const trouble = draft.trouble.value;
    return (
      <>
        <Note label={words.stopEditing} onEnd={() => draft.stopEditing()}>
          {draft.saving.value ? words.saving : words.editMessage}
        </Note>
        {trouble && <p class="composer-trouble" role="alert">{trouble}</p>}
      </>
    );
  }
  if (!reply) return null;
  // As it is by now: other words, or deleted.
  const found = quotes.find(reply.id);
  return (
    <Note label={words.stopReply} onEnd={() => draft.reply.value = undefined}>
      {words.replyTo(reply.from)} <GuestMark guest={reply.guest === true} />{" "}
      <span>{excerptFor(chat, typeof found === "string" ? reply : found)}</span>
    </Note>
  );
}

interface NoteProps {
  label: string;
  onEnd(): void;
  children: ComponentChildren;
}

function Note({ label, onEnd, children }: NoteProps) {
  return (
    <div class="composer-note">
      <p>{children}</p>
      <button type="button" class="icon-button" aria-label={label} title={label} onClick={onEnd}>
        <Icon name="close" />
      </button>
    </div>
  );
}

function EmojiButton({ onPick }: { onPick(char: string): void }) {
  const open = useSignal(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        type="button"
        class="icon-button"
        ref={button}
        aria-label={words.emoji}
        title={words.emoji}
        aria-expanded={open.value}
        onClick={() => open.value = true}
      >
        <Icon name="smile" />
      </button>
      {open.value && (
        <EmojiPicker
          anchor={() => button.current}
          onPick={(char) => {
            open.value = false;
            // After the focus has gone back to the button.
            requestAnimationFrame(() => onPick(char));
          }}
          onClose={() => open.value = false}
        />
      )}
    </>
  );
}
