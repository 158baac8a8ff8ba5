import { LIMITS } from "../../server/core/shared/limits.ts";
import { newRoom } from "../../server/core/rooms/rooms.ts";
import { Room } from "../../server/core/state/rooms.ts";
import { Person } from "../../server/core/state/presence.ts";
import { assertEquals, assertLike, assertMatches, assertTrue } from "../support/assert.ts";
import { MINUTE, TestClock } from "../support/clock.ts";
import { World } from "../support/core_world.ts";
import { type Line, TRANSPORTS, withServer } from "../support/harness.ts";

for (const transport of TRANSPORTS) {
  Deno.test(`rooms over ${transport}: the first in owns the room, then whoever is there the longest`, async () => {
    await withServer({}, async (server) => {
      const [alice, bob, carol, dave] = await Promise.all(
        ["alice", "bob", "carol", "dave"].map((name) => server.guest(name, transport)),
      );
      assertMatches(await alice!.asks("enter", { room: "ops" }), { members: ["alice"], owner: "alice" });
      for (const peer of [bob!, carol!, dave!]) await peer.asks("enter", { room: "ops" });
      const members = ["alice", "bob", "carol", "dave"];
      assertMatches(await dave!.asks("members", { room: "ops" }), { members, owner: "alice" });
      await dave!.forgets();

      await alice!.asks("leave", { room: "ops" });
      await dave!.hears({ event: "left", room: "ops", nickname: "alice" });
      const { seq } = await dave!.hears({ event: "owner", room: "ops", nickname: "bob" });
      await alice!.asks("enter", { room: "ops" });
      await dave!.hears({ event: "entered", room: "ops", nickname: "alice" });
      bob!.close();
      await dave!.hearsAtLast({ event: "left", room: "ops", nickname: "bob" });
      const next = await dave!.hearsAtLast({ event: "owner", room: "ops", nickname: "carol" });
      assertTrue(next.seq > seq, `${next.seq} after ${seq}`);
      await carol!.asks("logout");
      await dave!.hearsAtLast({ event: "owner", room: "ops", nickname: "dave" });
      assertMatches(await alice!.asks("enter", { room: "ops" }), {
        members: ["dave", "alice"],
        owner: "dave",
      });
    });
  });

  Deno.test(`rooms over ${transport}: the owner, and nobody else, puts people out`, async () => {
    await withServer({}, async (server) => {
      const alice = await server.guest("alice", transport);
      const bob = await server.member("bob", transport);
      const carol = await server.guest("carol", transport);
      for (const peer of [alice, bob, carol]) await peer.asks("enter", { room: "ops" });
      const phone = await server.member("bob", transport);
      for (const peer of [alice, bob, carol, phone]) await peer.forgets();

      await bob.fails("kick", { room: "ops", nickname: "carol" }, "not_owner");
      await alice.fails("kick", { room: "ops", nickname: "nobody" }, "not_member");
      await alice.fails("kick", { room: "nowhere", nickname: "bob" }, "unknown_room");
      await alice.fails("kick", { room: "ops", nickname: "bob", minutes: -1 }, "bad_request");
      await alice.fails("kick", { room: "ops", nickname: "bob", minutes: 1e9 }, "bad_request");
      await alice.fails("kick", { room: "ops", nickname: "bob", minutes: 0.5 }, "bad_request");
      for (const minutes of [{}, { minutes: 5 }]) {
        const { message } = await alice.fails(
          "kick",
          { room: "ops", nickname: "ALICE", ...minutes },
          "bad_request",
        );
        assertLike(message, /^Cannot kick yourself/);
      }
      await alice.asks("kick", { room: "OPS", nickname: "BOB" });
      const told = { event: "kicked", room: "ops", nickname: "bob", by: "alice" };
      for (const peer of [bob, phone, carol]) assertMatches(await peer.hears(told), { minutes: undefined });
      await alice.asks("send", { room: "ops", text: "where were we" });
      await bob.hearsNothing();
      await bob.fails("send", { room: "ops", text: "hey" }, "not_member");
      await phone.fails("history", { room: "ops" }, "not_member");
      assertEquals((await alice.asks("members", { room: "ops" })).members, ["alice", "carol"]);
      await bob.asks("enter", { room: "ops" }); // no minutes: at once, if they like
    });
  });

  Deno.test(`rooms over ${transport}: a kick for minutes keeps the nickname out so long, also over a restart`, async () => {
    const clock = new TestClock();
    await withServer({}, async (server) => {
      const alice = await server.guest("alice", transport);
      const bob = await server.member("bob", transport);
      for (const peer of [alice, bob]) await peer.asks("enter", { room: "ops" });
      await alice.asks("send", { room: "ops", text: "enough" });
      await bob.forgets();
      await alice.asks("kick", { room: "ops", nickname: "bob", minutes: 10 });
      await bob.hears({ event: "kicked", room: "ops", nickname: "bob", minutes: 10 });
      clock.advance(4 * MINUTE);
      const error = await bob.fails("enter", { room: "Ops" }, "kicked");
      assertEquals(error.retry_after_ms, 6 * MINUTE);

      await server.restart();
      const back = await server.member("bob", transport);
      clock.advance(6 * MINUTE - 1);
      await back.fails("enter", { room: "ops" }, "kicked");
      clock.advance(1);
      await back.asks("enter", { room: "ops" });
    }, { clock: clock.read });
  });

  Deno.test(`rooms over ${transport}: rooms are remembered until they are left`, async () => {
    await withServer({}, async (server) => {
      const owner = await server.guest("owner", transport);
      for (const room of ["kept", "left", "kicked"]) await owner.asks("enter", { room });
      const alice = await server.member("alice", transport);
      for (const room of ["kept", "left", "kicked"]) await alice.asks("enter", { room });
      await alice.asks("leave", { room: "left" });
      await owner.asks("kick", { room: "kicked", nickname: "alice" });
      alice.close();
      await owner.hearsAtLast({ event: "offline", nickname: "alice" });

      const back = await server.member("alice", transport);
      await owner.hearsAtLast({ event: "entered", room: "kept", nickname: "alice" });
      assertEquals(back.lines.find((line) => line.token)!.rooms, ["lobby", "kept"]);
      await back.asks("logout");
      const again = await server.member("alice", transport);
      assertEquals(
        again.lines.find((line) => line.token)!.rooms,
        ["lobby", "kept"],
        "an account stays a member",
      );
    });
  });
}

