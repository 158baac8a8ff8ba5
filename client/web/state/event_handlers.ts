/** What each event changes on the page. A new event does not compile before it is here. */
import type { EventHandlers } from "../../connection/event_handlers.ts";
import { callOf } from "../../../server/core/shared/mentions.ts";
import type { Event, Message } from "../../../server/core/shared/events.ts";
import { formatMinutes } from "../files/format.ts";
import { plainText } from "../markdown/plain_text.ts";
import type { Target } from "../route.ts";
import { personInWords, words } from "../words.ts";
import type { Chat } from "./chat.ts";
import { nameKey, targetName } from "./target_key.ts";

export const EVENT_HANDLERS: EventHandlers<Chat> = {
  message: receive,
  offer: receive,
  edited({ conversations, pins }, event) {
    conversations.edited(event);
    pins.edited(event);
  },
  recalled({ announcements, alerts, conversations, pins, settled }, event) {
    pins.remove(event.id);
    conversations.recalled(event);
    void settled.then(() => {
      announcements.remove(event.id);
      alerts.recalled(event.id, targetOf(event));
    });
  },
  reacted: ({ conversations }, event) => conversations.reacted(event),
  accepted: ({ conversations }, { file }) => conversations.answered(file, "accepted"),
  refused: ({ conversations }, { file }) => conversations.answered(file, "refused"),
  read({ nickname, alerts, conversations, settled }, event) {
    if (nameKey(event.from) === nameKey(nickname)) void settled.then(() => alerts.read(targetOf(event)));
    conversations.readBy(event);
  },
  typing: ({ conversations }, event) => conversations.typing(event),
  fetched({ fetched }, { file }) {
    fetched.value = new Set(fetched.value).add(file);
  },
  kicked(chat, event) {
    const { room, nickname, by, minutes, reason } = event;
    if (nameKey(nickname) === nameKey(chat.nickname)) {
      const who = personInWords(by, chat.people.isGuest(by));
      chat.notice.value = words.kicked(room, who) + (minutes ? words.backIn(formatMinutes(minutes)) : "") +
        (reason ? words.because(reason) : "");
    } else tellOfKick(chat, event);
    chat.rooms.left(room, nickname);
  },
  entered: ({ rooms }, { room, nickname }) => rooms.entered(room, nickname),
  left: ({ rooms }, { room, nickname, member }) => rooms.left(room, nickname, member),
  role: ({ rooms }, { room, nickname, role }) => rooms.appointed(room, nickname, role),
  muted: ({ rooms }, { room, nickname, until }) => rooms.muted(room, nickname, until),
  room(chat, { event: _event, seq: _seq, at: _at, by: _by, changed: _changed, room, was, ...settings }) {
    if (was !== undefined) chat.renameRoom(was, room);
    chat.rooms.set(room, settings);
  },
  pinned: ({ pins }, { room, id, on }) => pins.changed(room, id, on),
  invited({ invites, notice }, event) {
    const { room, by, on } = event;
    const { event: _event, ...invite } = event;
    invites.take(invite);
    if (on) notice.value = words.invited(room, personInWords(by, undefined));
  },
  owner: ({ rooms }, { room, nickname }) => rooms.ownedBy(room, nickname),
  online({ conversations, people }, { nickname, person, guest }) {
    conversations.setHolder(nickname, person);
    people.cameOnline(nickname, guest === true);
  },
  offline: ({ people }, { nickname }) => people.wentOffline(nickname),
  renamed(chat, { nickname, now, person }) {
    if (nameKey(nickname) === nameKey(chat.nickname)) return chat.onRenamed(now);
    for (const each of [chat.people, chat.profiles]) each.renamed(nickname, now);
    chat.rooms.personRenamed(nickname, now);
    chat.blocks.renamed(now, person);
    chat.conversations.renamed(nickname, now, person);
  },
  privileges({ admin, mayInvite }, event) {
    admin.value = event.admin;
    mayInvite.value = event.invites;
  },
  blocked: ({ blocks }, event) => blocks.take(event),
  profile({ profiles }, { event: _, ...shown }) {
    profiles.take(shown);
  },
  notice({ notice }, { text }) {
    notice.value = text;
  },
  // The connection tells them.
  invitee() {},
  nodes() {},
  bye(chat, { code }) {
    chat.disconnectReason = code;
  },
  // Bytes come to the page over HTTP.
  chunk() {},
};

function receive(chat: Chat, { event: _event, ...message }: Event<"message" | "offer">): void {
  const received: Message = message;
  chat.conversations.receive(received);
  if (nameKey(received.from) === nameKey(chat.nickname)) return;
  const { room, text } = received;
  if (room === undefined || callOf(text) === undefined || chat.rooms.state(room)) {
    return void chat.settled.then(() => tell(chat, received));
  }
  // Whether its author may call everybody there is not known yet, and whether it counts the server says.
  const look = async () => {
    await Promise.all([chat.rooms.loadMembers(room), chat.conversations.refresh()]);
  };
  look().catch(() => {}).then(() => chat.settled).then(() => tell(chat, received));
}

/** Tells somebody who looks elsewhere, as far as they want to be told. */
function tell(chat: Chat, received: Message): void {
  const { id, file, text, room } = received;
  const from = personInWords(received.from, received.guest);
  const target = targetOf(received);
  const concerns = room === undefined || chat.speaksToMe(received);
  const level = chat.levels.of(target);
  if (level === "nothing" || (level === "mentions" && !concerns) || chat.blocks.has(received.from)) return;
  const said = plainText(text);
  const where = room === undefined ? words.inPrivate(from) : words.fromIn(from, room);
  const what = [file && words.file(file.name), said].filter(Boolean).join(", ");
  chat.announcements.add(id, targetName(target), words.said(where, what));
  const isQuiet = chat.profiles.of(chat.nickname).availability === "do_not_disturb";
  if (concerns && !isQuiet) {
    chat.alerts.add({ id, target, from, text: file ? words.sent(from, file.name) : said });
  }
}

/** Tells those who stay who was put out, by whom and why: in the room, and a screen reader at once. */
function tellOfKick(chat: Chat, { seq, room, nickname, by, reason }: Event<"kicked">): void {
  const [isGuest, isByGuest] = [nickname, by].map((each) => chat.people.isGuest(each));
  const text = () =>
    words.kickedOther(room, personInWords(by, isByGuest), personInWords(nickname, isGuest)) +
    (reason ? words.because(reason) : "");
  chat.conversations.open({ room }).happened({ seq, text });
  if (chat.levels.of({ room }) !== "nothing") chat.announcements.add(`kicked ${seq}`, room, text());
}

/** The conversation that something of somebody else's belongs to, or that one has read oneself. */
function targetOf(
  { room, with: partner, person, from }: { room?: string; with?: string; person?: string; from: string },
): Target {
  return room !== undefined ? { room } : { with: partner ?? from, ...(person !== undefined && { person }) };
}
