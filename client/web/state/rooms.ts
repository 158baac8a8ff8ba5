/** The rooms: those one is in, those there are, and who is in the ones that were looked at. */
import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Connection } from "../../connection/connection.ts";
import type { Answer, Kick, RoomState, RoomSummary } from "../../../server/core/shared/commands.ts";
import {
  isAtLeast,
  NEW_ROOM,
  type Role,
  type RoomSettings,
} from "../../../server/core/shared/room_settings.ts";
import { authorOf, type Message } from "../../../server/core/shared/events.ts";
import { callOf, CALLS, type Names, namesOf } from "../../../server/core/shared/mentions.ts";
import { nameKey } from "./target_key.ts";

/** What a list shows of how a room is set. */
type Marks = Pick<RoomSummary, "private" | "archived" | "writing">;

/** Why one may not write in a room. */
export type WritingRefused = "archived" | "announcement" | { mutedUntil: number };

const KEYS = ["private", "archived", "writing"] as const satisfies (keyof Marks)[];

/** Rooms as one person sees them. */
export class Rooms {
  /** Names of the rooms one is in, in the order of entering. */
  readonly mine = signal<readonly string[]>([]);
  readonly listed = signal<readonly RoomSummary[]>([]);
  readonly #mineKeys = computed(() => new Set(this.mine.value.map(nameKey)));
  readonly #listedByKey = computed(() =>
    new Map(this.listed.value.map((each) => [nameKey(each.room), each]))
  );
  /** Rooms to enter, the fullest first. */
  readonly others = computed(() =>
    this.listed.value.filter((each) => !this.isMine(each.room) && !each.private)
      .toSorted((a, b) => b.members - a.members)
  );
  /** Rooms that a text may lead to: one's own, and those of the open list. */
  readonly known: ReadonlySignal<Names> = computed(() =>
    new Map(
      [...this.listed.value.filter((each) => !each.private).map(({ room }) => room), ...this.mine.value]
        .map((room) => [nameKey(room), room]),
    )
  );
  /** What goes on with the list; null: that is all. */
  readonly #next = signal<string | null>(null);
  readonly more = computed(() => this.#next.value !== null);
  readonly states = signal<ReadonlyMap<string, RoomState>>(new Map());
  /** Of the rooms one is in, whether they were looked at or not. */
  readonly #marks = signal<ReadonlyMap<string, Marks>>(new Map());
  /** Of which rooms it was told how they are set, since one is in them. */
  readonly #told = new Set<string>();
  /** One is in a room no more, whoever willed it. One that may have been private counts as such. */
  onLeft: (room: string, wasPrivate: boolean) => void = () => {};
  readonly #connection: Connection;
  readonly #me: string;

  constructor(connection: Connection, me: string) {
    this.#connection = connection;
    this.#me = me;
  }

  /** Takes over which rooms one is in. */
  arrive(rooms: readonly string[]): void {
    const now = new Set(rooms.map(nameKey));
    batch(() => {
      for (const room of this.mine.peek()) if (!now.has(nameKey(room))) this.#removeMine(room);
      this.mine.value = rooms;
    });
  }

  isMine(room: string): boolean {
    return this.#mineKeys.value.has(nameKey(room));
  }

  /** What the list says of a room. */
  listedAs(room: string): RoomSummary | undefined {
    return this.#listedByKey.value.get(nameKey(room));
  }

  /** Who is in a room, once it was looked at. */
  state(room: string): RoomState | undefined {
    return this.states.value.get(nameKey(room));
  }

  /** What a list shows of how a room is set. */
  marksOf(room: string): Marks {
    return (this.isMine(room) ? this.#marks.value.get(nameKey(room)) : this.listedAs(room)) ?? NO_MARKS;
  }

  /** Takes over how one's rooms are set. */
  setMine(rooms: Answer<"conversations">["rooms"]): void {
    for (const { room } of rooms) this.#told.add(nameKey(room));
    const was = this.#marks.peek();
    const now = new Map<string, Marks>(rooms.map((each) => [nameKey(each.room), marksIn(each)]));
    const isSame = [...was.keys(), ...now.keys()].every((key) => sameMarks(was.get(key), now.get(key)));
    // Every line of the list looks at them.
    if (!isSame) this.#marks.value = now;
  }

  /** One's own place in a room, as far as it is known. */
  roleIn(room: string): Role {
    return this.state(room)?.role ?? "member";
  }

  /** Why one may not write there; undefined: one may, as far as is known. */
  writingRefused(room: string): WritingRefused | undefined {
    const state = this.state(room);
    if (!state) return undefined;
    const { archived, writing, muted } = state;
    if (archived) return "archived";
    if (writing === "moderators" && !isAtLeast(this.roleIn(room), "moderator")) return "announcement";
    return muted === undefined || muted <= Date.now() ? undefined : { mutedUntil: muted };
  }

  /** The members of a room, here or not, once it was looked at. */
  namesIn(room: string): Names {
    const state = this.state(room);
    if (!state) return NOBODY;
    const known = names.get(state) ?? namesOf([...state.members, ...state.absent ?? []]);
    names.set(state, known);
    return known;
  }

  /** Whether a message calls everybody in its room, oneself among them, as far as the room was looked at. */
  callsMe(message: Message): boolean {
    const { room, text } = message;
    const state = room === undefined || callOf(text) === undefined ? undefined : this.state(room);
    if (!state || this.#isMe(authorOf(message))) return false;
    const isPlaced = message.guest !== true && isAtLeast(placeOf(state, authorOf(message)), "moderator");
    return isPlaced || state.calls === "everybody";
  }

  /** What one may call everybody in a room with. */
  callsIn(room: string): readonly string[] {
    const may = this.state(room)?.calls === "everybody" || isAtLeast(this.roleIn(room), "moderator");
    return may ? CALLS : [];
  }

  /** Whether nothing of a room is kept once everybody has left. */
  isEphemeral(room: string): boolean {
    return (this.state(room) ?? this.listedAs(room))?.ephemeral === true;
  }

  /** Asks anew for everything shown. @throws RequestError */
  async refresh(): Promise<void> {
    const { rooms, next } = await this.#connection.ask("rooms", {});
    this.listed.value = rooms;
    this.#next.value = next;
    for (const { room } of this.states.value.values()) if (this.isMine(room)) await this.loadMembers(room);
  }

  /** Looks for rooms with this in their names among those that are not listed yet. @throws RequestError */
  async find(text: string): Promise<void> {
    if (this.more.peek()) this.#list((await this.#connection.ask("rooms", { text })).rooms);
  }

  /** Lists the next page. @throws RequestError */
  async listMore(): Promise<void> {
    const after = this.#next.peek();
    if (after === null) return;
    const { rooms, next } = await this.#connection.ask("rooms", { after });
    this.#next.value = next;
    this.#list(rooms);
  }

  /** Asks who is in a room. @throws RequestError */
  async loadMembers(room: string): Promise<void> {
    this.#keep(await this.#connection.ask("members", { room }));
  }

  /**
   * Enters a room; answers its name as the server writes it. `ephemeral` counts for a new one; `private` makes one.
   * @throws RequestError
   */
  async enter(
    name: string,
    wanted: { ephemeral?: boolean; private?: boolean; make?: boolean } = {},
  ): Promise<string> {
    const state = await this.#connection.ask("enter", {
      room: name,
      ...(wanted.ephemeral && { ephemeral: true }),
      ...(wanted.private && { private: true }),
      ...(wanted.make === false && { make: false }),
    });
    batch(() => {
      this.#addMine(state.room);
      this.#keep(state);
    });
    return state.room;
  }

  /** Enters a room unless it is gone. @throws RequestError */
  async enterAgain(name: string): Promise<void> {
    const { rooms } = await this.#connection.ask("rooms", { text: name, limit: 1 });
    if (rooms.some(({ room }) => nameKey(room) === nameKey(name))) await this.enter(name);
  }

  /** Sets what is named of a room; answers its name. @throws RequestError */
  async change(room: string, wanted: Partial<RoomSettings> & { name?: string }): Promise<string> {
    const { room: now, ...settings } = await this.#connection.ask("room.set", { room, ...wanted });
    this.set(room, settings);
    return now;
  }

  /** Ends a room with everything in it; one is told that one has left it. @throws RequestError */
  async delete(room: string): Promise<void> {
    await this.#connection.ask("room.delete", { room });
  }

  /** Leaves a room. @throws RequestError */
  async leave(room: string): Promise<void> {
    await this.#connection.ask("leave", { room });
    this.#removeMine(room);
  }

  /** Puts somebody out, who may not come back for so many minutes; all there are told why. @throws RequestError */
  async kick(room: string, nickname: string, minutes: number, reason: string): Promise<void> {
    await this.#connection.ask("kick", { room, nickname, reason, ...(minutes > 0 && { minutes }) });
    // Everybody but oneself is told.
    this.#change(room, (state) => ({ ...state, members: without(state.members, nickname) }));
  }

  /** Lets somebody not speak for so many minutes. @throws RequestError */
  async mute(room: string, nickname: string, minutes: number): Promise<void> {
    await this.#connection.ask("mute", { room, nickname, minutes });
    this.#change(room, (state) => ({ ...state }));
  }

  /** Who may not come in yet, and who may not speak. @throws RequestError */
  async measures(room: string): Promise<{ kicks: readonly Kick[]; mutes: readonly Kick[] }> {
    return await this.#connection.ask("kicks", { room });
  }

  /** Lets somebody in, or speak, again before their time. @throws RequestError */
  async lift(measure: "kick" | "mute", room: string, nickname: string): Promise<void> {
    if (measure === "kick") await this.#connection.ask("kick.lift", { room, nickname });
    else await this.#connection.ask("mute", { room, nickname, minutes: 0 });
  }

  /** Gives somebody a place. @throws RequestError */
  async appoint(room: string, nickname: string, role: Role): Promise<void> {
    await this.#connection.ask("room.role", { room, nickname, role });
    this.appointed(room, nickname, role);
  }

  /** Lets somebody with an account come in. @throws RequestError */
  async invite(room: string, nickname: string): Promise<void> {
    await this.#connection.ask("invite", { room, nickname });
  }

  /** Takes in that somebody entered. */
  entered(room: string, nickname: string): void {
    if (this.#isMe(nickname)) this.#addMine(room);
    this.#change(room, (state) => ({
      ...state,
      members: [...without(state.members, nickname), nickname],
      absent: without(state.absent ?? [], nickname),
    }));
  }

  /** Takes in that somebody left, or was put out, or is a member and not online. */
  left(room: string, nickname: string, member = false): void {
    if (this.#isMe(nickname)) this.#removeMine(room);
    this.#change(room, (state) => ({
      ...state,
      members: without(state.members, nickname),
      absent: [...without(state.absent ?? [], nickname), ...(member ? [nickname] : [])],
    }));
  }

  /** Takes in that somebody has another place. */
  appointed(room: string, nickname: string, role: Role): void {
    const among = (names: readonly string[], place: Role) => [
      ...without(names, nickname),
      ...(role === place ? [nickname] : []),
    ];
    this.#change(room, (state) => ({
      ...state,
      owners: among(state.owners ?? [], "owner"),
      moderators: among(state.moderators ?? [], "moderator"),
      ...(this.#isMe(nickname) && { role }),
    }));
  }

  /** Takes in that somebody may not speak, or may again. */
  muted(room: string, nickname: string, until: number | null): void {
    this.#change(room, ({ muted, ...state }) => {
      const mine = this.#isMe(nickname) ? until ?? undefined : muted;
      return { ...state, ...(mine !== undefined && { muted: mine }) };
    });
  }

  /** Takes in how a room is set. */
  set(room: string, settings: RoomSettings): void {
    this.#mark(room, settings);
    const was = this.state(room);
    this.#change(room, (state) => ({ ...state, ...settings }));
    // Who has which place in it follows from that.
    if (was && (was.private ?? false) !== settings.private) this.loadMembers(room).catch(() => {});
  }

  /** Takes in another name. */
  renamed(was: string, room: string): void {
    const key = nameKey(was);
    const called = (name: string) => nameKey(name) === key ? room : name;
    batch(() => {
      const [state, marks] = [this.state(was), this.marksOf(was)];
      this.#forget(was);
      this.mine.value = this.mine.value.map(called);
      this.#mark(room, marks);
      this.listed.value = this.listed.value.map((each) => ({ ...each, room: called(each.room) }));
      if (state) this.states.value = new Map(this.states.value).set(nameKey(room), { ...state, room });
    });
  }

  /** Takes in who owns a room now. */
  ownedBy(room: string, nickname: string): void {
    const was = this.state(room)?.owner ?? null;
    this.#change(room, (state) => ({ ...state, owner: nickname }));
    // One's own place follows from that, and from who made the room.
    const isMine = [was, nickname].some((each) => each !== null && this.#isMe(each));
    if (isMine && this.state(room)) this.loadMembers(room).catch(() => {});
  }

  /** Takes in that somebody has another nickname. */
  personRenamed(nickname: string, now: string): void {
    const change = (each: string) => nameKey(each) === nameKey(nickname) ? now : each;
    const named = (names: readonly string[] = []) => names.map(change);
    const owned = <R extends { owner: string | null }>(room: R): R =>
      room.owner === null ? room : { ...room, owner: change(room.owner) };
    this.listed.value = this.listed.value.map(owned);
    this.states.value = new Map(
      Array.from(this.states.value, ([key, state]) => [key, {
        ...owned(state),
        members: named(state.members),
        absent: named(state.absent),
        owners: named(state.owners),
        moderators: named(state.moderators),
      }]),
    );
  }

  #isMe(nickname: string): boolean {
    return nameKey(nickname) === nameKey(this.#me);
  }

  #mark(room: string, set: Marks | RoomSettings): void {
    if (!this.isMine(room)) return;
    this.#told.add(nameKey(room));
    const marks = marksIn(set);
    // Who comes and goes changes nothing about it.
    if (sameMarks(this.#marks.peek().get(nameKey(room)), marks)) return;
    this.#marks.value = new Map(this.#marks.peek()).set(nameKey(room), marks);
  }

  #list(rooms: readonly RoomSummary[]): void {
    const listed = new Map(this.listed.value.map((each) => [nameKey(each.room), each]));
    for (const each of rooms) listed.set(nameKey(each.room), each);
    this.listed.value = [...listed.values()];
  }

  #addMine(room: string): void {
    if (!this.isMine(room)) this.mine.value = [...this.mine.value, room];
  }

  #removeMine(room: string): void {
    if (!this.isMine(room)) return;
    batch(() => {
      this.onLeft(room, this.marksOf(room).private === true || !this.#told.has(nameKey(room)));
      this.mine.value = without(this.mine.value, room);
      this.#forget(room);
    });
  }

  /** Of the room that is called so nothing is known any more. */
  #forget(room: string): void {
    const key = nameKey(room);
    this.#told.delete(key);
    const [states, marks] = [new Map(this.states.peek()), new Map(this.#marks.peek())];
    if (states.delete(key)) this.states.value = states;
    if (marks.delete(key)) this.#marks.value = marks;
  }

  #keep(state: RoomState): void {
    // Asked for while one was in it.
    if (!this.isMine(state.room)) return;
    this.#mark(state.room, { ...NEW_ROOM, ...state });
    this.states.value = new Map(this.states.value).set(nameKey(state.room), state);
  }

  #change(room: string, change: (state: RoomState) => RoomState): void {
    const state = this.state(room);
    if (state) this.#keep(change(state));
  }
}

