/** The list of one's conversations: what is unread, what was said last, in which order, and what survives. */
import { nameKey } from "../../server/core/shared/names.ts";
import { searchForm } from "../../server/core/shared/search_form.ts";
import { assertEquals } from "../support/assert.ts";
import { TestClock } from "../support/clock.ts";
import { type Line, type Peer, TRANSPORTS, withServer } from "../support/harness.ts";

/** The list, each conversation as "who: unread, last". */
async function listOf(peer: Peer): Promise<{ rooms: string[]; private: string[] }> {
  const shown = ({ room, with: other, unread, mentioned, last }: Line) =>
    `${room ?? other}: ${unread}${mentioned ? "@" : ""}, ${last?.text ?? "nothing"}`;
  const list = await peer.asks("conversations");
  return { rooms: list.rooms.map(shown), private: list.private.map(shown) };
}

for (const transport of TRANSPORTS) {
  Deno.test(`conversations: unread is what others said since one's own mark, over ${transport}`, async () => {
    await withServer({}, async (server) => {
      const alice = await server.member("alice", transport);
      const bob = await server.member("bob", transport);
      assertEquals(await listOf(alice), { rooms: ["lobby: 0, nothing"], private: [] });
      const one = await bob.asks("send", { room: "lobby", text: "one" });
      const slip = await bob.asks("send", { room: "lobby", text: "a slip" });
      await alice.asks("send", { room: "lobby", text: "mine" });
      await bob.asks("send", { room: "lobby", text: "two" });
      assertEquals((await listOf(alice)).rooms, ["lobby: 3, two"]);
      await bob.asks("recall", { message: slip.id });
      assertEquals((await listOf(alice)).rooms, ["lobby: 2, two"]);
      await alice.asks("read", { room: "lobby", message: one.id });
      assertEquals((await listOf(alice)).rooms, ["lobby: 1, two"]);
      assertEquals((await listOf(bob)).rooms, ["lobby: 1, two"], "what one said oneself is read");

      await server.restart();
      const phone = await server.member("alice", transport);
      const back = await phone.asks("conversations");
      assertEquals([back.rooms[0].unread, back.rooms[0].read], [1, one.id]);
    });
  });
}

Deno.test("conversations: private ones come newest first, as each side sees them", async () => {
  await withServer({}, async (server) => {
    const [alice, bob, carol] = [
      await server.member("alice"),
      await server.member("bob"),
      await server.member("carol"),
    ];
    await bob.asks("send", { to: "alice", text: "from bob" });
    await carol.asks("send", { to: ["alice", "bob"], text: "to both" });
    await alice.asks("send", { to: "alice", text: "note to self" });
    assertEquals((await listOf(alice)).private, [
      "alice: 0, note to self",
      "carol: 1, to both",
      "bob: 1, from bob",
    ]);
    assertEquals((await listOf(carol)).private.toSorted(), ["alice: 0, to both", "bob: 0, to both"]);
    const answer = await alice.asks("send", { to: "bob", text: "answered" });
    assertEquals((await listOf(alice)).private[0], "bob: 1, answered", "an answer is no reading");
    await alice.asks("read", { with: "bob", message: answer.id });
    assertEquals((await listOf(alice)).private[0], "bob: 0, answered");
    assertEquals((await listOf(await server.guest("eve"))).private, [], "nobody else sees any of it");
  });
});

Deno.test("conversations: pages hold each private one once, and the rooms once", async () => {
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    for (const name of ["bob", "carol", "dave", "erin", "frank"]) {
      await (await server.member(name)).asks("send", { to: "alice", text: `I am ${name}` });
    }
    await alice.asks("send", { to: ["carol", "bob", "dave"], text: "one message to three" });
    const seen: string[] = [];
    let after: string | null = null;
    for (const expected of [2, 2, 1]) {
      const page = await alice.asks("conversations", { limit: 2, ...(after && { after }) });
      assertEquals([page.private.length, page.rooms.length], [expected, after ? 0 : 1]);
      seen.push(...page.private.map((each: Line) => each.with));
      after = page.next;
    }
    assertEquals([seen, after], [["dave", "carol", "bob", "frank", "erin"], null]);
    await alice.fails("conversations", { after: "nothing" }, "bad_request");
    await alice.fails("conversations", { limit: 0 }, "bad_request");
    await (await server.connect()).fails("conversations", {}, "not_signed_in");
  });
});

Deno.test("conversations: somebody who was named in a room finds that marked", async () => {
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    const bob = await server.member("bob");
    for (const text of ["alice said so", "@alicent is somebody else", "write to me@alice"]) {
      await bob.asks("send", { room: "lobby", text });
    }
    assertEquals((await listOf(alice)).rooms[0]!.includes("@,"), false);
    const { id } = await bob.asks("send", { room: "lobby", text: "well, @ALICE: lunch?" });
    await bob.asks("send", { room: "lobby", text: "or later" });
    assertEquals((await listOf(alice)).rooms, ["lobby: 5@, or later"]);
    await alice.asks("read", { room: "lobby", message: id });
    assertEquals((await listOf(alice)).rooms, ["lobby: 1, or later"]);
    const wang = await server.guest("王小明");
    await bob.asks("send", { room: "lobby", text: "请问@王小明几点开会？" });
    assertEquals((await listOf(wang)).rooms, ["lobby: 1@, 请问@王小明几点开会？"]);
  });
});

