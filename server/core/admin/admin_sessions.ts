/** Where somebody is signed in, in the hands of whoever runs the server. */
import type { Core, Prepared } from "../core.ts";
import type { Answered, Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import { signOff } from "../sessions/leaving.ts";
import { livingTokens, sessionIdOf, sessionsOf } from "../sessions/own_sessions.ts";
import type { AdminAnswer, AdminCommand } from "../shared/admin_commands.ts";
import { Fault, quote } from "../shared/faults.ts";
import type { State } from "../state/state.ts";
import { accountIn, accountNamed } from "./admin_accounts.ts";

/** Every session of an account, the one used last first. @throws unknown_account */
export function listSessionsOf(
  core: Core,
  { name }: AdminCommand<"account.sessions">,
): Answered<AdminAnswer<"account.sessions">> {
  return { reply: { sessions: sessionsOf(core, accountNamed(core, name, "list sessions").id) } };
}

/** Signs somebody out, in one session or everywhere. @throws unknown_account bad_request */
export function signOutAccount(
  core: Core,
  { name, session }: AdminCommand<"account.sign-out">,
): Prepared<AdminAnswer<"account.sign-out">> {
  const { id: account } = accountNamed(core, name, "sign out");
  const found = livingTokens(core, account).find(({ hash }) => sessionIdOf(core, hash) === session);
  if (session !== undefined && !found) {
    throw new Fault("bad_request", `Cannot sign out: ${quote(name)} has no session ${quote(session)}`);
  }
  return { proposal: { kind: "admin.sign-out", at: core.clock(), account, hash: found?.hash ?? null } };
}

/** @throws unknown_account */
export function applyAdminSignOut(
  state: State,
  { account, hash }: Proposal<"admin.sign-out">,
): Outcome<AdminAnswer<"account.sign-out">> {
  const { username } = accountIn(state, account, "sign out");
  if (hash === null) state.store.write({ kind: "token.clear", person: account, except: null });
  else state.store.write({ kind: "token.remove", hash });
  const there = Array.from(state.presence.byId(account)?.sessions ?? [])
    .filter(({ tokenHash }) => hash === null || tokenHash === hash);
  const words = "You were signed out by whoever runs this server.";
  return { reply: { username }, end: signOff(state, there, "logged_out", words) };
}
