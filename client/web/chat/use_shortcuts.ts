/** The keys that go from conversation to conversation, and open what helps to. */
import { isComposing } from "../composing.ts";
import { useEffect } from "preact/hooks";
import { signal } from "@preact/signals";
import { go, type Place, route } from "../route.ts";
import type { Chat } from "../state/chat.ts";
import { placeKey } from "../state/target_key.ts";
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
    if (to) go({ at: "place", place: to });
    return true;
  }
  if (!command || altKey) return false;
  const dialog = ({ k: "switcher", K: "switcher", "/": "sheet" } as const)[key];
  if (dialog === undefined) return false;
  keysOpen.value = keysOpen.value === dialog ? "none" : dialog;
  return true;
}

/** Every conversation there is to go to, in the order of the list. */
export function placesOf(chat: Chat): Place[] {
  return [
    ...chat.rooms.mine.value.map((room) => ({ room })),
    ...peopleOf(chat).map((nickname) => ({ with: nickname })),
    ...chat.conversations.formers.value.map(({ place }) => place),
  ];
}

/** The one before or after this; the list is a ring. */
function neighbour(chat: Chat, step: number, unread: boolean): Place | undefined {
  const places = placesOf(chat);
  // Asked for now: one key may follow another before anything is drawn.
  const current = route.value.at === "place" ? route.value.place : chat.place.value;
  const here = places.findIndex((each) => placeKey(each) === placeKey(current));
  const ring = step > 0
    ? [...places.slice(here + 1), ...places.slice(0, Math.max(0, here))]
    : [...places.slice(0, Math.max(0, here)).reverse(), ...places.slice(here + 1).reverse()];
  return ring.find((each) => !unread || hasUnread(chat, each));
}

/** Whether something waits there that is not muted. */
export function hasUnread({ conversations, muted }: Chat, place: Place): boolean {
  return !muted.has(place) && (conversations.find(place)?.unread.value ?? 0) > 0;
}
