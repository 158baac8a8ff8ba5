/** Signing in with a password, or once with a code from a letter in place of one. */
import type { Caller } from "../caller.ts";
import type { Core, Prepared } from "../core.ts";
import type { Answered, Delivery, Outcome } from "../outcome.ts";
import { type Proposal, tokenFor } from "../proposals.ts";
import {
  admit,
  type Admitted,
  checkSessions,
  opening,
  tokenForNow,
  withSecret,
} from "../sessions/sessions.ts";
import type { Answer, Command } from "../shared/commands.ts";
import { Fault, quote } from "../shared/faults.ts";
import { nameKey } from "../shared/names.ts";
import type { State } from "../state/state.ts";
import { checkEnabled, checkProof, hashesOf, newHashes, proveAccount, setPassword } from "./accounts.ts";
import { takeWarnings, warningsAsWords } from "./warnings.ts";
import { normalPassword } from "./passwords.ts";
import { codeTyped, useReset } from "./reset.ts";

const WRONG = "Cannot sign in: the name or the password is wrong";

/** Signs in with name and password. @throws bad_password account_disabled too_many_sessions busy */
export async function login(
  core: Core,
  caller: Caller,
  asked: Command<"login">,
): Promise<Prepared<Answer<"login">>> {
  const byCode = asked.code && await loginByCode(core, caller, asked);
  if (byCode) return byCode;
  const { username: name, password, md5, exclusive = false } = asked;
  const account = await proveAccount(core, WRONG, { name, password, md5 });
  checkSessions(core, account.id, account.nickname);
  const { passwordHash } = account;
  const isLacking = !md5 && account.md5Hash === null && passwordHash !== null;
  const md5Hash = isLacking ? await core.hasher.hash(core.hasher.md5(normalPassword(password))) : undefined;
  const { secret, ...signing } = signingIn(core, caller, asked);
  return {
    proposal: {
      kind: "login",
      ...signing,
      account: account.id,
      proof: hashesOf(account),
      ...(md5Hash !== undefined && { md5Hash }),
      exclusive,
    },
    answer: withSecret(core, secret),
  };
}

/** Which of several names is an account's. */
export function named(
  { store }: Core,
  _caller: Caller,
  { names }: Command<"named">,
): Answered<Answer<"named">> {
  return { reply: { name: names.find((name) => store.accountNamed(nameKey(name)) !== undefined) ?? null } };
}

function signingIn(core: Core, caller: Caller, { offline = false, lobby, brief }: Command<"login">) {
  const manner = { offline, lobby: lobby === true };
  const { secret, token } = tokenForNow(core, caller);
  return {
    at: core.clock(),
    ...opening(core),
    ...manner,
    secret,
    token: { ...token, ...(brief && { brief }) },
  };
}

/** A password that was changed meanwhile opens nothing. @throws bad_password account_disabled too_many_sessions already_online nickname_taken */
export function applyLogin(state: State, p: Proposal<"login">): Outcome<Admitted> {
  const { id, nickname } = checkProof(state, p.account, p.proof, WRONG);
  if (p.exclusive && state.presence.byId(id)?.hears) {
    throw new Fault(
      "already_online",
      `Cannot sign in: ${quote(nickname)} is online already, sign out there first`,
    );
  }
  const admitted = admitOwner(state, p, { id, nickname });
  if (p.md5Hash !== undefined) {
    state.store.write({ kind: "account.md5", account: id, md5Hash: p.md5Hash });
  }
  return admitted;
}

/** With a code from a letter, which becomes the password. Undefined: it is no code. @throws account_disabled busy */
async function loginByCode(
  core: Core,
  caller: Caller,
  asked: Command<"login">,
): Promise<Prepared<Answer<"login">> | undefined> {
  const account = core.store.accountNamed(nameKey(asked.username));
  const reset = account && codeTyped(core, account.id, asked.password, asked.md5);
  if (!account || !reset) return undefined;
  checkEnabled(account);
  const hashes = await newHashes(core, asked.password, [], asked.md5);
  const { secret, ...signing } = signingIn(core, caller, asked);
  return {
    proposal: { kind: "login.code", ...signing, account: account.id, reset: reset.hash, hashes },
    answer: withSecret(core, secret),
  };
}

/** Every other session of the account ends. @throws bad_password account_disabled */
export function applyLoginByCode(state: State, p: Proposal<"login.code">): Outcome<Admitted> {
  const account = state.store.accountById(p.account);
  if (!account) throw new Fault("bad_password", WRONG);
  checkEnabled(account);
  if (!useReset(state, p.reset, p.at)) throw new Fault("bad_password", WRONG);
  const { id, nickname } = account;
  const end = setPassword(state, id, p.hashes, null);
  return { ...admitOwner(state, p, { id, nickname }), end };
}

/** Lets the owner of an account in, and tells them who else may have come in. */
function admitOwner(
  state: State,
  p: Proposal<"login" | "login.code">,
  { id, nickname }: { id: string; nickname: string },
): Outcome<Admitted> {
  const admitted = admit(state, p, tokenFor(p.token, { person: id, nickname, guest: false, at: p.at }));
  const warnings = takeWarnings(state, id, p.token.address);
  const reply = { ...admitted.reply!, ...warnings };
  const { session } = admitted;
  if (!session) return { ...admitted, reply };
  const notices = warningsAsWords(warnings).map((text): Delivery => ({
    to: { session },
    event: { event: "notice", text },
  }));
  return { ...admitted, reply, tell: [...admitted.tell ?? [], ...notices] };
}
