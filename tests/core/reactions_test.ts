/** Reactions: who is told, what history shows, and what counts as an emoji. */
import { assertEquals } from "../support/assert.ts";
import { type Line, type Peer, TRANSPORTS, withServer } from "../support/harness.ts";

for (const transport of TRANSPORTS) {
  Deno.test(`reactions over ${transport}: are told to others, kept in order, and taken away again`, async () => {
    await withServer({}, async (server) => {
      const alice = await server.guest("alice", transport);
      const bob = await server.guest("bob", transport);
      const { id } = await alice.asks("send", { room: "lobby", text: "lunch?" });
      for (const peer of [alice, bob]) await peer.forgets();

      const { seq } = await bob.asks("react", { message: id, emoji: "👍", on: true });
      await alice.hears({ event: "reacted", id, seq, from: "bob", room: "lobby", emoji: "👍", on: true });
      await alice.asks("react", { message: id, emoji: "👍", on: true });
      await bob.hears({ event: "reacted", id, from: "alice", emoji: "👍", on: true });
      await alice.asks("react", { message: id, emoji: "🎉", on: true });
      await bob.hears({ event: "reacted", id, from: "alice", emoji: "🎉" });
      assertEquals(await reactions(bob, { room: "lobby" }), [{ "👍": ["bob", "alice"], "🎉": ["alice"] }]);

      await bob.asks("react", { message: id, emoji: "👍", on: false });
      await alice.hears({ event: "reacted", id, from: "bob", emoji: "👍", on: false });
      await alice.asks("react", { message: id, emoji: "🎉", on: false });
      await bob.hears({ event: "reacted", id, from: "alice", emoji: "🎉", on: false });
      assertEquals(await reactions(alice, { room: "lobby" }), [{ "👍": ["alice"] }]);
      for (const peer of [alice, bob]) await peer.hearsNothing();
    });
  });
}

Deno.test("reactions: the same one twice is one, and nobody is told again", async () => {
  await withServer({}, async (server) => {
    const alice = await server.guest("alice");
    const bob = await server.member("bob");
    const phone = await server.member("bob");
    const { id } = await alice.asks("send", { room: "lobby", text: "hello" });
    for (const peer of [alice, bob, phone]) await peer.forgets();

    await bob.asks("react", { message: id, emoji: "👍", on: false });
    for (let time = 0; time < 3; time++) await bob.asks("react", { message: id, emoji: "👍", on: true });
    await phone.asks("react", { message: id, emoji: "👍", on: true });
    await alice.hears({ event: "reacted", on: true });
    await alice.hearsNothing();
    assertEquals(await reactions(alice, { room: "lobby" }), [{ "👍": ["bob"] }]);

    await Promise.all(
      [bob, phone].map((peer) => peer.asks("react", { message: id, emoji: "👍", on: false })),
    );
    await alice.hears({ event: "reacted", on: false });
    await alice.hearsNothing();
    assertEquals(await reactions(alice, { room: "lobby" }), [undefined]);
  });
});

Deno.test("reactions: one emoji, whole, and nothing else", async () => {
  await withServer({}, async (server) => {
    const alice = await server.guest("alice");
    const { id } = await alice.asks("send", { room: "lobby", text: "hello" });
    for (const emoji of ["👍", "👍🏽", "❤️", "❤", "👩‍👩‍👧‍👦", "🏳️‍🌈", "🇨🇳", "7️⃣", "☕", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"]) {
      await alice.asks("react", { message: id, emoji, on: true });
    }
    const wrong = [
      "",
      "a",
      "7",
      "👍👍",
      "👍 ",
      " 👍",
      "ok",
      "中",
      "\ud83d",
      "\u200d",
      "\ufe0f",
      "👩\u200d",
      "👍".repeat(99),
    ];
    for (const emoji of wrong) await alice.fails("react", { message: id, emoji, on: true }, "bad_emoji");
    assertEquals((await reactions(alice, { room: "lobby" })).flatMap(Object.keys).length, 10);
  });
});

Deno.test("reactions: a message takes 64 different ones", async () => {
  await withServer({}, async (server) => {
    const alice = await server.guest("alice");
    const bob = await server.guest("bob");
    const { id } = await alice.asks("send", { room: "lobby", text: "collect them all" });
    const emoji = Array.from({ length: 65 }, (_, n) => String.fromCodePoint(0x1f400 + n));
    for (const each of emoji.slice(0, 64)) await alice.asks("react", { message: id, emoji: each, on: true });
    await bob.fails("react", { message: id, emoji: emoji[64], on: true }, "bad_emoji");
    await bob.asks("react", { message: id, emoji: emoji[0], on: true });
    await alice.asks("react", { message: id, emoji: emoji[1], on: false });
    await bob.asks("react", { message: id, emoji: emoji[64], on: true });
  });
});

Deno.test("reactions: to a private message are seen by the two alone, to what one can't read by nobody", async () => {
  await withServer({}, async (server) => {
    const alice = await server.guest("alice");
    const bob = await server.guest("bob");
    const eve = await server.guest("eve");
    await alice.asks("enter", { room: "ops" });
    const secret = await alice.asks("send", { to: "bob", text: "psst" });
    const inside = await alice.asks("send", { room: "ops", text: "inside" });
    for (const peer of [alice, bob, eve]) await peer.forgets();

    await bob.asks("react", { message: secret.id, emoji: "🤫", on: true });
    await alice.hears({ event: "reacted", id: secret.id, from: "bob", to: "bob", emoji: "🤫" });
    await alice.asks("react", { message: secret.id, emoji: "🙂", on: true });
    await bob.hears({ event: "reacted", id: secret.id, from: "alice", to: "bob", emoji: "🙂" });
    assertEquals(await reactions(bob, { with: "alice" }), [{ "🤫": ["bob"], "🙂": ["alice"] }]);
    for (const { id } of [secret, inside]) {
      await eve.fails("react", { message: id, emoji: "👀", on: true }, "unknown_message");
    }
    await bob.fails("react", { message: inside.id, emoji: "👀", on: true }, "unknown_message");
    for (const peer of [alice, bob, eve]) await peer.hearsNothing();
  });
});

Deno.test("reactions: to a message that waits are there when it arrives", async () => {
  await withServer({}, async (server) => {
    const carol = await server.member("carol");
    await carol.asks("logout");
    const alice = await server.guest("alice");
    const bob = await server.guest("bob");
    const { id } = await alice.asks("send", { to: ["bob", "carol"], text: "we won" });
    await bob.asks("react", { message: id, emoji: "🎉", on: true });
    await (await server.member("carol")).hears({ event: "message", id, reactions: { "🎉": ["bob"] } });
  });
});

async function reactions(peer: Peer, place: Line): Promise<Line[]> {
  const { messages } = await peer.asks("history", place);
  return messages.map((message: Line) => message.reactions);
}
