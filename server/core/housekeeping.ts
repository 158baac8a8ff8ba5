/** What time alone brings about. The core has no timer: whoever runs it calls these now and then. */
import type { Core } from "./core.ts";
import type { Decision } from "./decision.ts";
import { LIMITS } from "./limits.ts";
import { settleRooms } from "./membership.ts";

/** Every few seconds: rooms whose owner did not come back. */
export function tick(core: Core): Decision[] {
  return settleRooms(core);
}

/** Every hour or so: what is kept for a time and no longer. */
export function expire(core: Core): Decision {
  const now = core.clock();
  return {
    writes: [
      {
        kind: "tokens.expire",
        usedBefore: now - LIMITS.tokenLifeMs,
        guestsUsedBefore: now - LIMITS.guestTokenLifeMs,
      },
      { kind: "resets.expire", createdBefore: now - 24 * 3_600_000 },
    ],
    settle: () => ({ reply: undefined }),
  };
}
