/** For each command: who may ask it, what it costs, and what runs. A missing row is a compile error. */
import { entry } from "../core/accounts/admission.ts";
import {
  listInvitations,
  lookAtInvitation,
  makeInvitation,
  revokeInvitation,
} from "../core/accounts/invitations.ts";
import { comeInto } from "../core/rooms/invited.ts";
import { changePassword, register } from "../core/accounts/accounts.ts";
import { kick, kicks, liftKick, mute } from "../core/rooms/kicks.ts";
import { declineInvite, invite, invites } from "../core/rooms/invites.ts";
import { pin, pins } from "../core/rooms/pins.ts";
import { deleteOwnRoom, setNotify, setRole, setRoom } from "../core/rooms/settings.ts";
import { edit, react, recall } from "../core/messages/changes.ts";
import { glance } from "../core/rooms/lobby_preview.ts";
import { enter, leave } from "../core/rooms/membership.ts";
import { send } from "../core/messages/messages.ts";
import { accept, offers, refuse } from "../core/files/offers.ts";
import { conversations } from "../core/messages/conversations.ts";
import { endSession, listSessions } from "../core/sessions/own_sessions.ts";
import { missed } from "../core/sessions/catch_up.ts";
import { notePlace } from "../core/sessions/device_places.ts";
import { history, locate, read, search, typing } from "../core/messages/reading.ts";
import { confirmReset, requestReset } from "../core/accounts/reset.ts";
import { listRooms, lookAtRoom, members } from "../core/rooms/rooms.ts";
import type { Command, Op } from "../core/shared/commands.ts";
import type { Caller } from "../core/caller.ts";
import type { Core, Prepared } from "../core/core.ts";
import type { Answered } from "../core/outcome.ts";
import { download, listFiles, proveReader } from "../core/files/downloads.ts";
import { setAvatar } from "../core/people/avatar.ts";
import { block, blocks } from "../core/people/blocks.ts";
import { deleteOwnAccount } from "../core/people/deletion.ts";
import { changeEmail, confirmEmail } from "../core/people/email.ts";
import { setMissedMail, stopMissedMail } from "../core/people/missed_mail.ts";
import { account, takeAlong } from "../core/people/own_account.ts";
import { changeNickname } from "../core/people/nickname.ts";
import { people } from "../core/people/directory.ts";
import { setStatus } from "../core/people/status.ts";
import type { RateName } from "../core/shared/limits.ts";
import { login, named } from "../core/accounts/login.ts";
import { type NameKey, nameKey } from "../core/shared/names.ts";
import { guest, logout, resume, who } from "../core/sessions/sessions.ts";
import { deposit, finishDeposit } from "../core/files/deposits.ts";
import { cancel, chunk, finish, upload } from "../core/files/uploads.ts";
import { administer } from "./admin_api.ts";
import { report } from "../core/reports/reports.ts";
import type { Request } from "./dialect.ts";

/** What a command must keep to before it is done. */
interface Conditions<K extends Op> {
  /** Who may ask: anybody, only those who have not signed in, only those who have, or also those with a token. */
  readonly needs: "anybody" | "unauthenticated" | "session" | "token";
  /** What it costs the connection, and what the address. */
  readonly cost?: readonly RateName[];
  readonly addressCost?: RateName;
  /** Bytes rather than words: costs nothing of what commands cost in general. */
  readonly bulk?: true;
  /** Whether only somebody who knows a secret succeeds: then the address gets its token back. */
  readonly proves?: true;
  /** Whether it takes the hash of a password, of which few are computed at a time, in turns of those who ask. */
  readonly hashes?: true;
  /** The name of the account whose password is tried, where one is. */
  account?(command: Command<K>, caller: Caller): NameKey | undefined;
  /** A question: they are answered in turns of those who ask, and a peer's later commands wait for its answer. */
  readonly question?: true;
  /** Whether a peer's later commands wait until this one is answered, because they may stand on it. */
  readonly alone?: true;
  /** Whether more is kept after it than before: then there must be room on the disk. */
  keeps?(core: Core, command: Command<K>): boolean;
}

