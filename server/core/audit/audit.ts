/**
 * What the audit log tells of each kind of proposal: who did what to whom, from where. The entry is written in the
 * transaction of what it tells of, so there is none of what did not happen. Never what somebody wrote, never a secret; what
 * people say, read and send all day gives none, and costs nothing.
 */
import type { Outcome } from "../outcome.ts";
import type { Proposal, ProposalKind } from "../proposals.ts";
import { type NameKey, nameKey } from "../shared/names.ts";
import type { Room } from "../state/rooms.ts";
import type { State } from "../state/state.ts";
import type { AuditEntry } from "../shared/audit_entry.ts";
import { flagOf, settingNamed } from "../shared/settings.ts";
import type { StoredInvitation } from "../store/stored_invitations.ts";

/** Where an operator's commands come from. */
export const OPERATOR = "operator";

type Who = Pick<AuditEntry, "actor" | "actorName">;
type Whom = Pick<AuditEntry, "subject" | "subjectName">;
type Where = Pick<AuditEntry, "room" | "roomName" | "hidden">;

/** What is told of one proposal, besides when and from where. */
type Told = Partial<Who & Whom & Where & Pick<AuditEntry, "action" | "detail">>;

/** `null`: there is no entry. What is told is asked before it is applied, because afterwards some of it is gone. */
type Row<K extends ProposalKind> = null | ((state: State, proposal: Proposal<K>) => Told | null);

