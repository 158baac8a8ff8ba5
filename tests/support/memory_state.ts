/** What {@link MemoryStore} holds, and what each write does to it. A missing kind of write is a compile error. */
import { looksOf } from "../../server/core/accounts/look_alike.ts";
import type { FailedSignIns, ResetLink } from "../../server/core/shared/commands.ts";
import type { NameKey } from "../../server/core/shared/names.ts";
import { nameKey } from "../../server/core/shared/names.ts";
import {
  type Account,
  type Ban,
  Contradiction,
  type KeptMemory,
  type StoredChange,
  type StoredInvite,
  type StoredMessage,
  type StoredPin,
  type StoredReset,
  type StoredRoom,
  type StoredRoomEvent,
  type StoredSetting,
  type StoredToken,
  type Write,
  type WriteKind,
} from "../../server/core/store/store.ts";

import type { ListedAudit } from "../../server/core/shared/audit_entry.ts";
import type { StoredReport } from "../../server/core/store/stored_reports.ts";
import { REPORT_WRITE_HANDLERS } from "./memory_reports.ts";
import { AUDIT_WRITE_HANDLERS } from "./memory_audit.ts";
import type { Blocked } from "../../server/core/shared/commands.ts";
import type { FormerNickname, MissedMail, StoredDeletion } from "../../server/core/store/stored_people.ts";
import { type KeptProfile, PEOPLE_WRITE_HANDLERS } from "./memory_people.ts";
import type { NotificationLevel, Role } from "../../server/core/shared/room_settings.ts";
import type { StoredInvitation } from "../../server/core/store/stored_invitations.ts";
import { INVITATION_WRITE_HANDLERS } from "./memory_invitations.ts";
import { FILE_WRITE_HANDLERS, type KeptFile, type OfferAnswer } from "./memory_files.ts";

/** A change of a message as it is kept. */
interface MessageChange extends Omit<StoredChange, "message"> {
  kind: "edited" | "recalled" | "reacted";
  message: number;
  emoji?: string;
  on?: boolean;
}

type Table<Row> = readonly Readonly<Row>[];

/** Everything kept. Tables and rows are replaced and never changed, so that taking a transaction back is one assignment. */
export class MemoryState {
  accounts: Table<Account> = [];
  tokens: Table<StoredToken> = [];
  failures: Table<FailedSignIns & { account: string }> = [];
  resetLinks: Table<ResetLink & { account: string }> = [];
  resets: Table<StoredReset & { used: boolean }> = [];
  rooms: Table<Omit<StoredRoom, "spoken" | "lastAt">> = [];
  places: Table<
    { person: string; room: string; since: number; role: Role; notify: NotificationLevel }
  > = [];
  bans: Table<Ban> = [];
  invitations: Table<StoredInvitation> = [];
  settings: Table<StoredSetting> = [];
  memory: Table<KeptMemory> = [];
  mutes: Table<Ban> = [];
  invites: Table<StoredInvite> = [];
  pins: Table<StoredPin & { room: string }> = [];
  messages: Table<StoredMessage> = [];
  recipients: Table<{ seq: number; person: string; nickname: string; hidden?: true }> = [];
  waiting: Table<{ seq: number; person: string }> = [];
  reactions: Table<{ message: number; emoji: string; person: string; nickname: string; seq: number }> = [];
  changes: Table<MessageChange> = [];
  roomEvents: Table<StoredRoomEvent> = [];
  marks: Table<{ person: string; conversation: string; seq: number }> = [];
  files: Table<KeptFile> = [];
  answers: Table<OfferAnswer> = [];
  audit: Table<ListedAudit> = [];
  lastAudit = 0;
  reports: Table<StoredReport> = [];
  profiles: Table<KeptProfile> = [];
  formerNicknames: Table<FormerNickname & { account: string }> = [];
  blocks: Table<Blocked & { owner: string }> = [];
  emailCodes: Table<{ account: string; email: string; hash: string; at: number; expiresAt: number }> = [];
  deletions: Table<StoredDeletion> = [];
  missedMail: Table<MissedMail & { account: string }> = [];
  mailStops: Table<{ account: string; hash: string; at: number }> = [];
  /** What those are called now, in lists of conversations, who have had another nickname. */
  called: Table<{ person: string; nickname: string }> = [];
  /** The highest number that went with its room. */
  goneSeq = 0;

  /** The highest number ever kept. */
  static lastSeq({ messages, changes, answers, roomEvents, goneSeq }: MemoryState): number {
    return Math.max(goneSeq, ...[...messages, ...changes, ...answers, ...roomEvents].map((each) => each.seq));
  }
}

