/**
 * Files on their way out: who may have them, and which there are. A group's file follows its room's membership, a
 * private one belongs to its sender and its receiver alone.
 */
import { proveAccount } from "../accounts/accounts.ts";
import { searchForm } from "../shared/search_form.ts";
import type { Answer, Command } from "../shared/commands.ts";
import { type Caller, sessionOf } from "../caller.ts";
import type { Core, Prepared } from "../core.ts";
import type { Answered, Stream } from "../outcome.ts";
import { visibleFrom } from "../rooms/rights.ts";
import type { State } from "../state/state.ts";
import { badToken, personIdOf } from "../sessions/tokens.ts";
import { Fault, quote } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import { pageSize } from "../sessions/paging.ts";
import { fetchable, folderList, mayKnow, rootOf } from "./file_access.ts";
import { findConversation } from "../messages/reading.ts";

/** Shows whose account one has: what they may fetch can be fetched then. @throws bad_password account_disabled busy */
export async function proveReader(
  core: Core,
  caller: Caller,
  { username: name, password }: Command<"account.prove">,
): Promise<Prepared<Answer<"account.prove">>> {
  const wrong = "Cannot fetch this: the name or the password is wrong";
  const { id } = await proveAccount(core, wrong, { name, password, md5: undefined });
  caller.reader = id;
  return { ask: () => ({ reply: {} }) };
}

/** @throws not_signed_in bad_token */
function readerOf(core: Core, caller: Caller): string {
  if (caller.reader === undefined) return personIdOf(core, caller);
  // It may have been closed, or suspended, meanwhile.
  if (core.store.accountById(caller.reader)?.disabledAt === null) return caller.reader;
  throw badToken();
}

/** Sends a file from an offset on. @throws unknown_file file_gone not_accepted wrong_offset */
export function download(
  core: Core,
  caller: Caller,
  asked: Command<"download">,
): Answered<Answer<"download">> {
  const file = fetchable(core, readerOf(core, caller), asked.file);
  const { name, size, md5, sha256, type } = file;
  const reply = { name, size, md5, sha256, type };
  if (file.isFolder) return { reply };
  const offset = asked.offset ?? 0;
  if (!Number.isSafeInteger(offset) || offset < 0 || offset > file.size) {
    throw new Fault("wrong_offset", `Cannot download from ${offset}: the file has ${file.size} bytes`);
  }
  const bytes: Stream["bytes"] = (...range) =>
    whileAllowed(core, caller, file.id, core.blobs.read(file.id, ...range));
  return { reply, stream: { file: file.id, offset, end: size, bytes } };
}

/** The bytes, for as long as their receiver may have the file: until a kick, a recall, a sign-out. @throws as `download` */
async function* whileAllowed(
  core: Core,
  caller: Caller,
  file: string,
  blocks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for await (const block of blocks) {
    fetchable(core, readerOf(core, caller), file);
    yield block;
  }
}

/** Files of a conversation, newest first, or of a folder, by path. @throws bad_request unknown_room not_member unknown_nickname unknown_file */
export function listFiles(core: Core, caller: Caller, asked: Command<"files">): Answered<Answer<"files">> {
  const { folder } = asked;
  if (folder !== undefined) {
    return { reply: { files: folderList(core, readerOf(core, caller), folder), more: false } };
  }
  const { person } = sessionOf(caller);
  const found = findConversation(core, person, asked, "list the files of");
  const place = "room" in found
    ? { room: found.room.id, from: visibleFrom(core, found.room, person.id) }
    : { between: [person.id, found.peer] as const };
  const limit = pageSize(asked.limit, LIMITS.filesListedMax);
  const before = asked.before === undefined ? {} : { before: seqOf(core, person.id, asked.before) };
  const query = { ...place, ...before, limit, upTo: core.sequence.last };
  return { reply: core.store.files.list(query, { name: searchForm(asked.name ?? ""), kind: asked.kind }) };
}

/** Where a page before this file ends; it may be gone meanwhile. @throws unknown_file */
function seqOf(state: State, person: string, id: string): number {
  const message = state.store.messageOfFile(id);
  const file = state.store.files.find(id);
  if (message && file && mayKnow(state, person, file)) return message.seq;
  throw new Fault("unknown_file", `Cannot page before ${quote(id)}: you can see no such file`);
}

/** Notes that a download has reached its end: of a private file, or one of a private folder, both are told. */
export function fetched(core: Core, caller: Caller, id: string): Answered<undefined> {
  const person = readerOf(core, caller);
  const file = core.store.files.find(id);
  const message = file && core.store.messageOfFile(rootOf(core, file).id);
  if (!file?.peer || file.peer !== person || !message) return { reply: undefined };
  const { peerName: from, ownerName: to } = file;
  const event = { event: "fetched", file: id, id: message.id, from: from ?? "", to } as const;
  return { reply: undefined, tell: [file.owner, person].map((each) => ({ to: { person: each }, event })) };
}

/** A file that this person may have now. @throws unknown_file file_gone not_accepted */
/** A file that this person may know of. @throws unknown_file file_gone */
/** What is in a folder, by path. @throws unknown_file file_gone not_accepted */
/** A stored file as people see it. */
/** The ids of everything whose bytes go when this goes. */
