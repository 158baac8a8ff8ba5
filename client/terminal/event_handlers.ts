/** What events mean to somebody at a screen: which window they belong to, and in which words. */
import { authorOf, type Event } from "../../server/core/shared/events.ts";
import { nameKey } from "../../server/core/shared/names.ts";
import type { Chat } from "./chat.ts";
import type { Target, Window } from "./windows.ts";
import { fileInWords, profileInWords } from "./wording.ts";
import { sanitized, sanitizedLine } from "./sanitize.ts";
import type { EventHandlers } from "../connection/event_handlers.ts";

/** What each event means here. A new event does not compile before it is in this table. */
export const EVENT_HANDLERS: EventHandlers<Chat> = {
  message: (chat, message) => chat.take(message),
  offer: (chat, message) => chat.take(message),
  edited(chat, { id, text, ...change }) {
    const message = chat.numbers.byId(id)?.message;
    if (message) Object.assign(message, { text, edited: change.at });
    tellOfMessage(chat, { id, ...change }, `now says: ${sanitized(text)}`, true);
  },
  recalled(chat, { id, reason, ...change }) {
    const message = chat.numbers.byId(id)?.message;
    const isOthers = message !== undefined && nameKey(authorOf(message)) !== nameKey(change.from);
    if (message) {
      Object.assign(message, { text: "", recalled: true, ...(isOthers && { removed_by: change.from }) });
    }
    tellOfMessage(chat, { id, ...change }, (isOthers ? "removes it" : "takes it back") + because(reason));
  },
  reacted(chat, { emoji, on, ...change }) {
    tellOfMessage(chat, change, on ? sanitizedLine(emoji) : `no ${sanitizedLine(emoji)} any more`);
  },
  kicked(chat, { seq, at, room, nickname, by, minutes, reason }) {
    const how = minutes === undefined ? "" : ` for ${minutes} minutes`;
    const text = `-- ${sanitizedLine(by)} put ${
      isMe(chat, nickname) ? "you" : sanitizedLine(nickname)
    } out${how}${because(reason)}`;
    put(chat, { room }, { seq, at, text: chat.ui.screen.paint.loud(text) });
  },
  owner(chat, { seq, at, room, nickname }) {
    const text = `-- ${isMe(chat, nickname) ? "you own" : `${sanitizedLine(nickname)} owns`} the room now`;
    put(chat, { room }, { seq, at, text: chat.ui.screen.paint.dim(text) });
  },
  role: (chat, event) => putOfRoom(chat, event, `${who(chat, event.nickname)} ${PLACES[event.role]}`),
  muted(chat, event) {
    const text = event.until === null
      ? `${sanitizedLine(event.by)} lets ${sanitizedLine(event.nickname)} speak again`
      : `${sanitizedLine(event.by)} lets ${
        isMe(chat, event.nickname) ? "you" : sanitizedLine(event.nickname)
      } not speak for ${Math.round((event.until - event.at) / 60_000)} minutes`;
    putOfRoom(chat, event, text);
  },
  pinned(chat, event) {
    const number = chat.numbers.byId(event.id)?.number;
    const which = number === undefined ? "a message" : `#${number}`;
    putOfRoom(chat, event, `${sanitizedLine(event.by)} ${event.on ? "pins" : "unpins"} ${which}`);
  },
  room(chat, event) {
    if (event.was !== undefined) chat.renameRoom(event.was, event.room);
    const by = sanitizedLine(event.by);
    if (event.was !== undefined) {
      putOfRoom(chat, event, `${by} calls the room ${sanitizedLine(event.room)} now`);
    }
    if (event.changed.includes("topic")) {
      putOfRoom(chat, event, `${by} sets the topic: ${sanitizedLine(event.topic)}`);
    }
    const others = event.changed.filter((key) => key !== "topic" && key !== "name");
    if (others.length > 0) putOfRoom(chat, event, `${by} changes how the room is set: ${others.join(", ")}`);
  },
  invited(chat, { room, by, on }) {
    if (!on) return;
    const text = `-- ${sanitizedLine(by)} invites you: /join ${sanitizedLine(room)}`;
    chat.ui.showLines([chat.ui.screen.paint.loud(text)]);
  },
  accepted: (chat, event) => tellOfOffer(chat, event, "accepted", "accepted"),
  refused: (chat, event) => tellOfOffer(chat, event, "refused", "refused"),
  fetched(chat, { file, from, to }) {
    if (isMe(chat, from)) return;
    tellOfFile(chat, { file, from, to, verb: "has downloaded" });
  },
  // The connection hands these to whoever downloads.
  chunk() {},
  entered: (chat, { room, nickname, guest }) =>
    putIfOpen(chat, { room }, `${sanitizedLine(nickname)}${guest ? " (guest)" : ""} comes in`),
  left: (chat, { room, nickname, member, reason }) =>
    putIfOpen(
      chat,
      { room },
      `${sanitizedLine(nickname)} ${member ? "goes offline" : "leaves"}${because(reason)}`,
    ),
  online(chat, { nickname, guest, person }) {
    chat.addPerson(nickname);
    const window = chat.ui.windows.find({ to: nickname });
    if (window?.person !== undefined && window.person !== person) {
      const text = `-- ${
        sanitizedLine(nickname)
      } is somebody else from here on: the one before is not reached any more`;
      chat.ui.put(window, { text: chat.ui.screen.paint.loud(text) });
    }
    if (window) window.person = person;
    putIfOpen(chat, { to: nickname }, `${sanitizedLine(nickname)}${guest ? " (guest)" : ""} is online`);
  },
  offline(chat, { nickname }) {
    chat.removePerson(nickname);
    putIfOpen(chat, { to: nickname }, `${sanitizedLine(nickname)} is offline`);
  },
  renamed(chat, { nickname, now, person }) {
    chat.removePerson(nickname);
    chat.addPerson(now);
    chat.ui.windows.renamed(nickname, now);
    putIfOpen(chat, { to: now }, `${sanitizedLine(nickname)} is ${sanitizedLine(now)} from now on`);
    const window = chat.ui.windows.find({ to: now });
    if (window) window.person = person;
    if (isMe(chat, now)) chat.ui.showNote(`you are ${sanitizedLine(now)} from now on`);
  },
  privileges: (chat, { admin, invites }) =>
    chat.ui.showNote(
      admin
        ? "you run this server together with its operator now"
        : invites
        ? "you are a member who may invite others by link"
        : "only administrators make invitations on this server",
    ),
  blocked: (chat, { nickname, on }) =>
    chat.ui.showNote(
      on ? `${sanitizedLine(nickname)} is blocked` : `${sanitizedLine(nickname)} is not blocked any more`,
    ),
  profile: (chat, { nickname, ...shown }) =>
    putIfOpen(chat, { to: nickname }, `${sanitizedLine(nickname)} ${profileInWords(shown)}`),
  // A line that comes and goes with every key pressed elsewhere would disturb more than it tells.
  typing() {},
  // The connection goes there by itself.
  invitee() {},
  nodes() {},
  read() {},
  notice: (chat, { text }) => chat.ui.showLines([chat.ui.screen.paint.loud(`** ${sanitized(text)}`)]),
  bye: (chat, { message }) => chat.ui.showNote(`the server says goodbye: ${sanitizedLine(message)}`),
};