type WriteHandlers = { [K in WriteKind]: (state: MemoryState, write: Extract<Write, { kind: K }>) => void };

/** Carries out one write. @throws Contradiction */
export function applyWrite(state: MemoryState, write: Write): void {
  (WRITE_HANDLERS[write.kind] as (state: MemoryState, write: Write) => void)(state, write);
}

/** The names under which an account signs in, and which nobody else may have. */
function namesOf(account: Account): NameKey[] {
  return [keyOf(account.username), keyOf(account.nickname)];
}

/** The same as nameKey and looksOf, computed once for each name. */
export const keyOf = remembered(nameKey);
export const lookedUp = remembered(looksOf);

function remembered<Result>(compute: (name: string) => Result): (name: string) => Result {
  const known = new Map<string, Result>();
  return (name) => {
    let result = known.get(name);
    if (result === undefined) known.set(name, result = compute(name));
    return result;
  };
}

const WRITE_HANDLERS: WriteHandlers = {
  ...FILE_WRITE_HANDLERS,
  ...INVITATION_WRITE_HANDLERS,
  ...AUDIT_WRITE_HANDLERS,
  ...REPORT_WRITE_HANDLERS,
  ...PEOPLE_WRITE_HANDLERS,
  "account.add"(state, { account }) {
    const email = account.email === null ? null : keyOf(account.email);
    for (const other of state.accounts) {
      must(other.id !== account.id && !namesOf(other).some((name) => namesOf(account).includes(name)));
      const looks = namesOf(other).flatMap(lookedUp);
      must(!namesOf(account).flatMap(lookedUp).some((look) => looks.includes(look)));
      must(email === null || other.email === null || keyOf(other.email) !== email);
    }
    state.accounts = [...state.accounts, account];
  },
  "account.md5"(state, { account, md5Hash }) {
    state.accounts = changeOne(state.accounts, (each) => each.id === account, { md5Hash });
  },
  "account.password"(state, { account, hash, md5Hash }) {
    state.accounts = changeOne(state.accounts, (each) => each.id === account, {
      passwordHash: hash,
      md5Hash,
    });
    state.resets = changeAll(state.resets, (reset) => reset.account === account, { used: true });
  },
  "account.disable"(state, { account, at }) {
    state.accounts = changeOne(state.accounts, (each) => each.id === account, {
      disabledAt: at,
      confirmBy: null,
    });
    state.resets = changeAll(state.resets, (reset) => reset.account === account, { used: true });
  },
  "account.role"(state, { account, role }) {
    state.accounts = changeOne(state.accounts, (each) => each.id === account, { role });
  },
  "account.remove"(state, { account }) {
    existing(state.accounts, (each) => each.id === account);
    const others = (each: { person: string }) => each.person !== account;
    state.accounts = state.accounts.filter((each) => each.id !== account);
    state.invitations = state.invitations.filter(({ maker }) => maker !== account);
    state.resets = state.resets.filter((each) => each.account !== account);
    state.resetLinks = state.resetLinks.filter((each) => each.account !== account);
    state.profiles = state.profiles.filter((each) => each.account !== account);
    state.formerNicknames = state.formerNicknames.filter((each) => each.account !== account);
    state.blocks = state.blocks.filter((each) => each.owner !== account);
    state.missedMail = state.missedMail.filter((each) => each.account !== account);
    state.mailStops = state.mailStops.filter((each) => each.account !== account);
    state.emailCodes = state.emailCodes.filter((each) => each.account !== account);
    state.tokens = state.tokens.filter(others);
    state.places = state.places.filter(others);
    state.marks = state.marks.filter(others);
    state.waiting = state.waiting.filter(others);
    state.invites = state.invites.filter(others);
  },
  "token.add"(state, { token, keep }) {
    must(state.tokens.every((other) => other.hash !== token.hash));
    state.tokens = [...state.tokens, token];
    const own = state.tokens.filter((each) => each.person === token.person && !each.brief);
    const gone = own.toSorted((a, b) => b.usedAt - a.usedAt).slice(keep);
    state.tokens = state.tokens.filter((each) => !gone.includes(each));
  },
  "token.used"(state, { hash, at, address, client }) {
    const token = existing(state.tokens, (each) => each.hash === hash);
    const used = { usedAt: at, address, client: client ?? token.client };
    state.tokens = changeAll(state.tokens, (each) => each === token, used);
  },
  "token.rename"(state, { person, nickname }) {
    state.tokens = changeAll(state.tokens, (token) => token.person === person, { nickname });
  },
  "token.remove"(state, { hash }) {
    state.tokens = state.tokens.filter((token) => token.hash !== hash);
  },
  "token.clear"(state, { person, except }) {
    state.tokens = state.tokens.filter((token) => token.person !== person || token.hash === except);
  },
  "tokens.expire"(state, { usedBefore, guestsUsedBefore }) {
    state.tokens = state.tokens.filter((token) =>
      token.usedAt >= (token.guest ? guestsUsedBefore : usedBefore)
    );
    const known = new Set([
      ...state.tokens.map((token) => token.person),
      ...state.accounts.map(({ id }) => id),
    ]);
    state.places = state.places.filter((place) => known.has(place.person));
    state.marks = state.marks.filter((mark) => known.has(mark.person));
  },
  "failures.add"(state, { account, count, at, from }) {
    const before = state.failures.find((each) => each.account === account)?.count ?? 0;
    const others = state.failures.filter((each) => each.account !== account);
    state.failures = [...others, { account, count: before + count, at, from }];
  },
  "failures.clear"(state, { account }) {
    state.failures = state.failures.filter((each) => each.account !== account);
  },
  "reset.add"(state, { reset }) {
    must(state.accounts.some((account) => account.id === reset.account));
    state.resets = [...state.resets, { ...reset, used: false }];
  },
  "reset.use"(state, { hash }) {
    state.resets = changeOne(state.resets, (each) => each.hash === hash && !each.used, { used: true });
  },
  "resets.expire"(state, { createdBefore }) {
    state.resets = state.resets.filter((reset) => reset.createdAt >= createdBefore);
  },
  "setting.put"(state, { setting }) {
    const others = state.settings.filter(({ name }) => name !== setting.name);
    const kept = setting.set !== null || setting.standard !== null;
    state.settings = kept ? [...others, setting].toSorted((a, b) => a.name < b.name ? -1 : 1) : others;
  },
  "room.add"(state, { room }) {
    must(state.rooms.every((other) => other.id !== room.id && placeKey(other) !== placeKey(room)));
    const { spoken: _spoken, ...kept } = room;
    state.rooms = [...state.rooms, kept];
  },
  "room.owner"(state, { room, owner }) {
    state.rooms = changeAll(state.rooms, (each) => each.id === room, { owner });
  },
  "memory.put"(state, { of, id, value }) {
    const others = state.memory.filter((each) => each.of !== of || each.id !== id);
    state.memory = value === null ? others : [...others, { of, id, value }];
  },
  "room.set"(state, { room, name, settings, topicSet }) {
    const key = placeKey({ id: room, name, settings });
    must(state.rooms.every((other) => other.id === room || placeKey(other) !== key));
    state.rooms = changeOne(state.rooms, (each) => each.id === room, { name, settings, topicSet });
  },
  "room.lasts"(state, { room }) {
    state.rooms = changeAll(state.rooms, (each) => each.id === room, { lasting: true });
  },
  "room.thin"(state, { room, atMost }) {
    const own = state.messages.filter((message) => message.room === room).toSorted((a, b) => a.seq - b.seq);
    forgetMessages(state, own.slice(0, atMost));
  },
  "messages.end"(state, { room, seqs }) {
    forgetMessages(state, state.messages.filter(({ seq }) => seqs.includes(seq)));
    const last = Math.max(...seqs);
    state.roomEvents = state.roomEvents.filter((event) => event.room !== room || event.seq > last);
  },
  "room.remove"(state, { room }) {
    state.goneSeq = MemoryState.lastSeq(state);
    state.rooms = state.rooms.filter((each) => each.id !== room);
    state.places = state.places.filter((place) => place.room !== room);
    state.bans = state.bans.filter((ban) => ban.room !== room);
    state.mutes = state.mutes.filter((ban) => ban.room !== room);
    state.invites = state.invites.filter((invite) => invite.room !== room);
    state.pins = state.pins.filter((pin) => pin.room !== room);
    state.marks = state.marks.filter((mark) => mark.conversation !== room);
    state.roomEvents = state.roomEvents.filter((event) => event.room !== room);
    state.files = state.files.filter((file) => file.room !== room);
    forgetMessages(state, state.messages.filter((message) => message.room === room));
  },
  "membership.add"(state, { person, room, since }) {
    existing(state.rooms, (each) => each.id === room);
    if (state.places.some((place) => place.person === person && place.room === room)) return;
    state.places = [...state.places, { person, room, since, role: "member", notify: "all" }];
  },
  "membership.remove"(state, { person, room }) {
    state.places = state.places.filter((place) => place.person !== person || place.room !== room);
    state.marks = state.marks.filter((mark) => mark.person !== person || mark.conversation !== room);
  },
  "membership.clear"(state, { person }) {
    state.places = state.places.filter((place) => place.person !== person);
  },
  "membership.guests"(state, { room }) {
    const accounts = new Set(state.accounts.map(({ id }) => id));
    state.places = state.places.filter((place) => place.room !== room || accounts.has(place.person));
  },
  "membership.role"(state, { person, room, role }) {
    state.places = changeOne(state.places, (each) => each.person === person && each.room === room, { role });
  },
  "membership.notify"(state, { person, room, level }) {
    const isIt = (each: { person: string; room: string }) => each.person === person && each.room === room;
    state.places = changeOne(state.places, isIt, { notify: level });
  },
  "invite.add"(state, { invite }) {
    existing(state.rooms, (each) => each.id === invite.room);
    state.invites = [...withoutInvite(state, invite), invite];
  },
  "invite.remove"(state, invite) {
    state.invites = withoutInvite(state, invite);
  },
  "pin.add"(state, { room, pin }) {
    must(state.pins.every(({ seq }) => seq !== pin.seq));
    state.pins = [...state.pins, { ...pin, room }];
  },
  "pin.remove"(state, { seq }) {
    existing(state.pins, (pin) => pin.seq === seq);
    state.pins = state.pins.filter((pin) => pin.seq !== seq);
  },
  "ban.add"(state, { of, ban }) {
    existing(state.rooms, (each) => each.id === ban.room);
    state[of] = [...withoutBan(state[of], ban.room, keyOf(ban.nickname)), ban];
  },
  "ban.remove"(state, { of, room, nickname }) {
    state[of] = withoutBan(state[of], room, nickname);
  },
  "bans.expire"(state, { of, at }) {
    state[of] = state[of].filter(({ until }) => until > at);
  },
  "room.event"(state, { event }) {
    existing(state.rooms, (room) => room.id === event.room);
    mustBeNew(state, event.seq, "change");
    state.roomEvents = [...state.roomEvents, event];
  },
  "message.add"(state, { message, recipients }) {
    if (message.room !== null) existing(state.rooms, (room) => room.id === message.room);
    mustBeNew(state, message.seq, "message");
    const twin = (other: StoredMessage) => other.author === message.author && other.key === message.key;
    must(state.messages.every((other) => other.id !== message.id && (message.key === null || !twin(other))));
    const { seq } = message;
    const waiting = recipients.filter((each) => each.waiting);
    state.messages = [...state.messages, message];
    state.recipients = [
      ...state.recipients,
      ...recipients.map(({ waiting: _, ...recipient }) => ({ seq, ...recipient })),
    ];
    state.waiting = [...state.waiting, ...waiting.map(({ person }) => ({ seq, person }))];
  },
  "message.edit"(state, { change, text }) {
    const message = standing(state, change);
    state.messages = changeAll(state.messages, (each) => each === message, { text, edited: change.at });
    addChange(state, change, { kind: "edited" });
  },
  "message.recall"(state, { change }) {
    const message = standing(state, change);
    state.messages = changeAll(state.messages, (each) => each === message, {
      text: "",
      recalled: change.at,
      removedBy: change.author === message.author ? null : change.from,
    });
    state.pins = state.pins.filter((pin) => pin.seq !== message.seq);
    state.reactions = state.reactions.filter((reaction) => reaction.message !== message.seq);
    addChange(state, change, { kind: "recalled" });
  },
  "message.react"(state, { change, emoji, on }) {
    const message = change.message.seq;
    const { author: person, from: nickname, seq } = change;
    const others = state.reactions.filter((each) =>
      each.message !== message || each.emoji !== emoji || each.person !== person
    );
    must((others.length < state.reactions.length) !== on);
    if (on) standing(state, change);
    state.reactions = on ? [...others, { message, emoji, person, nickname, seq }] : others;
    addChange(state, change, { kind: "reacted", emoji, on });
  },
  "key.clear"(state, { seq }) {
    state.messages = changeAll(state.messages, (message) => message.seq === seq, { key: null });
  },
  "cursor.set"(state, { person, conversation, seq }) {
    const mark = state.marks.find((each) => each.person === person && each.conversation === conversation);
    state.marks = mark
      ? changeAll(state.marks, (each) => each === mark, { seq: Math.max(mark.seq, seq) })
      : [...state.marks, { person, conversation, seq }];
  },
  "device.set"(state, { person, device, seq, keep }) {
    const conversation = `device/${device}`;
    const isOwn = (each: { person: string; conversation: string }) =>
      each.person === person && each.conversation.startsWith("device/");
    const others = state.marks.filter((each) => !isOwn(each));
    const own = state.marks.filter((each) => isOwn(each) && each.conversation !== conversation);
    const kept = [...own, { person, conversation, seq }].sort((a, b) =>
      b.seq - a.seq || (a.conversation < b.conversation ? -1 : 1)
    );
    state.marks = [...others, ...kept.slice(0, keep)];
  },
  "waiting.clear"(state, { person, upTo }) {
    state.waiting = state.waiting.filter((each) => each.person !== person || each.seq > upTo);
  },
  "waiting.since"(state, { person, at, latest }) {
    const told = new Set(
      state.recipients.filter((each) => each.person === person && !each.hidden).map(({ seq }) => seq),
    );
    const sent = new Set(state.recipients.map(({ seq }) => seq));
    const own = state.messages.filter(({ seq, author }) =>
      told.has(seq) || (author === person && sent.has(seq))
    );
    const known = new Set(state.waiting.filter((each) => each.person === person).map(({ seq }) => seq));
    const late = own.toSorted((a, b) => a.seq - b.seq).slice(-latest).filter((each) =>
      each.author !== person && each.at >= at && !known.has(each.seq)
    );
    state.waiting = [...state.waiting, ...late.map(({ seq }) => ({ seq, person }))].sort((a, b) =>
      a.seq - b.seq
    );
  },
};

