/** What is kept of who did what: entries are added and, when they are old enough, go; nothing changes one. Part of store.ts. */
import type { AuditEntry, ListedAudit } from "../shared/audit_entry.ts";

/** One thing to keep of it. */
export type AuditWrite =
  | { kind: "audit.add"; entry: AuditEntry }
  /** The oldest that are older than this go, so many and no more. */
  | { kind: "audit.expire"; before: number; atMost: number };

/** Which entries. */
export interface AuditQuery {
  /** Not older than this. */
  since?: number;
  /** After this one, oldest first; or before this one, newest first. */
  after?: number;
  before?: number;
  /** Of private rooms those alone, by id; left out: of all. */
  rooms?: readonly string[];
  /** A part of one of the names, of the address or of what was done. */
  text?: string;
  limit: number;
}

/** The audit log as the core asks for it; part of the store. */
export interface AuditStore {
  /** With `before` or without either the newest first, with `after` the oldest first. */
  list(query: AuditQuery): ListedAudit[];
  /** Whether there is an entry older than this. */
  hasBefore(time: number): boolean;
}
