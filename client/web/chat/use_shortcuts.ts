/** The keys that go from conversation to conversation, and open what helps to. */
import { useEffect } from "preact/hooks";
import { signal } from "@preact/signals";
import { go, route, type Target } from "../route.ts";
import type { Chat } from "../state/chat.ts";
import { targetKey } from "../state/target_key.ts";
import { peopleOf } from "./people_list.tsx";

/** Which of the two dialogs is open. */
export const keysOpen = signal<"none" | "switcher" | "sheet">("none");

/** Whether a Mac's command key does what elsewhere Ctrl does. */
export const MAC = /Mac|iPhone|iPad/.test(navigator.platform);

/** Listens as long as the chat is shown. */
export function useShortcuts(chat: Chat): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isComposing(event) || !act(event, chat)) return;
      event.preventDefault();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [chat]);
  // Not to be open when somebody signs in again.
  useEffect(() => () => void (keysOpen.value = "none"), []);
}

/** Does what a key is for; answers whether it was for anything. */
function act({ key, altKey, shiftKey, ctrlKey, metaKey }: KeyboardEvent, chat: Chat): boolean {
  const command = MAC ? metaKey && !ctrlKey : ctrlKey && !metaKey;
  // Without Ctrl, because AltGr is both.
  const step = altKey && !ctrlKey && !metaKey ? { ArrowDown: 1, ArrowUp: -1 }[key] : undefined;
  const isFree = document.querySelector("dialog[open]") === null;
  if (!isFree && keysOpen.value === "none") return false;
  if (step !== undefined && isFree) {
    const to = neighbour(chat, step, shiftKey);
    if (to) go({ at: "conversation", target: to });
    return true;
  }
  if (!command || altKey) return false;
  const dialog = ({ k: "switcher", K: "switcher", "/": "sheet" } as const)[key];
  if (dialog === undefined) return false;
  keysOpen.value = keysOpen.value === dialog ? "none" : dialog;
  return true;
}

/** Every conversation there is to go to, in the order of the list. */
export function targetsOf(chat: Chat): Target[] {
  return [
    ...chat.rooms.mine.value.map((room) => ({ room })),
    ...peopleOf(chat).map((nickname) => ({ with: nickname })),
    ...chat.conversations.formers.value.map(({ target }) => target),
  ];
}

/** The one before or after this; the list is a ring. */
function neighbour(chat: Chat, step: number, unread: boolean): Target | undefined {
  const targets = targetsOf(chat);
  // Asked for now: one key may follow another before anything is drawn.
  const current = route.value.at === "conversation" ? route.value.target : chat.target.value;
  const here = targets.findIndex((each) => targetKey(each) === targetKey(current));
  const ring = step > 0
    ? [...targets.slice(here + 1), ...targets.slice(0, Math.max(0, here))]
    : [...targets.slice(0, Math.max(0, here)).reverse(), ...targets.slice(here + 1).reverse()];
  return ring.find((each) => !unread || hasUnread(chat, each));
}

/** Whether something waits there of which one wants to be told. */
export function hasUnread(chat: Chat, target: Target): boolean {
  const conversation = chat.conversations.find(target);
  return conversation !== undefined && chat.countOf(conversation) > 0;
}

/** Whether a key goes to the input method that composes; Safari ends composing before its Enter comes. */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}
