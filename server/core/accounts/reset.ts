/**
 * A forgotten password: a letter with a code, the code for a new password. Nobody learns from the answer whether
 * an address is known, and the old password works until the code is used.
 */
import type { Caller } from "../caller.ts";
import type { Core, Prepared } from "../core.ts";
import type { Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import type { Answer, Command } from "../shared/commands.ts";
import { Fault } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import { type NameKey, nameKey } from "../shared/names.ts";
import type { State } from "../state/state.ts";
import type { StoredReset } from "../store/store.ts";
import { namesOf, newHashes, setPassword } from "./accounts.ts";
import { checkEmail } from "./names.ts";

/** For so long a code that could not be kept is tried again. */
const TRIED_MS = 60_000;

/**
 * Sends a one-time code to the address, if an account has it. Always the same answer after the same work: what is done
 * for an address that is known is done at the next {@link sendResets}. @throws bad_email busy
 */
export function requestReset(
  core: Core,
  { address: from }: Caller,
  asked: Command<"password.reset">,
): Prepared<Answer<"password.reset">> {
  const key = nameKey(checkEmail(asked.email));
  return {
    ask() {
      if (asked.strict && !core.store.accountWithEmail(key)) {
        throw new Fault("bad_email", "Cannot send a code: no account has this address", {
          unknownName: true,
        });
      }
      if (core.resetsAsked.length >= LIMITS.resetsAskedMax) {
        throw new Fault("busy", "Cannot send a code now: too many are asked for, try again soon", {
          retryAfterMs: 2_000,
        });
      }
      core.resetsAsked.push({ email: key, at: core.clock(), from });
      return { reply: {} };
    },
  };
}

/** Every second: a code for each address that one was asked for, where an account has it. */
export async function sendResets(core: Core): Promise<void> {
  const all = core.resetsAsked.splice(0);
  for (const [index, { email, at, from }] of all.entries()) {
    const { code, reset } = newCode(core, at, LIMITS.resetCodeLifeMs);
    const asked = { email, reset, since: at - 3_600_000, atMost: LIMITS.resetMailsPerHourMax };
    const { reply } = await core.propose({ kind: "password.reset", at, from, ...asked }).catch((error) => {
      // It is tried again with the rest, for as long as somebody may wait for a letter.
      const later = all.slice(index).filter((each) => core.clock() - each.at < TRIED_MS);
      core.resetsAsked.unshift(...later);
      throw error;
    });
    const letter = reply as Letter | undefined;
    if (letter) core.mailer.sendReset({ ...letter, code, minutes: LIMITS.resetCodeLifeMs / 60_000 });
  }
}

/** Whom a code is sent to. */
interface Letter {
  to: string;
  nickname: string;
}

/** A code counts from now on, if an account has the address and has not had too many; then it is answered who gets it. */
export function applyReset(state: State, p: Proposal<"password.reset">): Outcome<Letter> {
  const account = state.store.accountWithEmail(p.email as NameKey);
  if (!account?.email || account.disabledAt !== null) return {};
  if (state.store.resetsSince(account.id, p.since) >= p.atMost) return {};
  state.store.write({ kind: "reset.add", reset: { ...p.reset, account: account.id } });
  return { reply: { to: account.email, nickname: account.nickname } };
}

/** A one-time code, and what is kept of it. */
export function newCode(
  core: Core,
  now: number,
  lifeMs: number,
): { code: string; reset: Omit<StoredReset, "account"> } {
  const code = core.secrets.code();
  const hash = core.secrets.digest(code);
  return { code, reset: { hash, md5s: md5sOf(core, code), createdAt: now, expiresAt: now + lifeMs } };
}

/** What a program may send of a code that was typed as the letter has it, or in small letters. */
function md5sOf(core: Core, code: string): string[] {
  return [code, code.toLowerCase()].map((each) => core.secrets.digest(core.hasher.md5(each)));
}

/** The code that was typed in place of an account's password, if it is one. `md5`: what came is its MD5. */
export function codeTyped(
  core: Core,
  account: string,
  typed: string,
  md5: true | undefined,
): StoredReset | undefined {
  const live = core.store.resetsOf(account, core.clock());
  const digest = core.secrets.digest(plainCode(typed));
  return live.find((reset) => md5 ? reset.md5s.includes(digest) : reset.hash === digest);
}

/** A code without what somebody puts between its letters, in upper case; so is the MD5 of one. */
export function plainCode(typed: string): string {
  return typed.replace(/[\s-]/g, "").toUpperCase();
}

/** Uses a code to set a new password; every session of the account ends. @throws bad_code weak_password busy */
export async function confirmReset(
  core: Core,
  _caller: Caller,
  asked: Command<"password.confirm">,
): Promise<Prepared<Answer<"password.confirm">>> {
  const hash = core.secrets.digest(plainCode(asked.code));
  const reset = livingReset(core, hash, core.clock());
  const account = reset && core.store.accountById(reset.account);
  if (!account) throw badCode();
  const hashes = await newHashes(core, asked.new, namesOf(account));
  return { proposal: { kind: "password.confirm", at: core.clock(), reset: hash, hashes } };
}

/** @throws bad_code when it was used, or got too old, meanwhile */
export function applyConfirm(
  state: State,
  { reset, hashes, at }: Proposal<"password.confirm">,
): Outcome<Answer<"password.confirm">> {
  const used = useReset(state, reset, at);
  if (!used) throw badCode();
  return { reply: {}, end: setPassword(state, used.account, hashes, null) };
}

/** Uses a code up, if it still counts. */
export function useReset(state: State, hash: string, now: number): StoredReset | undefined {
  const reset = livingReset(state, hash, now);
  if (!reset || !state.store.accountById(reset.account)) return undefined;
  state.store.write({ kind: "reset.use", hash });
  return reset;
}

function livingReset({ store }: State, hash: string, now: number): StoredReset | undefined {
  const reset = store.reset(hash);
  return reset && reset.expiresAt > now ? reset : undefined;
}

function badCode(): Fault {
  return new Fault(
    "bad_code",
    'Cannot set a new password: the code is wrong, used or too old; "password.reset" sends another',
  );
}