function because(reason: string | undefined): string {
  return reason === undefined ? "" : `: ${sanitizedLine(reason)}`;
}

const PLACES = {
  member: "an ordinary member now",
  moderator: "a moderator now",
  owner: "an owner now",
} as const;

function who(chat: Chat, nickname: string): string {
  return isMe(chat, nickname) ? "you are" : `${sanitizedLine(nickname)} is`;
}

function putOfRoom(
  chat: Chat,
  { seq, at, room }: { seq: number; at: number; room: string },
  text: string,
): void {
  put(chat, { room }, { seq, at, text: chat.ui.screen.paint.dim(`-- ${text}`) });
}

/** Says something about a message that was told before, in the window where it is. */
function tellOfMessage(
  chat: Chat,
  { id, seq, at, from, room, to }: Omit<Event<"recalled">, "event">,
  words: string,
  counts = false,
): void {
  const { paint } = chat.ui.screen;
  const number = chat.numbers.byId(id)?.number;
  const which = number === undefined ? "an earlier message" : `#${number}`;
  const others = room === undefined && isMe(chat, from) ? [to ?? []].flat() : [from];
  const target: Target = room === undefined ? { to: others[0] ?? from } : { room };
  const text = `${paint.dim(which)} ${paint.name(sanitizedLine(from))} ${words}`;
  put(chat, target, { seq, at, text }, counts && !isMe(chat, from));
}

function tellOfOffer(
  chat: Chat,
  { file, from, to, seq, at }: Event<"accepted" | "refused">,
  verb: string,
  offer: "accepted" | "refused",
): void {
  const entry = chat.numbers.byId(file);
  if (entry?.file) entry.file = { ...entry.file, offer };
  if (entry?.message?.file) entry.message.file = { ...entry.message.file, offer };
  tellOfFile(chat, { file, from, to, verb, seq, at });
}

function tellOfFile(
  chat: Chat,
  told: { file: string; from: string; to: string; verb: string; seq?: number; at?: number },
): void {
  const { file, from, to, verb, ...when } = told;
  const entry = chat.numbers.byId(file);
  const what = entry?.file ? `#${entry.number} ${fileInWords(entry.file, chat.wording)}` : "a file";
  const other = isMe(chat, from) ? to : from;
  const who = isMe(chat, from) ? "you" : sanitizedLine(from);
  put(chat, { to: other }, { ...when, text: `-- ${who} ${verb} ${what}` }, !isMe(chat, from));
}

/** Says something in a window that is open; nobody needs to know it elsewhere. */
function putIfOpen(chat: Chat, target: Target, text: string): void {
  const window = chat.ui.windows.find(target);
  if (window) chat.ui.put(window, { text: chat.ui.screen.paint.dim(`-- ${text}`) });
}

function put(chat: Chat, target: Target, entry: Window["entries"][number], counts = false): void {
  const window = "to" in target ? chat.ui.windows.open(target) : chat.ui.windows.find(target);
  if (window) chat.ui.put(window, entry, counts);
}

function isMe(chat: Chat, nickname: string): boolean {
  return nameKey(nickname) === nameKey(chat.me);
}
