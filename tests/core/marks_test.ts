/** Of the moment: who is writing, and how far somebody has read. */
import { assertEquals } from "../support/assert.ts";
import { type Line, TRANSPORTS, withServer } from "../support/harness.ts";

for (const transport of TRANSPORTS) {
  Deno.test(`typing over ${transport}: is told to the room or to the one person, and kept nowhere`, async () => {
    await withServer({}, async (server) => {
      const alice = await server.member("alice", transport);
      const bob = await server.member("bob", transport);
      const eve = await server.guest("eve", transport);
      await alice.asks("enter", { room: "ops" });
      await bob.asks("enter", { room: "ops" });
      for (const peer of [alice, bob, eve]) await peer.forgets();

      await alice.asks("typing", { room: "ops" });
      assertEquals(await bob.hears({ event: "typing" }), { event: "typing", from: "alice", room: "ops" });
      await alice.asks("typing", { to: "BOB" });
      assertEquals(await bob.hears({ event: "typing" }), { event: "typing", from: "alice", to: "bob" });
      for (const peer of [alice, bob, eve]) await peer.hearsNothing();

      const { token, epoch, last } = await (await server.connect(transport))
        .asks("login", { username: "bob", password: "plug-jack-cord-7" });
      await alice.asks("typing", { room: "ops" });
      await alice.asks("send", { room: "ops", text: "so" });
      const back = await server.connect(transport);
      assertEquals((await back.asks("resume", { token, epoch, since: last })).recovered, true);
      await back.hears({ event: "message", text: "so" });
      await back.hearsNothing();
      assertEquals((await bob.asks("history", { room: "ops" })).messages.length, 1);
    });
  });
}

Deno.test("typing: goes to exactly one place, and to a room from its members only", async () => {
  await withServer({}, async (server) => {
    const bob = await server.guest("bob");
    const alice = await server.guest("alice");
    await bob.asks("enter", { room: "ops" });
    await bob.forgets();
    await alice.fails("typing", {}, "bad_request");
    await alice.fails("typing", { room: "lobby", to: "bob" }, "bad_request");
    await alice.fails("typing", { room: "ops" }, "not_member");
    await alice.fails("typing", { room: "nowhere" }, "unknown_room");
    await alice.fails("typing", { to: "nobody at all" }, "unknown_nickname");
    await bob.hearsNothing();
  });
});

Deno.test("read marks: in a room they are one's own, told to one's other connections alone", async () => {
  await withServer({}, async (server) => {
    const laptop = await server.member("alice");
    const phone = await server.member("alice");
    const bob = await server.guest("bob");
    const { id } = await bob.asks("send", { room: "lobby", text: "hello" });
    const { id: later } = await bob.asks("send", { room: "lobby", text: "again" });
    for (const peer of [laptop, phone, bob]) await peer.forgets();

    await laptop.asks("read", { room: "lobby", message: later });
    assertEquals(await phone.hears({ event: "read" }), {
      event: "read",
      from: "alice",
      room: "lobby",
      id: later,
    });
    for (const peer of [laptop, phone, bob]) await peer.hearsNothing();
    assertEquals((await phone.asks("history", { room: "lobby" })).read, later);
    assertEquals((await bob.asks("history", { room: "lobby" })).read, null);

    await phone.asks("read", { room: "lobby", message: id });
    assertEquals((await laptop.asks("history", { room: "lobby" })).read, later);
    await server.restart();
    const back = await server.member("alice");
    assertEquals((await back.asks("history", { room: "lobby" })).read, later);
    await back.asks("leave", { room: "lobby" });
    await back.asks("enter", { room: "lobby" });
    assertEquals((await back.asks("history", { room: "lobby" })).read, null);
  });
});

Deno.test("read marks: in private they are told to the other person too", async () => {
  await withServer({}, async (server) => {
    const laptop = await server.member("alice");
    const phone = await server.member("alice");
    const bob = await server.guest("bob");
    const eve = await server.guest("eve");
    const { id } = await bob.asks("send", { to: "alice", text: "psst" });
    for (const peer of [laptop, phone, bob, eve]) await peer.forgets();
    await laptop.asks("read", { with: "bob", message: id });
    assertEquals(await phone.hears({ event: "read" }), { event: "read", from: "alice", with: "bob", id });
    assertEquals(await bob.hears({ event: "read" }), { event: "read", from: "alice", with: "alice", id });
    for (const peer of [laptop, phone, bob, eve]) await peer.hearsNothing();
    assertEquals((await laptop.asks("history", { with: "bob" })).read, id);
    assertEquals((await laptop.asks("history", { with: "bob" })).seen, null);
    const bobs = await bob.asks("history", { with: "alice" });
    assertEquals([bobs.read, bobs.seen], [null, id]);
    assertEquals("seen" in await bob.asks("history", { room: "lobby" }), false);
  });
});

Deno.test("read marks: name a message of the conversation that is marked", async () => {
  await withServer({}, async (server) => {
    const [alice, bob, eve] = [
      await server.guest("alice"),
      await server.guest("bob"),
      await server.guest("eve"),
    ];
    const inLobby = await alice.asks("send", { room: "lobby", text: "hello" });
    const toBob = await alice.asks("send", { to: "bob", text: "psst" });
    const toEve = await alice.asks("send", { to: "eve", text: "not for bob" });
    const wrong: Line[] = [
      { room: "lobby", message: toBob.id },
      { with: "bob", message: inLobby.id },
      { with: "bob", message: toEve.id },
    ];
    for (const peer of [alice, bob, eve]) await peer.forgets();
    for (const fields of wrong) await alice.fails("read", fields, "bad_request");
    await bob.fails("read", { with: "alice", message: toEve.id }, "unknown_message");
    await alice.fails("read", { room: "nowhere", message: inLobby.id }, "unknown_room");
    await alice.fails("read", { with: "nobody", message: inLobby.id }, "unknown_nickname");
    await alice.fails("read", { message: inLobby.id }, "bad_request");
    for (const peer of [alice, bob, eve]) await peer.hearsNothing();
    assertEquals((await alice.asks("history", { with: "bob" })).read, null);
  });
});
