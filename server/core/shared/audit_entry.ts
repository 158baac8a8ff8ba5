/** What stands in the audit log: who did what to whom, when and from where. */

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
