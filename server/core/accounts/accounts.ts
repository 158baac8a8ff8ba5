/**
 * Accounts: making one, proving that it is yours, changing its password. A wrong name and a wrong password are
 * answered with the same words after the same work.
 */
import type { Answer, Command } from "../shared/commands.ts";
import type { Caller, Core } from "../core.ts";
import type { Decision, Settled } from "../decision.ts";
import { signOff } from "../sessions/leaving.ts";
import { Fault, quote } from "../shared/faults.ts";
import { looksOf } from "./look_alike.ts";
import { checkEmail, checkNickname, checkNotReserved, checkPhone, checkUsername } from "./names.ts";
import { nameKey } from "../shared/names.ts";
import { checkNewMd5, checkNewPassword, normalPassword } from "./passwords.ts";
import type { Person } from "../sessions/presence.ts";
import { type Account, Conflict } from "../store.ts";

/**
 * Makes an account; signing in is another step.
 * @throws bad_username bad_nickname bad_email bad_phone weak_password username_taken nickname_taken email_taken busy
 */
export async function register(
  core: Core,
  _caller: Caller,
  asked: Command<"register">,
  names: "reserved ones too" | "anybody's" = "anybody's",
): Promise<Decision<Answer<"register">>> {
  const username = checkUsername(asked.username);
  const nickname = checkNickname(asked.nickname);
  const email = asked.email ? checkEmail(asked.email) : null;
  const phone = asked.phone ? checkPhone(asked.phone) : null;
  if (names === "anybody's") {
    checkNotReserved(username, "username");
    checkNotReserved(nickname, "nickname");
  }
  const own = [username, nickname, email];
  // In this order: whether an address is known learns nobody who could not have made an account, after the same work.
  checkNew(core, asked.password, own, asked.md5);
  checkFree(core, username, nickname);
  const hashes = await newHashes(core, asked.password, own, asked.md5);
  checkFree(core, username, nickname);
  if (email && core.store.accountWithEmail(nameKey(email))) {
    throw new Fault("email_taken", `Cannot register: the email ${quote(email)} is taken`);
  }
  const account: Account = {
    id: core.newId(),
    username,
    nickname,
    email,
    phone,
    ...hashes,
    createdAt: core.clock(),
    disabledAt: null,
  };
  return { writes: [{ kind: "account.add", account }], settle: () => ({ reply: { nickname } }) };
}

/** The account whose name and password these are; `otherwise`: what to say of wrong ones. @throws bad_password account_disabled busy */
export async function proveAccount(
  core: Core,
  otherwise: string,
  { name, password, md5 }: { name: string; password: string; md5: true | undefined },
): Promise<Account> {
  const account = core.store.accountNamed(nameKey(name));
  const right = await verify(core, password, account, md5);
  if (!account || !right) {
    throw new Fault("bad_password", otherwise, {
      ...(!account && { unknownName: true }),
    });
  }
  checkEnabled(account);
  return account;
}

/** Refuses an account that its operator has disabled. @throws account_disabled */
export function checkEnabled(account: Account): void {
  if (account.disabledAt === null) return;
  throw new Fault(
    "account_disabled",
    "Cannot sign in: this account is disabled; ask whoever runs this server",
  );
}

/**
 * Replaces a password by a new one and ends the account's other sessions.
 * @throws not_signed_in account_needed bad_password account_disabled weak_password busy
 */
export async function changePassword(
  core: Core,
  caller: Caller,
  asked: Command<"password.change">,
): Promise<Decision<Answer<"password.change">>> {
  const person = caller.session?.person;
  if (person?.guest) {
    throw new Fault(
      "account_needed",
      'Cannot change a password: guests have none, "register" makes an account',
    );
  }
  if (!asked.username && !person) {
    throw new Fault("not_signed_in", 'Cannot change a password: sign in, or name the account in "username"');
  }
  const own = person && core.store.accountById(person.id);
  const wrong = asked.username === undefined ? "the old one is wrong" : "the name or the old one is wrong";
  const account = await proveAccount(core, `Cannot change the password: ${wrong}`, {
    name: asked.username ?? own?.username ?? "",
    password: asked.old,
    md5: asked.md5,
  });
  const names = [account.username, account.nickname, account.email];
  const { passwordHash: hash, md5Hash } = await newHashes(core, asked.new, names, asked.md5);
  if (!samePassword(core.store.accountById(account.id), account)) {
    throw new Conflict("another change was faster");
  }
  const except = person?.id === account.id ? caller.session!.tokenHash : null;
  return {
    writes: [
      { kind: "account.password", account: account.id, hash, md5Hash },
      { kind: "token.clear", person: account.id, except },
    ],
    settle: () => ({ reply: {}, end: endSessions(core, account.id, except) }),
  };
}

