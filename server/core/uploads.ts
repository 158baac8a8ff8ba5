/**
 * Files on their way in: announced, sent in pieces, checked, and only then anything that others see. What may be
 * refused is refused before the first byte. Whoever announces an upload again takes it over where its bytes ended.
 */
import type { Answer, Command } from "./commands.ts";
import type { Caller, Core } from "./core.ts";
import { sessionOf } from "./core.ts";
import type { Decision } from "./decision.ts";
import { Fault, quote } from "./faults.ts";
import { checkFileName, checkFilePath } from "./file_names.ts";
import { LIMITS } from "./limits.ts";
import { appear } from "./messages.ts";
import type { Person } from "./presence.ts";
import { findRecipient } from "./recipients.ts";
import { memberRoom } from "./rooms.ts";
import { personIdOf } from "./sessions.ts";
import type { StoredFile, UploadPlace } from "./store.ts";
import type { Inlet } from "./vault.ts";

/** What the type of a folder is called. */
export const FOLDER_TYPE = "inode/directory";

const MD5 = /^[0-9a-f]{32}$/i;

interface Upload {
  readonly file: StoredFile;
  readonly inlet: Inlet;
  /** Who sends it now; null: whoever of the same person goes on. */
  holder: Caller | null;
  /** When it was last used. */
  usedAt: number;
  /** Ends with what is being done to the inlet now. */
  work: Promise<unknown>;
}

/** How long an upload that nobody sends stays open with its hashes. */
const PARKED_MS = 60_000;

/** The uploads that are open: each with one sender at a time. */
export class Uploads {
  readonly #byFile = new Map<string, Upload>();

  get size(): number {
    return this.#byFile.size;
  }

  has(id: string): boolean {
    return this.#byFile.has(id);
  }

