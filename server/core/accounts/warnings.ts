/** What the owner of an account is told at the next sign-in: of passwords that others tried for it, and of links to a new one. */
import type { Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import type { FailedSignIns, ResetLink } from "../shared/commands.ts";
import { LIMITS } from "../shared/limits.ts";
import type { State } from "../state/state.ts";

/** Wrong passwords were tried for an account, or for a name that nobody has; or the right one of a suspended account. */
export function applyLoginFailed(
  { store }: State,
  { account, count, suspended, at, from }: Proposal<"login.failed">,
): Outcome {
  if (account !== null && !suspended && store.accountById(account)) {
    store.write({ kind: "failures.add", account, count, at, from: from ?? null });
  }
  return {};
}

/** What its owner is to know of an account; each is told once. */
export function takeWarnings(
  state: State,
  account: string,
  address: string,
): { failed?: FailedSignIns; reset_link?: ResetLink } {
  const failed = takeFailures(state, account, address);
  const link = state.store.people.resetLink(account);
  if (link) state.store.write({ kind: "reset.link", account, link: null });
  return { ...(failed && { failed }), ...(link && { reset_link: link }) };
}

/** What was tried since the last sign-in, unless it was somebody's own slips from where they are; it is told once. */
function takeFailures(
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

/** The same as sentences, for languages without another word for it. */
export function warningsAsWords({ failed, reset_link: link }: ReturnType<typeof takeWarnings>): string[] {
  return [...failed ? [wordsFor(failed)] : [], ...link ? [wordsForLink(link)] : []];
}

function wordsForLink({ by }: ResetLink): string {
  const who = by === null ? "Whoever runs this server" : `The administrator ${by}`;
  return `${who} has made a link to a new password for your account. If you did not ask for one, ask them why.`;
}

function wordsFor({ count, from }: FailedSignIns): string {
  const many = count === 1 ? "1 wrong password was" : `${count} wrong passwords were`;
  const where = from === null ? "" : `, the last one from ${from}`;
  return `Since you last signed in, ${many} tried for your account${where}. If that was not you, see that yours is hard to guess.`;
}
