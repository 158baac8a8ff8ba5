/** Who may know of a file, and have it. A group's file follows its room's membership, a private one belongs to two. */
import type { FileInfo } from "../shared/events.ts";
import { Fault, quote } from "../shared/faults.ts";
import { visibleFrom } from "../rooms/rights.ts";
import type { State } from "../state/state.ts";
import type { StoredFile } from "../store/stored_files.ts";

export function fetchable(state: State, person: string, id: string): StoredFile {
  const file = openFile(state, person, id, "download");
  const { owner, peer, offer } = rootOf(state, file);
  if (peer !== null && owner !== person && offer !== "accepted") {
    throw new Fault("not_accepted", `Cannot download ${quote(file.name)}: "accept" it first`);
  }
  return file;
}

export function openFile(state: State, person: string, id: string, action: string): StoredFile {
  const file = state.store.files.find(id);
  if (!file || file.state === "partial" || !mayKnow(state, person, rootOf(state, file))) {
    throw new Fault("unknown_file", `Cannot ${action} file ${quote(id)}: you can see no such file`);
  }
  if (file.state === "gone") {
    throw new Fault(
      "file_gone",
      `Cannot ${action} file ${quote(file.name)}: it was taken back or refused, or is kept no longer`,
    );
  }
  return file;
}

/** A file of one's own, wherever it is, with bytes. @throws unknown_file */
export function openOwnFile(state: State, owner: string, id: string): StoredFile {
  const file = state.store.files.find(id);
  if (file?.owner === owner && file.state === "stored" && !file.isFolder) return file;
  throw new Fault("unknown_file", `Cannot send file ${quote(id)}: you have no such file`);
}

export function folderList(state: State, person: string, id: string): FileInfo[] {
  const folder = fetchable(state, person, id);
  if (!folder.isFolder) throw new Fault("unknown_file", `Cannot list ${quote(folder.name)}: it is no folder`);
  return state.store.files.inFolder(id).map(fileInfo);
}

export function fileInfo(file: StoredFile): FileInfo {
  const { id, name, size, md5, sha256, type, offer, state } = file;
  const end = state === "gone" && offer !== "refused" ? { gone: true as const } : {};
  return { id, name, size, md5, sha256, type, ...(offer !== null && { offer }), ...end };
}

export function idsOf(state: State, file: StoredFile): string[] {
  return file.isFolder ? state.store.files.inFolder(file.id).map((each) => each.id) : [file.id];
}

export function rootOf(state: State, file: StoredFile): StoredFile {
  return file.folder === null ? file : state.store.files.find(file.folder) ?? file;
}

export function mayKnow(state: State, person: string, file: StoredFile): boolean {
  if (file.state === "partial") return false;
  if (file.room === null) return file.owner === person || file.peer === person;
  const room = state.rooms.byId(file.room);
  if (!room) return false;
  const here = state.presence.byId(person);
  const isMember = here?.rooms.has(room) ??
    state.store.membershipIn(file.room, person) !== undefined;
  if (!isMember || room.settings.history === "all") return isMember;
  // Said once more where newcomers see it, it is theirs as well.
  return state.store.messageOfFile(file.id, visibleFrom(state, room, person)) !== undefined;
}
