/** Who asks the core for something. */
import { Fault } from "./shared/faults.ts";
import type { Session } from "./state/presence.ts";

/** Who asks: one connection, or one HTTP request. */
export interface Caller {
  readonly address: string;
  /** The token that came with the connection itself, as the page's cookie does: lost, it comes back by itself. */
  readonly credential?: string;
  /** What its program calls itself. */
  readonly client?: string;
  /** Whether it goes on with what another connection of the same person announced, as an HTTP upload does. */
  readonly takesOver?: true;
  /** The id of the account whose password came with a deposit; it opens nothing else. */
  depositor?: string;
  /** The same of whoever fetches files so. */
  reader?: string;
  /** What it calls the files that it sends → their ids. */
  handles?: Map<string, string>;
  session?: Session;
}

/** The session of a caller who has one. @throws not_signed_in */
export function sessionOf(caller: Caller): Session {
  if (caller.session) return caller.session;
  throw new Fault(
    "not_signed_in",
    'Cannot do this before signing in: send "login", "guest" or "resume" first',
  );
}

/** The session of somebody with an account. @throws not_signed_in account_needed */
export function accountSession(caller: Caller, action: string): Session {
  const session = sessionOf(caller);
  if (!session.person.guest) return session;
  throw new Fault("account_needed", `Cannot ${action}: guests can't, "register" makes an account`, {
    way: "register",
  });
}
