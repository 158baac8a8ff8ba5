/**
 * Files on their way in: announced, sent in pieces, checked, and only then anything that others see. What may be
 * refused is refused before the first byte. Whoever announces an upload again takes it over where its bytes ended.
 */
import type { Answer, Command } from "../shared/commands.ts";
import { admit, announced, checkDisk, checkPath, checkQuota, FOLDER_TYPE } from "./announcements.ts";
import type { Caller, Core } from "../core.ts";
import { sessionOf } from "../core.ts";
import type { Decision } from "../decision.ts";
import { idsOf } from "./downloads.ts";
import { Fault, quote } from "../shared/faults.ts";
import { appear, checkText } from "../messages/messages.ts";
import type { Upload } from "./open_uploads.ts";
import { Conflict } from "../store.ts";
import type { StoredFile, UploadPlace } from "./stored_files.ts";

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
  const { folder } = asked;
  const file = announced(
    core,
    person,
    typeof folder === "string" ? { ...asked, folder: fileIdOf(caller, folder) } : asked,
  );
  const there = file.folder === null ? undefined : core.store.files.at(file.folder, file.name);
  if (there && there.state === "stored") return inPlace(file, there);
  checkPath(core, file);
  if (file.isFolder) {
    name(caller, asked.as, file.id);
    return announce(core, file);
  }
  const again = asked.unchecked ? undefined : core.store.files.partial(file as UploadPlace);
  core.uploads.checkRoomFor(core, again ?? file, caller);
  if (!again) await core.uploads.inTurn(() => admit(core, file));
  const { id } = again ?? file;
  const { writer } = await core.uploads.take(core, again ?? file, caller);
  if (!caller.session) core.uploads.release(core, caller);
  name(caller, asked.as, id);
  return {
    writes: [{ kind: "file.used", id, at: core.clock() }],
    settle() {
      if (core.store.files.find(id)?.state === "partial") {
        return { reply: { file: id, offset: writer.offset } };
      }
      void core.uploads.close(id);
      throw new Conflict("another connection of the same person has finished it, or given it up");
    },
  };
}

/** What a folder has under this name already: the same is done, anything else is in the way. @throws bad_file */
function inPlace(file: StoredFile, there: StoredFile): Decision<Answer<"upload">> {
  if (there.size === file.size && there.md5 === file.md5) {
    return { settle: () => ({ reply: { file: there.id, offset: Math.max(0, there.size) } }) };
  }
  throw new Fault("bad_file", `Cannot add ${quote(file.name)}: the folder has another file of this name`);
}

/** A folder, or an empty folder within one: nothing but a name. */
function announce(core: Core, file: StoredFile): Decision<Answer<"upload">> {
  checkQuota(core, file.owner, 0);
  return { writes: [{ kind: "file.add", file }], settle: () => ({ reply: { file: file.id, offset: 0 } }) };
}

/** Adds the bytes that follow. @throws unknown_file wrong_offset file_too_large quota_exceeded disk_full too_many_uploads storage_failed */
export async function chunk(
  core: Core,
  caller: Caller,
  asked: Command<"chunk">,
): Promise<Decision<Answer<"chunk">>> {
  const held = await core.uploads.held(core, fileIdOf(caller, asked.file), caller);
  const { size } = held.file;
  const offset = await core.uploads.work(held, async (writer) => {
    if (asked.offset !== writer.offset) {
      throw new Fault(
        "wrong_offset",
        `Cannot add bytes at ${asked.offset}: the next ones go to ${writer.offset}`,
      );
    }
    if (asked.offset + asked.data.length > size) {
      throw new Fault(
        "file_too_large",
        `Cannot add ${asked.data.length} bytes at ${asked.offset}: the file was announced with ${size}`,
      );
    }
    await add(core, held, asked.data);
    held.usedAt = core.clock();
    return writer.offset;
  });
  return { settle: () => ({ reply: { offset } }) };
}

/** Adds bytes for which there is room now; from here on they count. @throws quota_exceeded disk_full storage_failed */
async function add(core: Core, { file, writer }: Upload, data: Uint8Array): Promise<void> {
  const { arrived } = core.uploads;
  checkQuota(core, file.owner, data.length);
  arrived.set(file.id, file.owner, writer.offset + data.length);
  try {
    await checkDisk(core, file.owner, data.length);
    await writer.append(data);
  } finally {
    arrived.set(file.id, file.owner, writer.offset);
  }
}

