/**
 * A forgotten password: a letter with a code, the code for a new password. Nobody learns from the answer whether
 * an address is known, and the old password works until the code is used.
 */
import { endSessions, newHashes } from "./accounts.ts";
import type { Answer, Command } from "../shared/commands.ts";
import type { Caller, Core } from "../core.ts";
import type { Decision } from "../decision.ts";
import { Fault } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import { checkEmail } from "./names.ts";
import { type NameKey, nameKey } from "../shared/names.ts";
import type { StoredReset } from "../store.ts";

/**
 * Sends a one-time code to the address, if an account has it. Always the same answer after the same work: what is done
 * for an address that is known is done at the next {@link sendResets}. @throws bad_email busy
 */
export function requestReset(
  core: Core,
  _caller: Caller,
  asked: Command<"password.reset">,
): Decision<Answer<"password.reset">> {
  const key = nameKey(checkEmail(asked.email));
  return {
    settle() {
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
      core.resetsAsked.push({ email: key, at: core.clock() });
      return { reply: {} };
    },
  };
}

/** Every second: a code for each address that one was asked for, where an account has it. */
export function sendResets(core: Core): Decision[] {
  return core.resetsAsked.splice(0).map(({ email, at }) => sendReset(core, email, at)).filter((decision) =>
    decision !== undefined
  );
}

function sendReset(core: Core, key: NameKey, at: number): Decision | undefined {
  const account = core.store.accountWithEmail(key);
  const since = at - 3_600_000;
  const atMost = LIMITS.resetMailsPerHourMax;
  if (!account?.email || account.disabledAt !== null) return undefined;
  if (core.store.resetsSince(account.id, since) >= atMost) return undefined;
  const { email: to, nickname } = account;
  const { code, reset } = newCode(core, account.id, LIMITS.resetCodeLifeMs, at);
  return {
    writes: [{ kind: "reset.add", reset, atMost, since }],
    settle() {
      core.mailer.sendReset({ to, nickname, code, minutes: LIMITS.resetCodeLifeMs / 60_000 });
      return { reply: undefined };
    },
  };
}

/** A one-time code for an account from now on, and what is kept of it. */
export function newCode(
  core: Core,
  account: string,
  lifeMs: number,
  now: number = core.clock(),
): { code: string; reset: StoredReset } {
  const code = core.secrets.code();
  const hash = core.secrets.digest(code);
  return {
    code,
    reset: { hash, account, md5s: md5sOf(core, code), createdAt: now, expiresAt: now + lifeMs },
  };
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
function plainCode(typed: string): string {
  return typed.replace(/[\s-]/g, "").toUpperCase();
}

/** Uses a code to set a new password; every session of the account ends. @throws bad_code weak_password busy */
export async function confirmReset(
  core: Core,
  _caller: Caller,
  asked: Command<"password.confirm">,
): Promise<Decision<Answer<"password.confirm">>> {
  const hash = core.secrets.digest(plainCode(asked.code));
  const now = core.clock();
  const reset = core.store.reset(hash);
  const account = reset && reset.expiresAt > now ? core.store.accountById(reset.account) : undefined;
  if (!account) {
    throw new Fault(
      "bad_code",
      'Cannot set a new password: the code is wrong, used or too old; "password.reset" sends another',
    );
  }
  const { passwordHash, md5Hash } = await newHashes(
    core,
    asked.new,
    [account.username, account.nickname, account.email],
  );
  return {
    writes: [
      { kind: "reset.use", hash, now },
      { kind: "account.password", account: account.id, hash: passwordHash, md5Hash },
      { kind: "token.clear", person: account.id, except: null },
    ],
    settle: () => ({ reply: {}, end: endSessions(core, account.id, null) }),
  };
}
