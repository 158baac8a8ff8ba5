/** What is said in a room, and who hears it. Private messages: private_test.ts; the order: order_test.ts. */
import { assertEquals } from "../support/assert.ts";
import { type Line, type Peer, TRANSPORTS, withServer } from "../support/harness.ts";

for (const transport of TRANSPORTS) {
  Deno.test(`messages over ${transport}: a room hears what is said, and history shows the same`, async () => {
    await withServer({}, async (server) => {
      const alice = await server.member("alice", transport);
      const bob = await (await server.guest("bob", transport)).forgets();
      await alice.forgets();

      const sent = await alice.asks("send", { room: "lobby", text: "你好\nworld" });
      await bob.hears({
        event: "message",
        id: sent.id,
        seq: sent.seq,
        at: sent.at,
        from: "alice",
        room: "lobby",
        text: "你好\nworld",
        kind: "text",
      });
      await alice.hearsNothing();
      const { messages } = await bob.asks("history", { room: "lobby" });
      assertEquals(messages.map((message: Line) => message.id), [sent.id]);
    });
  });

  Deno.test(`messages over ${transport}: a text arrives as it was written, whatever it is made of`, async () => {
    await withServer({}, async (server) => {
      const alice = await server.guest("alice", transport);
      const bob = await (await server.guest("bob", transport === "tcp" ? "websocket" : "tcp")).forgets();
      for (const text of TEXTS) {
        await alice.asks("send", { room: "lobby", text });
        await bob.hears({ event: "message", text });
      }
      const { messages } = await bob.asks("history", { room: "lobby" });
      assertEquals(messages.map((message: Line) => message.text), TEXTS);
    });
  });
}

const TEXTS = [
  "one\ntwo\r\nthree\n\n",
  "a NUL \0 in the middle, and one at the end\0",
  "\0",
  " ",
  "\ufeffa byte order mark first",
  "controls \u0001\b\t\u001b[31m\u007f\u0085",
  "👩‍👩‍👧‍👦 🏳️‍🌈 🇨🇳 👍🏽 #️⃣",
  "مرحبا \u202eright to left\u202c עולם",
  "Zürich / Zu\u0308rich: composed or not, as written",
  "line\u2028and paragraph\u2029separators",
  "not a character \uffff \u{10ffff}, replacement \ufffd, private \ue000",
  '{"id":1,"op":"send"} "quoted" \\u0041 \\',
  "'; DROP TABLE messages; --",
  "漢字かなカナ한글ไทย",
];

Deno.test("messages: a text has up to 16 KiB, counted as UTF-8", async () => {
  await withServer({}, async (server) => {
    const alice = await server.guest("alice");
    const bob = await (await server.guest("bob")).forgets();
    for (const text of ["x".repeat(16_384), "é".repeat(8_192), "語".repeat(5_461), "👍".repeat(4_096)]) {
      await alice.asks("send", { room: "lobby", text });
      await bob.hears({ event: "message", text });
    }
    const tooLong = ["x".repeat(16_385), `${"é".repeat(8_192)}x`, "語".repeat(5_462), "👍".repeat(4_097)];
    for (const text of tooLong) await alice.fails("send", { room: "lobby", text }, "bad_text");
    await bob.hearsNothing();
  });
});

Deno.test("messages: an empty text and half a character are refused", async () => {
  await withServer({}, async (server) => {
    const alice = await server.guest("alice");
    const bob = await (await server.guest("bob")).forgets();
    // "\ud83d" and the like are written as escapes in the JSON: UTF-8 has no bytes for them.
    for (const text of ["", "\ud800", "\udc00", "half of 👍: \ud83d", "\ude00\ud83d the wrong way round"]) {
      await alice.fails("send", { room: "lobby", text }, "bad_text");
    }
    await bob.hearsNothing();
  });
});

