/** What the store in memory does with files; part of memory_state.ts and memory_store.ts. */
import { fileInfo } from "../../server/core/files/file_access.ts";
import { fileGroupOf, type ListedFile } from "../../server/core/shared/events.ts";
import { searchForm } from "../../server/core/shared/search_form.ts";
import {
  Contradiction,
  type PageQuery,
  type StoredMessage,
  type Write,
  type WriteKind,
} from "../../server/core/store/store.ts";
import {
  type FileFilter,
  type FileStore,
  isDeposit,
  type StoredFile,
  type UploadPlace,
} from "../../server/core/store/stored_files.ts";
import type { MemoryState } from "./memory_state.ts";

/** A file as it is kept. */
export interface KeptFile extends StoredFile {
  usedAt: number;
}

/** An answer to an offer as it is kept. */
export interface OfferAnswer {
  seq: number;
  at: number;
  from: string;
  message: number;
  kind: "accepted" | "refused";
}

type FileKind = Extract<WriteKind, `file.${string}` | "offer.answer">;
type WriteHandlers = { [K in FileKind]: (state: MemoryState, write: Extract<Write, { kind: K }>) => void };

/** Write about a file → what it does. */
export const FILE_WRITE_HANDLERS: WriteHandlers = {
  "file.add"(state, { file }) {
    if (state.files.some((other) => other.id === file.id)) throw new Contradiction("is there");
    state.files = [...state.files, { ...file, usedAt: file.createdAt }];
  },
  "file.stored"(state, { id, size, md5, sha256, type }) {
    const file = state.files.find((each) => each.id === id && each.state === "partial");
    if (!file) throw new Contradiction("is not there");
    const offer = file.peer !== null && file.folder === null ? "waiting" : null;
    change(state, (each) => each === file, { size, md5, sha256, type, offer, state: "stored" });
  },
  "file.used"(state, { id, at }) {
    const folder = state.files.find((file) => file.id === id)?.folder;
    change(state, (file) => file.id === id || file.id === folder, { usedAt: at });
  },
  "file.place"(state, { id, room, peer, peerName }) {
    const file = state.files.find((each) => each.id === id && each.state === "stored" && isDeposit(each));
    if (!file) throw new Contradiction("is no deposit");
    change(state, (each) => each === file, { room, peer, peerName, offer: peer === null ? null : "waiting" });
  },
  "file.remove"(state, { id }) {
    const gone = state.files.some((file) => file.id === id && (file.state === "partial" || isDeposit(file)));
    if (gone) state.files = state.files.filter((file) => file.id !== id && file.folder !== id);
  },
  "file.forget"(state, { id }) {
    state.files = state.files.filter((file) => file.id !== id && file.folder !== id);
  },
  "file.gone": (state, { id }) => endFile(state, id),
  "offer.answer"(state, { file: id, seq, at, from, message, accepted }) {
    const file = state.files.find((each) =>
      each.id === id && each.offer === "waiting" && each.state === "stored"
    );
    if (!file) throw new Contradiction("is answered");
    const kind = accepted ? "accepted" : "refused";
    change(state, (each) => each === file, { offer: kind });
    if (!accepted) endFile(state, id);
    state.answers = [...state.answers, { seq, at, from, message, kind }];
  },
};

/** Files as the core asks for them. */
export class MemoryFiles implements FileStore {
  readonly #state: () => MemoryState;
  readonly #messages: (query: PageQuery) => StoredMessage[];

  /** `messages`: those of a conversation, oldest first. */
  constructor(state: () => MemoryState, messages: (query: PageQuery) => StoredMessage[]) {
    this.#state = state;
    this.#messages = messages;
  }

  find(id: string): StoredFile | undefined {
    return this.#find((file) => file.id === id);
  }

  usedAt(id: string): number | undefined {
    return this.#state().files.find((file) => file.id === id)?.usedAt;
  }

