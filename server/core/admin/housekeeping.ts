/** What time alone brings about. The core has no timer: whoever runs it calls these now and then. */
import type { Core } from "../core.ts";
import type { Decision } from "../decision.ts";
import { idsOf } from "../files/downloads.ts";
import { LIMITS } from "../shared/limits.ts";
import { endForgotten, settleRooms } from "../rooms/membership.ts";
import { settleLost } from "../sessions/leaving.ts";
import { sendResets } from "../accounts/reset.ts";
import { lifeOf } from "../sessions/sessions.ts";
import type { Write } from "../store.ts";

/** The part of its life after which a token in use is written anew: each hour a guest's, each day an account's. */
const RENEWED_AFTER = 1 / 25;

/** Every second: letters that were asked for, people and owners who did not come back, uploads and rooms that nobody misses. */
export function tick(core: Core): Decision[] {
  return [
    ...sendResets(core),
    ...giveUpUnstarted(core),
    ...settleLost(core),
    ...settleRooms(core),
    ...endForgotten(core),
  ];
}

/** Uploads of which nothing has come for a while are closed; those of which nothing ever came are gone. */
function giveUpUnstarted(core: Core): Decision[] {
  const ids = core.uploads.closeIdle(core.clock());
  if (ids.length === 0) return [];
  return [{
    writes: ids.map((id) => ({ kind: "file.remove", id }) as const),
    settle() {
      void core.uploads.drop(core, ids);
      return { reply: undefined };
    },
  }];
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
      ...inUse(core, now),
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

/** A token that somebody is connected with is in use, however long ago they signed in or came back with it. */
function inUse(core: Core, now: number): Write[] {
  const sessions = Array.from(core.presence.all()).flatMap((person) => Array.from(person.sessions));
  return Array.from(new Set(sessions.map(({ tokenHash }) => tokenHash)), (hash) => core.store.token(hash))
    .filter((token) => token !== undefined)
    .filter((token) => token.usedAt < now - lifeOf(token) * RENEWED_AFTER)
    .map(({ hash, address, client }) => ({ kind: "token.used", hash, at: now, address, client }));
}