Deno.test("messages: a message goes to exactly one place, and to a room by those in it only", async () => {
  await withServer({}, async (server) => {
    const alice = await server.guest("alice");
    const bob = await server.guest("bob");
    await bob.asks("enter", { room: "ops" });
    await bob.forgets();
    await alice.fails("send", { text: "to nobody" }, "bad_request");
    await alice.fails("send", { room: "lobby", to: "bob", text: "to both" }, "bad_request");
    await alice.fails("send", { room: "nowhere", text: "is anybody here?" }, "unknown_room");
    await alice.fails("send", { room: "ops", text: "let me in" }, "not_member");
    await bob.hearsNothing();
    await alice.asks("enter", { room: "OPS" });
    await alice.asks("send", { room: "Ops", text: "hello" });
    await bob.hears({ event: "entered", nickname: "alice", room: "ops" });
    await bob.hears({ event: "message", room: "ops", text: "hello" });
  });
});

Deno.test("messages: one's other connections hear what one says, the one that said it has its reply", async () => {
  await withServer({}, async (server) => {
    const laptop = await server.member("alice");
    const phone = await (await server.member("alice", "websocket")).forgets();
    await laptop.forgets();
    const { id } = await phone.asks("send", { room: "lobby", text: "from the phone" });
    await laptop.hears({ event: "message", id, from: "alice", text: "from the phone" });
    await phone.hearsNothing();
    await laptop.hearsNothing();
  });
});

Deno.test("messages: a reply names a message of the same conversation", async () => {
  await withServer({}, async (server) => {
    const [alice, bob, carol] = await guests(server, "alice", "bob", "carol");
    await bob.asks("enter", { room: "ops" });
    await alice.asks("enter", { room: "ops" });
    const inOps = await bob.asks("send", { room: "ops", text: "lunch?" });
    const inLobby = await bob.asks("send", { room: "lobby", text: "hello, all" });
    const toAlice = await bob.asks("send", { to: "alice", text: "psst" });
    const toBoth = await alice.asks("send", { to: ["bob", "carol"], text: "you two" });
    const toCarol = await bob.asks("send", { to: "carol", text: "not for alice" });
    for (const peer of [alice, bob, carol]) await peer.forgets();

    await alice.asks("send", { room: "ops", text: "yes", reply: inOps.id });
    await bob.hears({ event: "message", text: "yes", reply: inOps.id });
    await alice.asks("send", { to: "bob", text: "what?", reply: toAlice.id });
    await bob.hears({ event: "message", text: "what?", reply: toAlice.id });
    await carol.asks("send", { to: "alice", text: "us?", reply: toBoth.id });
    await alice.hears({ event: "message", text: "us?", reply: toBoth.id });
    const { messages } = await alice.asks("history", { with: "carol" });
    assertEquals(messages.map((message: Line) => message.reply), [undefined, toBoth.id]);

    await alice.fails("send", { room: "ops", text: "?", reply: inLobby.id }, "bad_request");
    await alice.fails("send", { room: "lobby", text: "?", reply: toAlice.id }, "bad_request");
    await alice.fails("send", { to: "bob", text: "?", reply: inLobby.id }, "bad_request");
    await alice.fails("send", { to: "carol", text: "?", reply: toAlice.id }, "bad_request");
    await alice.fails("send", { to: ["bob", "carol"], text: "?", reply: toAlice.id }, "bad_request");
    await alice.fails("send", { to: "bob", text: "?", reply: toCarol.id }, "unknown_message");
    await carol.fails("send", { room: "lobby", text: "?", reply: inOps.id }, "unknown_message");
    await alice.fails("send", { room: "lobby", text: "?", reply: "no such id" }, "unknown_message");
    for (const peer of [bob, carol]) await peer.hearsNothing();
  });
});

async function guests(
  server: Parameters<Parameters<typeof withServer>[1]>[0],
  ...names: string[]
): Promise<[Peer, Peer, Peer]> {
  const peers: Peer[] = [];
  for (const name of names) peers.push(await server.guest(name));
  for (const peer of peers) await peer.forgets();
  return peers as [Peer, Peer, Peer];
}