const TABLE: { readonly [K in ProposalKind]: Row<K> } = {
  "guest": (_, p) => ({ actor: p.person, actorName: p.nickname, detail: { guest: true } }),
  "login": (state, p) => account(state, p.account),
  "login.code": (state, p) => account(state, p.account),
  "login.failed": (state, { account: id, count, suspended }) => ({
    // What nobody is called may be a password in the wrong field.
    ...(id !== null && about(state, id)),
    detail: { count, ...(suspended && { suspended }) },
  }),
  "resume": null,
  "logout": (state, p) => p.session === undefined ? ofToken(state, p.hash) : ofSession(state, p.session),
  "session.end": (state, p) => ofSession(state, p.session),
  "session.lost": null,
  "node.lost": null,
  "session.delivered": null,
  "person.gone": null,
  "register": (state, { account: made, invitation: hash }) => {
    const invitation = hash === undefined ? undefined : state.store.invitations.withHash(hash);
    const { subjectName: invitedBy } = makerOf(state, invitation);
    const detail = invitation && { detail: { role: invitation.role, ...(invitedBy && { invitedBy }) } };
    return { actor: made.id, actorName: made.nickname, ...to(made), ...detail };
  },
  "invitation.make": (state, { session, uses, expiresAt: expires }) => ({
    ...(session !== undefined && ofSession(state, session)),
    detail: { uses, expires },
  }),
  "invitation.revoke": (state, { session, invitation }) => ({
    ...(session !== undefined && ofSession(state, session)),
    ...makerOf(state, state.store.invitations.withId(invitation)),
  }),
  "invitation.use": (state, p) => ({
    ...ofSession(state, p.session),
    ...makerOf(state, state.store.invitations.withHash(p.hash)),
  }),
  "invitation.first": null,
  "password.change": (state, p) => account(state, p.account),
  "password.confirm": (state, p) => account(state, state.store.reset(p.reset)?.account),
  "password.reset": (state, p) => {
    const found = state.store.accountWithEmail(p.email as NameKey);
    return found ? to(found) : null;
  },
  "status": null,
  "account.email": (state, p) => p.code === null ? ofSession(state, p.session) : null,
  "account.email.confirm": (state, { session, hash, at }) => ({
    ...(session !== undefined && ofSession(state, session)),
    ...about(state, state.store.people.emailOfCode(hash, at)?.account ?? ""),
  }),
  "account.unconfirmed": (state, p) => about(state, p.account),
  "account.missed": null,
  "missed.stop": null,
  "missed.told": null,
  "account.export": (state, p) => account(state, p.account),
  "account.delete": (state, p) => ofSession(state, p.session),
  "account.forget": null,
  "account.nickname": (state, p) => ({ ...ofSession(state, p.session), detail: { nickname: p.nickname } }),
  // Whom somebody blocks is nobody else's affair.
  "block": null,
  "account.avatar": (state, p) => ofSession(state, p.session),
  // Into a private room; the open ones are everybody's.
  "room.enter": (state, p) => {
    const who = ofSession(state, p.session);
    const room = who.actor === null ? undefined : state.rooms.invitedTo(nameKey(p.room), who.actor);
    return room?.settings.private ? { ...who, ...whereOf(room) } : null;
  },
  "room.leave": null,
  "room.kick": (state, p) => ({ ...moderation(state, p), detail: { minutes: p.minutes } }),
  "room.lift": moderation,
  "room.mute": (state, p) => ({ ...moderation(state, p), detail: { minutes: p.minutes } }),
  "room.set": (state, p) => {
    const room = state.rooms.named(nameKey(p.room), state.presence.session(p.session)?.person);
    const wanted = { ...p.settings, ...(p.name !== undefined && { name: p.name }) };
    const now: Readonly<Record<string, unknown>> = { ...room?.settings, name: room?.name };
    const changed = Object.entries(wanted).filter(([key, value]) => value !== now[key]);
    const detail = Object.fromEntries(changed.map(([key, value]) => [key, setTo(key, value, room)]));
    // That a room is open from now on is everybody's to know.
    const hidden = room?.settings.private === true && p.settings.private !== false;
    return { ...ofSession(state, p.session), ...inRoom(state, p), hidden, detail };
  },
  "room.role": (state, p) => ({ ...moderation(state, p), detail: { role: p.role } }),
  "room.delete": (state, p) => ({ ...ofSession(state, p.session), ...inRoom(state, p) }),
  "room.invite": (state, p) => ({ ...moderation(state, p), detail: { on: p.on } }),
  "room.decline": null,
  "room.notify": null,
  "pin": (state, p) => {
    const message = state.store.message(p.message);
    const room = message?.room ? state.rooms.byId(message.room) : undefined;
    return {
      ...ofSession(state, p.session),
      ...(room && whereOf(room)),
      detail: { message: p.message, on: p.on },
    };
  },
  "room.released": null,
  "room.forgotten": null,
  "send": null,
  "edit": null,
  "recall": (state, p) => {
    const message = state.store.message(p.message);
    const who = ofSession(state, p.session);
    if (!message || message.author === who.actor) return null;
    const room = message.room === null ? undefined : state.rooms.byId(message.room);
    return { ...who, subject: message.author, subjectName: message.from, ...(room && whereOf(room)) };
  },
  // Of which message it is the report itself tells.
  "report": (state, p) => {
    const message = state.store.message(p.message);
    if (!message || state.store.reports.hasMessage(p.message, ofSession(state, p.session).actor ?? "")) {
      return null;
    }
    return { ...ofSession(state, p.session), subject: message.author, subjectName: message.from };
  },
  "react": null,
  "read": null,
  "device.place": null,
  "file.announce": null,
  "file.use": null,
  "file.finish": null,
  "file.deposit": null,
  "file.mismatch": null,
  "file.cancel": null,
  "file.answer": null,
  "files.expire": null,
  "expire": null,
  "settings.set": (_, { name, value, level }) =>
    level === "set" ? { detail: { setting: flagOf(settingNamed(name)), value: value ?? "default" } } : null,
  "messages.end": null,
  "files.end": null,
  "audit.expire": null,
  "admin.password": (state, p) => about(state, p.account),
  "admin.sign-out": (state, p) => about(state, p.account),
  "admin.disable": (state, p) => about(state, p.account),
  "admin.enable": (state, p) => about(state, p.account),
  "admin.delete": (state, p) => about(state, p.account),
  "admin.role": (state, p) => ({ ...about(state, p.account), detail: { role: p.role } }),
  "admin.reset": (state, p) => about(state, p.reset.account),
  "admin.report.close": (state, { report: id }) => {
    const report = state.store.reports.find(id);
    return {
      subject: report?.author ?? null,
      subjectName: report?.authorName ?? null,
      detail: { report: id },
    };
  },
  "admin.message.remove": (state, p) => {
    const message = state.store.message(p.message);
    const room = message?.room ? state.rooms.byId(message.room) : undefined;
    const whose = { subject: message?.author ?? null, subjectName: message?.from ?? null };
    return { ...whose, ...(room && whereOf(room)), detail: { message: p.message } };
  },
  "admin.room.delete": roomMeant,
  "admin.room.lift": (state, p) => ({ ...named(state, p.nickname), ...roomMeant(state, p) }),
};

