/** How far the walk through what may be too old has got; see retention.ts. */
import type { FileAge } from "../store/stored_retention.ts";

/** A room, or what is private, and the number of the last message that was looked at. */
export interface MessagesPlace {
  readonly messages: string | null;
  after: number;
}

/** The files, and the last one that was looked at. */
export interface FilesPlace {
  readonly files: true;
  after: FileAge | undefined;
}

/** It belongs to the server that walks, and is no state. */
export class RetentionWalk {
  /** What is still to be gone through, the next one last. */
  places: (MessagesPlace | FilesPlace)[] = [];
  /** When the next round begins. */
  next = 0;
}
