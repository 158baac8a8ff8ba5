/** What becomes of rooms when the server is restarted. */
import { commit } from "../support/stores.ts";
import { LIMITS } from "../../server/core/shared/limits.ts";
import { newRoom } from "../../server/core/rooms/rooms.ts";
import { assertEquals, assertMatches } from "../support/assert.ts";
import { TestClock } from "../support/clock.ts";
import { World } from "../support/core_world.ts";
import { withServer } from "../support/harness.ts";

Deno.test("rooms: a restart keeps a room for its owner, and everybody is told that they are back", async () => {
  const clock = new TestClock();
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    await alice.asks("enter", { room: "ops" });
    await alice.asks("send", { room: "ops", text: "mine" });
    await server.restart();
    const bob = await server.guest("bob");
    assertMatches(await bob.asks("enter", { room: "ops" }), { owner: null });
    await bob.fails("kick", { room: "ops", nickname: "bob" }, "not_owner");
    clock.advance(LIMITS.ownerReturnMs - 1);
    await server.guest("carol").then((carol) => carol.asks("enter", { room: "ops" }));
    await bob.forgets();
    await server.member("alice");
    await bob.hearsAtLast({ event: "entered", room: "ops", nickname: "alice" });
    await bob.hearsAtLast({ event: "owner", room: "ops", nickname: "alice" });
    assertMatches(await bob.asks("members", { room: "ops" }), {
      members: ["bob", "carol", "alice"],
      owner: "alice",
    });
  }, { clock: clock.read });
});

Deno.test("rooms: an owner who does not return in time has lost it to whoever is there the longest", async () => {
  const world = await World.begin();
  await (await world.member("alice")).asks("enter", { room: "ops" });
  await world.restart();
  const bob = await world.guest("bob");
  await bob.asks("enter", { room: "ops" });
  world.clock.advance(LIMITS.ownerReturnMs);
  const carol = await world.guest("carol"); // before anybody has looked at the clock
  await carol.asks("enter", { room: "ops" });
  assertEquals((await carol.asks("members", { room: "ops" })).owner, "bob");
  await world.timePasses();
  await world.member("alice");
  assertEquals((await carol.asks("members", { room: "ops" })).owner, "bob");
});

Deno.test("rooms: one that nobody returns to goes, unless something was said in it", async () => {
  const world = await World.begin();
  const alice = await world.guest("alice");
  for (const room of ["silent", "spoken", "passing"]) {
    await alice.asks("enter", { room, ephemeral: room === "passing" });
  }
  for (const room of ["spoken", "passing"]) await alice.asks("send", { room, text: "so" });
  // What a crash leaves right after a room was made.
  await commit(world.store, [{
    kind: "room.add",
    room: newRoom({ id: "half", at: world.clock.read(), name: "half made", ephemeral: false }),
  }]);
  await world.restart();
  world.clock.advance(LIMITS.ownerReturnMs);
  await world.timePasses();
  await world.restart();
  const bob = await world.guest("bob");
  assertEquals((await bob.asks("rooms", {})).rooms.map((room) => room.room).sort(), ["lobby", "spoken"]);
});