/** The same with where it comes from, if there is an entry of its kind: anything else goes as it came. */
export function stampedFrom(proposal: Proposal, from: string): Proposal {
  return TABLE[proposal.kind] === null ? proposal : { ...proposal, from };
}

/** Applies a proposal and keeps the entry of it, if it has one and was not refused. */
export function audited(
  state: State,
  proposal: Proposal,
  apply: (state: State, proposal: Proposal) => Outcome,
): Outcome {
  const row = TABLE[proposal.kind] as Row<ProposalKind>;
  if (row === null) return apply(state, proposal);
  const told = row(state, proposal);
  const operator = operatorOf(state, proposal);
  const { writes } = state.store;
  const outcome = apply(state, proposal);
  // What was so already has not happened.
  const happened = state.store.writes > writes || CHANGES_NOTHING.has(proposal.kind);
  if (told === null || outcome.fault || !happened) return outcome;
  const { at, kind, from = null } = proposal;
  state.store.write({
    kind: "audit.add",
    entry: { ...NOTHING, at, action: kind, from, ...told, ...operator },
  });
  return outcome;
}

/** What happens and leaves no trace but its entry. */
const CHANGES_NOTHING: ReadonlySet<ProposalKind> = new Set(["login.failed", "account.export"]);

/** Who does something in the operator's name. */
function operatorOf(state: State, { from, admin }: Proposal): Partial<Who> {
  if (admin !== undefined) return ofSession(state, admin);
  return from === OPERATOR ? { actor: null, actorName: OPERATOR } : {};
}

const NOTHING: Omit<AuditEntry, "at" | "action"> = {
  from: null,
  actor: null,
  actorName: null,
  subject: null,
  subjectName: null,
  room: null,
  roomName: null,
  hidden: false,
  detail: null,
};

function account({ store }: State, id: string | undefined): Who {
  const nickname = id === undefined ? undefined : store.accountById(id)?.nickname;
  return { actor: id ?? null, actorName: nickname ?? null };
}

function about({ store }: State, id: string): Whom {
  return { subject: id, subjectName: store.accountById(id)?.nickname ?? null };
}

function to({ id, nickname }: { id: string; nickname: string }): Whom {
  return { subject: id, subjectName: nickname };
}

/** Whose invitation it is. */
function makerOf(state: State, invitation: StoredInvitation | undefined): Partial<Whom> {
  return invitation?.maker ? about(state, invitation.maker) : {};
}

function ofSession({ presence }: State, id: string): Who {
  const person = presence.session(id)?.person;
  return { actor: person?.id ?? null, actorName: person?.nickname ?? null };
}

function ofToken({ store }: State, hash: string): Who | null {
  const token = store.token(hash);
  return token ? { actor: token.person, actorName: token.nickname } : null;
}

function named({ presence, store }: State, nickname: string): Whom {
  const key = nameKey(nickname);
  const found = presence.byNickname(key) ?? store.accountWithNickname(key);
  return found ? to(found) : { subject: null, subjectName: nickname };
}

/** What somebody does about somebody else in a room. */
function moderation(state: State, p: { session: string; nickname: string; room: string }) {
  return { ...ofSession(state, p.session), ...named(state, p.nickname), ...inRoom(state, p) };
}

/** What is told of how a room is set: not the words that somebody wrote about it. */
function setTo(key: string, value: string | number | boolean, room: Room | undefined) {
  if (key === "topic" || key === "description") return value === "" ? "none" : "changed";
  return key === "name" ? `${room?.name} → ${value}` : value;
}

/** The room that somebody means who is in it. */
function inRoom(
  { presence, rooms }: State,
  { session, room: name }: { session: string; room: string },
): Where {
  const room = rooms.named(nameKey(name), presence.session(session)?.person);
  return room ? whereOf(room) : { room: null, roomName: name, hidden: false };
}

/** The room that an operator means, or an administrator, who knows open ones. */
function roomMeant({ rooms }: State, { room: name, admin }: { room: string; admin?: string }): Where {
  const room = admin === undefined ? rooms.find(name) : rooms.named(nameKey(name));
  return room ? whereOf(room) : { room: null, roomName: name, hidden: false };
}

/** Of a private room an administrator who is not in it learns nothing here. */
function whereOf({ id, name, settings }: Room): Where {
  return { room: id, roomName: name, hidden: settings.private };
}