/** Messages go with everything about them. */
function forgetMessages(state: MemoryState, messages: readonly StoredMessage[]): void {
  state.goneSeq = MemoryState.lastSeq(state);
  const gone = new Set(messages.map((message) => message.seq));
  state.messages = state.messages.filter((message) => !gone.has(message.seq));
  state.reactions = state.reactions.filter((reaction) => !gone.has(reaction.message));
  state.pins = state.pins.filter((pin) => !gone.has(pin.seq));
  state.changes = state.changes.filter((change) => !gone.has(change.message));
  state.answers = state.answers.filter((answer) => !gone.has(answer.message));
  state.recipients = state.recipients.filter((recipient) => !gone.has(recipient.seq));
  state.waiting = state.waiting.filter((waiting) => !gone.has(waiting.seq));
}

function must(holds: boolean): void {
  if (!holds) throw new Contradiction("contradicts what is there");
}

function changeAll<Row>(all: Table<Row>, isIt: (row: Readonly<Row>) => boolean, fields: Partial<Row>) {
  return all.map((row) => isIt(row) ? Object.freeze({ ...row, ...fields }) : row);
}

function changeOne<Row>(all: Table<Row>, isIt: (row: Readonly<Row>) => boolean, fields: Partial<Row>) {
  const found = existing(all, isIt);
  return changeAll(all, (row) => row === found, fields);
}

