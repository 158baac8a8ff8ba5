/**
 * How the log of a conversation moves: at its end it stays there, whatever comes and however high the composer gets;
 * anywhere else what is read stays in place, also when older messages come in above it. What was in sight counts as
 * read.
 */
import type { VirtualItem } from "@tanstack/virtual-core";
import { type Signal, useComputed, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { Conversation } from "../state/conversation.ts";
import { type Row, RowLayout } from "../state/message_rows.ts";
import { useChat } from "./chat_context.ts";
import { rangeWith, useVirtual, type Virtual } from "./use_virtual.ts";

/** Room above the first message, for what says whether there is more. */
const TOP_PX = 76;
/** Room under the last one, for who is writing. */
const END_PX = 26;
const NEAR_END_PX = 48;
const NEAR_EDGE_PX = 600;
/** How long a message that was jumped to stands out. */
const MARKED_MS = 3_000;

/** What the view of a log needs. */
export interface MessageLog {
  box: RefObject<HTMLElement | null>;
  rows: Row[];
  virtual: Virtual;
  /** Whether the newest message is out of sight. */
  away: Signal<boolean>;
  /** The id of the message that Tab leads to. */
  active: Signal<string | undefined>;
  /** Goes to a row with the keyboard. */
  focus(index: number): void;
  toEnd(): void;
}

/** Whether the log is to stay at its end: until somebody scrolls up, or goes elsewhere. */
type StaysAtEnd = { current: boolean };

/** Runs a conversation's log. */
export function useMessageLog(conversation: Conversation): MessageLog {
  const box = useRef<HTMLElement>(null);
  const away = useSignal(false);
  const active = useSignal<string | undefined>(undefined);
  const ready = conversation.state.value === "ready";
  const rows = useRows(conversation, ready);
  const activeIndex = active.value === undefined ? -1 : indexOf(rows, active.value);
  const end = useRef(false);
  const virtual = useVirtual({
    count: rows.length,
    getScrollElement: () => box.current,
    getItemKey: (index) => rows[index]?.key ?? index,
    estimateSize: (index) => estimate(rows[index]),
    rangeExtractor: (range) => rangeWith(range, activeIndex),
    paddingStart: TOP_PX,
    paddingEnd: END_PX,
    overscan: 6,
    anchorTo: "end",
    followOnAppend: end.current && conversation.detached.value === undefined,
    scrollEndThreshold: NEAR_END_PX,
  });
  const held = useHeld(rows);
  virtual.shouldAdjustScrollPositionOnItemSizeChange = (item, delta) => isAbove(item, delta, virtual, held);
  const focusWanted = useRef(false);
  const focus = (index: number) => {
    const row = rows[index];
    if (row?.kind !== "message") return;
    focusWanted.current = true;
    active.value = row.message.id;
    virtual.scrollToIndex(index, { align: "auto" });
  };
  useLayoutEffect(() => {
    if (!focusWanted.current || active.value === undefined) return;
    const article = box.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(active.value)}"]`);
    // Not drawn yet: the next drawing has it.
    if (!article) return;
    focusWanted.current = false;
    article.focus({ preventScroll: true });
  });
  useScrollPosition(conversation, { virtual, rows, ready, active, focusWanted, end });
  useScrollTracking(conversation, { box, virtual, rows, away, end });
  return {
    box,
    rows,
    virtual,
    away,
    active,
    focus,
    toEnd() {
      conversation.goToNewest();
      // A long way is not worth watching.
      end.current = true;
      requestAnimationFrame(() => virtual.scrollToEnd());
    },
  };
}

function useRows(conversation: Conversation, ready: boolean): Row[] {
  const { transfers, nickname: me } = useChat();
  const layout = useMemo(() => new RowLayout(), [conversation]);
  useMemo(() => ready && conversation.drawNewLine(), [conversation, ready]);
  return useComputed(() => {
    const atEnd = conversation.detached.value === undefined;
    const { messages, older } = conversation.shown.value;
    return layout.rows({
      me,
      messages: messages.value,
      older: older.value,
      newFrom: conversation.newFrom.value,
      happenings: conversation.happenings.value,
      atEnd,
      outgoing: atEnd ? conversation.outgoing.all.value : [],
      transfers: atEnd ? transfers.of(conversation) : [],
      keyOf: conversation.sentKeys,
    });
  }).value;
}

/** Where the log stands at first, after a jump, and after one's own words. */
function useScrollPosition(
  conversation: Conversation,
  { virtual, rows, ready, active, focusWanted, end }: Pick<MessageLog, "virtual" | "rows" | "active"> & {
    ready: boolean;
    focusWanted: { current: boolean };
    end: StaysAtEnd;
  },
): void {
  useLayoutEffect(() => {
    if (!ready || conversation.goal.peek()) return;
    const line = rows.findIndex((row) => row.kind === "new");
    end.current = line === -1;
    if (line === -1) virtual.scrollToEnd();
    else virtual.scrollToIndex(line, { align: "start" });
  }, [conversation, ready]);
  const goal = conversation.goal.value;
  useLayoutEffect(() => {
    const index = goal ? indexOf(rows, goal.id) : -1;
    if (!goal || index === -1) return;
    focusWanted.current = true;
    end.current = false;
    active.value = goal.id;
    virtual.scrollToIndex(index, { align: "center" });
    const timer = setTimeout(() => conversation.goal.value = undefined, MARKED_MS);
    return () => clearTimeout(timer);
  }, [goal, ready]);
  // One's own words and files, from when they are on their way until they are messages, which are of another height.
  const own = rows.filter(({ kind }) => kind === "outgoing" || kind === "transfer").map(({ key }) => key);
  const before = useRef(own);
  useLayoutEffect(() => {
    if (own.some((key) => !before.current.includes(key))) end.current = true;
    if (end.current) virtual.scrollToEnd();
    before.current = own;
  }, [own.join()]);
}

