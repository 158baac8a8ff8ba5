/** Completing the word at the caret: people after an @, emoji after a colon. The focus stays in the field. */
import { words } from "../words.ts";
import { Avatar } from "./avatar.tsx";
import { useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { emojiNamed, fetchEmoji, findEmoji, nameOf } from "../emoji/emoji_list.ts";
import type { Chat } from "../state/chat.ts";
import type { Conversation } from "../state/conversation.ts";
import { nameKey } from "../state/target_key.ts";
import { useChat } from "./chat_context.ts";
import { mentionable } from "./message_text.tsx";

export function CompletionList({ id, completion }: { id: string; completion: Completion }) {
  return (
    <div class="completion" role="listbox" id={id} aria-label={words.completions}>
      {completion.options.map((option, index) => (
        <div
          key={option.text}
          id={`${id}-${index}`}
          role="option"
          class="completion-option"
          aria-selected={index === completion.active}
          // Before the field loses the focus.
          onPointerDown={(event) => {
            event.preventDefault();
            completion.pick(option);
          }}
        >
          {option.nickname !== undefined && <Avatar nickname={option.nickname} />}
          {option.emoji !== undefined && (
            <span class="completion-emoji" aria-hidden="true">{option.emoji}</span>
          )}
          <span>{option.label}</span>
        </div>
      ))}
    </div>
  );
}

/** One thing that the word can become. */
interface CompletionOption {
  /** What is put in. */
  text: string;
  label: string;
  /** An emoji to show, or a person. */
  emoji?: string;
  nickname?: string;
}

/** What the field and the list need. */
export interface Completion {
  options: readonly CompletionOption[];
  active: number;
  pick(option: CompletionOption): void;
  /** Looks at the word at the caret. */
  look(): void;
  close(): void;
  /** Whether the key was meant for the list. */
  onKeyDown(event: KeyboardEvent): boolean;
}

/** The word at the caret: where it begins, its mark and what follows the mark. */
interface Begun {
  start: number;
  mark: "@" | ":";
  word: string;
}

const OPTIONS_MAX = 8;
const NICKNAME_CHARS_MAX = 32;
const EMOJI_CHARS_MIN = 2;
const NOTHING: readonly CompletionOption[] = [];

/** Completes in one field. */
export function useCompletion(
  conversation: Conversation,
  field: RefObject<HTMLTextAreaElement | null>,
): Completion {
  const chat = useChat();
  const begun = useSignal<Begun | undefined>(undefined);
  const active = useSignal(0);
  const now = begun.value;
  const options = now ? optionsFor(now, chat, conversation) : NOTHING;
  const close = () => begun.value = undefined;
  const replace = (start: number, text: string) => {
    const element = field.current;
    if (!element) return;
    element.setRangeText(text, start, element.selectionStart, "end");
    conversation.draft.text.value = element.value;
    close();
  };
  return {
    options,
    active: Math.min(active.value, options.length - 1),
    pick: (option) => now && replace(now.start, option.text),
    look() {
      const element = field.current;
      if (!element || element.selectionStart !== element.selectionEnd) return close();
      const before = element.value.slice(0, element.selectionStart);
      const named = /:(?<name>[\w+-]+):$/.exec(before);
      const emoji = named?.groups && emojiNamed(named.groups.name!);
      if (named && emoji !== undefined) return replace(named.index, emoji);
      begun.value = wordAt(before);
      active.value = 0;
      if (begun.value?.mark === ":") void fetchEmoji();
    },
    close,
    onKeyDown(event) {
      const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
      const step = steps[event.key];
      const chosen = options[Math.min(active.value, options.length - 1)];
      if (!now || !chosen || event.shiftKey || event.ctrlKey || event.altKey) return false;
      if (event.key === "Escape") close();
      else if (event.key === "Tab" || event.key === "Enter") replace(now.start, chosen.text);
      else if (step === undefined) return false;
      else active.value = (active.value + step + options.length) % options.length;
      event.preventDefault();
      return true;
    },
  };
}

function wordAt(before: string): Begun | undefined {
  const found = /(?:^|[^\p{Script=Latin}\p{N}_])(?<mark>[@:])(?<word>[^@:\n]*)$/u.exec(before);
  if (!found?.groups) return undefined;
  const { mark, word } = found.groups as { mark: "@" | ":"; word: string };
  const start = before.length - word.length - 1;
  if (mark === "@") return word.length <= NICKNAME_CHARS_MAX ? { start, mark, word } : undefined;
  const isName = /^[\p{L}\p{N}_+-]+$/u.test(word) &&
    (word.length >= EMOJI_CHARS_MIN || /\p{Script=Han}/u.test(word));
  return isName ? { start, mark, word } : undefined;
}

function optionsFor({ mark, word }: Begun, chat: Chat, conversation: Conversation): CompletionOption[] {
  if (mark === ":") {
    return findEmoji(word, OPTIONS_MAX).map((emoji) => ({
      text: `${emoji.char} `,
      label: emoji.names[0] ? `${nameOf(emoji)} :${emoji.names[0]}:` : nameOf(emoji),
      emoji: emoji.char,
    }));
  }
  const wanted = nameKey(word);
  const begins: string[] = [];
  const holds: string[] = [];
  for (const [key, nickname] of mentionable(chat, conversation)) {
    if (key === nameKey(chat.nickname)) continue;
    if (key.startsWith(wanted)) begins.push(nickname);
    else if (wanted !== "" && key.includes(wanted)) holds.push(nickname);
    if (begins.length === OPTIONS_MAX) break;
  }
  const { target } = conversation;
  const calls = "room" in target ? chat.rooms.callsIn(target.room) : [];
  const everybody = calls.filter((each) => each.startsWith(wanted)).map((each) => ({
    text: `@${each} `,
    label: each === "here" ? words.callHere : words.callRoom,
  }));
  const people = [...begins, ...holds].slice(0, OPTIONS_MAX - everybody.length).map((nickname) => ({
    text: `@${nickname} `,
    label: nickname,
    nickname,
  }));
  return [...people, ...everybody];
}
