/** What stands where one would write, in a room where one may not: why, in one sentence. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useChat } from "../chat/chat_context.ts";
import { dayAndTimeOf } from "../chat/time.tsx";
import type { WritingRefused } from "../state/rooms.ts";
import { words } from "../words.ts";

/** The longest time that a timer knows. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** Why one may not write there; drawn anew when it is over. */
export function useWritingRefused(room: string | undefined): WritingRefused | undefined {
  const { rooms } = useChat();
  const refused = room === undefined ? undefined : rooms.writingRefused(room);
  const until = typeof refused === "object" ? refused.mutedUntil : undefined;
  const over = useSignal(0);
  void over.value;
  useEffect(() => {
    if (until === undefined) return;
    const timer = setTimeout(() => over.value++, Math.min(TIMER_MAX_MS, until - Date.now() + 1));
    return () => clearTimeout(timer);
  }, [until, over.value]);
  return refused;
}

export function RefusedNote({ refused }: { refused: WritingRefused }) {
  const why = typeof refused === "object"
    ? words.mutedUntil(dayAndTimeOf(refused.mutedUntil))
    : refused === "archived"
    ? words.archivedHere
    : words.announcementsHere;
  return <p class="read-only" role="status">{why}</p>;
}
