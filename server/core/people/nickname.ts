/**
 * Another nickname for oneself. Who somebody is does not change with it: rooms, private conversations, marks, kicks and
 * rights to come back go by ids. What was said under the old one keeps it. For a while nobody else gets it, so that nobody
 * answers to what was meant for somebody else. A guest's is free at once, as it is when a guest goes.
 */
import { checkLooks } from "../accounts/accounts.ts";
import { checkNickname, checkNotReserved } from "../accounts/names.ts";
import { type Caller, sessionOf } from "../caller.ts";
import type { Core, Prepared } from "../core.ts";
import type { Delivery, Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import { everybody } from "../sessions/leaving.ts";
import { sessionIn } from "../sessions/session_in.ts";
import type { Answer, Command } from "../shared/commands.ts";
import { Fault, quote } from "../shared/faults.ts";
import { DAY_MS, LIMITS } from "../shared/limits.ts";
import { nameKey } from "../shared/names.ts";
import type { Person } from "../state/presence.ts";
import type { State } from "../state/state.ts";

const ACTION = "Cannot change your nickname";

/** Chooses another nickname. @throws not_signed_in bad_nickname */
export function changeNickname(
  core: Core,
  caller: Caller,
  asked: Command<"account.nickname">,
): Prepared<Answer<"account.nickname">> {
  const { id: session } = sessionOf(caller);
  checkNotReserved(asked.nickname, "nickname");
  const nickname = checkNickname(asked.nickname);
  return { proposal: { kind: "account.nickname", at: core.clock(), session, nickname } };
}

/** @throws nickname_taken rate_limited */
export function applyNickname(
  state: State,
  p: Proposal<"account.nickname">,
): Outcome<Answer<"account.nickname">> {
  const { person } = sessionIn(state, p.session);
  const { nickname: before, id: account } = person;
  if (p.nickname === before) return { reply: { nickname: before } };
  checkFree(state, person, p.nickname);
  keep(state, person, p);
  state.presence.rename(person, p.nickname);
  for (const kind of ["bans", "mutes"] as const) {
    for (const [old, ban] of state[kind].rename(account, p.nickname, p.at)) {
      state.store.write({ kind: "ban.remove", of: kind, room: ban.room, nickname: nameKey(old.nickname) });
      state.store.write({ kind: "ban.add", of: kind, ban });
    }
  }
  return { reply: { nickname: p.nickname }, tell: [told(state, person, before, p.session)] };
}

/** An account keeps its former names for a while; a guest has none to keep. @throws rate_limited */
function keep(state: State, person: Person, { nickname, at }: Proposal<"account.nickname">): void {
  if (person.guest) return state.store.write({ kind: "token.rename", person: person.id, nickname });
  checkOften(state, person, nickname, at);
  state.store.write({ kind: "account.nickname", account: person.id, nickname, at, seq: state.sequence.last });
}

function told(state: State, person: Person, before: string, by: string): Delivery {
  const open = Array.from(person.rooms).filter(({ settings }) => !settings.private);
  const rooms = open.map(({ name }) => name);
  return {
    to: { everyone: true },
    event: {
      event: "renamed",
      nickname: before,
      now: person.nickname,
      person: person.id,
      ...person.mark,
      rooms: () => rooms,
      meets: (nickname) => state.presence.meets(person, nickname),
      ...everybody(state),
    },
    by,
  };
}

/** @throws nickname_taken */
function checkFree(state: State, { id: own }: Person, nickname: string): void {
  const { store, presence } = state;
  const key = nameKey(nickname);
  const others = [store.accountWithNickname(key), store.accountWithUsername(key), presence.byNickname(key)];
  if (others.some((each) => each !== undefined && each.id !== own)) {
    throw new Fault("nickname_taken", `${ACTION}: ${quote(nickname)} is taken, choose another`);
  }
  checkLooks(state, ACTION, { what: "nickname", name: nickname, own });
}

/** Somebody whose name changes all the time is nobody whom others know; back to one of one's own may always be. @throws rate_limited */
function checkOften({ store }: State, { id }: Person, wanted: string, now: number): void {
  const { formerNicknameMs, nicknameChangesMax } = LIMITS;
  const former = store.people.formerNicknames(id).filter(({ at }) => at > now - formerNicknameMs);
  const isOwn = former.some(({ nickname }) => nameKey(nickname) === nameKey(wanted));
  if (isOwn || former.length < nicknameChangesMax) return;
  const next = former.at(-1)!.at + formerNicknameMs;
  const days = formerNicknameMs / DAY_MS;
  throw new Fault(
    "rate_limited",
    `${ACTION}: it may have ${nicknameChangesMax} others before within ${days} days`,
    { retryAfterMs: next - now },
  );
}
