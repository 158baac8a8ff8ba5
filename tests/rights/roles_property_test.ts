/** Whatever people do about places, no room is without an owner, and nobody does what their place does not allow. */
import fc from "fast-check";
import type { Commands, Op } from "../../server/core/shared/commands.ts";
import { roleOf } from "../../server/core/rooms/rights.ts";
import { isAtLeast, ROLES } from "../../server/core/shared/room_settings.ts";
import type { Room } from "../../server/core/state/rooms.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { type Someone, World } from "../support/core_world.ts";

const NAMES = ["ada", "bob", "cyd", "dee"] as const;
const ROOMS = ["den", "pit"] as const;

/** Somebody does something about somebody. */
interface Step {
  readonly who: number;
  readonly whom: number;
  readonly room: number;
  readonly what: typeof DEEDS[number];
  readonly role: number;
}

const DEEDS = [
  "enter",
  "enter private",
  "leave",
  "invite and enter",
  "kick",
  "mute",
  "role",
  "private",
  "open",
  "topic",
  "drop",
  "logout",
  "delete the account",
  "suspend",
] as const;

const STEP: fc.Arbitrary<Step> = fc.record({
  who: fc.nat(NAMES.length - 1),
  whom: fc.nat(NAMES.length - 1),
  room: fc.nat(ROOMS.length - 1),
  what: fc.constantFrom(...DEEDS),
  role: fc.nat(ROLES.length - 1),
});

/** What takes which place: written down once more, so that the code's own table is not its own witness. */
const TAKES = {
  kick: "moderator",
  mute: "moderator",
  role: "owner",
  private: "owner",
  open: "owner",
  topic: "moderator",
} as const;

class Play {
  readonly people = new Map<string, Someone>();
  #made = 0;

  constructor(readonly world: World) {}

  /** Somebody of that name, who is signed in; undefined while their account is suspended. */
  async person(name: string): Promise<Someone | undefined> {
    const known = this.people.get(name);
    if (known?.session && !known.farewell) return known;
    const someone = this.world.someone();
    const account = { username: name, nickname: name, password: "long enough" };
    await someone.says("register", account);
    const signedIn = await someone.says("login", { username: name, password: "long enough" });
    await this.world.log.drained();
    if ("fault" in signedIn) return undefined;
    this.people.set(name, someone);
    return someone;
  }

  async do({ who, whom, room: index, what, role }: Step): Promise<void> {
    const me = await this.person(NAMES[who]!);
    if (!me) return;
    const [room, nickname] = [ROOMS[index]!, NAMES[whom]!];
    const says = async <K extends Op>(op: K, fields: Commands[K]["asks"], by = me) => {
      const result = await by.says(op, fields);
      await this.world.log.drained();
      return !("fault" in result);
    };
    switch (what) {
      case "enter":
        return void await says("enter", { room });
      case "enter private":
        return void await says("enter", { room, private: true });
      case "leave":
        return void await says("leave", { room });
      case "invite and enter": {
        const other = await this.person(nickname);
        if (await says("invite", { room, nickname }) && other) await says("enter", { room }, other);
        return;
      }
      case "kick":
        return this.#needs(me, room, what, () => says("kick", { room, nickname }));
      case "mute":
        return this.#needs(me, room, what, () => says("mute", { room, nickname, minutes: 5 }));
      case "role":
        return this.#needs(me, room, what, () => says("room.role", { room, nickname, role: ROLES[role]! }));
      case "private":
      case "open":
        return this.#needs(me, room, what, () => says("room.set", { room, private: what === "private" }));
      case "topic":
        return this.#needs(me, room, what, () => says("room.set", { room, topic: `${++this.#made}` }));
      case "drop":
        return me.drops();
      case "logout":
        return void await says("logout", {});
      case "delete the account":
        return this.#propose({ kind: "admin.delete", account: me.session!.person.id });
      case "suspend":
        return this.#propose({ kind: "admin.disable", account: me.session!.person.id });
    }
  }

  /** What is done was allowed: their place was enough before. */
  async #needs(
    me: Someone,
    name: string,
    what: keyof typeof TAKES,
    act: () => Promise<boolean>,
  ): Promise<void> {
    const { person } = me.session!;
    const room = this.world.core.rooms.named(name as Room["key"], person);
    const isIn = room !== undefined && person.rooms.has(room);
    const role = isIn ? roleOf(this.world.core, room, person) : "member";
    // Whoever an open room fell to may kick, whatever they are.
    const keeps = isIn && what === "kick" && room.owner === person;
    const done = await act();
    assertTrue(!done || keeps || isAtLeast(role, TAKES[what]), `${what} by a ${role}`);
  }

  async #propose(proposal: { kind: "admin.delete" | "admin.disable"; account: string }): Promise<void> {
    await this.world.core.propose({ ...proposal, at: this.world.clock.read() }).catch(() => {});
    await this.world.log.drained();
  }

  check(): void {
    const { core, store } = this.world;
    const stored = store.roles().map(({ room, person, role }) => `${room} ${person} ${role}`);
    const held = Array.from(core.rooms.all()).flatMap((room) =>
      Array.from(room.roles, ([person, role]) => `${room.id} ${person} ${role}`)
    );
    assertEquals(held.sort(), stored.sort(), "memory and store agree");
    for (const room of core.rooms.all()) {
      for (const person of room.roles.keys()) {
        assertTrue(
          store.memberOf(room.id, person) !== undefined,
          "who has a place is a member with an account",
        );
      }
      const accounts = Array.from(room.members).filter(({ guest }) => !guest);
      if (room.settings.private) {
        assertTrue(store.memberCount(room.id) > 0, "it ends with its last member");
        assertTrue([...room.roles.values()].includes("owner"), "a private room has an owner");
      } else if (accounts.length > 0) assertTrue(room.owner !== null, "an open room is somebody's");
    }
  }
}

Deno.test("roles: whatever people do, no room is without an owner, and nobody does what their place does not allow", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(STEP, { maxLength: 40 }), async (steps) => {
      const play = new Play(await World.begin());
      for (const name of NAMES) await play.person(name);
      for (const step of steps) {
        await play.do(step);
        play.check();
      }
    }),
    { numRuns: 150 },
  );
});
