/**
 * Where a conversation is scrolled to: at the bottom it stays there as messages come; anywhere else what is
 * read stays in place, also when older messages come in above it. What is seen at the bottom counts as read.
 */
import { type Signal, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Conversation } from "../state/conversation.ts";

/** What a scrolled view needs. */
export interface Scroll {
  box: RefObject<HTMLElement | null>;
  /** Whether the newest message is out of sight. */
  away: Signal<boolean>;
  toBottom(): void;
}

const NEAR_BOTTOM_PX = 48;
const NEAR_TOP_PX = 400;

/** Runs a view's scrolling. */
export function useScroll(conversation: Conversation): Scroll {
  const box = useRef<HTMLElement>(null);
  const away = useSignal(false);
  /** How far the top of what is seen is from the end of all: it is kept while older messages come in. */
  const fromEnd = useRef(0);
  const oldest = useRef<string | undefined>(undefined);

  const settle = () => {
    const element = box.current;
    if (!element) return;
    const [first] = conversation.messages.peek();
    if (!away.peek()) element.scrollTop = element.scrollHeight;
    else if (first?.id !== oldest.current) element.scrollTop = element.scrollHeight - fromEnd.current;
    oldest.current = first?.id;
    fromEnd.current = element.scrollHeight - element.scrollTop;
    look(element);
  };

  const look = (element: HTMLElement) => {
    const seen = element.clientHeight > 0 && document.visibilityState === "visible";
    if (seen && !away.peek()) conversation.markRead();
    if (seen && element.scrollTop < NEAR_TOP_PX) void conversation.loadOlder();
  };

  useLayoutEffect(settle);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const scrolled = () => {
      fromEnd.current = element.scrollHeight - element.scrollTop;
      away.value = fromEnd.current - element.clientHeight > NEAR_BOTTOM_PX;
      look(element);
    };
    conversation.watched = true;
    const observer = new ResizeObserver(settle);
    observer.observe(element);
    // What is opened or grows within the messages moves their end.
    for (const child of element.children) observer.observe(child);
    element.addEventListener("scroll", scrolled, { passive: true });
    document.addEventListener("visibilitychange", settle);
    return () => {
      conversation.watched = false;
      observer.disconnect();
      element.removeEventListener("scroll", scrolled);
      document.removeEventListener("visibilitychange", settle);
    };
  }, [conversation]);

  return {
    box,
    away,
    toBottom() {
      box.current?.scrollTo({ top: box.current.scrollHeight, behavior: "smooth" });
    },
  };
}
