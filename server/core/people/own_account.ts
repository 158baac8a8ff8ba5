/** One's own account as one sees it oneself, and everything of one's own to take along. */
import type { Caller } from "../caller.ts";
import type { Core, Prepared } from "../core.ts";
import { openOwnFile } from "../files/file_access.ts";
import type { Answered, Stream } from "../outcome.ts";
import { firstPageOf } from "../sessions/paging.ts";
import { personIdOf } from "../sessions/tokens.ts";
import type { Answer, Command } from "../shared/commands.ts";
import { Fault } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import { profileAt } from "../shared/profile.ts";
import type { Account } from "../store/store.ts";

/** What is kept of whoever asks. @throws account_needed */
export function account(core: Core, caller: Caller): Answered<Answer<"account">> {
  const { id, username, nickname, email, phone, createdAt: at, role } = ownAccount(core, caller);
  const now = core.clock();
  const waiting = core.store.people.emailWaiting(id, now);
  return {
    reply: {
      ...{ username, nickname, email, phone, at, role },
      ...(waiting !== undefined && { email_waiting: waiting }),
      ...(core.mailer.reachesPeople && {
        missed_mail: core.store.people.missedMail(id)?.level ?? "never" as const,
      }),
      ...profileAt(core.store.people.profile(id), now),
    },
  };
}

/** A piece of everything that is one's own; with the first it is noted that it is taken. @throws account_needed unknown_file bad_request */
export function takeAlong(core: Core, caller: Caller, asked: Command<"export">): Prepared<Answer<"export">> {
  const { id: account } = ownAccount(core, caller);
  const { part, after } = asked;
  if (part !== "account") return { ask: () => pieceOf(core, account, part, after) };
  const everything = everythingAbout(core, caller);
  return {
    proposal: { kind: "account.export", at: core.clock(), account },
    answer: () => ({ account: everything, next: null }),
  };
}

/** @throws unknown_file bad_request */
function pieceOf(
  core: Core,
  id: string,
  part: "messages" | "files" | "file",
  after: string | undefined,
): Answered<Answer<"export">> {
  switch (part) {
    case "messages":
      return { reply: messagesOf(core, id, numberOf(after ?? "0")) };
    case "files": {
      const files = core.store.people.ownFiles(id, after ?? "", LIMITS.filesListedMax);
      const next = files.length === LIMITS.filesListedMax ? files.at(-1)!.id : null;
      return { reply: { files, next } };
    }
    case "file": {
      const file = openOwnFile(core, id, after ?? "");
      const bytes: Stream["bytes"] = (...range) => core.blobs.read(file.id, ...range);
      return { reply: { next: null }, stream: { file: file.id, offset: 0, end: file.size, bytes } };
    }
  }
}

/** What one wrote and may still read, and what is private with one; as much as goes in one go. */
function messagesOf(core: Core, account: string, after: number) {
  const { last } = core.sequence;
  const lookedUpTo = Math.min(last, after + LIMITS.ownMessagesLookedAtMax);
  const found = core.store.people.ownMessages(account, after, lookedUpTo);
  const messages = firstPageOf(found);
  const upTo = messages.length < found.length ? messages.at(-1)!.seq : lookedUpTo;
  return { messages, next: upTo < last ? String(upTo) : null };
}

function everythingAbout(core: Core, caller: Caller): Record<string, unknown> {
  const { id, username, nickname, email, phone, createdAt, role } = ownAccount(core, caller);
  const { store } = core;
  const rooms = store.membershipsOf(id).map(({ room }) => core.rooms.byId(room)?.name);
  return {
    ...{ username, nickname, email, phone, role, made: createdAt },
    profile: store.people.profile(id),
    former_nicknames: store.people.formerNicknames(id).map((each) => each.nickname),
    rooms: rooms.filter((name) => name !== undefined),
    blocks: store.people.blocks(id).map((each) => each.nickname),
    sessions: store.tokensOf(id).map(({ createdAt, usedAt, address, client }) => ({
      began: createdAt,
      used: usedAt,
      address,
      client,
    })),
  };
}

/** The account of whoever asks. @throws account_needed not_signed_in bad_token */
function ownAccount(core: Core, caller: Caller): Account {
  const account = core.store.accountById(personIdOf(core, caller));
  if (account) return account;
  throw new Fault("account_needed", 'Cannot do this: guests have no account, "register" makes one', {
    way: "register",
  });
}

/** @throws bad_request */
function numberOf(after: string): number {
  const number = Number(after);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new Fault("bad_request", 'Cannot go on there: take "next" of the answer before');
}
