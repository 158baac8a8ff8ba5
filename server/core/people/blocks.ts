/**
 * Whom somebody does not want to hear from in private. Whoever is blocked finds no difference: what they send is kept for
 * themselves and answered as ever, and nobody tells them. In rooms everybody is heard; there a client folds it.
 */
import { nicknameLeadsTo } from "../messages/conversations.ts";
import { accountSession, type Caller } from "../caller.ts";
import type { Core, Prepared } from "../core.ts";
import type { Answered, Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import { sessionIn } from "../sessions/session_in.ts";
import type { Answer, Command } from "../shared/commands.ts";
import { Fault, quote } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import { nameKey } from "../shared/names.ts";
import type { Person } from "../state/presence.ts";
import type { State } from "../state/state.ts";

/** Blocks somebody, or hears from them again. @throws account_needed bad_request */
export function block(core: Core, caller: Caller, asked: Command<"block">): Prepared<Answer<"block">> {
  const { id: session } = accountSession(caller, "block anybody");
  const { nickname, person, on } = asked;
  if ((nickname === undefined) === (person === undefined)) {
    throw new Fault("bad_request", 'Cannot block: name somebody either by "nickname" or by "person"');
  }
  const whom = nickname !== undefined ? { nickname } : { person: person! };
  return { proposal: { kind: "block", at: core.clock(), session, on, ...whom } };
}

/** What is so already is told to nobody. @throws unknown_nickname bad_request */
export function applyBlock(state: State, p: Proposal<"block">): Outcome<Answer<"block">> {
  const { id: by, person: owner } = sessionIn(state, p.session);
  const { person, nickname } = whomOf(state, owner, p);
  if (person === owner.id) throw new Fault("bad_request", "Cannot block yourself", { reason: "yourself" });
  const { people } = state.store;
  if (people.isBlocked(owner.id, person) === p.on) return { reply: {} };
  if (p.on && people.blocks(owner.id).length >= LIMITS.blocksMax) {
    throw new Fault("bad_request", `Cannot block ${quote(nickname)}: you block ${LIMITS.blocksMax} already`, {
      reason: "own_limit",
    });
  }
  state.store.write({ kind: "block.set", owner: owner.id, person, nickname, at: p.at, on: p.on });
  const event = { event: "blocked", nickname, person, on: p.on } as const;
  return { reply: {}, tell: [{ to: { person: owner.id }, event, by }] };
}

/** Whom one blocks, the last first. */
export function blocks(core: Core, caller: Caller): Answered<Answer<"blocks">> {
  const { person } = accountSession(caller, "list whom you block");
  return { reply: { blocks: core.store.people.blocks(person.id) } };
}

/** Whether somebody hears nothing in private from somebody else. */
export function isBlocked({ store }: State, owner: string, other: string): boolean {
  return owner !== other && store.people.isBlocked(owner, other);
}

/** @throws unknown_nickname */
function whomOf(state: State, owner: Person, p: Proposal<"block">): { person: string; nickname: string } {
  if (p.person !== undefined) {
    const listed = state.store.people.blocks(owner.id).find(({ person }) => person === p.person);
    const nickname = listed?.nickname ?? state.store.accountById(p.person)?.nickname ??
      state.presence.byId(p.person)?.nickname;
    if (nickname !== undefined) return { person: p.person, nickname };
    throw new Fault("unknown_nickname", `Cannot block person ${quote(p.person)}: there is nobody of this id`);
  }
  const found = nicknameLeadsTo(state, owner, nameKey(p.nickname!));
  if (found) return { person: found.peer, nickname: found.nickname };
  throw new Fault("unknown_nickname", `Cannot block ${quote(p.nickname!)}: nobody has this nickname`);
}
