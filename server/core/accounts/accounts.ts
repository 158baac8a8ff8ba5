/**
 * Accounts: making one, proving that it is yours, changing its password. A wrong name and a wrong password are
 * answered with the same words after the same work.
 */
import type { Caller } from "../caller.ts";
import type { Core, Prepared } from "../core.ts";
import type { Ending, Outcome } from "../outcome.ts";
import type { PasswordHashes, Proposal } from "../proposals.ts";
import { signOff } from "../sessions/leaving.ts";
import type { Answer, Command } from "../shared/commands.ts";
import { Fault, quote } from "../shared/faults.ts";
import { nameKey } from "../shared/names.ts";
import type { State } from "../state/state.ts";
import type { Account } from "../store/store.ts";
import { looksOf } from "./look_alike.ts";
import { confirmation } from "./confirmation.ts";
import { checkMayHaveEmail, checkMayRegister } from "./admission.ts";
import { hashOf, livingInvitation } from "./invitations.ts";
import { remember } from "../rooms/invited.ts";
import { checkEmail, checkNickname, checkNotReserved, checkPhone, checkUsername } from "./names.ts";
import { checkNewMd5, checkNewPassword, normalPassword } from "./passwords.ts";

/**
 * Makes an account; signing in is another step.
 * `by`: anybody for themselves, or whoever runs the server for somebody; `role`: what they become.
 * @throws registration_closed invitation_needed bad_invitation bad_username bad_nickname bad_email bad_phone weak_password
 * username_taken nickname_taken busy
 */
export async function register(
  core: Core,
  caller: Caller,
  asked: Command<"register">,
  { by = "anybody", role = "member" }: { by?: "anybody" | "operator"; role?: Account["role"] } = {},
): Promise<Prepared<Answer<"register">>> {
  const { password, invitation } = partedPassword(core, asked);
  if (by === "anybody") checkMayRegister(core, invitation, core.clock());
  const username = checkUsername(asked.username);
  const nickname = checkNickname(asked.nickname);
  const email = asked.email ? checkEmail(asked.email) : null;
  const phone = asked.phone ? checkPhone(asked.phone) : null;
  if (by === "anybody") {
    checkMayHaveEmail(core, email);
    checkNotReserved(username, "username");
    checkNotReserved(nickname, "nickname");
  }
  const own = [username, nickname, email];
  // Whoever could not have it is spared the hash. Whether an address is known is told after the same work as ever.
  checkNew(core, password, own, asked.md5);
  const guest = by === "anybody" ? guestOf(caller) : undefined;
  checkFree(core, username, nickname, guest);
  const hashes = await newHashes(core, password, own, asked.md5);
  const at = core.clock();
  const unconfirmed = by === "anybody" && email !== null && core.mailer.reachesPeople ? email : undefined;
  const account: Account = {
    id: core.newId(),
    ...{ username, nickname, email: unconfirmed === undefined ? email : null, phone },
    ...hashes,
    createdAt: at,
    disabledAt: null,
    role,
    confirmBy: null,
  };
  const proposal = {
    kind: "register",
    at,
    account,
    by,
    ...(invitation !== undefined && { invitation }),
    ...(guest !== undefined && { guest }),
  } as const;
  if (unconfirmed === undefined) return { proposal };
  const { code, send } = confirmation(core, at, { to: unconfirmed, nickname });
  return {
    proposal: { ...proposal, confirm: { email: unconfirmed, ...code } },
    answer(reply: Answer<"register">) {
      send();
      return reply;
    },
  };
}

/** Whoever asks as a guest: the nickname that they have so far may be their account's. */
function guestOf({ session }: Caller): string | undefined {
  return session?.person.guest ? session.person.id : undefined;
}

