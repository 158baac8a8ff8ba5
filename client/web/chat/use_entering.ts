/** Entering rooms from anywhere. */
import { useSignal } from "@preact/signals";
import { faultWords } from "../fault_words.ts";
import { go, type Route } from "../route.ts";
import type { Rooms } from "../state/rooms.ts";
import { useChat } from "./chat_context.ts";

/** Enters rooms, and tells why one can't. `message`: the one that is to be shown then. */
export function useEntering(onIn: () => void, replace = false, message?: string) {
  const chat = useChat();
  const busy = useSignal(false);
  const error = useSignal<(() => string) | undefined>(undefined);
  const enter = async (name: string, made: Parameters<Rooms["enter"]>[1] = {}) => {
    if (busy.value) return;
    busy.value = true;
    error.value = undefined;
    try {
      const target = { room: await chat.rooms.enter(name, made) };
      const to: Route = { at: "conversation", target, ...(message !== undefined && { message }) };
      onIn();
      go(to, replace);
    } catch (thrown) {
      error.value = () => faultWords(thrown);
    }
    busy.value = false;
  };
  return { error, busy, enter };
}
