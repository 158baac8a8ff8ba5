/**
 * One's own mail address. Where letters reach people, another one counts once a code that was sent there has come back; until
 * then the one before does.
 */
import { checkProof, hashesOf, proveAccount } from "../accounts/accounts.ts";
import { confirmation } from "../accounts/confirmation.ts";
import { checkMayHaveEmail } from "../accounts/admission.ts";
import { checkEmail } from "../accounts/names.ts";
import { plainCode } from "../accounts/reset.ts";
import { accountSession, type Caller } from "../caller.ts";
import type { Core, Prepared } from "../core.ts";
import type { Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import { sessionIn } from "../sessions/session_in.ts";
import type { Answer, Command } from "../shared/commands.ts";
import { Fault, quote } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import { nameKey } from "../shared/names.ts";
import type { State } from "../state/state.ts";

const ACTION = "Cannot change the mail address";

/** Another address, or none. @throws account_needed bad_password account_disabled bad_email busy */
export async function changeEmail(
  core: Core,
  caller: Caller,
  asked: Command<"account.email">,
): Promise<Prepared<Answer<"account.email">>> {
  const { id: session, person } = accountSession(caller, "change a mail address");
  const email = asked.email === null ? null : checkEmail(asked.email);
  checkMayHaveEmail(core, email);
  const name = core.store.accountById(person.id)?.username ?? "";
  const proven = await proveAccount(core, `${ACTION}: the password is wrong`, {
    name,
    password: asked.password,
    md5: undefined,
  });
  const at = core.clock();
  const change = { kind: "account.email", at, session, email, proof: hashesOf(proven) } as const;
  if (email === null || !core.mailer.reachesPeople) return { proposal: { ...change, code: null } };
  const { code, send } = confirmation(core, at, { to: email, nickname: person.nickname });
  return {
    proposal: { ...change, code },
    answer: (reply: Answer<"account.email">) => {
      send();
      return reply;
    },
  };
}

/** @throws bad_password account_disabled email_taken rate_limited */
export function applyEmail(state: State, p: Proposal<"account.email">): Outcome<Answer<"account.email">> {
  const { person } = sessionIn(state, p.session);
  checkProof(state, person.id, p.proof, `${ACTION}: the password is wrong`);
  const { email, code, at } = p;
  checkFree(state, person.id, email);
  if (!code || email === null) {
    state.store.write({ kind: "account.email", account: person.id, email });
    return { reply: { confirm: false } };
  }
  if (state.store.people.emailCodesSince(person.id, at - 3_600_000) >= LIMITS.emailCodesPerHourMax) {
    throw new Fault("rate_limited", `${ACTION}: too many letters were asked for, try again in an hour`, {
      retryAfterMs: 3_600_000,
    });
  }
  state.store.write({ kind: "email.code", account: person.id, email, at, ...code });
  return { reply: { confirm: true } };
}

/** The code from the letter, by whoever has it: a new account may not be let in before, and a guest may have made it. */
export function confirmEmail(
  core: Core,
  caller: Caller,
  asked: Command<"account.email.confirm">,
): Prepared<Answer<"account.email.confirm">> {
  const session = caller.session?.person.guest ? undefined : caller.session?.id;
  const hash = core.secrets.digest(plainCode(asked.code));
  return {
    proposal: {
      kind: "account.email.confirm",
      at: core.clock(),
      hash,
      ...(session !== undefined && { session }),
    },
  };
}

/** @throws bad_code email_taken */
export function applyEmailConfirm(
  state: State,
  p: Proposal<"account.email.confirm">,
): Outcome<Answer<"account.email.confirm">> {
  const person = p.session === undefined ? undefined : sessionIn(state, p.session).person;
  const found = state.store.people.emailOfCode(p.hash, p.at);
  if (!found || (person && person.id !== found.account)) {
    throw new Fault(
      "bad_code",
      `${ACTION}: the code is wrong, used or too old; have another one sent`,
    );
  }
  const { account, email } = found;
  checkFree(state, account, email);
  state.store.write({ kind: "account.email", account, email });
  const { nickname } = state.store.accountById(account)!;
  return { reply: { email, nickname } };
}

/** @throws email_taken */
function checkFree({ store }: State, account: string, email: string | null): void {
  const other = email === null ? undefined : store.accountWithEmail(nameKey(email));
  if (!other || other.id === account) return;
  throw new Fault("email_taken", `${ACTION}: ${quote(email!)} is taken`);
}