/** What is asked as the password, and the hash of the invitation that came with it, or in it behind a "#". */
function partedPassword(
  core: Core,
  { password, invitation: code, suffixed }: Command<"register">,
): { password: string; invitation: string | undefined } {
  const at = suffixed ? password.lastIndexOf("#") : -1;
  if (at === -1) return { password, invitation: code === undefined ? undefined : hashOf(core, code) };
  const invitation = hashOf(core, password.slice(at + 1));
  // Where anybody may register, it is as likely that the password has such a sign in it.
  const isMeant = core.settings.get("registration") !== "open" ||
    livingInvitation(core, invitation, core.clock()) !== undefined;
  return isMeant ? { password: password.slice(0, at), invitation } : { password, invitation: undefined };
}

/** @throws registration_closed invitation_needed bad_invitation bad_email username_taken nickname_taken email_taken */
export function applyRegister(
  state: State,
  { account, by, invitation: hash, guest, confirm, at }: Proposal<"register">,
): Outcome<Answer<"register">> {
  const { username, nickname } = account;
  const email = confirm?.email ?? account.email;
  const invitation = by === "anybody" ? checkMayRegister(state, hash, at) : undefined;
  if (by === "anybody") checkMayHaveEmail(state, email);
  checkFree(state, username, nickname, guest);
  if (email && state.store.accountWithEmail(nameKey(email))) {
    throw new Fault("email_taken", `Cannot register: the email ${quote(email)} is taken`);
  }
  const role = invitation?.role ?? account.role;
  // Where it has to be of some domain, nobody is let in who has not shown that it is theirs.
  const confirmBy = confirm && state.settings.get("mail_domains").length > 0 ? confirm.expiresAt : null;
  state.store.write({ kind: "account.add", account: { ...account, role, confirmBy } });
  if (confirm) state.store.write({ kind: "email.code", account: account.id, at, ...confirm });
  const rooms = invitation && remember(state, invitation, account.id);
  return { reply: { nickname, ...(rooms && { rooms }), ...(confirm && { confirm: true }) } };
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

/** Refuses an account that its operator has disabled, or whose address is nobody's yet. @throws account_disabled email_unconfirmed */
export function checkEnabled(account: Account): void {
  if (account.confirmBy !== null) {
    throw new Fault(
      "email_unconfirmed",
      "Cannot sign in: confirm your mail address first, with the code in the letter that went there",
    );
  }
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
): Promise<Prepared<Answer<"password.change">>> {
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
  const named = asked.username !== undefined;
  const account = await proveAccount(core, `Cannot change the password: ${wrongOf(named)}`, {
    name: asked.username ?? own?.username ?? "",
    password: asked.old,
    md5: asked.md5,
  });
  const hashes = await newHashes(core, asked.new, namesOf(account), asked.md5);
  const except = person?.id === account.id ? caller.session?.tokenHash ?? null : null;
  return {
    proposal: {
      kind: "password.change",
      at: core.clock(),
      account: account.id,
      proof: hashesOf(account),
      hashes,
      except,
      named,
    },
  };
}

function wrongOf(named: boolean): string {
  return named ? "the name or the old one is wrong" : "the old one is wrong";
}

/** @throws bad_password account_disabled */
export function applyPasswordChange(
  state: State,
  { account: id, proof, hashes, except, named }: Proposal<"password.change">,
): Outcome<Answer<"password.change">> {
  checkProof(state, id, proof, `Cannot change the password: ${wrongOf(named)}`);
  return { reply: {}, end: setPassword(state, id, hashes, except) };
}

/** The account, if its password is still the one that was proven. @throws bad_password account_disabled */
export function checkProof(state: State, id: string, proof: PasswordHashes, otherwise: string): Account {
  const account = state.store.accountById(id);
  if (!account || !samePassword(account, proof)) throw new Fault("bad_password", otherwise);
  checkEnabled(account);
  return account;
}

/** A new password ends every session but that of one token. */
export function setPassword(
  state: State,
  account: string,
  { passwordHash: hash, md5Hash }: PasswordHashes,
  except: string | null,
): Ending[] {
  state.store.write({ kind: "account.password", account, hash, md5Hash });
  state.store.write({ kind: "token.clear", person: account, except });
  const sessions = Array.from(state.presence.byId(account)?.sessions ?? []);
  const others = sessions.filter((session) => session.tokenHash !== except);
  const message = "The password of this account was changed: sign in with the new one.";
  return signOff(state, others, "password_changed", message);
}

/** What is kept of a new password. @throws weak_password busy */
export async function newHashes(
  core: Core,
  password: string,
  names: readonly (string | null)[],
  md5?: true,
): Promise<PasswordHashes> {
  const checked = checkNew(core, password, names, md5);
  if (md5) return { passwordHash: null, md5Hash: await core.hasher.hash(checked) };
  const passwordHash = await core.hasher.hash(checked);
  return { passwordHash, md5Hash: await core.hasher.hash(core.hasher.md5(checked)) };
}

/** What a password may not consist of. */
export function namesOf({ username, nickname, email }: Account): (string | null)[] {
  return [username, nickname, email];
}

/** What is kept of an account's password. */
export function hashesOf({ passwordHash, md5Hash }: Account): PasswordHashes {
  return { passwordHash, md5Hash };
}

/** What is to be hashed of a new password. @throws weak_password */
function checkNew(core: Core, password: string, names: readonly (string | null)[], md5?: true): string {
  return md5 ? checkNewMd5(core, password, names) : checkNewPassword(core, password, names);
}

function samePassword(now: PasswordHashes, before: PasswordHashes): boolean {
  return now.passwordHash === before.passwordHash &&
    (before.passwordHash !== null || now.md5Hash === before.md5Hash);
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

/** `own`: the guest who asks. @throws username_taken nickname_taken */
function checkFree({ store, presence }: State, username: string, nickname: string, own?: string): void {
  const taken = (what: string, value: string) => `Cannot register: the ${what} ${quote(value)} is taken`;
  if (store.accountWithUsername(nameKey(username))) {
    throw new Fault("username_taken", taken("username", username));
  }
  const here = presence.byNickname(nameKey(nickname));
  if (store.accountWithNickname(nameKey(nickname)) || (here?.guest && here.id !== own)) {
    throw new Fault("nickname_taken", taken("nickname", nickname));
  }
  // One account's nickname is no other account's username: either may be typed at sign-in.
  if (store.accountWithNickname(nameKey(username))) {
    throw new Fault("username_taken", taken("username", username));
  }
  if (store.accountWithUsername(nameKey(nickname))) {
    throw new Fault("nickname_taken", taken("nickname", nickname));
  }
  checkLooks({ store, presence }, "Cannot register", { what: "username", name: username });
  checkLooks({ store, presence }, "Cannot register", {
    what: "nickname",
    name: nickname,
    ...(own !== undefined && { own }),
  });
}

/**
 * Nobody's name is to be taken for another's, nor for one that was somebody else's until lately. `own`: whose name it is to be.
 * @throws username_taken nickname_taken
 */
export function checkLooks(
  { store, presence }: Pick<State, "store" | "presence">,
  action: string,
  { what, name, own }: { what: "username" | "nickname"; name: string; own?: string },
): void {
  const looks = looksOf(name);
  const guests = what === "nickname"
    ? Array.from(presence.looking(looks)).filter(({ guest, id }) => guest && id !== own)
    : [];
  const account = store.accountLooking(looks, own);
  const other = account?.[what] ?? guests[0]?.nickname;
  if (other === undefined) return;
  const isFormer = account &&
    ![account.username, account.nickname].flatMap(looksOf).some((look) => looks.includes(look));
  const why = isFormer ? "was somebody else's until lately" : `looks like ${quote(other)}`;
  throw new Fault(`${what}_taken`, `${action}: the ${what} ${quote(name)} ${why}, choose another`);
}
