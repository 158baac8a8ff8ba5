/** Messages that people have reported, with the text as it was. */
import { useSignal } from "@preact/signals";
import type { Report } from "../../../server/core/shared/admin_commands.ts";
import { dayAndTimeOf } from "../chat/time.tsx";
import { Segmented } from "../segmented.tsx";
import { words } from "../words.ts";
import { useAdmin } from "./ask_admin.ts";
import { PagedList, type Pages, Sure, usePages } from "./pages.tsx";

const PAGE = 50;

export function Reports() {
  const ask = useAdmin();
  const which = useSignal<"open" | "closed">("open");
  const closed = which.value === "closed";
  const pages = usePages<Report>(async (_, last) => {
    const after = last === undefined ? {} : { after: last.id };
    const { reports, more } = await ask("report.list", { closed, ...after, limit: PAGE });
    return { items: reports, more };
  }, closed);
  return (
    <>
      <Segmented
        label={words.adminTabs.reports}
        options={[{ value: "open", label: words.reportsOpen }, {
          value: "closed",
          label: words.reportsClosed,
        }]}
        chosen={which.value}
        onChoose={(value) => which.value = value}
      />
      <PagedList pages={pages} none={words.noReports} keyOf={({ id }) => id}>
        {(report) => <OneReport report={report} pages={pages} />}
      </PagedList>
    </>
  );
}

function OneReport({ report, pages }: { report: Report; pages: Pages<Report> }) {
  const ask = useAdmin();
  const { id, at, by, from, room, text, file, why, message, removable, gone, closedAt, closedBy } = report;
  const remove = async () => {
    await ask("message.remove", { message });
    pages.change(report, { ...report, gone: true, removable: false });
  };
  const close = async () => {
    await ask("report.close", { report: id });
    await pages.reload();
  };
  const place = room === null ? words.reportInPrivate(from) : words.fromIn(from, room);
  return (
    <article class="admin-report">
      <p>
        <strong dir="auto">{place}</strong>
        <span>{gone ? words.reportGone : dayAndTimeOf(at)}</span>
      </p>
      <blockquote dir="auto">{text || file}</blockquote>
      <p dir="auto">{words.reportedBy(by, why)}</p>
      {closedAt !== null && closedBy !== null
        ? <p class="field-hint">{words.reportClosedBy(closedBy, dayAndTimeOf(closedAt))}</p>
        : (
          <div class="admin-deeds">
            {removable && (
              <Sure
                name={words.removeReported}
                what={from}
                act={() => void pages.attempt(remove)}
              />
            )}
            <button type="button" class="button button-plain" onClick={() => void pages.attempt(close)}>
              {words.closeReport}
            </button>
          </div>
        )}
    </article>
  );
}