Deno.test("rooms: the lobby is always there and everybody comes in through it", async () => {
  await withServer({}, async (server) => {
    const alice = await server.guest("alice");
    assertEquals((await alice.asks("members", { room: "LOBBY" })).members, ["alice"]);
    await alice.asks("leave", { room: "lobby" });
    assertEquals((await alice.asks("rooms")).rooms, [
      { room: "lobby", members: 0, owner: null, ephemeral: false },
    ]);
    await alice.asks("logout");
    assertMatches(await alice.asks("guest", { nickname: "alba" }), { rooms: ["lobby"] });
  });
});

Deno.test("rooms: who is not in a room neither hears nor says anything there", async () => {
  await withServer({}, async (server) => {
    const alice = await server.guest("alice");
    await alice.asks("enter", { room: "ops" });
    await alice.asks("send", { room: "ops", text: "between us" });
    const bob = await (await server.guest("bob")).forgets();
    for (const op of ["leave", "members", "history", "typing"]) {
      await bob.fails(op, { room: "ops" }, "not_member");
      await bob.fails(op, { room: "nowhere" }, "unknown_room");
    }
    await bob.fails("send", { room: "ops", text: "me too" }, "not_member");
    await bob.fails("search", { room: "ops", text: "between" }, "not_member");
    assertEquals((await bob.asks("search", { text: "between" })).messages, []);
    await alice.asks("send", { room: "ops", text: "still between us" });
    await bob.hearsNothing();

    await bob.asks("enter", { room: "ops" });
    await alice.hearsAtLast({ event: "entered", room: "ops", nickname: "bob" });
    await bob.asks("leave", { room: "ops" });
    await alice.hears({ event: "left", room: "ops", nickname: "bob" });
    await alice.asks("send", { room: "ops", text: "he has left" });
    await bob.hearsNothing();
  });
});

Deno.test("rooms: names have 1 to 64 characters that can be seen, in any case", async () => {
  await withServer({}, async (server) => {
    const alice = await server.guest("alice");
    const bad = [
      "",
      "x".repeat(65),
      "a\nb",
      "a\u0000",
      "a\u007f",
      "a\u200bb",
      " a",
      "a ",
      "a  b",
      "a\u2028b",
    ];
    for (const room of bad) await alice.fails("enter", { room }, "bad_room");
    for (const room of ["x".repeat(64), "😀".repeat(64), "Straße #1", "会议室"]) {
      await alice.asks("enter", { room });
    }
    const bob = await server.guest("bob");
    for (
      const [room, name] of [["STRASSE #1", "Straße #1"], ["straße #1", "Straße #1"], ["会議室", "会議室"]]
    ) {
      assertEquals((await bob.asks("enter", { room })).room, name);
    }
    await alice.asks("enter", { room: "Ｏｐｓ" });
    assertMatches(await bob.asks("enter", { room: "OPS" }), { room: "Ｏｐｓ", members: ["alice", "bob"] });
    await bob.asks("send", { room: "ops", text: "found you" });
    await alice.hearsAtLast({ event: "message", room: "Ｏｐｓ", text: "found you" });
  });
});

