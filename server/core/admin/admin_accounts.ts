/** Accounts in the hands of whoever runs the server. What is kept and what is told goes the way of everything else. */
import { endSessions, newHashes, register } from "../accounts/accounts.ts";
import type { Core } from "../core.ts";
import type { Decision, Settled } from "../decision.ts";
import { Fault, quote } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import { giveUp, gone, signOff } from "../sessions/leaving.ts";
import { nameKey } from "../shared/names.ts";
import type { AccountSummary, OperatorAnswer, OperatorCommand } from "./admin_commands.ts";
import { newCode } from "../accounts/reset.ts";
import type { Account, ListedAccount } from "../store.ts";

/** A page of accounts. */
export function listAccounts(
  core: Core,
  asked: OperatorCommand<"account.list">,
): Decision<OperatorAnswer<"account.list">> {
  return {
    settle() {
      const after = asked.after === undefined ? "" : nameKey(asked.after);
      const found = core.store.accounts(after, LIMITS.accountsListedMax + 1);
      const accounts = found.slice(0, LIMITS.accountsListedMax).map((each) => summaryOf(core, each));
      return { reply: { accounts, more: found.length > accounts.length } };
    },
  };
}

/**
 * Makes an account.
 * @throws bad_username bad_nickname bad_email bad_phone weak_password username_taken nickname_taken email_taken busy
 */
export async function addAccount(
  core: Core,
  { op: _, ...asked }: OperatorCommand<"account.add">,
): Promise<Decision<OperatorAnswer<"account.add">>> {
  const made = await register(
    core,
    { address: "operator" },
    { op: "register", ...asked },
    "reserved ones too",
  );
  return { ...made, settle: () => ({ ...made.settle(), reply: { username: asked.username } }) };
}

/** Replaces a password; every session of the account ends. @throws unknown_account weak_password busy */
export async function setPassword(
  core: Core,
  asked: OperatorCommand<"account.passwd">,
): Promise<Decision<OperatorAnswer<"account.passwd">>> {
  const { id, username, nickname, email } = accountNamed(core, asked.name, "set a password");
  const { passwordHash: hash, md5Hash } = await newHashes(core, asked.password, [username, nickname, email]);
  return {
    writes: [
      { kind: "account.password", account: id, hash, md5Hash },
      { kind: "token.clear", person: id, except: null },
    ],
    settle: () => ({ reply: { username }, end: endSessions(core, id, null) }),
  };
}

/** Lets nobody sign in with an account any more; its names stay taken. @throws unknown_account */
export function disableAccount(
  core: Core,
  asked: OperatorCommand<"account.disable">,
): Decision<OperatorAnswer<"account.disable">> {
  const { id, username } = accountNamed(core, asked.name, "disable");
  return {
    writes: [
      { kind: "account.disable", account: id, at: core.clock() },
      { kind: "token.clear", person: id, except: null },
    ],
    settle: () => ({ reply: { username }, ...closed(core, id, "This account was disabled.") }),
  };
}

/** Lets an account sign in again, with the password that it had. @throws unknown_account */
export function enableAccount(
  core: Core,
  asked: OperatorCommand<"account.enable">,
): Decision<OperatorAnswer<"account.enable">> {
  const { id, username } = accountNamed(core, asked.name, "enable");
  return {
    writes: [{ kind: "account.disable", account: id, at: null }],
    settle: () => ({ reply: { username } }),
  };
}

/** Ends an account for good: its names are free, what it wrote stays with those it was written to. @throws unknown_account */
export function deleteAccount(
  core: Core,
  asked: OperatorCommand<"account.delete">,
): Decision<OperatorAnswer<"account.delete">> {
  const { id, username } = accountNamed(core, asked.name, "delete");
  return {
    writes: [{ kind: "account.remove", account: id }],
    settle: () => ({ reply: { username }, ...closed(core, id, "This account was deleted.") }),
  };
}

/** Makes a code for a new password, without any letter. @throws unknown_account account_disabled */
export function resetCode(
  core: Core,
  asked: OperatorCommand<"account.reset-link">,
): Decision<{ username: string; code: string; expiresAt: number }> {
  const { id, username, disabledAt } = accountNamed(core, asked.name, "make a link");
  if (disabledAt !== null) {
    throw new Fault(
      "account_disabled",
      `Cannot make a link: ${quote(username)} is disabled; enable it first`,
    );
  }
  const { code, reset } = newCode(core, id, LIMITS.resetLinkLifeMs);
  return {
    writes: [{ kind: "reset.add", reset, atMost: Number.MAX_SAFE_INTEGER, since: reset.createdAt }],
    settle: () => ({ reply: { username, code, expiresAt: reset.expiresAt } }),
  };
}

function summaryOf(core: Core, { account, usedAt }: ListedAccount): AccountSummary {
  const { id, username, nickname, email, createdAt, disabledAt } = account;
  const online = core.presence.byId(id) !== undefined;
  return { username, nickname, email, createdAt, usedAt, disabledAt, online };
}

function accountNamed(core: Core, name: string, action: string): Account {
  const account = core.store.accountNamed(nameKey(name));
  if (account) return account;
  throw new Fault("unknown_account", `Cannot ${action}: there is no account ${quote(name)}`);
}

/** Ends every session, and the person's presence with them, whenever their connections close: the name may be free. */
function closed(core: Core, id: string, message: string): Pick<Settled<unknown>, "end" | "then"> {
  const person = core.presence.byId(id);
  if (!person) return {};
  const sessions = Array.from(person.sessions);
  const kept: Decision = { settle: () => ({ reply: undefined, ...giveUp(core, person) }) };
  return {
    end: sessions.map((session) => signOff(session, "account_closed", message)),
    then: [...sessions.map((session) => gone(core, session, false)), kept],
  };
}