  /** How many this caller is sending. */
  countOf(holder: Caller): number {
    return Array.from(this.#byFile.values()).filter((upload) => upload.holder === holder).length;
  }

  /** Makes a caller the one who sends a file; whoever did before can't any more. */
  async take(core: Core, file: StoredFile, holder: Caller): Promise<Upload> {
    const before = this.#byFile.get(file.id);
    if (before) {
      before.holder = holder;
      before.usedAt = core.clock();
      await before.work.catch(() => {});
      return before;
    }
    const opening = core.vault.open(file.id);
    const inlet = await opening;
    const meanwhile = this.#byFile.get(file.id);
    if (meanwhile) {
      await inlet.close();
      meanwhile.holder = holder;
      return meanwhile;
    }
    const upload: Upload = { file, inlet, holder, usedAt: core.clock(), work: Promise.resolve() };
    this.#byFile.set(file.id, upload);
    return upload;
  }

  /** The upload that a caller is sending. @throws unknown_file */
  async held(core: Core, id: string, caller: Caller): Promise<Upload> {
    const upload = this.#byFile.get(id);
    if (upload?.holder === caller) return upload;
    const free = upload === undefined ? caller.takesOver : upload.holder === null || caller.takesOver;
    const file = upload?.file ?? core.store.file(id);
    if (free && file?.state === "partial" && !file.isFolder && file.owner === personIdOf(core, caller)) {
      return await this.take(core, file, caller);
    }
    throw new Fault(
      "unknown_file",
      `Cannot send file ${quote(id)}: you are not sending it; announce it with "upload"`,
    );
  }

  /** Does one thing to an upload's bytes, after everything before it. */
  work<T>(upload: Upload, task: (inlet: Inlet) => Promise<T>): Promise<T> {
    const result = upload.work.catch(() => {}).then(() => task(upload.inlet));
    upload.work = result;
    return result;
  }

  /** Ends an upload; its bytes stay. */
  async close(id: string): Promise<void> {
    const upload = this.#byFile.get(id);
    this.#byFile.delete(id);
    if (!upload) return;
    await upload.work.catch(() => {});
    await upload.inlet.close();
  }

  /** A caller sends no more: what it sent stays open for a moment, so that its person may go on. */
  release(core: Core, holder: Caller): void {
    for (const upload of this.#byFile.values()) {
      if (upload.holder !== holder) continue;
      upload.holder = null;
      upload.usedAt = core.clock();
    }
  }

  /** Closes what nobody has gone on with. */
  closeIdle(now: number): void {
    for (const [id, upload] of this.#byFile) {
      if (upload.holder === null && upload.usedAt < now - PARKED_MS) void this.close(id);
    }
  }

  /** Ends all of them. */
  async closeAll(): Promise<void> {
    await Promise.all(Array.from(this.#byFile.keys(), (id) => this.close(id)));
  }
}

/**
 * Announces a file and says where to begin, or to go on.
 * @throws bad_file bad_request file_too_large quota_exceeded disk_full too_many_uploads unknown_room not_member
 *   unknown_nickname mailbox_full unknown_file
 */
export async function upload(
  core: Core,
  caller: Caller,
  asked: Command<"upload">,
): Promise<Decision<Answer<"upload">>> {
  const { person } = sessionOf(caller);
  const file = announced(core, person, asked);
  if (file.isFolder) return announce(core, file);
  if (
    core.uploads.countOf(caller) >= LIMITS.uploadsPerConnectionMax ||
    core.uploads.size >= core.bounds.uploadsMax
  ) {
    throw new Fault("too_many_uploads", "Cannot begin another upload: finish one first", {
      retryAfterMs: 1_000,
    });
  }
  const again = asked.unchecked ? undefined : core.store.partial(file as UploadPlace);
  if (!again) await reserve(core, file);
  const known = again ?? file;
  const { inlet } = await core.uploads.take(core, known, caller);
  if (!caller.session) core.uploads.release(core, caller);
  if (asked.as !== undefined) (caller.handles ??= new Map()).set(asked.as, known.id);
  return {
    writes: [{ kind: "file.used", id: known.id, at: core.clock() }],
    settle: () => ({ reply: { file: known.id, offset: inlet.offset } }),
  };
}

/** Adds the bytes that follow. @throws unknown_file wrong_offset file_too_large disk_full storage_failed */
export async function chunk(
  core: Core,
  caller: Caller,
  asked: Command<"chunk">,
): Promise<Decision<Answer<"chunk">>> {
  const held = await core.uploads.held(core, fileIdOf(caller, asked.file), caller);
  const { size } = held.file;
  const offset = await core.uploads.work(held, async (inlet) => {
    if (asked.offset !== inlet.offset) {
      throw new Fault(
        "wrong_offset",
        `Cannot add bytes at ${asked.offset}: the next ones go to ${inlet.offset}`,
      );
    }
    if (asked.offset + asked.data.length > size) {
      throw new Fault(
        "file_too_large",
        `Cannot add ${asked.data.length} bytes at ${asked.offset}: the file was announced with ${size}`,
      );
    }
    await inlet.append(asked.data);
    held.usedAt = core.clock();
    return inlet.offset;
  });
  return { settle: () => ({ reply: { offset } }) };
}

/**
 * Checks what has arrived; equal, it appears to the room or the receiver, and otherwise nobody sees anything.
 * @throws unknown_file incomplete md5_mismatch not_member storage_failed
 */
export async function finish(
  core: Core,
  caller: Caller,
  asked: Command<"finish">,
): Promise<Decision<Answer<"finish">>> {
  const session = sessionOf(caller);
  const id = fileIdOf(caller, asked.file);
  const known = core.store.file(id);
  if (known?.owner === session.person.id) {
    if (known.state === "stored") return finished(core, known);
    if (known.isFolder) return finishFolder(core, caller, known);
  }
  const held = await core.uploads.held(core, id, caller);
  const { file } = held;
  if (held.inlet.offset !== file.size) {
    throw new Fault("incomplete", `Cannot finish: ${held.inlet.offset} of ${file.size} bytes have arrived`);
  }
  const hashes = await core.uploads.work(held, (inlet) => inlet.finish());
  if (file.md5 !== "" && hashes.md5 !== file.md5) return discard(core, file, hashes.md5);
  const type = await core.vault.sniff(file.id);
  await core.uploads.close(file.id);
  const stored: StoredFile = { ...file, ...hashes, type, state: "stored" };
  const write = { kind: "file.stored", id: file.id, size: file.size, ...hashes, type } as const;
  if (file.folder !== null) return { writes: [write], settle: () => ({ reply: { ...hashes, type } }) };
  const appearing = appear(core, session, stored);
  return {
    ...appearing,
    writes: [write, ...appearing.writes],
    settle() {
      const { reply, tell } = appearing.settle();
      return { reply: { ...hashes, type, ...reply }, ...(tell && { tell }) };
    },
  };
}

/** Says once more what a finished upload came to: its sender may have lost the answer. */
function finished(core: Core, { id: file, md5, sha256, type }: StoredFile): Decision<Answer<"finish">> {
  return {
    settle() {
      const message = core.store.messageOfFile(file);
      return {
        reply: { md5, sha256, type, ...(message && { id: message.id, seq: message.seq, at: message.at }) },
      };
    },
  };
}

async function discard(core: Core, file: StoredFile, md5: string): Promise<Decision<never>> {
  await core.uploads.close(file.id);
  await core.vault.remove([file.id]);
  return {
    writes: [{ kind: "file.remove", id: file.id }],
    settle() {
      throw new Fault(
        "md5_mismatch",
        `Cannot finish: the bytes have MD5 ${md5}, announced was ${file.md5}; send them again`,
      );
    },
  };
}

function finishFolder(core: Core, caller: Caller, folder: StoredFile): Decision<Answer<"finish">> {
  const files = core.store.filesInFolder(folder.id);
  const open = files.find((file) => file.state === "partial");
  if (open) throw new Fault("incomplete", `Cannot finish the folder: ${quote(open.name)} is not finished`);
  const size = files.reduce((sum, file) => sum + Math.max(0, file.size), 0);
  const stored: StoredFile = { ...folder, size, state: "stored" };
  const appearing = appear(core, sessionOf(caller), stored);
  return {
    ...appearing,
    writes: [
      { kind: "file.stored", id: folder.id, size, md5: "", sha256: "", type: FOLDER_TYPE },
      ...appearing.writes,
    ],
    settle() {
      const { reply, tell } = appearing.settle();
      return { reply: { md5: "", sha256: "", type: FOLDER_TYPE, ...reply }, ...(tell && { tell }) };
    },
  };
}

/** A folder, or an empty folder within one: nothing but a name. */
function announce(core: Core, file: StoredFile): Decision<Answer<"upload">> {
  checkQuota(core, file);
  const again = file.folder === null
    ? undefined
    : core.store.filesInFolder(file.folder).find(({ isFolder, name }) => isFolder && name === file.name);
  if (again) return { settle: () => ({ reply: { file: again.id, offset: 0 } }) };
  return { writes: [{ kind: "file.add", file }], settle: () => ({ reply: { file: file.id, offset: 0 } }) };
}

/** Keeps a place for the bytes, or refuses before the first of them. */
async function reserve(core: Core, file: StoredFile): Promise<void> {
  checkQuota(core, file);
  const free = await core.vault.free();
  if (free - file.size < core.bounds.freeBytesKept) {
    throw new Fault("disk_full", `Cannot take ${file.size} bytes: the server's disk is nearly full`, {
      detail: `${free} bytes are free`,
    });
  }
  await core.store.commit([{ kind: "file.add", file }]);
  // Another announcement may have passed the first check at the same time; the sum now holds both.
  try {
    checkQuota(core, { ...file, size: 0 });
  } catch (error) {
    await core.store.commit([{ kind: "file.remove", id: file.id }]);
    throw error;
  }
}

function checkQuota(core: Core, file: StoredFile): void {
  const { quotaBytes, quotaAllBytes } = core.bounds;
  const own = core.store.bytesKept(file.owner) + Math.max(0, file.size);
  if (own > quotaBytes) {
    throw new Fault(
      "quota_exceeded",
      `Cannot take this file: all yours together may have ${quotaBytes} bytes; recall some`,
    );
  }
  if (core.store.bytesKept() + Math.max(0, file.size) > quotaAllBytes) {
    throw new Fault(
      "quota_exceeded",
      `Cannot take this file: the server keeps ${quotaAllBytes} bytes of files at the most`,
    );
  }
}

function announced(core: Core, person: Person, asked: Command<"upload">): StoredFile {
  const file: StoredFile = {
    id: core.newId(),
    owner: person.id,
    ownerName: person.nickname,
    ...placeOf(core, person, asked),
    isFolder: asked.folder === true,
    name: typeof asked.folder === "string" ? checkFilePath(asked.name) : checkFileName(asked.name),
    size: 0,
    md5: "",
    sha256: "",
    type: FOLDER_TYPE,
    state: "partial",
    offer: null,
    createdAt: core.clock(),
  };
  if (asked.folder === true) return file;
  if (asked.size === -1 && file.folder !== null) {
    return { ...file, isFolder: true, size: -1, state: "stored" };
  }
  const { size, md5 } = asked;
  if (size === undefined || !Number.isSafeInteger(size) || size < 0) {
    throw new Fault("bad_file", 'Cannot take this file: "size" is its number of bytes');
  }
  if (asked.unchecked ? md5 !== undefined : md5 === undefined || !MD5.test(md5)) {
    throw new Fault("bad_file", 'Cannot take this file: "md5" is 32 hexadecimal digits');
  }
  if (size > core.bounds.fileBytesMax) {
    throw new Fault(
      "file_too_large",
      `Cannot take ${size} bytes: a file may have ${core.bounds.fileBytesMax}`,
    );
  }
  return { ...file, size, md5: md5?.toLowerCase() ?? "", type: "" };
}

/** A file's id, or what its sender calls it. */
function fileIdOf(caller: Caller, file: string): string {
  return caller.handles?.get(file) ?? file;
}

function placeOf(
  core: Core,
  person: Person,
  asked: Command<"upload">,
): Pick<StoredFile, "room" | "peer" | "peerName" | "folder"> {
  const nowhere = { room: null, peer: null, peerName: null, folder: null };
  if (typeof asked.folder === "string") {
    const folder = core.store.file(asked.folder);
    if (
      !folder?.isFolder || folder.owner !== person.id || folder.folder !== null || folder.state !== "partial"
    ) {
      throw new Fault(
        "unknown_file",
        `Cannot add to folder ${quote(asked.folder)}: it is none that you are sending`,
      );
    }
    if (core.store.filesInFolder(folder.id).length >= LIMITS.folderFilesMax) {
      throw new Fault(
        "bad_file",
        `Cannot add to the folder: it holds ${LIMITS.folderFilesMax} files already`,
      );
    }
    return { room: folder.room, peer: folder.peer, peerName: folder.peerName, folder: folder.id };
  }
  if ((asked.room === undefined) === (asked.to === undefined)) {
    throw new Fault("bad_request", 'Cannot upload: name either a "room" or somebody in "to"');
  }
  if (asked.room !== undefined) {
    return { ...nowhere, room: memberRoom(core, person, asked.room, "upload to").id };
  }
  const receiver = findRecipient(core, asked.to!);
  if (receiver.person === person.id) {
    throw new Fault("bad_request", "Cannot offer a file to yourself: send it to somebody else or to a room");
  }
  return { ...nowhere, peer: receiver.person, peerName: receiver.nickname };
}