Deno.test("rooms: history stays when everybody has left, but an ephemeral room takes it along", async () => {
  await withServer({}, async (server) => {
    const alice = await server.guest("alice");
    for (const [room, ephemeral] of [["lasting", false], ["passing", true]]) {
      assertMatches(await alice.asks("enter", { room, ephemeral }), { ephemeral });
      await alice.asks("send", { room, text: `said in ${room}` });
    }
    const bob = await server.guest("bob");
    assertMatches(await bob.asks("enter", { room: "passing", ephemeral: false }), { ephemeral: true });
    assertMatches(await bob.asks("enter", { room: "lasting", ephemeral: true }), { ephemeral: false });
    await alice.asks("logout");
    const texts = async (room: string) => {
      await bob.asks("enter", { room });
      return (await bob.asks("history", { room })).messages.map((message: Line) => message.text);
    };
    assertEquals(await texts("passing"), ["said in passing"]);
    for (const room of ["passing", "lasting"]) await bob.asks("leave", { room });
    assertEquals((await bob.asks("rooms")).rooms.map((room: Line) => room.room), ["lobby", "lasting"]);
    assertMatches(await bob.asks("enter", { room: "lasting" }), { owner: "bob" });
    assertEquals([await texts("lasting"), await texts("passing")], [["said in lasting"], []]);
    assertEquals((await bob.asks("search", { text: "said" })).messages.length, 1);

    await bob.asks("leave", { room: "lasting" });
    await server.restart();
    const carol = await server.guest("carol");
    await carol.asks("enter", { room: "lasting" });
    assertEquals((await carol.asks("history", { room: "lasting" })).messages.length, 1);
  });
});

Deno.test("rooms: the list shows the fullest first", async () => {
  await withServer({}, async (server) => {
    const [alice, bob] = [await server.guest("alice"), await server.guest("bob")];
    for (const room of ["one", "two"]) await alice.asks("enter", { room });
    await bob.asks("enter", { room: "two", ephemeral: true });
    assertEquals((await alice.asks("rooms")).rooms, [
      { room: "lobby", members: 2, owner: "alice", ephemeral: false },
      { room: "two", members: 2, owner: "alice", ephemeral: false },
      { room: "one", members: 1, owner: "alice", ephemeral: false },
    ]);
  });
});

Deno.test("rooms: two connections of one nickname that enter at once come in once", async () => {
  await withServer({}, async (server) => {
    const bob = await server.guest("bob");
    await bob.asks("enter", { room: "ops" });
    const desk = await server.member("alice");
    const phone = await server.member("alice");
    await bob.forgets();
    await Promise.all([desk, phone].map((peer) => peer.asks("enter", { room: "ops" })));
    await bob.hears({ event: "entered", room: "ops", nickname: "alice" });
    await bob.hearsNothing();
  });
});

Deno.test("rooms: their number, and that of their members, is bounded", async () => {
  const world = await World.begin();
  const alice = await world.guest("alice");
  for (let n = 1; n < LIMITS.roomsPerPersonMax; n++) await alice.asks("enter", { room: `room ${n}` });
  await alice.fails("enter", { room: "one more" }, "too_many_rooms");
  await alice.asks("leave", { room: "room 1" });
  await alice.asks("enter", { room: "one more" });

  const full = world.core.rooms.byId([...world.core.rooms.all()].at(-1)!.id)!;
  while (full.members.size < LIMITS.roomMembersMax) {
    world.core.presence.enter(full, new Person(`p${full.members.size}`, `p${full.members.size}`, true));
  }
  const bob = await world.guest("bob");
  await bob.fails("enter", { room: full.name }, "room_full");
  while (world.core.rooms.size < LIMITS.roomsMax) {
    const name = `made up ${world.core.rooms.size}`;
    world.core.rooms.add(new Room(newRoom({ id: name, at: world.clock.read(), name, ephemeral: false })));
  }
  await bob.fails("enter", { room: "beyond all" }, "too_many_rooms");
  await bob.asks("enter", { room: "room 2" });
});
