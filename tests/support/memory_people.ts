/** What accounts show of themselves, in memory. */
import type { Blocked } from "../../server/core/shared/commands.ts";
import type { Profile } from "../../server/core/shared/profile.ts";
import type {
  FormerNickname,
  PeopleQuery,
  PeopleStore,
  PeopleWrite,
  StoredAvatar,
  StoredPerson,
} from "../../server/core/store/stored_people.ts";
import { type NameKey, nameKey, sameName } from "../../server/core/shared/names.ts";
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

  constructor(state: () => MemoryState) {
    this.#state = state;
  }

  list({ text, after, limit }: PeopleQuery): StoredPerson[] {
    return this.#state().accounts
      .filter(({ disabledAt }) => disabledAt === null)
      .map(({ id, nickname }) => ({ id, nickname, key: nameKey(nickname) }))
      .filter(({ key }) => key > after && key.includes(text))
      .toSorted((a, b) => a.key < b.key ? -1 : 1).slice(0, limit)
      .map(({ id, nickname }) => ({ id, nickname, profile: this.profile(id) }));
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

  avatar(id: string): StoredAvatar | undefined {
    return this.#state().profiles.find(({ avatar }) => avatar?.id === id)?.avatar;
  }
}
