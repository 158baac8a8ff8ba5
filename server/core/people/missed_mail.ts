/**
 * Letters about what somebody has missed: private messages and mentions that stand unread for a while. Only for those who
 * want them, one in so long at most, and each has a link that ends them.
 */
import { accountSession, type Caller } from "../caller.ts";
import type { Core, Prepared } from "../core.ts";
import type { Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import { sessionIn } from "../sessions/session_in.ts";
import type { Answer, Command } from "../shared/commands.ts";
import { authorOf } from "../shared/events.ts";
import { Fault } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import { mentions } from "../shared/mentions.ts";
import type { State } from "../state/state.ts";
import type { Account } from "../store/store.ts";
import type { MissedMail } from "../store/stored_people.ts";
import type { MissedLine } from "./missed_walk.ts";

/** Wants such letters, or none any more. @throws account_needed bad_request */
export function setMissedMail(
  core: Core,
  caller: Caller,
  { level }: Command<"account.missed">,
): Prepared<Answer<"account.missed">> {
  const { id: session } = accountSession(caller, "get letters");
  if (!core.mailer.reachesPeople && level !== "never") {
    throw new Fault("bad_request", "Cannot send letters: this server has no mail server");
  }
  return { proposal: { kind: "account.missed", at: core.clock(), session, level } };
}

/** What is unread already is in no letter. */
export function applyMissedMail(
  state: State,
  p: Proposal<"account.missed">,
): Outcome<Answer<"account.missed">> {
  const { person } = sessionIn(state, p.session);
  const level = p.level === "never" ? null : p.level;
  state.store.write({ kind: "missed.set", account: person.id, level, seq: state.sequence.last });
  return { reply: {} };
}

/** Ends them with what a letter brought. @throws bad_code */
export function stopMissedMail(core: Core, _caller: Caller, asked: Command<"missed.stop">): Prepared {
  return { proposal: { kind: "missed.stop", at: core.clock(), hash: core.secrets.digest(asked.token) } };
}

/** @throws bad_code */
export function applyMissedStop(state: State, { hash, at }: Proposal<"missed.stop">): Outcome {
  const account = state.store.people.accountOfStop(hash, at - LIMITS.missedMailStopMs);
  if (account === undefined) throw new Fault("bad_code", "Cannot end these letters: the link is too old");
  state.store.write({ kind: "missed.set", account, level: null, seq: state.sequence.last });
  return { reply: {} };
}

/** Every second: looks after a few of those who want letters, and writes to them where something stands unread. */
export async function sendMissed(core: Core): Promise<void> {
  const { missed, mailer, store } = core;
  const now = core.clock();
  const upTo = missed.passed(now, core.sequence.last);
  if (!mailer.reachesPeople || upTo === undefined) return;
  const due = missed.next(now, () => store.people.missedMailDue(now - LIMITS.missedMailEveryMs));
  for (const id of due) {
    const wish = store.people.missedMail(id);
    const account = store.accountById(id);
    if (!wish || !account?.email || account.disabledAt !== null) continue;
    const lines = unreadOf(core, account, wish, upTo);
    if (lines.length === 0) continue;
    const stop = core.secrets.token();
    const told = { account: id, upTo, stop: core.secrets.digest(stop) };
    const { reply } = await core.propose({ kind: "missed.told", at: now, ...told });
    if (!reply) continue;
    const { nickname, email: to } = account;
    const withText = wish.level === "with_text";
    mailer.sendMissed({
      ...{ to, nickname, stop },
      lines: lines.map(({ text, ...line }) => ({ ...line, ...(withText && { text }) })),
    });
  }
}

/** Nobody is written to twice about the same, nor too soon after the letter before. */
export function applyMissedTold(state: State, p: Proposal<"missed.told">): Outcome {
  const wish = state.store.people.missedMail(p.account);
  if (!wish || wish.seq >= p.upTo || wish.at > p.at - LIMITS.missedMailEveryMs) return {};
  state.store.write({ kind: "missed.told", account: p.account, at: p.at, seq: p.upTo, stop: p.stop });
  return { reply: {} };
}

function unreadOf(state: State, account: Account, wish: MissedMail, upTo: number): MissedLine[] {
  return [...privateOf(state, account, wish, upTo), ...mentionsOf(state, account, wish, upTo)];
}

function privateOf({ store }: State, { id, nickname }: Account, wish: MissedMail, upTo: number) {
  const lines: MissedLine[] = [];
  for (
    const { peer, nickname: other, seq } of store.conversations.latest(id, undefined, LIMITS.missedPlacesMax)
  ) {
    if (seq <= wish.seq) break;
    const after = Math.max(wish.seq, store.readCursor(id, peer)?.seq ?? 0);
    const count = store.conversations.unread({ reader: id, peer, after, upTo, max: LIMITS.unreadCountedMax });
    if (count === 0) continue;
    const { messages } = store.page({ between: [id, peer], limit: LIMITS.historyDefault, upTo }, id);
    const last = messages.findLast((each) => authorOf(each) !== nickname && !each.recalled);
    lines.push({ with: other, count, text: last?.text || last?.file?.name || "" });
  }
  return lines;
}

function mentionsOf({ store, rooms }: State, { id, nickname }: Account, wish: MissedMail, upTo: number) {
  const places = store.membershipsOf(id).filter(({ notify }) => notify !== "nothing").map((
    { room, since },
  ) => ({
    room,
    after: Math.max(wish.seq, store.readCursor(id, room)?.seq ?? since),
  }));
  const max = LIMITS.unreadCountedMax;
  const found = store.conversations.named({ reader: id, nickname, rooms: places, upTo, max })
    .filter(({ text }) => mentions(text, nickname));
  return Array.from(Map.groupBy(found, ({ room }) => room), ([room, all]): MissedLine => ({
    room: rooms.byId(room)?.name ?? "",
    count: all.length,
    text: all[0]!.text,
  }));
}