  partial(place: UploadPlace): StoredFile | undefined {
    const names = ["owner", "room", "peer", "folder", "name", "size", "md5"] as const;
    return this.#find((file) =>
      file.state === "partial" && !file.isFolder && names.every((name) => file[name] === place[name])
    );
  }

  inFolder(folder: string): StoredFile[] {
    const files = this.#state().files.filter((file) => file.folder === folder);
    return files.toSorted((a, b) => a.name < b.name ? -1 : 1).map(stored);
  }

  at(folder: string, path: string): StoredFile | undefined {
    return this.#find((file) => file.folder === folder && file.name === path);
  }

  countIn(folder: string): number {
    return this.inFolder(folder).length;
  }

  isAbove(folder: string, path: string): boolean {
    return this.inFolder(folder).some((file) => file.name.startsWith(`${path}/`));
  }

  list(query: PageQuery, { name = "", kind }: FileFilter = {}) {
    const firsts = new Map<string, StoredMessage>();
    for (const message of this.#state().messages.toSorted((a, b) => a.seq - b.seq)) {
      if (message.seq <= (query.from ?? 0)) continue;
      if (message.file !== null && !firsts.has(message.file)) firsts.set(message.file, message);
    }
    const files: ListedFile[] = [];
    for (const { seq, file: id, id: message, from, at } of this.#messages(query).toReversed()) {
      const file = id === null || firsts.get(id)?.seq !== seq ? undefined : this.find(id);
      if (file?.state !== "stored" || !searchForm(file.name).includes(name)) continue;
      if (kind === undefined || fileGroupOf(file.type) === kind) {
        files.push({ ...fileInfo(file), message, from, at });
      }
    }
    return { files: files.slice(0, query.limit), more: files.length > query.limit };
  }

  offeredTo(person: string, limit: number): StoredFile[] {
    const { files, messages, recipients } = this.#state();
    const isHidden = (id: string) =>
      recipients.some(({ seq, hidden }) =>
        hidden && messages.some((message) => message.seq === seq && message.file === id)
      );
    const waiting = files.filter((file) =>
      file.peer === person && file.offer === "waiting" && file.state === "stored" && !isHidden(file.id)
    );
    return waiting.toSorted((a, b) => a.id < b.id ? -1 : 1).slice(0, limit).map(stored);
  }

  idsOfRoom(room: string): string[] {
    return this.#state().files.filter((file) => file.room === room).map((file) => file.id);
  }

  partialsBefore(time: number): string[] {
    const old = this.#state().files.filter((file) => file.state === "partial" && file.usedAt < time);
    return old.map((file) => file.id);
  }

  depositsBefore(time: number): string[] {
    return this.#deposits().filter((file) => file.usedAt < time).map((file) => file.id);
  }

  depositsOf(owner: string): number {
    return this.#deposits().filter((file) => file.owner === owner).length;
  }

  bytesKept(owner?: string): number {
    return this.#state().files
      .filter((file) =>
        file.state === "stored" && !file.isFolder && (owner === undefined || file.owner === owner)
      )
      .reduce((sum, file) => sum + Math.max(0, file.size), 0);
  }

  #deposits(): KeptFile[] {
    return this.#state().files.filter((file) => file.state === "stored" && isDeposit(file));
  }

  #find(isIt: (file: KeptFile) => boolean): StoredFile | undefined {
    const found = this.#state().files.find(isIt);
    return found && stored(found);
  }
}

function stored({ usedAt: _usedAt, ...file }: KeptFile): StoredFile {
  return { ...file };
}

function endFile(state: MemoryState, id: string): void {
  change(state, (file) => file.id === id || file.folder === id, { state: "gone" });
}

function change(
  state: MemoryState,
  isIt: (file: Readonly<KeptFile>) => boolean,
  fields: Partial<KeptFile>,
): void {
  state.files = state.files.map((file) => isIt(file) ? Object.freeze({ ...file, ...fields }) : file);
}
