/** What accounts show of themselves, in memory. */
import type { Blocked, OwnFile, ResetLink } from "../../server/core/shared/commands.ts";
import type { Profile } from "../../server/core/shared/profile.ts";
import type {
  FormerNickname,
  MissedMail,
  PeopleQuery,
  PeopleStore,
  PeopleWrite,
  StoredAvatar,
  StoredDeletion,
  StoredPerson,
} from "../../server/core/store/stored_people.ts";
import { type NameKey, nameKey, sameName } from "../../server/core/shared/names.ts";
import type { Message } from "../../server/core/shared/events.ts";
import type { StoredMessage } from "../../server/core/store/store.ts";
import type { MemoryState } from "./memory_state.ts";

/** What one account shows. */
export interface KeptProfile extends Omit<Profile, "avatar"> {
  account: string;
  avatar?: StoredAvatar;
}

type WriteHandlers = {
  [K in PeopleWrite["kind"]]: (state: MemoryState, write: Extract<PeopleWrite, { kind: K }>) => void;
};

/** What each write about it does. */
export const PEOPLE_WRITE_HANDLERS: WriteHandlers = {
  "account.nickname"(state, { account, nickname, at, seq }) {
    const before = state.accounts.find(({ id }) => id === account)!.nickname;
    const others = state.formerNicknames.filter((each) =>
      each.account !== account || ![before, nickname].some((name) => sameName(name, each.nickname))
    );
    const former = sameName(before, nickname) ? [] : [{ account, nickname: before, at, seq }];
    state.formerNicknames = [...others, ...former];
    state.accounts = state.accounts.map((each) => each.id === account ? { ...each, nickname } : each);
    state.tokens = state.tokens.map((each) => each.person === account ? { ...each, nickname } : each);
    state.called = [
      ...state.called.filter(({ person }) => person !== account),
      { person: account, nickname },
    ];
  },
  "account.email"(state, { account, email }) {
    state.accounts = state.accounts.map((each) =>
      each.id === account ? { ...each, email, confirmBy: null } : each
    );
    state.emailCodes = state.emailCodes.filter((each) => each.account !== account);
    state.resets = state.resets.map((each) => each.account === account ? { ...each, used: true } : each);
  },
  "reset.link"(state, { account, link }) {
    const others = state.resetLinks.filter((each) => each.account !== account);
    state.resetLinks = link ? [...others, { account, ...link }] : others;
  },
  "email.code"(state, { kind: _, ...code }) {
    state.emailCodes = [...state.emailCodes, code];
  },
  "missed.set"(state, { account, level, seq }) {
    const before = state.missedMail.find((each) => each.account === account);
    const others = state.missedMail.filter((each) => each.account !== account);
    state.missedMail = level === null
      ? others
      : [...others, { account, level, seq: before?.seq ?? seq, at: before?.at ?? 0 }];
  },
  "missed.told"(state, { account, at, seq, stop }) {
    state.missedMail = state.missedMail.map((each) => each.account === account ? { ...each, at, seq } : each);
    state.mailStops = [...state.mailStops, { account, hash: stop, at }];
  },
  "deletion.add"(state, { account, removes, upTo, name }) {
    state.deletions = [...state.deletions, { account, removes, after: 0, upTo }];
    state.called = [
      ...state.called.filter(({ person }) => person !== account),
      { person: account, nickname: name },
    ];
  },
  "deletion.advance"(state, { account, after, upTo, name }) {
    const isIn = (seq: number) => seq > after && seq <= upTo;
    const own = new Set(state.messages.filter((each) => each.author === account).map(({ seq }) => seq));
    state.changes = state.changes.map((each) =>
      each.kind !== "reacted" && own.has(each.message) && isIn(each.message) ? { ...each, from: name } : each
    );
    state.messages = state.messages.map((each) =>
      each.author === account && isIn(each.seq) ? { ...each, from: name } : each
    );
    state.reactions = state.reactions.map((each) =>
      each.person === account && isIn(each.message) ? { ...each, nickname: name } : each
    );
    state.deletions = state.deletions.map((each) =>
      each.account === account ? { ...each, after: upTo } : each
    );
  },
  "deletion.end"(state, { account, name }) {
    state.files = state.files.map((each) => each.owner === account ? { ...each, ownerName: name } : each);
    state.deletions = state.deletions.filter((each) => each.account !== account);
  },
  "nicknames.expire"(state, { before }) {
    state.formerNicknames = state.formerNicknames.filter(({ at }) => at >= before);
  },
  "status.set"(state, { account, availability, status }) {
    const { avatar } = keptOf(state, account);
    const shown = { ...(availability && { availability }), ...(status && { status }) };
    put(state, { account, ...shown, ...(avatar && { avatar }) });
  },
  "block.set"(state, { owner, person, nickname, at, on }) {
    const others = state.blocks.filter((each) => each.owner !== owner || each.person !== person);
    state.blocks = on ? [...others, { owner, person, nickname, at }] : others;
  },
  "avatar.set"(state, { account, avatar }) {
    const { avatar: _, ...rest } = keptOf(state, account);
    put(state, { ...rest, ...(avatar && { avatar }) });
  },
};

function keptOf({ profiles }: MemoryState, account: string): KeptProfile {
  return profiles.find((each) => each.account === account) ?? { account };
}

function put(state: MemoryState, profile: KeptProfile): void {
  state.profiles = [...state.profiles.filter(({ account }) => account !== profile.account), profile];
}

/** The part of a store in memory that knows what accounts show. */
export class MemoryPeople implements PeopleStore {
  readonly #state: () => MemoryState;

