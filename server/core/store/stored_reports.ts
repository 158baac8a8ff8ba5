/** What is kept of reported messages; part of store.ts. */

/** A message that somebody has reported, as it was then. */
export interface StoredReport {
  id: string;
  at: number;
  /** Who reported it, by id and name. */
  reporter: string;
  reporterName: string;
  /** The message's id, and whose it is. */
  message: string;
  author: string;
  authorName: string;
  /** Null: it is a private message. */
  room: string | null;
  roomName: string | null;
  text: string;
  /** The name of its file. */
  file: string | null;
  /** What the reporter says about it. */
  why: string;
  closedAt: number | null;
  closedBy: string | null;
}

/** One thing to keep of it. */
export type ReportWrite =
  | { kind: "report.add"; report: StoredReport }
  | { kind: "report.close"; id: string; at: number; by: string }
  /** Those that were closed before this go. */
  | { kind: "reports.expire"; closedBefore: number };

/** Reports as the core asks for them; part of the store. */
export interface ReportStore {
  find(id: string): StoredReport | undefined;
  /** Open ones the oldest first, after this one; or closed ones the newest first, before it. */
  list(query: { closed: boolean; beyond?: string; limit: number }): StoredReport[];
  /** How many are open, of one person or of everybody. */
  openCount(reporter?: string): number;
  /** Whether somebody has reported it; `by`: this person, and the report is open. */
  hasMessage(message: string, by?: string): boolean;
}
