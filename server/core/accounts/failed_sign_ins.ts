/** What the owner of an account is told, at the next sign-in, of passwords that others tried for it. */
import type { Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import type { FailedSignIns } from "../shared/commands.ts";
import { LIMITS } from "../shared/limits.ts";
import type { State } from "../state/state.ts";

/** Wrong passwords were tried for an account, or for a name that nobody has. */
export function applyLoginFailed(
  { store }: State,
  { account, count, at, from }: Proposal<"login.failed">,
): Outcome {
  if (account !== null && store.accountById(account)) {
    store.write({ kind: "failures.add", account, count, at, from: from ?? null });
  }
  return {};
}

/** What was tried since the last sign-in, unless it was somebody's own slips from where they are; it is told once. */
export function takeFailures(
  { store }: State,
  account: string,
  address: string,
): FailedSignIns | undefined {
  const failed = store.failuresOf(account);
  if (!failed) return undefined;
  store.write({ kind: "failures.clear", account });
  const own = failed.from === address && failed.count < LIMITS.failuresToldMin;
  return own ? undefined : failed;
}

/** The same as a sentence, for languages without another word for it. */
export function wordsFor({ count, from }: FailedSignIns): string {
  const many = count === 1 ? "1 wrong password was" : `${count} wrong passwords were`;
  const where = from === null ? "" : `, the last one from ${from}`;
  return `Since you last signed in, ${many} tried for your account${where}. If that was not you, see that yours is hard to guess.`;
}
