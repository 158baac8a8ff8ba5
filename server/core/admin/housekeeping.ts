/** What time alone brings about. The core has no timer: whoever runs it asks now and then what is due. */
import { oldAudit } from "../audit/audit_end.ts";
import { unconfirmed } from "../people/unconfirmed.ts";
import type { Core } from "../core.ts";
import type { Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import { forgetting } from "../people/deletion.ts";
import { aged } from "../retention/retention.ts";
import { forgotten, releasable } from "../rooms/membership.ts";
import { lostForLong } from "../sessions/leaving.ts";
import { lifeOf } from "../sessions/tokens.ts";
import { DAY_MS, LIMITS } from "../shared/limits.ts";
import type { State } from "../state/state.ts";

/** The part of its life after which a token in use is written anew: each hour a guest's, each day an account's. */
const RENEWED_AFTER = 1 / 25;

/** Every second: people and owners who did not come back, uploads and rooms that nobody misses. `all`: not only what is this node's own. */
export function due(core: Core, all = true): Proposal[] {
  const now = core.clock();
  const own: Proposal[] = [
    ...expired(now, core.uploads.closeIdle(now), now - LIMITS.uploadIdleMs),
    ...core.uploads.inUse(now).map((file) => ({ kind: "file.use" as const, at: now, file })),
  ];
  if (!all) return own;
  const depositsUsed = now - LIMITS.depositLifeMs;
  return [
    ...own,
    ...expired(now, core.store.files.depositsBefore(depositsUsed), depositsUsed),
    ...lostForLong(core, now),
    ...releasable(core, now),
    ...forgotten(core, now),
    ...oldAudit(core, now),
    ...aged(core, now),
    ...forgetting(core, now),
    ...unconfirmed(core, now),
  ];
}

/** In pieces, so that each goes into one message of a log. */
function expired(at: number, files: string[], usedBefore: number): Proposal<"files.expire">[] {
  const pieces = Array.from(
    { length: Math.ceil(files.length / LIMITS.filesExpireMax) },
    (_, index) => files.slice(index * LIMITS.filesExpireMax, (index + 1) * LIMITS.filesExpireMax),
  );
  return pieces.map((piece) => ({ kind: "files.expire", at, files: piece, usedBefore }));
}

/** Every hour or so: what is kept for a time and no longer. */
export function expiring(core: Core): Proposal[] {
  const now = core.clock();
  const usedBefore = now - LIMITS.partialLifeMs;
  const files = core.store.files.partialsBefore(usedBefore).filter((id) => !core.uploads.isOpen(id));
  return [
    ...expired(now, files, usedBefore),
    {
      kind: "expire",
      at: now,
      usedBefore: now - LIMITS.tokenLifeMs,
      guestsUsedBefore: now - LIMITS.guestTokenLifeMs,
      resetsBefore: now - LIMITS.codesKeptMs,
    },
  ];
}

/** Tokens, codes and bans that are over go. */
export function applyExpire(state: State, p: Proposal<"expire">): Outcome {
  const { presence, store } = state;
  const { at, usedBefore, guestsUsedBefore } = p;
  const sessions = Array.from(presence.all()).flatMap((person) => Array.from(person.sessions));
  // A token that somebody is connected with is in use, however long ago they signed in or came back with it.
  for (const hash of new Set(sessions.map(({ tokenHash }) => tokenHash))) {
    const token = store.token(hash);
    if (!token || token.usedAt >= at - lifeOf(token) * RENEWED_AFTER) continue;
    const { address, client } = token;
    store.write({ kind: "token.used", hash, at, address, client });
  }
  store.write({ kind: "tokens.expire", usedBefore, guestsUsedBefore });
  store.write({
    kind: "nicknames.expire",
    before: at - LIMITS.formerNicknameMs,
    atMost: LIMITS.formerNicknamesEndedMax,
  });
  store.write({ kind: "invitations.expire", before: at });
  store.write({ kind: "resets.expire", createdBefore: p.resetsBefore });
  const days = state.settings.get("keep_audit");
  if (days > 0) store.write({ kind: "reports.expire", closedBefore: at - days * DAY_MS });
  for (const which of ["bans", "mutes"] as const) {
    store.write({ kind: "bans.expire", of: which, at });
    state[which].expire(at);
  }
  return {};
}
