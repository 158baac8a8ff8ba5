/** Who did what to whom, when and from where, the newest first. */
import type { ListedAudit } from "../../../server/core/shared/audit_entry.ts";
import { dayAndTimeOf, fullTimeOf } from "../chat/time.tsx";
import { words } from "../words.ts";
import { useAdmin } from "./ask_admin.ts";
import { PagedList, usePages } from "./pages.tsx";

const PAGE = 50;
/** Where something comes from that was typed at the server. */
const OPERATOR = "operator";

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
  const who = from === OPERATOR ? words.theOperator : actorName;
  const whom = subjectName === actorName ? null : subjectName;
  const more = Object.entries(detail ?? {}).map(inWords).join(", ");
  return (
    <div class="admin-line">
      <p>
        <strong dir="auto">{who ? words.aboutOne(who, done) : done}</strong>
        <span dir="auto">
          {[whom, roomName, more, from === OPERATOR ? null : from].filter(Boolean).join(" · ")}
        </span>
      </p>
      <time title={fullTimeOf(at)} dateTime={new Date(at).toISOString()}>{dayAndTimeOf(at)}</time>
    </div>
  );
}

type Detail = NonNullable<ListedAudit["detail"]>[string];
type Named = Readonly<Record<string, string>>;

/** One thing that an entry says more; what this page has no words for stands as it is. */
function inWords([key, value]: [string, Detail]): string {
  const name = (words.auditDetails as Named)[key] ?? key;
  const shown = key === "expires" && typeof value === "number"
    ? dayAndTimeOf(value)
    : valueInWords(key, value);
  return words.aboutOne(name, shown);
}

/** What somebody has written themselves is no word of the page's. */
function valueInWords(key: string, value: Detail): string {
  const text = String(value);
  if (key === "setting") return (words.settingNames as Named)[text.replaceAll("_", "-")] ?? text;
  const own = key === "value" ? words.settingValues as Named : undefined;
  if (key === "set") {
    return text.split(" ").map((each) => (words.auditDetails as Named)[each] ?? each).join(", ");
  }
  if (["name", "nickname", "invitedBy"].includes(key)) return text;
  return own?.[text] ?? (words.auditValues as Named)[text] ?? text;
}
