/** Accounts in the hands of whoever runs the server. What is kept and what is told goes the way of everything else. */
import { namesOf, newHashes, register, setPassword as setAccountPassword } from "../accounts/accounts.ts";
import { privilegesTold } from "../accounts/administrators.ts";
import { endAccount, suspendAccount } from "../accounts/closing.ts";
import { newCode } from "../accounts/reset.ts";
import type { Core, Prepared } from "../core.ts";
import type { Answered, Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import { pageSize } from "../sessions/paging.ts";
import { sessionIn } from "../sessions/session_in.ts";
import { Fault, quote } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import { nameKey } from "../shared/names.ts";
import type { State } from "../state/state.ts";
import type { Account, ListedAccount } from "../store/store.ts";
import type { AccountSummary, AdminAnswer, AdminCommand } from "../shared/admin_commands.ts";

type Named = { username: string };

/** A page of accounts. */
export function listAccounts(
  core: Core,
  asked: AdminCommand<"account.list">,
): Answered<AdminAnswer<"account.list">> {
  const after = asked.after === undefined ? "" : nameKey(asked.after);
  const limit = pageSize(asked.limit ?? LIMITS.accountsListedMax, LIMITS.accountsListedMax);
  const found = core.store.accounts(after, limit + 1, asked.text);
  const accounts = found.slice(0, limit).map((each) => summaryOf(core, each));
  return { reply: { accounts, more: found.length > accounts.length } };
}

/**
 * Makes an account.
 * @throws bad_username bad_nickname bad_email bad_phone weak_password username_taken nickname_taken email_taken busy
 */
export async function addAccount(
  core: Core,
  { op: _, admin = false, ...asked }: AdminCommand<"account.add">,
): Promise<Prepared<AdminAnswer<"account.add">>> {
  const given = { by: "operator", role: admin ? "admin" : "member" } as const;
  const prepared = await register(core, { address: "operator" }, { op: "register", ...asked }, given);
  return { ...prepared, answer: () => ({ username: asked.username }) } as Prepared<Named>;
}

/** Replaces a password; every session of the account ends. @throws unknown_account weak_password busy */
export async function setPassword(
  core: Core,
  asked: AdminCommand<"account.passwd">,
): Promise<Prepared<AdminAnswer<"account.passwd">>> {
  const account = accountNamed(core, asked.name, "set a password");
  const hashes = await newHashes(core, asked.password, namesOf(account));
  return { proposal: { kind: "admin.password", at: core.clock(), account: account.id, hashes } };
}

/** @throws unknown_account when it was deleted meanwhile */
export function applyAdminPassword(
  state: State,
  { account, hashes }: Proposal<"admin.password">,
): Outcome<Named> {
  const { username } = accountIn(state, account, "set a password");
  return { reply: { username }, end: setAccountPassword(state, account, hashes, null) };
}

/** Lets nobody sign in with an account any more; its names stay taken. @throws unknown_account */
export function disableAccount(
  core: Core,
  asked: AdminCommand<"account.disable">,
): Prepared<AdminAnswer<"account.disable">> {
  const { id: account } = accountNamed(core, asked.name, "disable");
  return { proposal: { kind: "admin.disable", at: core.clock(), account } };
}

/** @throws unknown_account */
export function applyAdminDisable(
  state: State,
  { account, at }: Proposal<"admin.disable">,
): Outcome<Named> {
  const { username } = accountIn(state, account, "disable");
  return { reply: { username }, ...suspendAccount(state, account, at, "This account was disabled.") };
}

/** Lets an account sign in again, with the password that it had. @throws unknown_account */
export function enableAccount(
  core: Core,
  asked: AdminCommand<"account.enable">,
): Prepared<AdminAnswer<"account.enable">> {
  const { id: account } = accountNamed(core, asked.name, "enable");
  return { proposal: { kind: "admin.enable", at: core.clock(), account } };
}

/** @throws unknown_account */
export function applyAdminEnable(state: State, { account }: Proposal<"admin.enable">): Outcome<Named> {
  const { username } = accountIn(state, account, "enable");
  state.store.write({ kind: "account.disable", account, at: null });
  return { reply: { username } };
}

/** Ends an account for good, as its owner could. @throws unknown_account */
export function deleteAccount(
  core: Core,
  asked: AdminCommand<"account.delete">,
): Prepared<AdminAnswer<"account.delete">> {
  const { id: account } = accountNamed(core, asked.name, "delete");
  return { proposal: { kind: "admin.delete", at: core.clock(), account } };
}

/** @throws unknown_account */
export function applyAdminDelete(state: State, { account, at }: Proposal<"admin.delete">): Outcome<Named> {
  const { username } = accountIn(state, account, "delete");
  return { reply: { username }, ...endAccount(state, account, at, "This account was deleted.") };
}

/** Makes somebody an administrator, or an ordinary member again. @throws unknown_account */
export function setRole(
  core: Core,
  { name, role }: AdminCommand<"account.role">,
): Prepared<AdminAnswer<"account.role">> {
  const { id: account } = accountNamed(core, name, "set a role");
  return { proposal: { kind: "admin.role", at: core.clock(), account, role } };
}

/** @throws unknown_account */
export function applyAdminRole(
  state: State,
  { account, role }: Proposal<"admin.role">,
): Outcome<AdminAnswer<"account.role">> {
  const { username, role: before } = accountIn(state, account, "set a role");
  if (role === before) return { reply: { username, role } };
  state.store.write({ kind: "account.role", account, role });
  return { reply: { username, role }, tell: [privilegesTold(state, { id: account, guest: false })] };
}

/** Makes a link to a new password, without any letter. @throws unknown_account account_disabled */
export function resetLink(
  core: Core,
  asked: AdminCommand<"account.reset-link">,
): Prepared<AdminAnswer<"account.reset-link">> {
  const { id: account, username, disabledAt } = accountNamed(core, asked.name, "make a link");
  if (disabledAt !== null) {
    throw new Fault(
      "account_disabled",
      `Cannot make a link: ${quote(username)} is disabled; enable it first`,
    );
  }
  const at = core.clock();
  const { code, reset } = newCode(core, at, LIMITS.resetLinkLifeMs);
  return {
    proposal: { kind: "admin.reset", at, reset: { ...reset, account } },
    answer: (reply: Named) => ({
      ...reply,
      link: `${core.pageUrl()}/#/reset?code=${code}`,
      expiresAt: reset.expiresAt,
    }),
  };
}

/** Its owner is told of it at the next sign-in. @throws unknown_account */
export function applyAdminReset(
  state: State,
  { reset, at, admin }: Proposal<"admin.reset">,
): Outcome<Named> {
  const { username } = accountIn(state, reset.account, "make a link");
  const by = admin === undefined ? null : sessionIn(state, admin).person.nickname;
  state.store.write({ kind: "reset.add", reset });
  state.store.write({ kind: "reset.link", account: reset.account, link: { at, by } });
  return { reply: { username } };
}

function summaryOf(core: Core, { account, usedAt }: ListedAccount): AccountSummary {
  const { id, username, nickname, email, createdAt, disabledAt, role, confirmBy } = account;
  const online = core.presence.byId(id) !== undefined;
  const unconfirmed = confirmBy !== null && { unconfirmed: true as const };
  return { username, nickname, email, role, createdAt, usedAt, disabledAt, online, ...unconfirmed };
}

/** @throws unknown_account */
export function accountNamed(core: Core, name: string, action: string): Account {
  const account = core.store.accountNamed(nameKey(name));
  if (account) return account;
  throw new Fault("unknown_account", `Cannot ${action}: there is no account ${quote(name)}`);
}

/** @throws unknown_account */
export function accountIn({ store }: State, id: string, action: string): Account {
  const account = store.accountById(id);
  if (account) return account;
  throw new Fault("unknown_account", `Cannot ${action}: the account was deleted meanwhile`);
}