/** A nickname, and a text that mentions it. */
const MENTIONED: readonly (readonly [string, string])[] = [
  ["Weiß", "hallo @WEISS!"],
  ["STRASSER", "hallo @straßer, wie geht's"],
  ["ΟΔΟΣ", "πού είναι @οδος;"],
  ["ıda", "merhaba @IDA"],
  ["kim", "hello @ＫＩＭ"],
  ["José", "hola @jose\u0301 y todos"],
  ["🦊", "well done @🦊!"],
  ["👩‍💻", "ask @👩‍💻about it"],
  ["❤️", "@❤️ is here"],
  ["🇨🇭", "hop @🇨🇭"],
  ["->", "this way, @->"],
  ["$$$", "@$$$: pay"],
  ["สมชาย", "เชิญ@สมชายครับ"],
  ["さくら", "はい@さくらさん"],
  ["지민", "안녕@지민아"],
  ["李", "请问@李在吗"],
  ["a b", "so @a b, when?"],
  ["x", "so @x, when?"],
];

Deno.test("conversations: a mention is marked in whatever script and case the name is written", async () => {
  await withServer({}, async (server) => {
    const bob = await server.guest("bob");
    for (const [nickname, text] of MENTIONED) {
      const somebody = await server.guest(nickname);
      assertEquals((await somebody.asks("conversations")).rooms[0].mentioned, undefined, nickname);
      await bob.asks("send", { room: "lobby", text });
      assertEquals((await somebody.asks("conversations")).rooms[0].mentioned, true, nickname);
      somebody.close();
    }
  });
});

Deno.test("conversations: a mention is marked however many words begin as the name does", async () => {
  await withServer({}, async (server) => {
    const [li, bob] = [await server.guest("li"), await server.guest("bob")];
    await bob.asks("send", { room: "lobby", text: "@li, lunch?" });
    for (let n = 0; n < 120; n++) await bob.asks("send", { room: "lobby", text: `I like it ${n}` });
    assertEquals((await li.asks("conversations")).rooms[0].mentioned, true);
  });
});

Deno.test("conversations: two names that are the same one are the same to the index, whatever letter they are of", () => {
  const differing: string[] = [];
  for (let point = 0x21; point < 0x30000; point++) {
    const letter = String.fromCodePoint(point);
    if (!letter.isWellFormed()) continue;
    if (searchForm(nameKey(letter)) !== searchForm(letter)) differing.push(letter);
  }
  assertEquals(differing, []);
});

Deno.test("conversations: what a guest wrote stays to be read when they have gone, and stands for itself when the name is another's", async () => {
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    const first = await server.guest("zoe");
    const { id } = await first.asks("send", { to: "alice", text: "call me" });
    first.close();
    await alice.hearsAtLast({ event: "offline", nickname: "zoe" });
    assertEquals((await listOf(alice)).private, ["zoe: 1, call me"]);
    assertEquals((await alice.asks("history", { with: "zoe" })).messages.length, 1);
    await alice.asks("read", { with: "zoe", message: id });

    const second = await server.guest("zoe");
    assertEquals((await listOf(alice)).private, ["zoe: 0, call me"]);
    assertEquals(
      (await alice.asks("history", { with: "zoe" })).messages,
      [],
      "the name leads to somebody else",
    );
    assertEquals((await second.asks("history", { with: "alice" })).messages, []);
    await second.asks("send", { to: "alice", text: "I am another one" });
    assertEquals((await listOf(alice)).private, ["zoe: 1, I am another one", "zoe: 0, call me"]);
    second.close();
    await alice.hearsAtLast({ event: "offline", nickname: "zoe" });
    assertEquals((await listOf(alice)).private, ["zoe: 1, I am another one", "zoe: 0, call me"]);
    await (await server.guest("eve")).fails("history", { with: "zoe" }, "unknown_nickname");
  });
});

Deno.test("conversations: an answer stays short, whatever was said", async () => {
  const clock = new TestClock();
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    const bob = await server.member("bob");
    await bob.asks("send", { room: "lobby", text: "👍".repeat(4_000) });
    assertEquals((await alice.asks("conversations")).rooms[0].last.text, "👍".repeat(200));
    for (let sent = 0; sent < 110; sent++) await bob.asks("send", { to: "alice", text: `${sent}` });
    assertEquals((await listOf(alice)).private, ["bob: 100, 109"]);
  }, { clock: clock.read });
});
