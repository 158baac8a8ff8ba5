/**
 * A forgotten password: a letter with a code, the code for a new password. Nobody learns from the answer whether
 * an address is known, and the old password works until the code is used.
 */
import { endSessions } from "./accounts.ts";
import type { Answer, Command } from "./commands.ts";
import type { Caller, Core } from "./core.ts";
import type { Decision } from "./decision.ts";
import { Fault } from "./faults.ts";
import { LIMITS } from "./limits.ts";
import { checkEmail, nameKey } from "./names.ts";
import { checkNewPassword } from "./passwords.ts";

/** Sends a one-time code to the address, if an account has it. Always the same answer. @throws bad_email */
export function requestReset(
  core: Core,
  _caller: Caller,
  asked: Command<"password.reset">,
): Decision<Answer<"password.reset">> {
  const key = nameKey(checkEmail(asked.email));
  return {
    settle() {
      const account = core.store.accountWithEmail(key);
      const now = core.clock();
      const since = now - 3_600_000;
      const atMost = LIMITS.resetMailsPerHourMax;
      const allowed = account && core.store.resetsSince(account.id, since) < atMost;
      if (!account?.email || !allowed) return { reply: {} };
      const code = core.secrets.code();
      const to = account.email;
      const reset = { hash: core.secrets.digest(code), account: account.id, createdAt: now };
      return {
        reply: {},
        then: [{
          writes: [{ kind: "reset.add", reset, atMost, since }],
          settle() {
            core.mailer.sendReset({
              to,
              nickname: account.nickname,
              code,
              minutes: LIMITS.resetCodeLifeMs / 60_000,
            });
            return { reply: undefined };
          },
        }],
      };
    },
  };
}

/** Uses a code to set a new password; every session of the account ends. @throws bad_code weak_password busy */
export async function confirmReset(
  core: Core,
  _caller: Caller,
  asked: Command<"password.confirm">,
): Promise<Decision<Answer<"password.confirm">>> {
  const hash = core.secrets.digest(asked.code.replace(/[\s-]/g, "").toUpperCase());
  const createdAfter = core.clock() - LIMITS.resetCodeLifeMs;
  const reset = core.store.reset(hash);
  const account = reset && reset.createdAt > createdAfter ? core.store.accountById(reset.account) : undefined;
  if (!account) {
    throw new Fault(
      "bad_code",
      'Cannot set a new password: the code is wrong, used or too old; "password.reset" sends another',
    );
  }
  const password = checkNewPassword(core, asked.new, [account.username, account.nickname, account.email]);
  const passwordHash = await core.hasher.hash(password);
  return {
    writes: [
      { kind: "reset.use", hash, createdAfter },
      { kind: "account.password", account: account.id, hash: passwordHash },
      { kind: "token.clear", person: account.id, except: null },
    ],
    settle: () => ({ reply: {}, end: endSessions(core, account.id, null) }),
  };
}
