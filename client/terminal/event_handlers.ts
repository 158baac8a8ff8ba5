/** What events mean to somebody at a screen: which window they belong to, and in which words. */
import type { Event, EventName } from "../../server/core/shared/events.ts";
import { nameKey } from "../../server/core/shared/names.ts";
import type { Chat } from "./chat.ts";
import type { Place, Window } from "./windows.ts";
import { fileInWords, named } from "./wording.ts";
import { visible, visibleInLine } from "./visible.ts";

type Hearing = { readonly [K in EventName]: (chat: Chat, event: Event<K>) => void };

/** Takes one event. */
export function hear(chat: Chat, event: Event): void {
  (HEARING[event.event] as (chat: Chat, event: Event) => void)(chat, event);
}

const HEARING: Hearing = {
  message: (chat, message) => chat.take(message),
  offer: (chat, message) => chat.take(message),
  edited(chat, { id, text, ...change }) {
    const message = chat.marks.byId(id)?.message;
    if (message) Object.assign(message, { text, edited: change.at });
    tellOfMessage(chat, { id, ...change }, `now says: ${visible(text)}`, true);
  },
  recalled(chat, { id, ...change }) {
    const message = chat.marks.byId(id)?.message;
    if (message) Object.assign(message, { text: "", recalled: true });
    tellOfMessage(chat, { id, ...change }, "takes it back");
  },
  reacted(chat, { emoji, on, ...change }) {
    tellOfMessage(chat, change, on ? visibleInLine(emoji) : `no ${visibleInLine(emoji)} any more`);
  },
  kicked(chat, { seq, at, room, nickname, by, minutes }) {
    const how = minutes === undefined ? "" : ` for ${minutes} minutes`;
    const text = `-- ${named(by)} put ${isMe(chat, nickname) ? "you" : named(nickname)} out${how}`;
    put(chat, { room }, { seq, at, text: chat.desk.screen.paint.loud(text) });
  },
  owner(chat, { seq, at, room, nickname }) {
    const text = `-- ${isMe(chat, nickname) ? "you own" : `${named(nickname)} owns`} the room now`;
    put(chat, { room }, { seq, at, text: chat.desk.screen.paint.dim(text) });
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
    whisper(chat, { room }, `${named(nickname)}${guest ? " (guest)" : ""} comes in`),
  left: (chat, { room, nickname }) => whisper(chat, { room }, `${named(nickname)} leaves`),
  online(chat, { nickname, guest, person }) {
    chat.came(nickname);
    const window = chat.desk.windows.find({ to: nickname });
    if (window?.person !== undefined && window.person !== person) {
      const text = `-- ${
        named(nickname)
      } is somebody else from here on: the one before is not reached any more`;
      chat.desk.put(window, { text: chat.desk.screen.paint.loud(text) });
    }
    if (window) window.person = person;
    whisper(chat, { to: nickname }, `${named(nickname)}${guest ? " (guest)" : ""} is online`);
  },
  offline(chat, { nickname }) {
    chat.went(nickname);
    whisper(chat, { to: nickname }, `${named(nickname)} is offline`);
  },
  // A line that comes and goes with every key pressed elsewhere would disturb more than it tells.
  typing() {},
  read() {},
  notice: (chat, { text }) => chat.desk.list([chat.desk.screen.paint.loud(`** ${visible(text)}`)]),
  bye: (chat, { message }) => chat.desk.note(`the server says goodbye: ${visibleInLine(message)}`),
};

/** Says something about a message that was told before, in the window where it is. */
function tellOfMessage(
  chat: Chat,
  { id, seq, at, from, room, to }: Omit<Event<"recalled">, "event">,
  words: string,
  counts = false,
): void {
  const { paint } = chat.desk.screen;
  const number = chat.marks.byId(id)?.number;
  const which = number === undefined ? "an earlier message" : `#${number}`;
  const others = room === undefined && isMe(chat, from) ? [to ?? []].flat() : [from];
  const place: Place = room === undefined ? { to: others[0] ?? from } : { room };
  const text = `${paint.dim(which)} ${paint.name(named(from))} ${words}`;
  put(chat, place, { seq, at, text }, counts && !isMe(chat, from));
}

function tellOfOffer(
  chat: Chat,
  { file, from, to, seq, at }: Event<"accepted" | "refused">,
  verb: string,
  offer: "accepted" | "refused",
): void {
  const marked = chat.marks.byId(file);
  if (marked?.file) marked.file = { ...marked.file, offer };
  if (marked?.message?.file) marked.message.file = { ...marked.message.file, offer };
  tellOfFile(chat, { file, from, to, verb, seq, at });
}

function tellOfFile(
  chat: Chat,
  told: { file: string; from: string; to: string; verb: string; seq?: number; at?: number },
): void {
  const { file, from, to, verb, ...when } = told;
  const marked = chat.marks.byId(file);
  const what = marked?.file ? `#${marked.number} ${fileInWords(marked.file, chat.wording)}` : "a file";
  const other = isMe(chat, from) ? to : from;
  const who = isMe(chat, from) ? "you" : named(from);
  put(chat, { to: other }, { ...when, text: `-- ${who} ${verb} ${what}` }, !isMe(chat, from));
}

/** Says something in a window that is open; nobody needs to know it elsewhere. */
function whisper(chat: Chat, place: Place, text: string): void {
  const window = chat.desk.windows.find(place);
  if (window) chat.desk.put(window, { text: chat.desk.screen.paint.dim(`-- ${text}`) });
}

function put(chat: Chat, place: Place, entry: Window["entries"][number], counts = false): void {
  const window = "to" in place ? chat.desk.windows.open(place) : chat.desk.windows.find(place);
  if (window) chat.desk.put(window, entry, counts);
}

function isMe(chat: Chat, nickname: string): boolean {
  return nameKey(nickname) === nameKey(chat.me);
}
