/**
 * What RoomChat programs are told of each event (docs/dialects.md, "roomchat"): in the Types that they know, and where they have
 * none as a Talk of somebody whom nobody can be, such as `alice@private`, so that it is never taken for something said.
 */
import { roomSentence } from "../room_words.ts";
import { FOLDER_TYPE } from "../../../core/files/announcements.ts";
import type { Event, FileInfo, Message, MessageKind } from "../../../core/shared/events.ts";
import { type EventTable, PER_PEER } from "../../dialect.ts";
import { inform, say, signed } from "./parser.ts";

/** What words need to know of the server. */
export interface Place {
  /** Where a file can be fetched. */
  urlOf(file: FileInfo): string;
  /** Bytes of a picture or video that is shown; of a larger one its address is told. */
  readonly shownBytesMax: number;
}

type Words = string | typeof PER_PEER | undefined;

/** Event → its words; {@link PER_PEER} where they depend on whom they are for, or are more than one message. */
export const EVENTS: EventTable<[own: boolean, place: Place], Words> = {
  message: (event, own, place) => {
    if (isShown(event, place) || (event.file && event.text !== "")) return PER_PEER;
    return event.file ? fileLine(event, own, place) : textLine(event, own);
  },
  offer: (event, own, place) =>
    isShown(event, place) || event.text !== "" ? PER_PEER : fileLine(event, own, place),
  edited: (event, own) => say("Talk", signed(event.from, ...privately(event), "edited"), own, event.text),
  recalled: (event, own) =>
    say("Talk", signed(event.from, ...privately(event), "recalled"), own, "took back a message"),
  reacted: (event, own) => {
    const text = event.on ? event.emoji : `took back ${event.emoji}`;
    return say("Talk", signed(event.from, ...privately(event), "reacted"), own, text);
  },
  entered: (event, own) => say("Enter", event.nickname, own, ""),
  left: (event, own) => say("Quit", event.nickname, own, ""),
  kicked: () => PER_PEER,
  owner: (event, own) => say("Talk", signed(event.nickname, "owner"), own, "owns the room now"),
  role: told,
  muted: told,
  pinned: told,
  room: told,
  invited: told,
  invitee: () => undefined,
  notice: (event) => inform(event.text),
  bye: (event) => inform(event.message),
  accepted: () => undefined,
  refused: () => undefined,
  fetched: () => undefined,
  chunk: () => undefined,
  online: () => undefined,
  offline: () => undefined,
  renamed: () => PER_PEER,
  privileges: () => undefined,
  blocked: () => undefined,
  profile: () => undefined,
  typing: () => undefined,
  nodes: () => undefined,
  read: () => undefined,
};

/** What happens to a room, in a line. */
function told(
  event: Event<"role" | "muted" | "pinned" | "room" | "invited">,
  own: boolean,
): string | undefined {
  const sentence = roomSentence(event);
  return sentence && say("Talk", signed(sentence.who, "room"), own, sentence.text);
}

/** Whether a message is a picture or video that is shown as one. */
export function isShown({ kind, file }: Message, { shownBytesMax }: Place): boolean {
  return file !== undefined && (kind === "image" || kind === "video") && file.size <= shownBytesMax;
}

/** The text of a message. */
export function textLine(message: Message, own: boolean): string {
  return say("Talk", senderOf(message), own, message.text);
}

/** A file of which a program gets no more than its name and where it is. */
export function fileLine(message: Message & { event?: string }, own: boolean, place: Place): string {
  const { file, kind, event } = message;
  if (!file) return textLine(message, own);
  const what = file.type === FOLDER_TYPE ? "a folder" : WHAT[kind];
  const does = event === "offer" ? "offers you" : "has sent";
  const text = `${does} ${what}, ${file.name}: ${place.urlOf(file)}`;
  return say("Talk", signed(message.from, ...privately(message), "file"), own, text);
}

/** Who said something, and whether in private. */
export function senderOf(message: Message): string {
  return signed(message.from, ...privately(message));
}

const WHAT: Readonly<Record<MessageKind, string>> = {
  text: "a file",
  file: "a file",
  image: "a picture",
  video: "a video",
};

function privately({ to }: { to?: string | string[] }): string[] {
  return to === undefined ? [] : ["private"];
}