  readonly #seen: (message: StoredMessage, reader: string) => Message;

  constructor(state: () => MemoryState, seen: (message: StoredMessage, reader: string) => Message) {
    this.#state = state;
    this.#seen = seen;
  }

  list({ text, after, limit }: PeopleQuery): StoredPerson[] {
    return this.#state().accounts
      .filter(({ disabledAt }) => disabledAt === null)
      .map(({ id, nickname }) => ({ id, nickname, key: nameKey(nickname) }))
      .filter(({ key }) => key > after && key.includes(text))
      .toSorted((a, b) => a.key < b.key ? -1 : 1).slice(0, limit)
      .map(({ id, nickname }) => ({ id, nickname, profile: this.profile(id) }));
  }

  profiles(accounts: readonly string[]) {
    const all = accounts.map((account) => [account, this.profile(account)] as const);
    return new Map(all.filter(([, profile]) => Object.keys(profile).length > 0));
  }

  profile(account: string): Profile {
    const { account: _, avatar, ...shown } = keptOf(this.#state(), account);
    return { ...shown, ...(avatar && { avatar: avatar.id }) };
  }

  formerNicknames(account: string): FormerNickname[] {
    return this.#state().formerNicknames.filter((each) => each.account === account)
      .toSorted((a, b) => b.at - a.at || (nameKey(a.nickname) < nameKey(b.nickname) ? -1 : 1))
      .map(({ account: _, ...each }) => each);
  }

  formerHolder(key: NameKey): string | undefined {
    return this.#state().formerNicknames.filter((each) => nameKey(each.nickname) === key)
      .toSorted((a, b) => b.at - a.at)[0]?.account;
  }

  blocks(owner: string): Blocked[] {
    const { blocks, accounts } = this.#state();
    return blocks.filter((each) => each.owner === owner)
      .toSorted((a, b) => b.at - a.at || (a.person < b.person ? -1 : 1))
      .map(({ person, nickname, at }) => ({
        nickname: accounts.find(({ id }) => id === person)?.nickname ?? nickname,
        person,
        at,
      }));
  }

  isBlocked(owner: string, person: string): boolean {
    return this.#state().blocks.some((each) => each.owner === owner && each.person === person);
  }

  resetLink(account: string): ResetLink | undefined {
    const found = this.#state().resetLinks.find((each) => each.account === account);
    return found && { at: found.at, by: found.by };
  }

  emailWaiting(account: string, now: number): string | undefined {
    return this.#codes(account).filter((each) => each.expiresAt > now).at(-1)?.email;
  }

  emailCodesSince(account: string, since: number): number {
    return this.#codes(account).filter(({ at }) => at > since).length;
  }

  emailOfCode(hash: string, now: number): { account: string; email: string } | undefined {
    const found = this.#state().emailCodes.find((each) => each.hash === hash && each.expiresAt > now);
    return found && { account: found.account, email: found.email };
  }

  unconfirmed(before: number, limit: number): string[] {
    return this.#state().accounts.filter(({ confirmBy }) => confirmBy !== null && confirmBy <= before)
      .map(({ id }) => id).sort().slice(0, limit);
  }

  #codes(account: string) {
    return this.#state().emailCodes.filter((each) => each.account === account);
  }

  missedMail(account: string): MissedMail | undefined {
    const found = this.#state().missedMail.find((each) => each.account === account);
    return found && { level: found.level, seq: found.seq, at: found.at };
  }

  missedMailDue(before: number): string[] {
    return this.#state().missedMail.filter(({ at }) => at <= before).map(({ account }) => account).sort();
  }

  accountOfStop(hash: string, since: number): string | undefined {
    return this.#state().mailStops.find((each) => each.hash === hash && each.at >= since)?.account;
  }

  deletion(): StoredDeletion | undefined {
    return this.#state().deletions.toSorted((a, b) => a.account < b.account ? -1 : 1)[0];
  }

  messagesBy(author: string, after: number, upTo: number, limit: number): StoredMessage[] {
    return this.#between(after, upTo).filter((each) => each.author === author).slice(0, limit);
  }

  ownMessages(account: string, after: number, upTo: number): Message[] {
    const { recipients, rooms, places } = this.#state();
    const isReadable = (room: string, seq: number) => {
      const { settings } = rooms.find(({ id }) => id === room)!;
      const place = places.find((each) => each.room === room && each.person === account);
      return settings.history === "all"
        ? !settings.private || place !== undefined
        : seq > (place?.since ?? Infinity);
    };
    return this.#between(after, upTo).filter(({ author, room, seq }) =>
      room === null
        ? author === account ||
          recipients.some((each) => each.seq === seq && each.person === account && !each.hidden)
        : author === account && isReadable(room, seq)
    ).map((each) => this.#seen(each, account));
  }

  #between(after: number, upTo: number): StoredMessage[] {
    return this.#state().messages.filter(({ seq }) => seq > after && seq <= upTo)
      .toSorted((a, b) => a.seq - b.seq);
  }

  ownFiles(owner: string, after: string, limit: number): OwnFile[] {
    const { files } = this.#state();
    return files.filter((each) =>
      each.owner === owner && each.state === "stored" && !each.isFolder && each.size >= 0 && each.id > after
    ).toSorted((a, b) => a.id < b.id ? -1 : 1).slice(0, limit).map(({ id, name, size, folder }) => ({
      ...{ id, name, size },
      ...(folder !== null && { folder: files.find((each) => each.id === folder)?.name ?? "" }),
    }));
  }

  avatar(id: string): StoredAvatar | undefined {
    return this.#state().profiles.find(({ avatar }) => avatar?.id === id)?.avatar;
  }
}
