/** The end of what stood in the audit log for long enough. */
import type { Core } from "../core.ts";
import type { Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import { DAY_MS, LIMITS } from "../shared/limits.ts";
import type { State } from "../state/state.ts";

/** Every second, if there are any: the oldest entries that are kept no longer. */
export function oldAudit({ settings, store }: Core, now: number): Proposal<"audit.expire">[] {
  const days = settings.get("keep_audit");
  const before = now - days * DAY_MS;
  if (days === 0 || !store.audit.hasBefore(before)) return [];
  return [{ kind: "audit.expire", at: now, before, atMost: LIMITS.auditEndedAtOnceMax }];
}

/** A few go at a time. */
export function applyAuditExpire(state: State, { before, atMost }: Proposal<"audit.expire">): Outcome {
  state.store.write({ kind: "audit.expire", before, atMost });
  return {};
}