const NOBODY: Names = new Map();
const NO_MARKS: Marks = {};
const names = new WeakMap<RoomState, Names>();
const places = new WeakMap<RoomState, ReadonlyMap<string, Role>>();

/** Somebody's place in a room, as it is shown: an open one has an owner who was not made one. */
export function placeOf(state: RoomState, nickname: string): Role {
  let known = places.get(state);
  if (!known) {
    const { owner, owners = [], moderators = [] } = state;
    const owning = owner === null ? owners : [...owners, owner];
    known = new Map<string, Role>([
      ...moderators.map((each) => [nameKey(each), "moderator"] as const),
      ...owning.map((each) => [nameKey(each), "owner"] as const),
    ]);
    places.set(state, known);
  }
  return known.get(nameKey(nickname)) ?? "member";
}

function marksIn({ private: isPrivate, archived, writing }: Marks | RoomSettings): Marks {
  return {
    ...(isPrivate && { private: true }),
    ...(archived && { archived: true }),
    ...(writing === "moderators" && { writing }),
  };
}

function sameMarks(one: Marks = NO_MARKS, other: Marks = NO_MARKS): boolean {
  return KEYS.every((key) => one[key] === other[key]);
}

function without(names: readonly string[], name: string): string[] {
  return names.filter((each) => nameKey(each) !== nameKey(name));
}
