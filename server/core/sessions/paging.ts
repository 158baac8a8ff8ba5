/**
 * How much text anybody is told in one go. A page, what waited at sign-in and what a resume replays are cut here, so
 * that a peer's outbox always has room for them, however long the messages are.
 */
import type { Message } from "../shared/events.ts";
import { Fault } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";

const encoder = new TextEncoder();

/** As many of the first messages as go together; at least one. */
export function firstPageOf<Told extends object>(
  messages: readonly Told[],
  bytesMax: number = LIMITS.textBytesAtOnceMax,
): Told[] {
  let bytes = 0;
  const end = messages.findIndex((message, index) => {
    bytes += writtenIn(message);
    return index > 0 && bytes > bytesMax;
  });
  return end === -1 ? [...messages] : messages.slice(0, end);
}

/** A page of which only a portion is kept, and whether that leaves more: the oldest messages, or the newest. */
export function pageOf<Told extends object>(
  page: { messages: Told[]; more: boolean },
  keep: "oldest" | "newest",
  bytesMax?: number,
): { messages: Told[]; more: boolean } {
  const messages = keep === "oldest"
    ? firstPageOf(page.messages, bytesMax)
    : firstPageOf(page.messages.toReversed(), bytesMax).reverse();
  return { messages, more: page.more || messages.length < page.messages.length };
}

/** UTF-8 bytes of what people can make long: the text, the names of receivers and of those who reacted. */
function writtenIn(told: object): number {
  const { text = "", to = [], reactions = {} } = told as Partial<Message>;
  const names = [to, ...Object.values(reactions)].flat();
  return encoder.encode([text, ...names].join("")).length;
}

/** How much a page holds. @throws bad_request */
export function pageSize(asked: number | undefined, max: number = LIMITS.historyMax): number {
  const size = asked ?? LIMITS.historyDefault;
  if (!Number.isInteger(size) || size < 1) {
    throw new Fault("bad_request", `Cannot page by ${size}: 1 to ${max} are possible`);
  }
  return Math.min(size, max);
}
