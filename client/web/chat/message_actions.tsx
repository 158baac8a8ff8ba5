/** What can be done with a message: the usual at hand beside it, everything in its menu, which the arrow keys walk. */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Message } from "../../../server/core/shared/events.ts";
import { EmojiPicker } from "../emoji/emoji_picker.tsx";
import { checksumsShown } from "../files/checksums_dialog.tsx";
import { kindOfFile } from "../files/file_kind.ts";
import { Icon, type IconName } from "../icon.tsx";
import type { Chat } from "../state/chat.ts";
import type { Conversation } from "../state/conversation.ts";
import { nameKey } from "../state/target_key.ts";
import { words } from "../words.ts";
import { useChat } from "./chat_context.ts";
import { useLongPress } from "./use_long_press.ts";
import { ActionMenu, type MenuAction } from "../action_menu.tsx";

interface MessageActionsProps {
  message: Message;
  conversation: Conversation;
  mine: boolean;
}

export function MessageActions({ message, conversation, mine }: MessageActionsProps) {
  const chat = useChat();
  const { file } = message;
  const bar = useRef<HTMLDivElement>(null);
  const open = useSignal<"none" | "menu" | "sure" | "emoji">("none");
  const close = () => open.value = "none";
  const anchor = () => bar.current;
  const reply = () => answer(conversation, message);
  const react = () => open.value = "emoji";
  useLongPress(bar, "article", () => open.value = "menu");
  // Nobody is told anything in a conversation with somebody whose name is another's.
  const isClosed = isClosedTo(chat, conversation);
  const actions: MenuAction[] = [
    ...(isClosed ? [] : [
      { name: words.reply, icon: "reply", act: reply } as const,
      { name: words.react, icon: "smile", act: react, stays: true } as const,
    ]),
    ...(message.text === ""
      ? []
      : [{ name: words.copyText, icon: "copy", act: () => void copy(message.text) } as const]),
    ...(file && kindOfFile(file) !== "folder"
      ? [{ name: words.checksums, icon: "check", act: () => checksumsShown.value = file } as const]
      : []),
    ...(mine && !isClosed && message.text !== ""
      ? [{ name: words.edit, icon: "edit", act: () => change(conversation, message) } as const]
      : []),
    ...(mine && !conversation.isFormer
      ? [{ name: words.recall, icon: "undo", danger: true, stays: true, act: sure } as const]
      : []),
  ];
  function sure() {
    open.value = "sure";
  }
  const recall = () => void chat.attempt(() => conversation.recall(message.id));
  const surely: MenuAction[] = [
    { name: words.recallSure, icon: "undo", danger: true, act: recall },
    { name: words.keepIt, icon: "close", act: () => {} },
  ];
  const add = (emoji: string) => {
    close();
    const has = message.reactions?.[emoji]?.some((each) => nameKey(each) === nameKey(chat.nickname));
    if (!has) void chat.attempt(() => conversation.react(message.id, emoji, true));
  };
  if (actions.length === 0) return null;
  return (
    <div class="actions" ref={bar} data-open={open.value !== "none"}>
      {!isClosed && <Action icon="smile" label={words.react} onPress={react} />}
      {!isClosed && <Action icon="reply" label={words.reply} onPress={reply} />}
      <Action icon="more" label={words.messageMenu} popup onPress={() => open.value = "menu"} />
      {open.value === "menu" && (
        <ActionMenu key="menu" label={words.messageMenu} anchor={anchor} actions={actions} onClose={close} />
      )}
      {open.value === "sure" && (
        <ActionMenu key="sure" label={words.messageMenu} anchor={anchor} actions={surely} onClose={close} />
      )}
      {open.value === "emoji" && <EmojiPicker anchor={anchor} onPick={add} onClose={close} />}
    </div>
  );
}

/** Whether one may say nothing there. */
function isClosedTo({ rooms }: Chat, { isFormer, target }: Conversation): boolean {
  return isFormer || ("room" in target && rooms.writingRefused(target.room) !== undefined);
}

interface ActionProps {
  icon: IconName;
  label: string;
  /** Whether a menu comes of it. */
  popup?: boolean;
  onPress(): void;
}

function Action({ icon, label, popup, onPress }: ActionProps) {
  return (
    <button
      type="button"
      class={`action action-${icon}`}
      aria-label={label}
      title={label}
      aria-haspopup={popup ? "menu" : undefined}
      onClick={onPress}
    >
      <Icon name={icon} />
    </button>
  );
}

function answer(conversation: Conversation, message: Message): void {
  conversation.draft.answer(message);
  focusComposer();
}

function change(conversation: Conversation, message: Message): void {
  conversation.draft.edit(message);
  focusComposer();
}

/** The focus goes to where one writes, after what was open has given it back. */
function focusComposer(): void {
  requestAnimationFrame(() => document.querySelector<HTMLTextAreaElement>(".composer textarea")?.focus());
}

async function copy(text: string): Promise<void> {
  // Without permission nothing is copied, and there is nothing better to offer.
  await navigator.clipboard.writeText(text).catch(() => {});
}
