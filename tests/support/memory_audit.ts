/** The audit log in memory. */
import { searchForm } from "../../server/core/shared/search_form.ts";
import type { Write, WriteKind } from "../../server/core/store/store.ts";
import type { ListedAudit } from "../../server/core/shared/audit_entry.ts";
import type { AuditQuery, AuditStore } from "../../server/core/store/stored_audit.ts";
import type { MemoryState } from "./memory_state.ts";

type AuditKind = Extract<WriteKind, `audit.${string}`>;
type WriteHandlers = { [K in AuditKind]: (state: MemoryState, write: Extract<Write, { kind: K }>) => void };

/** What each write does. */
export const AUDIT_WRITE_HANDLERS: WriteHandlers = {
  "audit.add"(state, { entry }) {
    const id = state.lastAudit + 1;
    state.lastAudit = id;
    state.audit = [...state.audit, { id, ...entry }];
  },
  "audit.expire"(state, { before, atMost }) {
    const old = state.audit.filter(({ at }) => at < before).toSorted((a, b) => a.at - b.at).slice(0, atMost);
    state.audit = state.audit.filter((entry) => !old.includes(entry));
  },
};

/** Reads. */
export class MemoryAudit implements AuditStore {
  readonly #state: () => MemoryState;

  constructor(state: () => MemoryState) {
    this.#state = state;
  }

  list({ since = 0, after, before, rooms, text = "", limit }: AuditQuery): ListedAudit[] {
    const form = searchForm(text);
    const found = this.#state().audit.filter((entry) =>
      entry.id > (after ?? 0) && entry.id < (before ?? Infinity) && entry.at >= since &&
      (!entry.hidden || !rooms || rooms.includes(entry.room ?? "")) &&
      searchForm(
        [entry.actorName, entry.subjectName, entry.roomName, entry.from, entry.action].filter((each) =>
          each !== null
        ).join("\n"),
      ).includes(form)
    );
    return (after === undefined ? found.toReversed() : found).slice(0, limit);
  }

  hasBefore(time: number): boolean {
    return this.#state().audit.some(({ at }) => at < time);
  }
}
