/** The directory: who has an account here, whether they are online, and what they show. */
import { accountSession, type Caller, sessionOf } from "../caller.ts";
import type { Core } from "../core.ts";
import type { Answered } from "../outcome.ts";
import { pageSize } from "../sessions/paging.ts";
import type { Answer, Command } from "../shared/commands.ts";
import { Fault } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import { nameKey } from "../shared/names.ts";
import { type ListedPerson, type Profile, profileAt } from "../shared/profile.ts";
import { memberRoom } from "../rooms/rooms.ts";
import type { Person } from "../state/presence.ts";
import type { Room } from "../state/rooms.ts";
import type { State } from "../state/state.ts";

/**
 * A page of the directory, whoever has one of some nicknames, or all in a room.
 * @throws bad_request account_needed unknown_room not_member
 */
export function people(core: Core, caller: Caller, asked: Command<"people">): Answered<Answer<"people">> {
  const now = core.clock();
  if (asked.room !== undefined) {
    const room = memberRoom(core, sessionOf(caller).person, asked.room, "list");
    return { reply: { people: presentIn(core, room, now), next: null } };
  }
  if (asked.nicknames) {
    const { person } = sessionOf(caller);
    checkNicknames(asked);
    const found = asked.nicknames.map((nickname) => personNamed(core, nickname, now))
      .filter((each) => each !== undefined);
    const people = asked.together ? found.map((each) => withRooms(core, person, each)) : found;
    return { reply: { people, next: null } };
  }
  // A guest sees who is online, and is told of nobody else.
  accountSession(caller, "list everybody");
  const limit = pageSize(asked.limit, LIMITS.peopleListedMax);
  const text = nameKey((asked.text ?? "").trim());
  const after = nameKey(asked.after ?? "");
  const found = core.store.people.list({ text, after, limit: limit + 1 });
  const page = found.slice(0, limit);
  return {
    reply: {
      people: page.map(({ id, nickname, profile }) => listed(core, { person: id, nickname }, profile, now)),
      next: found.length > limit ? page.at(-1)!.nickname : null,
    },
  };
}

/** Somebody with the rooms in which they and whoever asks are. */
function withRooms({ presence }: State, asking: Person, listed: ListedPerson): ListedPerson {
  const rooms = Array.from(presence.byId(listed.person)?.rooms ?? []);
  return { ...listed, rooms: rooms.filter((room) => asking.rooms.has(room)).map(({ name }) => name) };
}

/** Everybody in a room with what they show; it takes one look at what is stored, however many they are. */
function presentIn({ store }: State, room: Room, now: number): ListedPerson[] {
  const present = Array.from(room.members);
  const profiles = store.people.profiles(present.filter(({ guest }) => !guest).map(({ id }) => id));
  return present.map(({ id: person, nickname, mark }) => ({
    ...{ nickname, person, ...mark, online: true as const },
    ...profileAt(profiles.get(person) ?? {}, now),
  }));
}

/** @throws bad_request */
function checkNicknames({ nicknames = [], text, after }: Command<"people">): void {
  const { peopleListedMax } = LIMITS;
  if (nicknames.length > peopleListedMax || text !== undefined || after !== undefined) {
    throw new Fault(
      "bad_request",
      `Cannot list people: give up to ${peopleListedMax} "nicknames", or a "text"`,
    );
  }
}

function personNamed(state: State, name: string, now: number): ListedPerson | undefined {
  const key = nameKey(name);
  const online = state.presence.byNickname(key);
  if (online?.guest) return { nickname: online.nickname, person: online.id, guest: true, online: true };
  const account = state.store.accountWithNickname(key);
  if (!account) return undefined;
  const { id: person, nickname } = account;
  return listed(state, { person, nickname }, state.store.people.profile(person), now);
}

function listed(
  { presence }: State,
  who: { person: string; nickname: string },
  profile: Profile,
  now: number,
): ListedPerson {
  const online = presence.byId(who.person) !== undefined;
  return { ...who, ...(online && { online }), ...profileAt(profile, now) };
}
