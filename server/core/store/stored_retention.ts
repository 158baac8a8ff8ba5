/** What the end of old messages and files needs of the store; part of store.ts. */

/** A place in the list of files, by age. */
export interface FileAge {
  createdAt: number;
  id: string;
}

/** Messages of one room, or private ones, go with all that belongs to them but their files; and what happened in the room before. */
export interface RetentionWrite {
  kind: "messages.end";
  room: string | null;
  seqs: readonly number[];
}

/** What is old, a bounded piece at a time. */
export interface RetentionStore {
  /** The messages of a room, or the private ones, after this number, oldest first. */
  messagesAfter(room: string | null, seq: number, limit: number): { id: string; seq: number; at: number }[];
  /** Finished files and folders that are older than this, from the place on, oldest first. */
  filesBefore(time: number, after: FileAge | undefined, limit: number): FileAge[];
  /** Whether a message is pinned, and whether one is that brought a file. */
  isPinned(seq: number): boolean;
  isFilePinned(file: string): boolean;
  /** Whether a private message has still to be delivered to somebody. */
  isAwaited(seq: number): boolean;
}
