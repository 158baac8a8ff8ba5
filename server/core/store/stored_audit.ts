/** What is kept of who did what: entries are added and, when they are old enough, go; nothing changes one. Part of store.ts. */

/** One entry of the audit log. Names are those of the moment. */
export interface AuditEntry {
  /** Milliseconds since 1970. */
  at: number;
  /** The address it came from, or `operator`; null where the server did it by itself. */
  from: string | null;
  /** Who did it, by id and by name; no id: the operator, or nobody known. */
  actor: string | null;
  actorName: string | null;
  /** What was done: a kind of proposal, or a narrower word. */
  action: string;
  /** To whom, or to what. */
  subject: string | null;
  subjectName: string | null;
  /** In which room. */
  room: string | null;
  roomName: string | null;
  /** The room is a private one: only its members, and whoever has the database, learn of it. */
  hidden: boolean;
  /** What else there is to know, as plain data: never a text that somebody wrote, never a secret. */
  detail: Readonly<Record<string, string | number | boolean | null>> | null;
}

/** An entry as it is read, with the number that tells its place. */
export interface ListedAudit extends AuditEntry {
  id: number;
}

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
