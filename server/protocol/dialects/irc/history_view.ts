/** What was said before, as the lines that it would have been, in one batch (IRCv3, "chathistory"). */
import { authorOf, type Message as Said } from "../../../core/shared/events.ts";
import { LIMITS } from "../../../core/shared/limits.ts";
import type { Inbound } from "../../dialect.ts";
import type { Client } from "./client.ts";
import { EVENTS, reactionLine, serverLine } from "./events.ts";
import type { Exchange } from "./exchange.ts";
import { ircNick, ircRoom } from "./irc_names.ts";
import type { Line, Tag } from "./message.ts";

/** Where it was said: a room, or with whom. */
export type Place = { readonly room: string } | { readonly with: string };

/** What a place is called. */
export function targetOf(place: Place): string {
  return "room" in place ? ircRoom(place.room) : ircNick(place.with);
}

/** Messages of a place in a batch. What was taken back is not among them. */
export function historyLines(client: Client, place: Place, messages: readonly Said[]): Line[] {
  const lines = messages.filter(({ recalled }) => !recalled).flatMap((message) =>
    linesOf(client, place, message)
  );
  return inBatch(client, ["chathistory", targetOf(place)], lines);
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
  const to = "with" in place && client.isOwn(authorOf(message)) ? { to: place.with } : {};
  const said = { ...message, ...to, from: authorOf(message) };
  const telling = { has: client.caps.all, pageUrl: client.pageUrl() };
  const lines = EVENTS.message({ event: "message", ...said }, telling).map((line) =>
    dated(client, line, message.at)
  );
  return [...lines, ...(client.caps.has("draft/event-playback") ? reactionsTo(said) : [])];
}

/** Whoever is not told the time of each line reads it in the line. */
function dated(client: Client, line: Line, at: number): Line {
  if (client.caps.has("server-time") || line.command !== "PRIVMSG") return line;
  const time = `[${new Date(at).toISOString().slice(0, 16).replace("T", " ")}Z] `;
  const text = line.params.at(-1)!;
  const isAction = text.startsWith("\x01ACTION ");
  const words = isAction ? `\x01ACTION ${time}${text.slice("\x01ACTION ".length)}` : time + text;
  return { ...line, params: line.params.with(-1, words) };
}

function reactionsTo(message: Said): Line[] {
  return Object.entries(message.reactions ?? {}).flatMap(([emoji, nicknames]) =>
    nicknames.flatMap((from) => reactionLine({ ...message, from, emoji, on: true }))
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