/** What is done: something is proposed (or asked once more is known), or answered in its turn without any change. */
type Deed<K extends Op> =
  | { prepare(core: Core, caller: Caller, command: Command<K>): Prepared | Promise<Prepared>; ask?: never }
  | { ask(core: Core, caller: Caller, command: Command<K>): Answered; prepare?: never };

/** How one command is treated. */
export type Row<K extends Op> = Conditions<K> & Deed<K>;

type Table = { readonly [K in Op]: Row<K> };

const KEEPS = { keeps: () => true } as const;
const PASSWORD = {
  cost: ["attempts"],
  addressCost: "addressAttempts",
  proves: true,
  hashes: true,
  alone: true,
} as const;
/** The password is that of whoever asks. */
const OWN_PASSWORD = {
  account: (_: unknown, { session }: Caller) => session && nameKey(session.person.nickname),
} as const;
const QUESTION = { cost: ["reads"], question: true, alone: true } as const;
const CHANGE = { needs: "session", cost: ["messages"], alone: true } as const;

const TABLE: Table = {
  register: {
    needs: "anybody",
    cost: ["attempts"],
    addressCost: "addressArrivals",
    hashes: true,
    alone: true,
    ...KEEPS,
    prepare: register,
  },
  entry: { needs: "anybody", ask: entry },
  invitation: {
    needs: "anybody",
    cost: ["attempts"],
    addressCost: "addressAttempts",
    proves: true,
    ask: lookAtInvitation,
  },
  "invitation.make": { ...CHANGE, ...KEEPS, prepare: makeInvitation },
  invitations: { needs: "session", ...QUESTION, ask: listInvitations },
  "invitation.revoke": { ...CHANGE, prepare: revokeInvitation },
  "invitation.use": {
    ...CHANGE,
    cost: ["attempts"],
    addressCost: "addressAttempts",
    proves: true,
    prepare: comeInto,
  },
  login: {
    needs: "unauthenticated",
    ...PASSWORD,
    account: ({ username }) => nameKey(username),
    prepare: login,
  },
  named: { needs: "anybody", ask: named },
  guest: { needs: "unauthenticated", addressCost: "addressArrivals", alone: true, ...KEEPS, prepare: guest },
  resume: { needs: "unauthenticated", alone: true, prepare: resume },
  missed: { needs: "session", ...QUESTION, ask: missed },
  logout: { needs: "anybody", alone: true, prepare: logout },
  admin: { needs: "session", cost: ["reads"], alone: true, prepare: administer },
  sessions: { needs: "session", ...QUESTION, ask: listSessions },
  "session.end": { ...CHANGE, prepare: endSession },
  ping: { needs: "anybody", ask: nothing },
  keys: { needs: "anybody", addressCost: "addressKeys", ask: nothing },
  "password.change": {
    needs: "anybody",
    ...PASSWORD,
    account({ username }, { session }) {
      const name = username ?? session?.person.nickname;
      return name === undefined ? undefined : nameKey(name);
    },
    prepare: changePassword,
  },
  "password.reset": {
    needs: "anybody",
    cost: ["attempts"],
    addressCost: "addressAttempts",
    alone: true,
    ...KEEPS,
    prepare: requestReset,
  },
  "password.confirm": { needs: "anybody", ...PASSWORD, prepare: confirmReset },
  enter: {
    ...CHANGE,
    cost: ["entries"],
    keeps: (core, { room }) => !core.rooms.named(nameKey(room)),
    prepare: enter,
  },
  // As often as one has entered: that had its cost.
  leave: { ...CHANGE, cost: [], prepare: leave },
  rooms: { needs: "session", ...QUESTION, ask: listRooms },
  status: { ...CHANGE, prepare: setStatus },
  account: { needs: "token", ...QUESTION, ask: account },
  "account.email": { needs: "session", ...PASSWORD, ...OWN_PASSWORD, ...KEEPS, prepare: changeEmail },
  "account.email.confirm": {
    needs: "anybody",
    cost: ["attempts"],
    addressCost: "addressAttempts",
    proves: true,
    alone: true,
    prepare: confirmEmail,
  },
  "account.missed": { ...CHANGE, prepare: setMissedMail },
  "missed.stop": { needs: "anybody", addressCost: "addressAttempts", alone: true, prepare: stopMissedMail },
  "account.delete": { needs: "session", ...PASSWORD, ...OWN_PASSWORD, prepare: deleteOwnAccount },
  export: { needs: "token", ...QUESTION, prepare: takeAlong },
  "account.nickname": { ...CHANGE, prepare: changeNickname },
  block: { ...CHANGE, keeps: (_, { on }) => on, prepare: block },
  blocks: { needs: "session", ...QUESTION, ask: blocks },
  "account.avatar": { ...CHANGE, keeps: (_, { picture }) => picture !== null, prepare: setAvatar },
  people: { needs: "session", ...QUESTION, ask: people },
  who: { needs: "session", ...QUESTION, ask: who },
  members: { needs: "session", ...QUESTION, ask: members },
  room: { needs: "session", ...QUESTION, ask: lookAtRoom },
  glance: { needs: "anybody", ...QUESTION, ask: glance },
  kick: { ...CHANGE, ...KEEPS, prepare: kick },
  kicks: { needs: "session", cost: ["reads"], ask: kicks },
  "kick.lift": { ...CHANGE, prepare: liftKick },
  mute: { ...CHANGE, ...KEEPS, prepare: mute },
  "room.set": { ...CHANGE, ...KEEPS, prepare: setRoom },
  "room.role": { ...CHANGE, ...KEEPS, prepare: setRole },
  "room.delete": { ...CHANGE, prepare: deleteOwnRoom },
  invite: { ...CHANGE, ...KEEPS, prepare: invite },
  invites: { needs: "session", ...QUESTION, ask: invites },
  "invite.decline": { ...CHANGE, prepare: declineInvite },
  pin: { ...CHANGE, keeps: (_, { on }) => on, prepare: pin },
  pins: { needs: "session", ...QUESTION, ask: pins },
  notify: { ...CHANGE, prepare: setNotify },
  send: { needs: "session", cost: ["messages"], ...KEEPS, prepare: send },
  edit: { ...CHANGE, ...KEEPS, prepare: edit },
  recall: { ...CHANGE, prepare: recall },
  report: { ...CHANGE, ...KEEPS, prepare: report },
  react: { ...CHANGE, keeps: (_, { on }) => on, prepare: react },
  history: { needs: "session", ...QUESTION, ask: history },
  locate: { needs: "session", ...QUESTION, ask: locate },
  search: { needs: "session", cost: ["reads"], alone: true, ask: search },
  conversations: { needs: "session", ...QUESTION, ask: conversations },
  typing: { needs: "session", cost: ["messages"], ask: typing },
  place: { needs: "session", prepare: notePlace },
  read: { needs: "session", cost: ["messages"], prepare: read },
  upload: { needs: "session", cost: ["files"], alone: true, ...KEEPS, prepare: upload },
  chunk: { needs: "token", cost: ["chunks"], bulk: true, alone: true, prepare: chunk },
  finish: { ...CHANGE, cost: ["files"], prepare: finish },
  deposit: {
    needs: "anybody",
    ...PASSWORD,
    ...KEEPS,
    cost: ["attempts", "files"],
    account: ({ username }) => nameKey(username),
    prepare: deposit,
  },
  "deposit.finish": { needs: "token", cost: ["files"], alone: true, prepare: finishDeposit },
  cancel: { needs: "session", cost: ["reads"], alone: true, prepare: cancel },
  offers: { needs: "session", ...QUESTION, ask: offers },
  accept: { ...CHANGE, prepare: accept },
  refuse: { ...CHANGE, prepare: refuse },
  "account.prove": {
    needs: "anybody",
    ...PASSWORD,
    account: ({ username }) => nameKey(username),
    prepare: proveReader,
  },
  download: { needs: "token", cost: ["reads"], ask: download },
  files: { needs: "token", ...QUESTION, ask: listFiles },
};

function nothing(): Answered<Record<never, never>> {
  return { reply: {} };
}

/** The row of a request's command. */
export function rowOf(request: Request): Row<Op> {
  return TABLE[request.command.op] as Row<Op>;
}
