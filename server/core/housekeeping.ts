/** What time alone brings about. The core has no timer: whoever runs it calls these now and then. */
import type { Core } from "./core.ts";
import type { Decision } from "./decision.ts";
import { LIMITS } from "./limits.ts";
import { settleRooms } from "./rooms.ts";

/** Every few seconds: rooms whose owner did not come back, uploads that nobody goes on with. */
export function tick(core: Core): Decision[] {
  core.uploads.closeIdle(core.clock());
  return settleRooms(core);
}

/** Every hour or so: what is kept for a time and no longer. */
export function expire(core: Core): Decision {
  const now = core.clock();
  const partials = core.store.partialsBefore(now - LIMITS.partialLifeMs).filter((id) =>
    !core.uploads.has(id)
  );
  return {
    writes: [
      ...partials.map((id) => ({ kind: "file.remove", id }) as const),
      {
        kind: "tokens.expire",
        usedBefore: now - LIMITS.tokenLifeMs,
        guestsUsedBefore: now - LIMITS.guestTokenLifeMs,
      },
      { kind: "resets.expire", createdBefore: now - 24 * 3_600_000 },
    ],
    settle() {
      void core.vault.remove(partials);
      return { reply: undefined };
    },
  };
}
