/** A room of each kind with somebody of each kind in it or not, as the table of rights has them. */
import type { Op } from "../../server/core/shared/commands.ts";
import { type Someone, World } from "../support/core_world.ts";
import type { MemoryState } from "../support/memory_state.ts";

/** Who asks, in the order of the table's columns. */
export const WHO = [
  "nobody",
  "guest",
  "account",
  "member",
  "muted",
  "banned",
  "moderator",
  "owner",
  "administrator",
  "blocked",
  "suspended",
] as const;
/** One of them. */
export type Who = typeof WHO[number];

/** What those with accounts are called, for what they are is no name. */
export const NAMES = {
  account: "aki",
  member: "mia",
  muted: "moss",
  banned: "bea",
  moderator: "mona",
  owner: "olga",
  administrator: "ada",
  blocked: "blom",
  suspended: "sue",
} as const satisfies Partial<Record<Who, string>>;

/** The kinds of rooms. */
export const KINDS = ["open", "private", "archived", "announcement"] as const;
/** One of them. */
export type Kind = typeof KINDS[number];

/** What everything is about. */
export const ROOM = "den";
/** Somebody else in it, an ordinary member. */
export const OTHER = "tess";
/** Somebody with an account who is not. */
export const OUTSIDER = "otto";
const PASSWORD = "long enough";

/** One of a room's, before somebody asks for one thing. */
export interface Scene {
  readonly world: World;
  readonly kind: Kind;
  readonly who: Who;
  /** Whoever asks. */
  readonly me: Someone;
  /** Somebody else, who is online. */
  readonly other: Someone;
  /** What {@link OTHER} said and sent in the room. */
  readonly message: string;
  readonly file: string;
  /** What the one who asks said there before, where they could. */
  readonly own: string;
  /** What {@link OTHER} wrote to them in private, and offers them. */
  readonly letter: string;
  readonly offer: string;
}

/** What is kept of a furnished room of one kind. */
interface Furnished {
  readonly kept: MemoryState;
  readonly message: string;
  readonly file: string;
  readonly own: ReadonlyMap<string, string>;
  readonly letters: ReadonlyMap<string, { letter: string; offer: string }>;
}

const { member, muted, banned, moderator, owner: OWNER, administrator, blocked, suspended } = NAMES;
const MEMBERS = [member, muted, banned, moderator, blocked, suspended];

/** Makes a room of one kind, and everybody who has to do with it. */
export async function furnish(kind: Kind): Promise<Furnished> {
  const world = await World.begin();
  const people = new Map<string, Someone>();
  for (const name of [...Object.values(NAMES), OTHER, OUTSIDER]) people.set(name, await world.member(name));
  const owner = people.get(OWNER)!;
  const other = people.get(OTHER)!;
  await owner.asks("enter", { room: ROOM, ...(kind === "private" && { private: true }) });
  const inside = [...MEMBERS, OTHER, ...(kind === "private" ? [] : [administrator])];
  for (const name of inside) {
    if (kind === "private") await owner.asks("invite", { room: ROOM, nickname: name });
    await people.get(name)!.asks("enter", { room: ROOM });
  }
  const { id: message } = await other.asks("send", { room: ROOM, text: "words" });
  const file = await sendFile(other, { room: ROOM });
  const own = new Map<string, string>();
  for (const name of [...inside, OWNER]) {
    own.set(name, (await people.get(name)!.asks("send", { room: ROOM, text: "own words" })).id);
  }
  const letters = new Map<string, { letter: string; offer: string }>();
  for (const name of Object.values(NAMES)) {
    const { id: letter } = await other.asks("send", { to: name, text: "a letter" });
    letters.set(name, { letter, offer: await sendFile(other, { to: name }) });
  }
  await owner.asks("room.role", { room: ROOM, nickname: moderator, role: "moderator" });
  await other.asks("block", { nickname: blocked, on: true });
  await owner.asks("mute", { room: ROOM, nickname: muted, minutes: 60 });
  await owner.asks("kick", { room: ROOM, nickname: banned, minutes: 60 });
  if (kind === "archived") await owner.asks("room.set", { room: ROOM, archived: true });
  if (kind === "announcement") await owner.asks("room.set", { room: ROOM, writing: "moderators" });
  await world.log.drained();
  world.store.transact(() => {
    const idOf = (name: string) => people.get(name)!.session!.person.id;
    world.store.write({ kind: "account.role", account: idOf(administrator), role: "admin" });
    world.store.write({ kind: "account.disable", account: idOf(suspended), at: world.clock.read() });
    world.store.write({ kind: "token.clear", person: idOf(suspended), except: null });
  });
  return { kept: world.store.snapshot(), message, file, own, letters };
}

/** One who asks, in a world of their own. */
export async function sceneOf(
  { kept, message, file, own, letters }: Furnished,
  kind: Kind,
  who: Who,
): Promise<Scene> {
  const world = await World.begin(kept);
  const other = await signIn(world, OTHER);
  // Whoever made an open room owns it when they come back; the others come after.
  const owner = who === "owner" ? undefined : await signIn(world, OWNER);
  await owner?.forgets();
  const me = who === "nobody" || who === "suspended"
    ? world.someone()
    : who === "guest"
    ? await guestIn(world, kind)
    : await signIn(world, NAMES[who]);
  const name = (NAMES as Record<string, string>)[who] ?? "";
  const mine = who === "guest" ? await lettersOfGuest(other) : letters.get(name);
  const said = own.get(name) ?? message;
  return {
    ...{ world, kind, who, me, other, message, file, own: said },
    letter: mine?.letter ?? message,
    offer: mine?.offer ?? file,
  };
}

/** Asks for one thing; gives the code with which it is refused, or undefined. */
export async function codeOf(me: Someone, op: Op, fields: object): Promise<string | undefined> {
  const result = await me.says(op, fields as never);
  return "fault" in result ? result.fault.code : undefined;
}

async function signIn(world: World, name: string): Promise<Someone> {
  const someone = world.someone();
  await someone.asks("login", { username: name, password: PASSWORD });
  return someone;
}

async function guestIn(world: World, kind: Kind): Promise<Someone> {
  const guest = await world.guest("gil");
  if (kind !== "private") await guest.asks("enter", { room: ROOM });
  return guest;
}

async function lettersOfGuest(other: Someone): Promise<{ letter: string; offer: string }> {
  const { id: letter } = await other.asks("send", { to: "gil", text: "a letter" });
  return { letter, offer: await sendFile(other, { to: "gil" }) };
}

/** Sends a small file; gives its id. */
async function sendFile(from: Someone, place: { room: string } | { to: string }): Promise<string> {
  const data = new TextEncoder().encode("bytes");
  const { file } = await from.asks("upload", { ...place, name: "a.txt", size: data.length, unchecked: true });
  await from.asks("chunk", { file, offset: 0, data });
  await from.asks("finish", { file });
  return file;
}
