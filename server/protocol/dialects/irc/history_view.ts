/** What was said before, as the lines that it would have been, in one batch (IRCv3, "chathistory"). */
import { authorOf, type Event, type Message as Said, type StoredEvent } from "../../../core/shared/events.ts";
import { LIMITS } from "../../../core/shared/limits.ts";
import { encodeBy, type Inbound } from "../../dialect.ts";
import { type Client, SERVER, sourceOf } from "./client.ts";
import { EVENTS, reactionLine, roomNotice, serverLine, timeTag } from "./events.ts";
import type { Exchange } from "./exchange.ts";
import { ircNick, ircRoom } from "./irc_names.ts";
import type { Line, Tag } from "./message.ts";

/** Where it was said: a room, or with whom. */
export type Place = { readonly room: string } | { readonly with: string };

/** What a place is called. */
export function targetOf(place: Place): string {
  return "room" in place ? ircRoom(place.room) : ircNick(place.with);
}

/**
 * Messages of a place in a batch, and what else happened there in between. What was taken back is not among them. `keep`: which are told
 * where they would be more lines than an outbox has room for.
 */
export function historyLines(
  client: Client,
  place: Place,
  messages: readonly Said[],
  { keep = "newest", events = [] }: { keep?: "oldest" | "newest"; events?: readonly StoredEvent[] } = {},
): Line[] {
  const told: (readonly Line[])[] = [];
  let count = 0;
  const parts = [
    ...messages.map((message) => ({ seq: message.seq, lines: () => linesOf(client, place, message) })),
    ...events.map((event) => ({ seq: event.seq, lines: () => eventLines(client, event) })),
  ].sort((a, b) => a.seq - b.seq);
  for (const part of keep === "oldest" ? parts : parts.toReversed()) {
    const lines = part.lines();
    count += lines.length;
    if (count > LIMITS.ircHistoryLinesMax) break;
    told.push(lines);
  }
  if (keep === "newest") told.reverse();
  return inBatch(client, ["chathistory", targetOf(place)], told.flat());
}

/** What happened to a room then. */
function eventLines(client: Client, event: StoredEvent): readonly Line[] {
  if (event.event === "role") return event.role === "member" ? roomNotice(event) : [placeLine(event)];
  return encodeBy(EVENTS, event, { has: client.caps.all, pageUrl: client.pageUrl() });
}

/** A place that was given. One that was taken away is told in words: which it was is not known any more. */
function placeLine({ at, room, nickname, role, by }: Event<"role">): Line {
  const mode = role === "owner" ? "+q" : "+o";
  const source = by === null ? SERVER : sourceOf(by);
  return { tags: [timeTag(at)], source, command: "MODE", params: [ircRoom(room), mode, ircNick(nickname)] };
}

/** Lines in a batch, for those who know batches. */
export function inBatch(client: Client, params: readonly string[], lines: readonly Line[]): Line[] {
  if (!client.caps.has("batch")) return [...lines];
  const reference = client.nextBatch();
  const tag: Tag = ["batch", "batch", reference];
  // A batch within it is a line of it by its beginning.
  const isInner = (line: Line) => line.tags?.some(([, name]) => name === "batch");
  return [
    serverLine("BATCH", `+${reference}`, ...params),
    ...lines.map((line): Line =>
      isInner(line) || isEnd(line) ? line : { ...line, tags: [tag, ...line.tags ?? []] }
    ),
    serverLine("BATCH", `-${reference}`),
  ];
}

function isEnd({ command, params }: Line): boolean {
  return command === "BATCH" && params[0]!.startsWith("-");
}

function linesOf(client: Client, place: Place, message: Said): Line[] {
  if (message.recalled) return [];
  const to = "with" in place && client.isOwn(authorOf(message)) ? { to: place.with } : {};
  const said = { ...message, ...to, from: authorOf(message) };
  const isDated = client.caps.has("server-time");
  const telling = {
    has: client.caps.all,
    pageUrl: client.pageUrl(),
    reserved: isDated ? 0 : timeOf(message.at).length,
  };
  const lines = EVENTS.message({ event: "message", ...said }, telling).map((line) =>
    dated(client, line, message.at)
  );
  return [...lines, ...(client.caps.has("draft/event-playback") ? reactionsTo(client, place, said) : [])];
}

/** Whoever is not told the time of each line reads it in the line. */
function dated(client: Client, line: Line, at: number): Line {
  if (client.caps.has("server-time") || !["PRIVMSG", "NOTICE"].includes(line.command)) return line;
  const time = timeOf(at);
  const text = line.params.at(-1)!;
  const isAction = text.startsWith("\x01ACTION ");
  const words = isAction ? `\x01ACTION ${time}${text.slice("\x01ACTION ".length)}` : time + text;
  return { ...line, params: line.params.with(-1, words) };
}

/** ASCII. */
function timeOf(at: number): string {
  return `[${new Date(at).toISOString().slice(0, 16).replace("T", " ")}Z] `;
}

function reactionsTo(client: Client, place: Place, message: Said): Line[] {
  return Object.entries(message.reactions ?? {}).flatMap(([emoji, nicknames]) =>
    nicknames.flatMap((from) => {
      const to = "with" in place ? { to: client.isOwn(from) ? place.with : client.nickname! } : {};
      return reactionLine({ ...message, ...to, from, emoji, on: true });
    })
  );
}

/** The last lines of a room for a client that can't ask for them. */
export function recent(x: Exchange, room: string): Inbound[] {
  const { client } = x;
  if (client.caps.has("draft/chathistory")) return [];
  return [x.ask("history", { room, limit: LIMITS.ircLinesOnJoin }, {
    prepaid: true,
    done: ({ messages }) => ({
      lines: messages.length === 0 ? [] : historyLines(client, { room }, messages),
    }),
    failed: () => ({}),
  })];
}