/**
 * Checks what has arrived; equal, it appears to the room or the receiver, and otherwise nobody sees anything.
 * @throws unknown_file incomplete md5_mismatch not_member storage_failed bad_text unknown_message bad_request
 */
export async function finish(
  core: Core,
  caller: Caller,
  asked: Command<"finish">,
): Promise<Decision<Answer<"finish">>> {
  const session = sessionOf(caller);
  if (asked.text !== undefined && asked.text !== "") checkText(asked.text, "finish");
  const fileId = fileIdOf(caller, asked.file);
  const known = core.store.files.find(fileId);
  if (known?.owner === session.person.id) {
    if (known.state === "stored") return finished(core, known);
    if (known.isFolder) return finishFolder(core, caller, known, asked);
  }
  const held = await core.uploads.held(core, fileId, caller);
  const { file } = held;
  if (held.writer.offset !== file.size) {
    throw new Fault("incomplete", `Cannot finish: ${held.writer.offset} of ${file.size} bytes have arrived`);
  }
  const hashes = await core.uploads.work(held, (writer) => writer.finish());
  if (file.md5 !== "" && hashes.md5 !== file.md5) return discard(core, file, hashes.md5);
  // Should its bytes have vanished, it begins anew.
  const type = await core.blobs.sniff(file.id).finally(() => core.uploads.close(file.id));
  const stored: StoredFile = { ...file, ...hashes, type, state: "stored" };
  const write = { kind: "file.stored", id: file.id, size: file.size, ...hashes, type } as const;
  const counted = () => core.uploads.arrived.forget(file.id);
  if (file.folder !== null) {
    return { writes: [write], settle: () => (counted(), { reply: { ...hashes, type } }) };
  }
  const appearing = appear(core, session, stored, asked);
  return {
    ...appearing,
    writes: [write, ...appearing.writes],
    settle() {
      const { reply, tell } = appearing.settle();
      counted();
      return { reply: { ...hashes, type, ...reply }, ...(tell && { tell }) };
    },
  };
}

/** Says once more what a finished upload came to: its sender may have lost the answer. */
function finished(core: Core, { id: file, md5, sha256, type }: StoredFile): Decision<Answer<"finish">> {
  return {
    settle() {
      void core.uploads.close(file);
      const message = core.store.messageOfFile(file);
      return {
        reply: { md5, sha256, type, ...(message && { id: message.id, seq: message.seq, at: message.at }) },
      };
    },
  };
}

async function discard(core: Core, file: StoredFile, md5: string): Promise<Decision<never>> {
  await core.uploads.close(file.id);
  return {
    writes: [{ kind: "file.remove", id: file.id }],
    settle() {
      void core.uploads.drop(core, [file.id]);
      throw new Fault(
        "md5_mismatch",
        `Cannot finish: the bytes have MD5 ${md5}, announced was ${file.md5}; send them again`,
      );
    },
  };
}

function finishFolder(
  core: Core,
  caller: Caller,
  folder: StoredFile,
  asked: Command<"finish">,
): Decision<Answer<"finish">> {
  const files = core.store.files.inFolder(folder.id);
  const open = files.find((file) => file.state === "partial");
  if (open) throw new Fault("incomplete", `Cannot finish the folder: ${quote(open.name)} is not finished`);
  const size = files.reduce((sum, file) => sum + Math.max(0, file.size), 0);
  const stored: StoredFile = { ...folder, size, state: "stored" };
  const appearing = appear(core, sessionOf(caller), stored, asked);
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

/** Gives up an upload of one's own, a folder with everything in it. @throws unknown_file */
export function cancel(core: Core, caller: Caller, asked: Command<"cancel">): Decision<Answer<"cancel">> {
  const { person } = sessionOf(caller);
  const file = core.store.files.find(fileIdOf(caller, asked.file));
  if (file?.owner !== person.id || file.state !== "partial") {
    throw new Fault("unknown_file", `Cannot cancel ${quote(asked.file)}: it is no upload of yours`);
  }
  const ids = idsOf(core, file);
  return {
    writes: [{ kind: "file.remove", id: file.id }],
    settle() {
      void core.uploads.drop(core, ids);
      return { reply: {} };
    },
  };
}

/** From now on its sender calls a file by this. */
function name(caller: Caller, handle: string | undefined, id: string): void {
  if (handle !== undefined) (caller.handles ??= new Map()).set(handle, id);
}

/** A file's id, or what its sender calls it. */
function fileIdOf(caller: Caller, file: string): string {
  return caller.handles?.get(file) ?? file;
}
