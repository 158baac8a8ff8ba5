/** Tokens: the right to come back without a password, for as long as it is used now and then. */
import { type Caller, sessionOf } from "../caller.ts";
import type { Core } from "../core.ts";
import { Fault } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import type { State } from "../state/state.ts";
import type { NewToken } from "../proposals.ts";
import type { StoredToken } from "../store/store.ts";

/** How long a token lasts from its last use; milliseconds. */
export function lifeOf({ guest }: Pick<StoredToken, "guest">): number {
  return guest ? LIMITS.guestTokenLifeMs : LIMITS.tokenLifeMs;
}

/** The token with this hash, if there is one that is still good. */
export function livingTokenHashed(
  { store, settings }: State,
  hash: string,
  now: number,
): StoredToken | undefined {
  const token = store.token(hash);
  if (token?.guest && settings.get("guests") === "off") return undefined;
  return token && token.usedAt > now - lifeOf(token) ? token : undefined;
}

/** The token of which this is the secret, if there is one that is still good. */
export function livingToken(core: Core, secret: string): StoredToken | undefined {
  return livingTokenHashed(core, core.secrets.digest(secret), core.clock());
}

/** Whose token this is, without signing in. @throws bad_token */
export function tokenOf(core: Core, secret: string | undefined): StoredToken {
  const token = secret === undefined ? undefined : livingToken(core, secret);
  if (token) return token;
  throw badToken();
}

/** Refuses a token. */
export function badToken(): Fault {
  return new Fault("bad_token", "Cannot resume: the token is unknown or too old; sign in again");
}

/** The id of whoever asks, signed in or by the token that came along. @throws not_signed_in bad_token */
export function personIdOf(core: Core, caller: Caller): string {
  if (caller.session || caller.credential === undefined) return sessionOf(caller).person.id;
  return tokenOf(core, caller.credential).person;
}

/** A token as it is proposed for whoever asks. */
export function newToken({ address, client }: Caller, hash: string): NewToken {
  return { hash, address, client: client?.slice(0, LIMITS.clientCharsMax) ?? null };
}
