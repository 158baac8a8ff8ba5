/**
 * Files on their way in: announced, sent in pieces, checked, and only then anything that others see. What may be
 * refused is refused before the first byte. Whoever announces an upload again takes it over where its bytes ended.
 */
import { type Caller, sessionOf } from "../caller.ts";
import type { Core, Prepared } from "../core.ts";
import { appear, checkText } from "../messages/messages.ts";
import type { Answered, Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import { personIdOf } from "../sessions/tokens.ts";
import { sessionIn } from "../sessions/session_in.ts";
import type { Answer, Command, Finished } from "../shared/commands.ts";
import { Fault, quote } from "../shared/faults.ts";
import type { State } from "../state/state.ts";
import { admit, announced, checkDisk, checkPath, checkQuota, FOLDER_TYPE } from "./announcements.ts";
import { idsOf } from "./file_access.ts";
import type { Hashes } from "./blob_store.ts";
import type { Upload } from "./open_uploads.ts";
import { isDeposit, type StoredFile, type UploadPlace } from "../store/stored_files.ts";

type Announced = Answer<"upload">;

/**
 * Announces a file and says where to begin, or to go on.
 * @throws bad_file bad_request file_too_large quota_exceeded disk_full too_many_uploads unknown_room not_member
 *   unknown_nickname mailbox_full unknown_file
 */
export async function upload(
  core: Core,
  caller: Caller,
  asked: Command<"upload">,
): Promise<Prepared<Announced>> {
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
    checkQuota(core, file.owner, 0);
    name(caller, asked.as, file.id);
    return { proposal: { kind: "file.announce", at: core.clock(), file } };
  }
  const again = asked.unchecked ? undefined : core.store.files.partial(file as UploadPlace);
  core.uploads.checkRoomFor(again ?? file, caller);
  if (!again) await core.uploads.inTurn(() => admit(core, file));
  const { id } = again ?? file;
  const { writer } = await core.uploads.take(again ?? file, caller);
  if (!caller.session) core.uploads.release(caller);
  name(caller, asked.as, id);
  return {
    proposal: { kind: "file.use", at: core.clock(), file: id },
    answer: (reply: Announced) => ({ ...reply, offset: writer.offset }),
  };
}

/** Somebody goes on with an upload. @throws busy when another connection of the same person was faster and has finished it */
export function applyUse(state: State, { file: id, at }: Proposal<"file.use">): Outcome<Announced> {
  if (state.store.files.find(id)?.state !== "partial") {
    const words = "Cannot upload: another connection of yours has finished it, or given it up; ask again";
    throw new Fault("busy", words, { retryAfterMs: 100 });
  }
  state.store.write({ kind: "file.used", id, at });
  return { reply: { file: id, offset: 0 } };
}

/** What a folder has under this name already: the same is done, anything else is in the way. @throws bad_file */
function inPlace(file: StoredFile, there: StoredFile): Prepared<Announced> {
  if (there.size === file.size && there.md5 === file.md5) {
    return { ask: () => ({ reply: { file: there.id, offset: Math.max(0, there.size) } }) };
  }
  throw new Fault("bad_file", `Cannot add ${quote(file.name)}: the folder has another file of this name`, {
    reason: "taken",
  });
}