/** Follows the scrolling, and what is seen. */
function useScrollTracking(
  conversation: Conversation,
  { box, virtual, rows, away, end }: Pick<MessageLog, "box" | "virtual" | "rows" | "away"> & {
    end: StaysAtEnd;
  },
): void {
  const shown = useRef(rows);
  shown.current = rows;
  const top = useRef(0);
  const room = useRef(0);
  const stay = (element: HTMLElement, onIsland: boolean) => {
    const all = element.scrollHeight - element.clientHeight;
    const below = all - element.scrollTop;
    if (onIsland) end.current = false;
    else if (below <= NEAR_END_PX) {
      // Whoever scrolls changes no height: what has grown a little is followed, a little scrolling is left alone.
      if (end.current && below > 1 && all !== room.current) virtual.scrollToEnd();
      end.current = true;
    } // What grows, or leaves less room, never moves the top up: somebody did.
    else if (element.scrollTop < top.current - 1) end.current = false;
    else if (end.current) virtual.scrollToEnd();
    top.current = element.scrollTop;
    room.current = all;
    return below;
  };
  const look = () => {
    const element = box.current;
    conversation.endInSight = false;
    if (!element || element.clientHeight === 0 || conversation.state.peek() !== "ready") return;
    const onIsland = conversation.detached.peek() !== undefined;
    const below = stay(element, onIsland);
    away.value = !end.current;
    if (document.visibilityState === "visible") {
      conversation.endInSight = end.current;
      const seen = end.current
        ? conversation.messages.peek().at(-1)
        : lastSeen(element, virtual, shown.current);
      if (seen) conversation.markRead(seen);
    }
    if (element.scrollTop < NEAR_EDGE_PX) void conversation.loadOlder();
    if (onIsland && below < NEAR_EDGE_PX) void conversation.loadNewer();
  };
  useLayoutEffect(() => {
    // After what was drawn has been measured and the virtualizer has moved to where it stays.
    const frame = requestAnimationFrame(look);
    return () => cancelAnimationFrame(frame);
  });
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const seenAgain = () => {
      if (document.visibilityState === "visible") conversation.drawNewLine();
      look();
    };
    conversation.watched = true;
    const observer = new ResizeObserver(look);
    // The room for the messages, and they themselves: a picture that has come is higher than its place was.
    observer.observe(element);
    observer.observe(element.firstElementChild!);
    element.addEventListener("scroll", look, { passive: true });
    document.addEventListener("visibilitychange", seenAgain);
    return () => {
      conversation.watched = conversation.endInSight = false;
      conversation.goal.value = undefined;
      observer.disconnect();
      element.removeEventListener("scroll", look);
      document.removeEventListener("visibilitychange", seenAgain);
    };
  }, [conversation]);
}

/** The newest message of which the end, or all that there is room for, is in sight. */
function lastSeen({ scrollTop, clientHeight }: HTMLElement, virtual: Virtual, rows: readonly Row[]) {
  const seen = virtual.getVirtualItems().findLast(({ start, end }) =>
    end <= scrollTop + clientHeight + 1 || start <= scrollTop
  );
  const row = rows.slice(0, (seen?.index ?? -1) + 1).findLast(({ kind }) => kind === "message");
  return row?.kind === "message" ? row.message : undefined;
}

/** The index of the row above which older ones have come in; -1: of none. */
function useHeld(rows: Row[]): number {
  const top = useRef(rows[0]?.key);
  const held = useRef(-1);
  if (rows[0]?.key !== top.current) {
    held.current = rows.findIndex(({ key }) => key === top.current);
    top.current = rows[0]?.key;
  }
  return held.current;
}

/**
 * Whether what is read has to be held in its place when a row changes its height: one that is above it, whichever
 * way one scrolls. Where older messages have come in while there was room for them in sight, that is above the one
 * that is `held`, which also loses its sender's name to them. (By itself the virtualizer holds the upper edge.)
 */
function isAbove(
  { key, index, start, end }: VirtualItem,
  delta: number,
  virtual: Virtual,
  held: number,
): boolean {
  const { itemSizeCache, range, scrollOffset } = virtual;
  const isNew = !itemSizeCache.has(key);
  const isHeld = index === held ? delta < 0 : index < held && isNew;
  return isHeld && held <= (range?.endIndex ?? -1) || (isNew ? start + 1 : end) <= (scrollOffset ?? 0);
}

function indexOf(rows: readonly Row[], id: string): number {
  return rows.findLastIndex((row) => row.kind === "message" && row.message.id === id);
}

/** A guess at a row's height, until it is measured. */
function estimate(row: Row | undefined): number {
  if (row?.kind === "message") {
    const lines = row.message.text.length / 70 + (row.message.text.match(/\n/g)?.length ?? 0);
    return 42 + Math.min(40, Math.floor(lines)) * 22 + (row.first ? 12 : 0) + (row.last ? 20 : 0) +
      (row.message.file ? 80 : 0);
  }
  return row?.kind === "transfer" ? 90 : 52;
}
