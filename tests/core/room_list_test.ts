/** The list of rooms when there are many: it pages, and narrows to a part of a name. */
import { commit } from "../support/stores.ts";
import { LIMITS } from "../../server/core/shared/limits.ts";
import { newRoom } from "../../server/core/rooms/rooms.ts";
import { Room } from "../../server/core/state/rooms.ts";
import { assertEquals } from "../support/assert.ts";
import { type Someone, World } from "../support/core_world.ts";

const MANY = LIMITS.roomsListedMax + 120;

/** A world with as many rooms as nobody reads through. */
async function worldOfRooms(): Promise<World> {
  const world = await World.begin();
  const made = Array.from(
    { length: MANY },
    (_, n) => newRoom({ id: `made-${n}`, at: world.clock.read(), name: `Room ${n}`, ephemeral: false }),
  );
  await commit(world.store, made.map((room) => ({ kind: "room.add", room })));
  for (const room of made) world.core.rooms.add(new Room(room));
  return world;
}

async function names(peer: Someone, asked: { text?: string; after?: string; limit?: number }) {
  const { rooms, more, next } = await peer.asks("rooms", asked);
  assertEquals(more, next !== null);
  return { names: rooms.map(({ room }) => room), next };
}

Deno.test("rooms: pages hold every room once, the fullest first", async () => {
  const world = await worldOfRooms();
  const alice = await world.guest("alice");
  await alice.asks("enter", { room: `room ${MANY - 1}` });
  const first = await names(alice, {});
  assertEquals(first.names.length, LIMITS.roomsListedMax);
  assertEquals(first.names.slice(0, 2), ["lobby", `Room ${MANY - 1}`]);
  const rest = await names(alice, { after: first.next! });
  assertEquals(rest.next, null);
  assertEquals(new Set([...first.names, ...rest.names]).size, MANY + 1);
  assertEquals(first.names.length + rest.names.length, MANY + 1);
  await alice.fails("rooms", { after: "nothing" }, "bad_request");
  await alice.fails("rooms", { limit: 0 }, "bad_request");
});

Deno.test("rooms: a part of a name finds them, whatever its case, one that is called so before the others", async () => {
  const world = await worldOfRooms();
  const alice = await world.guest("alice");
  await alice.asks("enter", { room: "room 619" });
  assertEquals((await names(alice, { text: "rOOM 61", limit: 4 })).names, [
    "Room 61",
    "Room 619",
    "Room 610",
    "Room 611",
  ]);
  const { next } = await names(alice, { text: "room 61", limit: 2 });
  assertEquals((await names(alice, { text: "room 61", limit: 2, after: next! })).names, [
    "Room 610",
    "Room 611",
  ]);
  assertEquals(await names(alice, { text: "no such" }), { names: [], next: null });
});
