/** What time alone brings about. The core has no timer: whoever runs it calls these now and then. */
import type { Core } from "./core.ts";
import type { Decision } from "./decision.ts";
import { idsOf } from "./downloads.ts";
import { LIMITS } from "./limits.ts";
import { settleRooms } from "./membership.ts";
import { settleLost } from "./parting.ts";

/** Every second: people and owners who did not come back, uploads that nobody goes on with. */
export function tick(core: Core): Decision[] {
  core.uploads.closeIdle(core.clock());
  return [...settleLost(core), ...settleRooms(core)];
}

/** Every hour or so: what is kept for a time and no longer. */
export function expire(core: Core): Decision {
  const now = core.clock();
  const old = core.store.files.partialsBefore(now - LIMITS.partialLifeMs).filter((id) =>
    !core.uploads.isOpen(id)
  );
  const files = old.map((id) => core.store.files.find(id)).filter((file) => file !== undefined);
  const bytes = files.flatMap((file) => idsOf(core, file));
  return {
    writes: [
      ...old.map((id) => ({ kind: "file.remove", id }) as const),
      {
        kind: "tokens.expire",
        usedBefore: now - LIMITS.tokenLifeMs,
        guestsUsedBefore: now - LIMITS.guestTokenLifeMs,
      },
      { kind: "resets.expire", createdBefore: now - 24 * 3_600_000 },
    ],
    settle() {
      void core.uploads.drop(core, bytes);
      return { reply: undefined };
    },
  };
}
