/** Lists of messages as values: in order of `seq`, each once. Nothing here changes a list that it was given. */
import { authorOf, type Message, type OfferState } from "../../../server/core/shared/events.ts";
import { nameKey } from "./target_key.ts";

/** Messages, the oldest first. */
export type MessageList = readonly Message[];

/** Both lists' messages; where both have one, the second list's counts. */
export function merge(list: MessageList, more: MessageList): MessageList {
  const last = list.at(-1);
  const [only] = more;
  if (more.length === 1 && only && (!last || only.seq > last.seq)) return [...list, only];
  const byId = new Map(list.map((message) => [message.id, message]));
  for (const message of more) byId.set(message.id, message);
  return [...byId.values()].sort((a, b) => a.seq - b.seq);
}

/** The list with other words in one message. */
export function withEdit(list: MessageList, id: string, text: string, at: number): MessageList {
  return replace(list, id, (message) => ({ ...message, text, edited: at }));
}

/** The list with one message taken back, and what hung on it; by whom, says who it was where that is not its author. */
export function withRecall(list: MessageList, id: string, by: string): MessageList {
  return replace(
    list,
    id,
    ({ file: _file, reactions: _reactions, ...message }) => ({
      ...message,
      text: "",
      recalled: true,
      ...(nameKey(authorOf(message)) !== nameKey(by) && { removed_by: by }),
    }),
  );
}

/** The list with somebody's reaction added to one message, or taken from it. */
export function withReaction(
  list: MessageList,
  id: string,
  { emoji, from, on }: { emoji: string; from: string; on: boolean },
): MessageList {
  return replace(list, id, (message) => {
    const before = message.reactions?.[emoji] ?? [];
    const others = before.filter((each) => nameKey(each) !== nameKey(from));
    if (on && others.length < before.length) return message;
    const { [emoji]: _before, ...rest } = message.reactions ?? {};
    const now = on ? [...others, from] : others;
    if (now.length === 0) return { ...message, reactions: rest };
    // A known emoji keeps its place among the others.
    return { ...message, reactions: { ...message.reactions, [emoji]: now } };
  });
}

/** The list with a private file answered, in every message that brings it. */
export function withAnswer(list: MessageList, file: string, offer: OfferState): MessageList {
  if (!list.some((message) => message.file?.id === file)) return list;
  return list.map((message) =>
    message.file?.id === file ? { ...message, file: { ...message.file, offer } } : message
  );
}

/** The list with another nickname for somebody; what they wrote keeps the one that it was written under. */
export function withAuthor(list: MessageList, nickname: string, now: string): MessageList {
  const key = nameKey(nickname);
  const called = (name: string) => nameKey(name) === key ? now : name;
  const isAbout = ({ reactions = {}, ...message }: Message) =>
    [authorOf(message), ...Object.values(reactions).flat()].some((name) => nameKey(name) === key);
  if (!list.some(isAbout)) return list;
  return list.map((message) => {
    if (!isAbout(message)) return message;
    const { now: _before, reactions, ...rest } = message;
    const author = called(authorOf(message));
    const given = Object.entries(reactions ?? {}).map(([emoji, by]) => [emoji, by.map(called)]);
    return {
      ...rest,
      ...(author !== message.from && { now: author }),
      ...(reactions && { reactions: Object.fromEntries(given) }),
    };
  });
}

/** What others said after this `seq`, and did not take back; the oldest first. */
export function unreadOf(list: MessageList, readSeq: number, me: string): Message[] {
  const start = list.findLastIndex(({ seq }) => seq <= readSeq) + 1;
  return list.slice(start).filter((message) => authorOf(message) !== me && !message.recalled);
}

function replace(list: MessageList, id: string, change: (message: Message) => Message): MessageList {
  // What changes is mostly new.
  const index = list.findLastIndex((message) => message.id === id);
  return index === -1 ? list : list.with(index, change(list[index]!));
}
