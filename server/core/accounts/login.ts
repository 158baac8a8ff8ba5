/** Signing in with a password, or once with a code from a letter in place of one. */
import { checkEnabled, endSessions, newHashes, proveAccount, samePassword } from "./accounts.ts";
import type { Answer, Command } from "../shared/commands.ts";
import type { Caller, Core } from "../core.ts";
import type { Decision } from "../decision.ts";
import { Fault, quote } from "../shared/faults.ts";
import { nameKey } from "../shared/names.ts";
import { normalPassword } from "./passwords.ts";
import { codeTyped } from "./reset.ts";
import { admit, checkSessions } from "../sessions/sessions.ts";
import { Conflict } from "../store.ts";

const WRONG = "Cannot sign in: the name or the password is wrong";

/** Signs in with name and password. @throws bad_password account_disabled too_many_sessions already_online nickname_taken busy */
export async function login(
  core: Core,
  caller: Caller,
  asked: Command<"login">,
): Promise<Decision<Answer<"login">>> {
  const byCode = asked.code && await loginByCode(core, caller, asked);
  if (byCode) return byCode;
  const { username: name, password, md5 } = asked;
  const account = await proveAccount(core, WRONG, { name, password, md5 });
  const { id, nickname, passwordHash } = account;
  const added = asked.md5 || account.md5Hash !== null || passwordHash === null ? [] : [{
    kind: "account.md5" as const,
    account: id,
    hash: passwordHash,
    md5Hash: await core.hasher.hash(core.hasher.md5(normalPassword(asked.password))),
  }];
  checkSessions(core, id, nickname);
  const admitted = admit(core, caller, { person: id, nickname, guest: false }, asked);
  return {
    ...admitted,
    writes: [...added, ...admitted.writes ?? []],
    settle() {
      if (asked.exclusive && core.presence.byId(id)?.hears) {
        throw new Fault(
          "already_online",
          `Cannot sign in: ${quote(nickname)} is online already, sign out there first`,
        );
      }
      // A password that was changed meanwhile opens nothing any more.
      const now = core.store.accountById(id);
      if (!samePassword(now, account)) throw new Conflict("another password");
      if (now) checkEnabled(now);
      return admitted.settle();
    },
  };
}

/** With a code from a letter, which becomes the password: every other session of the account ends. Undefined: it is no code. */
async function loginByCode(
  core: Core,
  caller: Caller,
  asked: Command<"login">,
): Promise<Decision<Answer<"login">> | undefined> {
  const account = core.store.accountNamed(nameKey(asked.username));
  const reset = account && codeTyped(core, account.id, asked.password, asked.md5);
  if (!account || !reset) return undefined;
  checkEnabled(account);
  const { id, nickname } = account;
  checkSessions(core, id, nickname);
  const { passwordHash: hash, md5Hash } = await newHashes(core, asked.password, [], asked.md5);
  const admitted = admit(core, caller, { person: id, nickname, guest: false }, asked);
  return {
    writes: [
      { kind: "reset.use", hash: reset.hash, now: core.clock() },
      { kind: "account.password", account: id, hash, md5Hash },
      { kind: "token.clear", person: id, except: null },
      ...admitted.writes ?? [],
    ],
    settle() {
      const end = endSessions(core, id, null);
      return { ...admitted.settle(), ...(end && { end }) };
    },
  };
}
