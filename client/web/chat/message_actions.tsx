/** What can be done with a message: the usual at hand beside it, everything in its menu, which the arrow keys walk. */
import { useComputed, useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Message } from "../../../server/core/shared/events.ts";
import { isAtLeast } from "../../../server/core/shared/room_settings.ts";
import { EmojiPicker } from "../emoji/emoji_picker.tsx";
import { checksumsShown } from "../files/checksums_dialog.tsx";
import { kindOfFile } from "../files/file_kind.ts";
import { Icon, type IconName } from "../icon.tsx";
import type { Chat } from "../state/chat.ts";
import type { Conversation } from "../state/conversation.ts";
import { nameKey } from "../state/target_key.ts";
import { reporting } from "../open_dialogs.ts";
import { words } from "../words.ts";
import { useChat } from "./chat_context.ts";
import { copyLink } from "./copy_link.ts";
import { useLongPress } from "./use_long_press.ts";
import { ActionMenu, type MenuAction } from "../action_menu.tsx";

interface MessageActionsProps {
  message: Message;
  conversation: Conversation;
  mine: boolean;
}

export function MessageActions({ message, conversation, mine }: MessageActionsProps) {
  const chat = useChat();
  const bar = useRef<HTMLDivElement>(null);
  const open = useSignal<"none" | "menu" | "sure" | "emoji">("none");
  const close = () => open.value = "none";
  const anchor = () => bar.current;
  const react = () => open.value = "emoji";
  useLongPress(bar, "article", () => open.value = "menu");
  const { value: isClosed } = useComputed(() => isClosedTo(chat, conversation));
  // Made when they are looked at: every message in sight has this bar.
  const deeds = (): MenuAction[] => [
    ...saying(isClosed, { reply: () => answer(conversation, message), react }),
    ...taking(chat, conversation, message),
    ...pinning(chat, conversation, message),
    ...(mine && !isClosed && message.text !== ""
      ? [{ name: words.edit, icon: "edit", act: () => change(conversation, message) } as const]
      : []),
    ...(mine || message.recalled
      ? []
      : [{ name: words.report, icon: "megaphone", act: () => reporting.value = message } as const]),
    ...removing(chat, conversation, mine, () => open.value = "sure"),
  ];
  const recall = () => void chat.attempt(() => conversation.recall(message.id));
  const surely: MenuAction[] = [
    { name: mine ? words.recallSure : words.removeSure, icon: "undo", danger: true, act: recall },
    { name: words.keepIt, icon: "close", act: () => {} },
  ];
  const add = (emoji: string) => {
    close();
    const has = message.reactions?.[emoji]?.some((each) => nameKey(each) === nameKey(chat.nickname));
    if (!has) void chat.attempt(() => conversation.react(message.id, emoji, true));
  };
  if (mine && conversation.isFormer && deeds().length === 0) return null;
  return (
    <div class="actions" ref={bar} data-open={open.value !== "none"}>
      {!isClosed && <Action icon="smile" label={words.react} onPress={react} />}
      {!isClosed && <Action icon="reply" label={words.reply} onPress={() => answer(conversation, message)} />}
      <Action icon="more" label={words.messageMenu} popup onPress={() => open.value = "menu"} />
      {open.value === "menu" && (
        <ActionMenu key="menu" label={words.messageMenu} anchor={anchor} actions={deeds()} onClose={close} />
      )}
      {open.value === "sure" && (
        <ActionMenu key="sure" label={words.messageMenu} anchor={anchor} actions={surely} onClose={close} />
      )}
      {open.value === "emoji" && <EmojiPicker anchor={anchor} onPick={add} onClose={close} />}
    </div>
  );
}

/** Whether one may say nothing there; nobody is told anything in a conversation with somebody whose name is another's. */
function isClosedTo({ rooms }: Chat, { isFormer, target }: Conversation): boolean {
  return isFormer || ("room" in target && rooms.writingRefused(target.room) !== undefined);
}

function saying(isClosed: boolean, { reply, react }: { reply(): void; react(): void }): MenuAction[] {
  if (isClosed) return [];
  return [
    { name: words.reply, icon: "reply", act: reply },
    { name: words.react, icon: "smile", act: react, stays: true },
  ];
}

/** What one takes with one of it. */
function taking(chat: Chat, { target }: Conversation, { id, text, file }: Message): MenuAction[] {
  return [
    ...(text === "" ? [] : [{ name: words.copyText, icon: "copy", act: () => void copy(text) } as const]),
    ...("room" in target
      ? [{ name: words.copyLink, icon: "link", act: () => void copyLink(chat, target, id) } as const]
      : []),
    ...(file && kindOfFile(file) !== "folder"
      ? [{ name: words.checksums, icon: "check", act: () => checksumsShown.value = file } as const]
      : []),
  ];
}

function pinning(chat: Chat, { target }: Conversation, { id }: Message): MenuAction[] {
  if (!("room" in target) || !keepsOrder(chat, target.room)) return [];
  const { room } = target;
  const isPinned = chat.pins.has(room, id);
  return [{
    name: isPinned ? words.unpin : words.pin,
    icon: "pin",
    act: () => void chat.attempt(() => chat.pins.pin(room, id, !isPinned)),
  }];
}

/** One's own is taken back; another's is removed by who keeps order. */
function removing(
  chat: Chat,
  { target, isFormer }: Conversation,
  mine: boolean,
  act: () => void,
): MenuAction[] {
  const how = { icon: "undo", danger: true, stays: true, act } as const;
  if (mine) return isFormer ? [] : [{ name: words.recall, ...how }];
  return "room" in target && keepsOrder(chat, target.room) ? [{ name: words.removeMessage, ...how }] : [];
}

function keepsOrder({ rooms }: Chat, room: string): boolean {
  return isAtLeast(rooms.roleIn(room), "moderator");
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
