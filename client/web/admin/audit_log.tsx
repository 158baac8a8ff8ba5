/** Who did what to whom, when and from where, the newest first. */
import type { ListedAudit } from "../../../server/core/shared/audit_entry.ts";
import { dayAndTimeOf, fullTimeOf } from "../chat/time.tsx";
import { words } from "../words.ts";
import { useAdmin } from "./ask_admin.ts";
import { PagedList, usePages } from "./pages.tsx";

const PAGE = 50;

export function AuditLog() {
  const ask = useAdmin();
  const pages = usePages<ListedAudit>(async (text, last) => {
    const before = last === undefined ? {} : { before: last.id };
    const { entries, more } = await ask("audit.list", { ...before, ...(text && { text }), limit: PAGE });
    return { items: entries, more };
  });
  return (
    <PagedList
      pages={pages}
      find={words.findInAudit}
      none={words.found(0, false)}
      keyOf={({ id }) => String(id)}
    >
      {(entry) => <OneEntry entry={entry} />}
    </PagedList>
  );
}

function OneEntry({ entry }: { entry: ListedAudit }) {
  const { at, actorName, action, subjectName, roomName, from, detail } = entry;
  const done = (words.auditActions as Record<string, string>)[action] ?? action;
  const whom = subjectName === actorName ? null : subjectName;
  const more = Object.entries(detail ?? {}).map(([name, value]) => `${name}: ${value}`).join(", ");
  return (
    <div class="admin-line">
      <p>
        <strong dir="auto">{[actorName, done].filter(Boolean).join(": ")}</strong>
        <span dir="auto">{[whom, roomName, more, from].filter(Boolean).join(" · ")}</span>
      </p>
      <time title={fullTimeOf(at)} dateTime={new Date(at).toISOString()}>{dayAndTimeOf(at)}</time>
    </div>
  );
}
