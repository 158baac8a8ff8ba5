/** The audit log as whoever runs the server reads it. */
import type { Core } from "../core.ts";
import type { Answered } from "../outcome.ts";
import { pageSize } from "../sessions/paging.ts";
import { LIMITS } from "../shared/limits.ts";
import type { By } from "./by.ts";
import type { AdminAnswer, AdminCommand } from "../shared/admin_commands.ts";

/** A page of what was done. @throws bad_request */
export function listAudit(
  core: Core,
  { op: _, limit: wanted, ...query }: AdminCommand<"audit.list">,
  by: By,
): Answered<AdminAnswer<"audit.list">> {
  const limit = pageSize(wanted ?? LIMITS.auditListedMax, LIMITS.auditListedMax);
  // What happened in a private room an administrator sees who is in it.
  const rooms = by && Array.from(by.rooms, ({ id }) => id);
  const found = core.store.audit.list({ ...query, ...(rooms && { rooms }), limit: limit + 1 });
  return { reply: { entries: found.slice(0, limit), more: found.length > limit } };
}