function existing<Kept>(all: readonly Kept[], isIt: (each: Kept) => boolean): Kept {
  const found = all.find(isIt);
  if (found === undefined) throw new Contradiction("is not there");
  return found;
}

function mustBeNew(state: MemoryState, seq: number, what: "message" | "change"): void {
  const taken = what === "message" ? state.messages : [...state.changes, ...state.roomEvents];
  must(taken.every((each) => each.seq !== seq));
}

function standing(state: MemoryState, change: StoredChange): StoredMessage {
  return existing(state.messages, ({ seq, recalled }) => seq === change.message.seq && recalled === null);
}

function addChange(
  state: MemoryState,
  { seq, at, author, from, message }: StoredChange,
  what: Pick<MessageChange, "kind" | "emoji" | "on">,
): void {
  mustBeNew(state, seq, "change");
  state.changes = [...state.changes, { seq, at, author, from, message: message.seq, ...what }];
}

function withoutBan(bans: readonly Ban[], room: string, key: NameKey): Ban[] {
  return bans.filter((ban) => ban.room !== room || keyOf(ban.nickname) !== key);
}

function withoutInvite({ invites }: MemoryState, { room, person }: { room: string; person: string }) {
  return invites.filter((invite) => invite.room !== room || invite.person !== person);
}

/** What no two rooms have the same of. */
function placeKey({ id, name, settings }: Pick<StoredRoom, "id" | "name" | "settings">): string {
  return settings.private ? id : keyOf(name);
}
