/** Reported messages in memory. */
import { Contradiction, type Write, type WriteKind } from "../../server/core/store/store.ts";
import type { ReportStore, StoredReport } from "../../server/core/store/stored_reports.ts";
import type { MemoryState } from "./memory_state.ts";

type ReportKind = Extract<WriteKind, `report.${string}` | "reports.expire">;
type WriteHandlers = { [K in ReportKind]: (state: MemoryState, write: Extract<Write, { kind: K }>) => void };

/** What each write does. */
export const REPORT_WRITE_HANDLERS: WriteHandlers = {
  "report.add"(state, { report }) {
    state.reports = [...state.reports, report];
  },
  "report.close"(state, { id, at, by }) {
    if (!state.reports.some((each) => each.id === id && each.closedAt === null)) {
      throw new Contradiction("is closed");
    }
    state.reports = state.reports.map((each) =>
      each.id === id ? Object.freeze({ ...each, closedAt: at, closedBy: by }) : each
    );
  },
  "reports.expire"(state, { closedBefore }) {
    state.reports = state.reports.filter(({ closedAt }) => closedAt === null || closedAt >= closedBefore);
  },
};

/** Reads. */
export class MemoryReports implements ReportStore {
  readonly #state: () => MemoryState;

  constructor(state: () => MemoryState) {
    this.#state = state;
  }

  find(id: string): StoredReport | undefined {
    return this.#state().reports.find((each) => each.id === id);
  }

  list({ closed, beyond, limit }: { closed: boolean; beyond?: string; limit: number }): StoredReport[] {
    const all = this.#state().reports.filter(({ closedAt }) => (closedAt !== null) === closed)
      .toSorted((a, b) => a.id < b.id ? -1 : 1);
    const found = closed
      ? all.filter(({ id }) => beyond === undefined || id < beyond).toReversed()
      : all.filter(({ id }) => beyond === undefined || id > beyond);
    return found.slice(0, limit);
  }

  openCount(reporter?: string): number {
    return this.#state().reports.filter((each) =>
      each.closedAt === null && (reporter === undefined || each.reporter === reporter)
    ).length;
  }

  hasMessage(message: string, by?: string): boolean {
    return this.#state().reports.some((each) =>
      each.message === message && (by === undefined || each.reporter === by && each.closedAt === null)
    );
  }
}
