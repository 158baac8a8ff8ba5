/** Accounts that end because nobody has shown in time that their mail address is theirs. */
import { endAccount } from "../accounts/closing.ts";
import type { Core } from "../core.ts";
import type { Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import { LIMITS } from "../shared/limits.ts";
import type { State } from "../state/state.ts";

/** Every second: accounts that nobody has signed in with, because their address was never confirmed. */
export function unconfirmed(core: Core, now: number): Proposal<"account.unconfirmed">[] {
  return core.store.people.unconfirmed(now, LIMITS.unconfirmedEndedAtOnceMax)
    .map((account) => ({ kind: "account.unconfirmed", at: now, account }));
}

/** Its names are free again, unless it was confirmed meanwhile. */
export function applyUnconfirmed(state: State, { account, at }: Proposal<"account.unconfirmed">): Outcome {
  const confirmBy = state.store.accountById(account)?.confirmBy ?? null;
  return confirmBy === null || confirmBy > at ? {} : endAccount(state, account, at, "It was not confirmed.");
}
