/** The audit log as whoever runs the server reads it. */
import type { Core } from "../core.ts";
import type { Answered } from "../outcome.ts";
import { pageSize } from "../sessions/paging.ts";
import { LIMITS } from "../shared/limits.ts";
import type { AdminAnswer, AdminCommand } from "./admin_commands.ts";

/** A page of what was done. @throws bad_request */
export function listAudit(
  core: Core,
  { op: _, limit: wanted, ...query }: AdminCommand<"audit.list">,
): Answered<AdminAnswer<"audit.list">> {
  const limit = pageSize(wanted ?? LIMITS.auditListedMax, LIMITS.auditListedMax);
  const found = core.store.audit.list({ ...query, limit: limit + 1 });
  return { reply: { entries: found.slice(0, limit), more: found.length > limit } };
}
