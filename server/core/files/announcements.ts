/** What may be uploaded, and where to: everything that is refused before the first byte is refused here. */
import type { Command } from "../shared/commands.ts";
import type { Core } from "../core.ts";
import type { State } from "../state/state.ts";
import type { Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import { bytesLeftFree } from "../disk.ts";
import { Fault, quote } from "../shared/faults.ts";
import { checkFileName, checkFilePath } from "../shared/file_names.ts";
import { LIMITS } from "../shared/limits.ts";
import type { Person } from "../state/presence.ts";
import { findRecipient } from "../messages/recipients.ts";
import { checkMayWrite } from "../rooms/rights.ts";
import { memberRoom } from "../rooms/rooms.ts";
import type { StoredFile } from "../store/stored_files.ts";

/** What the type of a folder is called. */
export const FOLDER_TYPE = "inode/directory";

const MD5 = /^[0-9a-f]{32}$/i;

/** Whether a path is free for what it is in its folder: no file is a folder as well. @throws bad_file */
export function checkPath({ store }: State, { folder, name, isFolder }: StoredFile): void {
  if (folder === null) return;
  const segments = name.split("/");
  const above = segments.slice(1).map((_, index) => segments.slice(0, index + 1).join("/"));
  const inTheWay = above.some((path) => store.files.at(folder, path)?.isFolder === false) ||
    (!isFolder && store.files.isAbove(folder, name));
  if (!inTheWay) return;
  throw new Fault(
    "bad_file",
    `Cannot add ${quote(name)}: the folder has a file where this needs a folder, or the reverse`,
    { reason: "taken" },
  );
}

/**
 * Refuses, before the first of them, bytes for which there is no room now. None is kept for them: others may be faster,
 * and so may whoever announces and sends nothing. One at a time. @throws quota_exceeded disk_full storage_failed
 */
export async function admit(core: Core, file: StoredFile): Promise<void> {
  checkQuota(core, file.owner, Math.max(0, file.size));
  await checkDisk(core, file.owner, file.size);
  await core.propose({ kind: "file.announce", at: core.clock(), file });
}

/** Whether so many bytes of this owner fit on the disk. @throws disk_full storage_failed */
export async function checkDisk(core: Core, owner: string, bytes: number): Promise<void> {
  const free = await core.blobs.free();
  const guest = core.store.accountById(owner) === undefined;
  if (free - bytes >= bytesLeftFree(core, guest)) return;
  throw new Fault("disk_full", `Cannot take ${bytes} bytes: the server's disk is nearly full`, {
    detail: `${free} bytes are free`,
  });
}

/** Whether so many bytes fit into what their owner, and everybody, may keep, besides all that is there. @throws quota_exceeded */
export function checkQuota(core: Core, owner: string, bytes: number): void {
  const { quotaBytes, quotaAllBytes } = core.bounds;
  const { files } = core.store;
  if (files.bytesKept(owner) + core.uploads.arrived.of(owner) + bytes > quotaBytes) {
    throw new Fault(
      "quota_exceeded",
      `Cannot take this file: all yours together may have ${quotaBytes} bytes; recall some`,
      { reason: "own_limit" },
    );
  }
  if (files.bytesKept() + core.uploads.arrived.all + bytes > quotaAllBytes) {
    throw new Fault(
      "quota_exceeded",
      `Cannot take this file: the server keeps ${quotaAllBytes} bytes of files at the most`,
      { reason: "server_limit" },
    );
  }
}

/** The file that somebody announces. @throws bad_file bad_request file_too_large unknown_file unknown_room not_member unknown_nickname mailbox_full */
export function announced(core: Core, person: Person, asked: Command<"upload">): StoredFile {
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
  const { md5 } = asked;
  const size = checkSize(core, asked.size);
  if (asked.unchecked ? md5 !== undefined : md5 === undefined || !MD5.test(md5)) {
    throw new Fault("bad_file", 'Cannot take this file: "md5" is 32 hexadecimal digits');
  }
  return { ...file, size, md5: md5?.toLowerCase() ?? "", type: "" };
}

/** How many bytes a file will have. @throws bad_file file_too_large */
export function checkSize(
  { bounds: { fileBytesMax } }: Pick<Core, "bounds">,
  size: number | undefined,
): number {
  if (size === undefined || !Number.isSafeInteger(size) || size < 0) {
    throw new Fault("bad_file", 'Cannot take this file: "size" is its number of bytes');
  }
  if (size <= fileBytesMax) return size;
  throw new Fault("file_too_large", `Cannot take ${size} bytes: a file may have ${fileBytesMax}`, {
    reason: "file_limit",
  });
}

function placeOf(
  core: Core,
  person: Person,
  asked: Command<"upload">,
): Pick<StoredFile, "room" | "peer" | "peerName" | "folder"> {
  const nowhere = { room: null, peer: null, peerName: null, folder: null };
  if (typeof asked.folder === "string") {
    const folder = openFolder(core, person.id, asked.folder);
    return { room: folder.room, peer: folder.peer, peerName: folder.peerName, folder: folder.id };
  }
  if ((asked.room === undefined) === (asked.to === undefined)) {
    throw new Fault("bad_request", 'Cannot upload: name either a "room" or somebody in "to"');
  }
  if (asked.room !== undefined) {
    const room = memberRoom(core, person, asked.room, "upload to");
    checkMayWrite(core, room, person, core.clock(), "upload to");
    return { ...nowhere, room: room.id };
  }
  const receiver = findRecipient(core, asked.to!, person);
  if (receiver.person === person.id) {
    throw new Fault("bad_request", "Cannot offer a file to yourself: send it to somebody else or to a room");
  }
  return { ...nowhere, peer: receiver.person, peerName: receiver.nickname };
}

/** A folder of one's own that takes another file. @throws unknown_file bad_file */
function openFolder({ store }: State, owner: string, id: string): StoredFile {
  const folder = store.files.find(id);
  if (!folder?.isFolder || folder.owner !== owner || folder.folder !== null || folder.state !== "partial") {
    throw new Fault("unknown_file", `Cannot add to folder ${quote(id)}: it is none that you are sending`);
  }
  if (store.files.countIn(folder.id) >= LIMITS.folderFilesMax) {
    throw new Fault("bad_file", `Cannot add to the folder: it holds ${LIMITS.folderFilesMax} files already`, {
      reason: "place_limit",
    });
  }
  return folder;
}

/** A file, a folder or an empty folder within one has a place from now on. @throws unknown_room unknown_file bad_file */
export function applyAnnounce(
  state: State,
  { file }: Proposal<"file.announce">,
): Outcome<{ file: string; offset: number }> {
  if (file.folder !== null) {
    openFolder(state, file.owner, file.folder);
    checkPath(state, file);
    if (state.store.files.at(file.folder, file.name)) {
      throw new Fault(
        "bad_file",
        `Cannot add ${quote(file.name)}: the folder has another file of this name`,
        {
          reason: "taken",
        },
      );
    }
  } else if (file.room !== null && !state.rooms.byId(file.room)) {
    throw new Fault("unknown_room", "Cannot upload: the room is gone");
  }
  state.store.write({ kind: "file.add", file });
  return { reply: { file: file.id, offset: 0 } };
}
