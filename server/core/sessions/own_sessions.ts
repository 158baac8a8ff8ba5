/** Where somebody is signed in, as they see it themselves, and signing out there. */
import type { Answer, Command } from "../shared/commands.ts";
import type { Caller, Core } from "../core.ts";
import { sessionOf } from "../core.ts";
import type { Decision } from "../decision.ts";
import { signOff } from "./leaving.ts";
import { Fault } from "../shared/faults.ts";
import type { StoredToken } from "../store.ts";
import { lifeOf } from "./sessions.ts";

/** Characters of what names a session: enough to tell 64 apart, too few to be worth anything else. */
const ID_CHARS = 16;

/** Every session of one's own that can still be resumed, the one used last first. */
export function listSessions(core: Core, caller: Caller): Decision<Answer<"sessions">> {
  const { person, tokenHash } = sessionOf(caller);
  return {
    settle() {
      const connected = new Set(Array.from(person.sessions, (each) => each.tokenHash));
      const sessions = livingTokens(core, person.id).map((token) => ({
        id: sessionIdOf(core, token.hash),
        at: token.createdAt,
        used: token.usedAt,
        address: token.address,
        client: token.client,
        online: connected.has(token.hash),
        ...(token.hash === tokenHash && { current: true as const }),
      }));
      return { reply: { sessions } };
    },
  };
}

/**
 * Takes the token of another session back and ends its connections; one that is gone already is no fault.
 * @throws bad_request for this very session, which `logout` ends
 */
export function endSession(
  core: Core,
  caller: Caller,
  asked: Command<"session.end">,
): Decision<Answer<"session.end">> {
  const { person, tokenHash } = sessionOf(caller);
  const found = livingTokens(core, person.id).find((token) =>
    sessionIdOf(core, token.hash) === asked.session
  );
  if (!found) return { settle: () => ({ reply: {} }) };
  const { hash } = found;
  if (hash === tokenHash) {
    throw new Fault("bad_request", 'Cannot end this very session from afar: "logout" ends it');
  }
  return {
    writes: [{ kind: "token.remove", hash }],
    settle() {
      const there = Array.from(person.sessions).filter((session) => session.tokenHash === hash);
      const message = "You were signed out here from another place.";
      return { reply: {}, end: there.map((session) => signOff(session, "logged_out", message)) };
    },
  };
}

function livingTokens(core: Core, person: string): StoredToken[] {
  const now = core.clock();
  return core.store.tokensOf(person).filter((token) => token.usedAt > now - lifeOf(token));
}

/** Names the session of a token, by its hash, to its owner; it lets nobody in. */
export function sessionIdOf(core: Core, hash: string): string {
  return core.secrets.digest(hash).slice(-ID_CHARS);
}
