/**
 * Files on their way out: who may have them, and which there are. A group's file follows its room's membership, a
 * private one belongs to its sender and its receiver alone.
 */
import { searchForm } from "../shared/search_form.ts";
import type { Answer, Command } from "../shared/commands.ts";
import type { Caller, Core } from "../core.ts";
import { sessionOf } from "../core.ts";
import type { Decision } from "../decision.ts";
import type { FileInfo } from "../shared/events.ts";
import { Fault, quote } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import { nameKey } from "../shared/names.ts";
import { pageSize } from "../sessions/paging.ts";
import { findConversation } from "../messages/reading.ts";
import { personIdOf } from "../sessions/sessions.ts";
import type { StoredFile } from "./stored_files.ts";

/** Sends a file from an offset on. @throws unknown_file file_gone not_accepted wrong_offset */
export function download(
  core: Core,
  caller: Caller,
  asked: Command<"download">,
): Decision<Answer<"download">> {
  const person = personIdOf(core, caller);
  return {
    settle() {
      const file = fetchable(core, person, asked.file);
      const { name, size, md5, sha256, type } = file;
      const reply = { name, size, md5, sha256, type };
      if (file.isFolder) return { reply };
      const offset = asked.offset ?? 0;
      if (!Number.isSafeInteger(offset) || offset < 0 || offset > file.size) {
        throw new Fault("wrong_offset", `Cannot download from ${offset}: the file has ${file.size} bytes`);
      }
      const bytes = (from: number, to: number) =>
        whileAllowed(core, caller, file.id, core.blobs.read(file.id, from, to));
      return { reply, stream: { file: file.id, offset, end: size, bytes } };
    },
  };
}

/** The bytes, for as long as their receiver may have the file: until a kick, a recall, a sign-out. @throws as `download` */
async function* whileAllowed(
  core: Core,
  caller: Caller,
  file: string,
  blocks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for await (const block of blocks) {
    fetchable(core, personIdOf(core, caller), file);
    yield block;
  }
}

/** Files of a conversation, newest first, or of a folder, by path. @throws bad_request unknown_room not_member unknown_nickname unknown_file */
export function listFiles(core: Core, caller: Caller, asked: Command<"files">): Decision<Answer<"files">> {
  const { folder } = asked;
  if (folder !== undefined) {
    const id = personIdOf(core, caller);
    return { settle: () => ({ reply: { files: folderList(core, id, folder), more: false } }) };
  }
  const { person } = sessionOf(caller);
  return {
    settle() {
      const found = findConversation(core, person, asked, "list the files of");
      const place = "room" in found ? { room: found.room.id } : { between: [person.id, found.peer] as const };
      const limit = pageSize(asked.limit, LIMITS.filesListedMax);
      const before = asked.before === undefined ? {} : { before: seqOf(core, person.id, asked.before) };
      const query = { ...place, ...before, limit, upTo: core.sequence.settled };
      return {
        reply: core.store.files.list(query, { name: searchForm(asked.name ?? ""), kind: asked.kind }),
      };
    },
  };
}

/** Where a page before this file ends; it may be gone meanwhile. @throws unknown_file */
function seqOf(core: Core, person: string, id: string): number {
  const message = core.store.messageOfFile(id);
  const file = core.store.files.find(id);
  if (message && file && mayKnow(core, person, file)) return message.seq;
  throw new Fault("unknown_file", `Cannot page before ${quote(id)}: you can see no such file`);
}

/** Notes that a download has reached its end: of a private file, or one of a private folder, both are told. */
export function fetched(core: Core, caller: Caller, id: string): Decision<undefined> | undefined {
  const person = personIdOf(core, caller);
  const file = core.store.files.find(id);
  const message = file && core.store.messageOfFile(rootOf(core, file).id);
  if (!file?.peer || file.peer !== person || !message) return undefined;
  const event = {
    event: "fetched",
    file: id,
    id: message.id,
    from: file.peerName ?? "",
    to: file.ownerName,
  } as const;
  return {
    settle() {
      const told = [file.owner, person].map((each) => core.presence.byId(each)).filter((each) =>
        each !== undefined
      );
      return { reply: undefined, tell: told.map((each) => ({ to: { person: each }, event })) };
    },
  };
}

/** A file that this person may have now. @throws unknown_file file_gone not_accepted */
export function fetchable(core: Core, person: string, id: string): StoredFile {
  const file = openFile(core, person, id, "download");
  const { owner, peer, offer } = rootOf(core, file);
  if (peer !== null && owner !== person && offer !== "accepted") {
    throw new Fault("not_accepted", `Cannot download ${quote(file.name)}: "accept" it first`);
  }
  return file;
}

/** A file that this person may know of. @throws unknown_file file_gone */
export function openFile(core: Core, person: string, id: string, action: string): StoredFile {
  const file = core.store.files.find(id);
  if (!file || file.state === "partial" || !mayKnow(core, person, rootOf(core, file))) {
    throw new Fault("unknown_file", `Cannot ${action} file ${quote(id)}: you can see no such file`);
  }
  if (file.state === "gone") {
    throw new Fault("file_gone", `Cannot ${action} file ${quote(file.name)}: it was taken back or refused`);
  }
  return file;
}

/** What is in a folder, by path. @throws unknown_file file_gone not_accepted */
export function folderList(core: Core, person: string, id: string): FileInfo[] {
  const folder = fetchable(core, person, id);
  if (!folder.isFolder) throw new Fault("unknown_file", `Cannot list ${quote(folder.name)}: it is no folder`);
  return core.store.files.inFolder(id).map(fileInfo);
}

/** A stored file as people see it. */
export function fileInfo(file: StoredFile): FileInfo {
  const { id, name, size, md5, sha256, type, offer } = file;
  return { id, name, size, md5, sha256, type, ...(offer !== null && { offer }) };
}

/** The ids of everything whose bytes go when this goes. */
export function idsOf(core: Core, file: StoredFile): string[] {
  return file.isFolder ? core.store.files.inFolder(file.id).map((each) => each.id) : [file.id];
}

function rootOf(core: Core, file: StoredFile): StoredFile {
  return file.folder === null ? file : core.store.files.find(file.folder) ?? file;
}

function mayKnow(core: Core, person: string, file: StoredFile): boolean {
  if (file.state === "partial") return false;
  if (file.room === null) return file.owner === person || file.peer === person;
  const here = core.presence.byId(person);
  if (!here) {
    return core.store.placesOf(person).some((place) => place.room === file.room) &&
      !banned(core, file.room, person);
  }
  const room = core.rooms.byId(file.room);
  return room !== undefined && here.rooms.has(room);
}

/** Whoever was kicked for a time has no place any more; this holds for the moment until that is on disk. */
function banned(core: Core, room: string, person: string): boolean {
  const nickname = core.store.accountById(person)?.nickname;
  return nickname !== undefined &&
    core.bans.until(room, { id: person, key: nameKey(nickname) }, core.clock()) !== undefined;
}