/** What is kept of a new password. @throws weak_password busy */
export async function newHashes(
  core: Core,
  password: string,
  names: readonly (string | null)[],
  md5?: true,
): Promise<Pick<Account, "passwordHash" | "md5Hash">> {
  const checked = checkNew(core, password, names, md5);
  if (md5) return { passwordHash: null, md5Hash: await core.hasher.hash(checked) };
  const passwordHash = await core.hasher.hash(checked);
  return { passwordHash, md5Hash: await core.hasher.hash(core.hasher.md5(checked)) };
}

/** What is to be hashed of a new password. @throws weak_password */
function checkNew(core: Core, password: string, names: readonly (string | null)[], md5?: true): string {
  return md5 ? checkNewMd5(core, password, names) : checkNewPassword(core, password, names);
}

/** Whether an account's password is still that one. */
export function samePassword(now: Account | undefined, before: Account): boolean {
  return now?.passwordHash === before.passwordHash &&
    (before.passwordHash !== null || now?.md5Hash === before.md5Hash);
}

/** One check, whoever asks: a password is never taken for its MD5, nor the MD5 for the password. */
function verify(
  core: Core,
  password: string,
  account: Account | undefined,
  md5: true | undefined,
): Promise<boolean> {
  const { hasher } = core;
  if (md5) return hasher.verify(password.toUpperCase(), account?.md5Hash ?? undefined);
  const normal = normalPassword(password);
  if (account?.passwordHash === null) return hasher.verify(hasher.md5(normal), account.md5Hash ?? undefined);
  return hasher.verify(normal, account?.passwordHash);
}

/** Ends every session of a person but those of one token, because the password is another one now. */
export function endSessions(core: Core, person: string, except: string | null): Settled<unknown>["end"] {
  const sessions: Person["sessions"] = core.presence.byId(person)?.sessions ?? new Set();
  const message = "The password of this account was changed: sign in with the new one.";
  return Array.from(sessions)
    .filter((session) => session.tokenHash !== except)
    .map((session) => signOff(session, "password_changed", message));
}

function checkFree(core: Core, username: string, nickname: string): void {
  const { store, presence } = core;
  const taken = (what: string, value: string) => `Cannot register: the ${what} ${quote(value)} is taken`;
  if (store.accountWithUsername(nameKey(username))) {
    throw new Fault("username_taken", taken("username", username));
  }
  if (store.accountWithNickname(nameKey(nickname)) || presence.byNickname(nameKey(nickname))?.guest) {
    throw new Fault("nickname_taken", taken("nickname", nickname));
  }
  // One account's nickname is no other account's username: either may be typed at sign-in.
  if (store.accountWithNickname(nameKey(username))) {
    throw new Fault("username_taken", taken("username", username));
  }
  if (store.accountWithUsername(nameKey(nickname))) {
    throw new Fault("nickname_taken", taken("nickname", nickname));
  }
  checkLooks(core, "username", username);
  checkLooks(core, "nickname", nickname);
}

/** @throws username_taken nickname_taken */
function checkLooks({ store, presence }: Core, what: "username" | "nickname", name: string): void {
  const looks = looksOf(name);
  const guests = what === "nickname" ? Array.from(presence.looking(looks)).filter(({ guest }) => guest) : [];
  const other = store.accountLooking(looks)?.[what] ?? guests[0]?.nickname;
  if (other === undefined) return;
  throw new Fault(
    `${what}_taken`,
    `Cannot register: the ${what} ${quote(name)} looks like ${quote(other)}, choose another`,
  );
}
