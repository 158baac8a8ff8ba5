/**
 * Deposits: files that are uploaded first, in one HTTP request with the password of an account, and said later where they belong. Until
 * `send` gives one its conversation (messages/messages.ts), nobody but its owner sees it; after an hour it goes.
 */
import { proveAccount } from "../accounts/accounts.ts";
import type { Caller } from "../caller.ts";
import type { Core, Prepared } from "../core.ts";
import type { Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import type { Answer, Command } from "../shared/commands.ts";
import { Fault, quote } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import type { State } from "../state/state.ts";
import { isDeposit, type StoredFile } from "../store/stored_files.ts";
import { admit, checkSize } from "./announcements.ts";
import { checkFileName } from "../shared/file_names.ts";
import { hashesOf, heldBy, keep } from "./uploads.ts";

const WRONG = "Cannot upload: the name or the password is wrong";

/**
 * Announces one, whose bytes whoever asks sends then.
 * @throws bad_password account_disabled busy bad_file file_too_large quota_exceeded disk_full too_many_uploads
 */
export async function deposit(
  core: Core,
  caller: Caller,
  asked: Command<"deposit">,
): Promise<Prepared<Answer<"deposit">>> {
  const { username, password } = asked;
  const owner = await proveAccount(core, WRONG, { name: username, password, md5: undefined });
  const file: StoredFile = {
    id: core.newId(),
    owner: owner.id,
    ownerName: owner.nickname,
    ...{ room: null, peer: null, peerName: null, folder: null, isFolder: false },
    name: checkFileName(asked.name),
    size: checkSize(core, asked.size),
    ...{ md5: "", sha256: "", type: "", state: "partial", offer: null },
    createdAt: core.clock(),
  };
  if (core.store.files.depositsOf(owner.id) >= LIMITS.depositsPerPersonMax) {
    const words =
      `Cannot upload: ${LIMITS.depositsPerPersonMax} files of yours wait to be sent; send them first`;
    throw new Fault("too_many_uploads", words);
  }
  core.uploads.checkRoomFor(file, caller);
  await core.uploads.inTurn(() => admit(core, file));
  caller.depositor = owner.id;
  await core.uploads.take(file, caller);
  return { ask: () => ({ reply: { file: file.id, offset: 0 } }) };
}

/** Keeps what has arrived. @throws unknown_file incomplete storage_failed unavailable */
export async function finishDeposit(
  core: Core,
  caller: Caller,
  asked: Command<"deposit.finish">,
): Promise<Prepared<Answer<"deposit.finish">>> {
  const held = await heldBy(core, caller, asked.file);
  const { file } = held;
  if (!isDeposit(file)) throw noDeposit(file.id);
  const hashes = await hashesOf(core, held);
  const type = await keep(core, file);
  return {
    proposal: { kind: "file.deposit", at: core.clock(), file: file.id, ...hashes, type },
  };
}

/** @throws unknown_file when it was given up meanwhile, or its owner is gone */
export function applyDeposit(
  { store }: State,
  { file: id, at, md5, sha256, type }: Proposal<"file.deposit">,
): Outcome<Answer<"deposit.finish">> {
  const file = store.files.find(id);
  if (file?.state !== "partial" || !isDeposit(file) || !store.accountById(file.owner)) throw noDeposit(id);
  store.write({ kind: "file.stored", id, size: file.size, md5, sha256, type });
  // Its hour begins now.
  store.write({ kind: "file.used", id, at });
  return { kept: [id], reply: { md5, sha256, type } };
}

function noDeposit(id: string): Fault {
  return new Fault("unknown_file", `Cannot finish ${quote(id)}: it is no upload without a conversation`);
}