/** Adds the bytes that follow. @throws unknown_file wrong_offset file_too_large quota_exceeded disk_full too_many_uploads storage_failed */
export async function chunk(
  core: Core,
  caller: Caller,
  asked: Command<"chunk">,
): Promise<Prepared<Answer<"chunk">>> {
  const held = await heldBy(core, caller, fileIdOf(caller, asked.file));
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
  return { ask: () => ({ reply: { offset } }) };
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
 * @throws unknown_file incomplete storage_failed unavailable bad_text
 */
export async function finish(
  core: Core,
  caller: Caller,
  asked: Command<"finish">,
): Promise<Prepared<Finished>> {
  const { id: session, person } = sessionOf(caller);
  const { text, reply } = asked;
  if (text !== undefined && text !== "") checkText(text, "finish");
  const fileId = fileIdOf(caller, asked.file);
  const said = { session, id: core.newId(), text, reply };
  const known = core.store.files.find(fileId);
  if (known?.owner === person.id) {
    if (known.state === "stored") return { ask: () => finished(core, known) };
    if (known.isFolder) {
      const nothing = { md5: "", sha256: "", type: FOLDER_TYPE };
      return { proposal: { kind: "file.finish", at: core.clock(), file: fileId, ...nothing, ...said } };
    }
  }
  const held = await heldBy(core, caller, fileId);
  const { file } = held;
  const hashes = await hashesOf(core, held);
  if (file.md5 !== "" && hashes.md5 !== file.md5) {
    await core.uploads.close(file.id);
    return { proposal: { kind: "file.mismatch", at: core.clock(), file: file.id, md5: hashes.md5 } };
  }
  const type = await keep(core, file);
  return {
    proposal: { kind: "file.finish", at: core.clock(), file: file.id, ...hashes, type, ...said },
  };
}

/** Makes sure that all bytes are there to stay. @throws incomplete storage_failed */
export async function hashesOf(core: Core, held: Upload): Promise<Hashes> {
  const { file: { size }, writer } = held;
  if (writer.offset !== size) {
    throw new Fault("incomplete", `Cannot finish: ${writer.offset} of ${size} bytes have arrived`);
  }
  return await core.uploads.work(held, (writer) => writer.finish());
}

/** Ends an upload of which all is there; gives the file's type. @throws file_gone unavailable */
export async function keep(core: Core, { id, size }: StoredFile): Promise<string> {
  // Should its bytes have vanished, it begins anew.
  const type = await core.blobs.sniff(id).finally(() => core.uploads.close(id));
  await core.blobs.keep(id, size);
  return type;
}

/** Says once more what a finished upload came to: its sender may have lost the answer. */
function finished(core: Core, { id: file, md5, sha256, type }: StoredFile): Answered<Finished> {
  void core.uploads.close(file);
  const message = core.store.messageOfFile(file);
  return {
    reply: { md5, sha256, type, ...(message && { id: message.id, seq: message.seq, at: message.at }) },
  };
}

/** @throws unknown_file incomplete not_member unknown_room unknown_message mailbox_full bad_request */
export function applyFinish(state: State, p: Proposal<"file.finish">): Outcome<Finished> {
  const session = sessionIn(state, p.session);
  const file = state.store.files.find(p.file);
  if (file?.owner !== session.person.id || file.state !== "partial") {
    throw noUpload("finish file", p.file);
  }
  const { md5, sha256, type } = p;
  const size = file.isFolder ? sizeOfFolder(state, file.id) : file.size;
  const stored: StoredFile = { ...file, size, md5, sha256, type, state: "stored" };
  const publish = file.folder === null ? appear(state, session, stored, p) : undefined;
  state.store.write({ kind: "file.stored", id: file.id, size, md5, sha256, type });
  const outcome = publish?.();
  return { ...outcome, kept: [file.id], reply: { md5, sha256, type, ...outcome?.reply } };
}

/** @throws incomplete */
function sizeOfFolder({ store }: State, id: string): number {
  const files = store.files.inFolder(id);
  const open = files.find((file) => file.state === "partial");
  if (open) throw new Fault("incomplete", `Cannot finish the folder: ${quote(open.name)} is not finished`);
  return files.reduce((sum, file) => sum + Math.max(0, file.size), 0);
}

/** What has arrived goes, and its sender learns what it was. */
export function applyMismatch(state: State, { file: id, md5 }: Proposal<"file.mismatch">): Outcome {
  const file = state.store.files.find(id);
  // Somebody may have been faster, and have sent what was announced.
  if (file?.state !== "partial") throw noUpload("finish file", id);
  state.store.write({ kind: "file.remove", id });
  const words = `Cannot finish: the bytes have MD5 ${md5}, announced was ${file.md5}; send them again`;
  return { fault: new Fault("md5_mismatch", words), gone: [id] };
}

/** Gives up an upload of one's own, a folder with everything in it. */
export function cancel(core: Core, caller: Caller, asked: Command<"cancel">): Prepared<Answer<"cancel">> {
  const { id: session } = sessionOf(caller);
  const file = fileIdOf(caller, asked.file);
  return { proposal: { kind: "file.cancel", at: core.clock(), session, file } };
}

/** @throws unknown_file */
export function applyCancel(state: State, p: Proposal<"file.cancel">): Outcome<Answer<"cancel">> {
  const { person } = sessionIn(state, p.session);
  const file = state.store.files.find(p.file);
  if (file?.owner !== person.id || file.state !== "partial") {
    throw noUpload("cancel", p.file);
  }
  const gone = idsOf(state, file);
  state.store.write({ kind: "file.remove", id: file.id });
  return { reply: {}, gone };
}

/** Uploads with which nobody has gone on are given up, and deposits that nobody has sent. */
export function applyFilesExpire(
  state: State,
  { files: ids, usedBefore }: Proposal<"files.expire">,
): Outcome {
  const { files } = state.store;
  // Of what has moved to another node, the one that it was at does not know whether it is used.
  const found = ids.filter((id) => (files.usedAt(id) ?? Infinity) < usedBefore).flatMap((id) => {
    const file = files.find(id)!;
    return file.state === "partial" || (file.state === "stored" && isDeposit(file)) ? [file] : [];
  });
  const gone = found.flatMap((file) => idsOf(state, file));
  for (const { id } of found) state.store.write({ kind: "file.remove", id });
  return { gone };
}

function noUpload(action: string, id: string): Fault {
  return new Fault("unknown_file", `Cannot ${action} ${quote(id)}: it is no upload of yours any more`);
}

/** The upload that somebody is sending. @throws unknown_file not_signed_in bad_token too_many_uploads */
export function heldBy(core: Core, caller: Caller, id: string): Promise<Upload> {
  return core.uploads.held(id, caller, {
    files: core.store.files,
    owner: () => caller.depositor ?? personIdOf(core, caller),
  });
}

/** From now on its sender calls a file by this. */
function name(caller: Caller, handle: string | undefined, id: string): void {
  if (handle !== undefined) (caller.handles ??= new Map()).set(handle, id);
}

/** A file's id, or what its sender calls it. */
function fileIdOf(caller: Caller, file: string): string {
  return caller.handles?.get(file) ?? file;
}
