/** What is kept of files besides their bytes, and what the core asks of it; part of store.ts. */
import type { FileGroup, ListedFile, OfferState } from "../shared/events.ts";
import type { PageQuery } from "./store.ts";

/** What a list of files is narrowed to. */
export interface FileFilter {
  /** A part of the name, as words are compared (shared/search_form.ts). */
  name?: string;
  kind?: FileGroup | undefined;
}

/** A file or folder as it is kept; its bytes are in the blob store under its id. */
export interface StoredFile {
  id: string;
  owner: string;
  ownerName: string;
  /** One of these two: a room's id, or the person it is for; of a deposit neither. */
  room: string | null;
  peer: string | null;
  peerName: string | null;
  /** The folder it is part of. */
  folder: string | null;
  isFolder: boolean;
  name: string;
  size: number;
  md5: string;
  sha256: string;
  type: string;
  /** partial: not all there · stored: can be had · gone: recalled, refused, or swept away */
  state: "partial" | "stored" | "gone";
  offer: OfferState | null;
  createdAt: number;
}

/** Whether a file is a deposit: it is in no conversation yet. */
export function isDeposit({ room, peer, folder }: Pick<StoredFile, "room" | "peer" | "folder">): boolean {
  return room === null && peer === null && folder === null;
}

/** What an upload is known again by. */
export interface UploadPlace {
  owner: string;
  room: string | null;
  peer: string | null;
  folder: string | null;
  name: string;
  size: number;
  md5: string;
}

/** One thing to keep about a file. */
export type FileWrite =
  | { kind: "file.add"; file: StoredFile }
  | { kind: "file.stored"; id: string; size: number; md5: string; sha256: string; type: string }
  | { kind: "file.used"; id: string; at: number }
  /** A deposit belongs to a room, or is offered to somebody, from now on. */
  | { kind: "file.place"; id: string; room: string | null; peer: string | null; peerName: string | null }
  | { kind: "file.remove"; id: string }
  | { kind: "file.gone"; id: string }
  /** With what is in it, if it is a folder; no message belongs to it any more. */
  | { kind: "file.forget"; id: string }
  | {
    kind: "offer.answer";
    file: string;
    seq: number;
    at: number;
    from: string;
    message: number;
    accepted: boolean;
  };

/** Files as the core asks for them; part of the store. */
export interface FileStore {
  find(id: string): StoredFile | undefined;
  /** When it was last used, where there is one; milliseconds since 1970. */
  usedAt(id: string): number | undefined;
  /** A partial of the same sender, place, name, size and hash. */
  partial(place: UploadPlace): StoredFile | undefined;
  /** What is in a folder, by path, partial ones too. */
  inFolder(folder: string): StoredFile[];
  /** What a folder has under a path. */
  at(folder: string, path: string): StoredFile | undefined;
  countIn(folder: string): number;
  /** Whether anything in a folder has a path that goes through this one. */
  isAbove(folder: string, path: string): boolean;
  /** Files of a conversation, newest first, each where it first appeared. */
  list(query: PageQuery, filter?: FileFilter): { files: ListedFile[]; more: boolean };
  /** Private files and folders that wait for this person's answer, the oldest first. */
  offeredTo(person: string, limit: number): StoredFile[];
  /** Ids of everything in a room, for its end. */
  idsOfRoom(room: string): string[];
  /** Ids of partials that nobody has continued since then. */
  partialsBefore(time: number): string[];
  /** Ids of finished deposits that were last used before then. */
  depositsBefore(time: number): string[];
  /** How many finished deposits an account has. */
  depositsOf(owner: string): number;
  /** Bytes of all files that are finished, of one person or of everybody. */
  bytesKept(owner?: string): number;
}
