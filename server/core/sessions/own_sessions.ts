/** Where somebody is signed in, as they see it themselves, and signing out there. */
import { type Caller, sessionOf } from "../caller.ts";
import type { Core, Prepared } from "../core.ts";
import type { Answered, Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import type { Answer, Command, SessionSummary } from "../shared/commands.ts";
import { Fault } from "../shared/faults.ts";
import type { State } from "../state/state.ts";
import type { StoredToken } from "../store/store.ts";
import { signOff } from "./leaving.ts";
import { sessionIn } from "./session_in.ts";
import { lifeOf } from "./tokens.ts";

/** Characters of what names a session: enough to tell 64 apart, too few to be worth anything else. */
const ID_CHARS = 16;

/** Every session of one's own that can still be resumed, the one used last first. */
export function listSessions(core: Core, caller: Caller): Answered<Answer<"sessions">> {
  const { person, tokenHash } = sessionOf(caller);
  return { reply: { sessions: sessionsOf(core, person.id, tokenHash) } };
}

/** Every session of a person that can still be resumed; `current`: the token of the one that asks. */
export function sessionsOf(core: Core, person: string, current?: string): SessionSummary[] {
  const here = Array.from(core.presence.byId(person)?.sessions ?? []);
  const connected = new Set(here.map(({ tokenHash }) => tokenHash));
  return livingTokens(core, person).filter(({ hash, brief }) => !brief || connected.has(hash)).map((
    token,
  ) => ({
    id: sessionIdOf(core, token.hash),
    at: token.createdAt,
    used: token.usedAt,
    address: token.address,
    client: token.client,
    online: connected.has(token.hash),
    ...(token.hash === current && { current: true as const }),
  }));
}

/**
 * Takes the token of another session back and ends its connections; one that is gone already is no fault.
 * @throws bad_request for this very session, which `logout` ends
 */
export function endSession(
  core: Core,
  caller: Caller,
  asked: Command<"session.end">,
): Prepared<Answer<"session.end">> {
  const { id: session, person, tokenHash } = sessionOf(caller);
  const found = livingTokens(core, person.id)
    .find((token) => sessionIdOf(core, token.hash) === asked.session);
  if (!found) return { ask: () => ({ reply: {} }) };
  if (found.hash === tokenHash) {
    throw new Fault("bad_request", 'Cannot end this very session from afar: "logout" ends it');
  }
  return { proposal: { kind: "session.end", at: core.clock(), session, hash: found.hash } };
}

/** The token is taken back, and its connections end. */
export function applySessionEnd(state: State, p: Proposal<"session.end">): Outcome<Answer<"session.end">> {
  const { person } = sessionIn(state, p.session);
  state.store.write({ kind: "token.remove", hash: p.hash });
  const there = Array.from(person.sessions).filter((session) => session.tokenHash === p.hash);
  return {
    reply: {},
    end: signOff(state, there, "logged_out", "You were signed out here from another place."),
  };
}

/** The tokens of a person that let them come back. */
export function livingTokens(core: Core, person: string): StoredToken[] {
  const now = core.clock();
  return core.store.tokensOf(person).filter((token) => token.usedAt > now - lifeOf(token));
}

/** Names the session of a token, by its hash, to its owner; it lets nobody in. */
export function sessionIdOf(core: Core, hash: string): string {
  return core.secrets.digest(hash).slice(-ID_CHARS);
}
