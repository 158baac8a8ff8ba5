/** Another nickname: who somebody is stays the same, and nobody takes the old one at once. */
import { LIMITS } from "../../server/core/shared/limits.ts";
import { assertEquals } from "../support/assert.ts";
import { HOUR, TestClock } from "../support/clock.ts";
import { type Line, PASSWORD, TRANSPORTS, withServer } from "../support/harness.ts";

for (const transport of TRANSPORTS) {
  Deno.test(`nickname: rooms, private conversations and one's own messages go on under it, over ${transport}`, async () => {
    await withServer({}, async (server) => {
      const alice = await server.member("alice", transport);
      const phone = await server.member("alice", transport);
      const bob = await server.member("bob", transport);
      await alice.asks("enter", { room: "ops" });
      await bob.asks("enter", { room: "ops" });
      const said = await alice.asks("send", { room: "ops", text: "under the old one" });
      await bob.asks("react", { message: said.id, emoji: "👍", on: true });
      await alice.asks("react", { message: said.id, emoji: "👍", on: true });
      const psst = await alice.asks("send", { to: "bob", text: "psst" });
      for (const peer of [alice, phone, bob]) await peer.forgets();

      assertEquals((await alice.asks("account.nickname", { nickname: "Ada" })).nickname, "Ada");
      for (const peer of [phone, bob]) await peer.hears({ event: "renamed", nickname: "alice", now: "Ada" });
      const { owner, members } = await bob.asks("members", { room: "ops" });
      assertEquals([owner, members], ["Ada", ["Ada", "bob"]]);
      const history = await bob.asks("history", { room: "ops" });
      const { from, now, reactions } = history.messages[0];
      assertEquals([from, now, reactions["👍"]], ["alice", "Ada", ["bob", "Ada"]]);
      const { messages: [found] } = await bob.asks("search", { text: "old one" });
      assertEquals([found.from, found.now], ["alice", "Ada"]);
      await alice.asks("edit", { message: said.id, text: "still mine" });
      await bob.hearsAtLast({ event: "edited", id: said.id, from: "Ada" });

      const { private: [listed] } = await bob.asks("conversations");
      assertEquals([listed.with, listed.former, listed.last.from, listed.last.now], [
        "Ada",
        undefined,
        "alice",
        "Ada",
      ]);
      for (const name of ["Ada", "alice"]) {
        const { messages } = await bob.asks("history", { with: name });
        assertEquals(messages[0].id, psst.id);
        await bob.asks("send", { to: name, text: `to ${name}` });
        await alice.hearsAtLast({ event: "message", to: "Ada", text: `to ${name}` });
      }
      await bob.asks("read", { with: "Ada", message: psst.id });
      await alice.hearsAtLast({ event: "read", from: "bob", id: psst.id });
    });
  });
}

Deno.test("nickname: one comes back under it, with the username and the rights that one had", async () => {
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    const signedIn = { username: "alice", password: PASSWORD, offline: true };
    const { token } = await (await server.connect()).asks("login", signedIn);
    await alice.asks("account.nickname", { nickname: "Ada" });
    await server.restart();

    const back = await server.connect();
    assertEquals((await back.asks("resume", { token })).nickname, "Ada");
    for (const username of ["alice", "Ada"]) {
      const again = await server.connect();
      assertEquals((await again.asks("login", { username, password: PASSWORD })).nickname, "Ada");
    }
    await back.asks("account.nickname", { nickname: "ADA" });
    assertEquals((await back.asks("who")).online, ["ADA"]);
  });
});

Deno.test("nickname: what is taken, looks alike or is kept for the server is nobody's", async () => {
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    const guest = await server.guest("gus");
    await alice.asks("register", { username: "bobby", nickname: "bob", password: PASSWORD });
    const refused = ["bob", "BOB", "bobby", "gus", "bоb", "gυs"];
    for (const nickname of refused) await alice.fails("account.nickname", { nickname }, "nickname_taken");
    for (const nickname of ["admin", "", "a@b"]) {
      await alice.fails("account.nickname", { nickname }, "bad_nickname");
    }
    for (const nickname of ["bob", "bobby", "alice", "bоb"]) {
      await guest.fails("account.nickname", { nickname }, "nickname_taken");
    }
  });
});

Deno.test("nickname: a guest has another one as well, told to everybody, and comes back under it", async () => {
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    const guest = await server.connect();
    const { token } = await guest.asks("guest", { nickname: "gus" });
    await alice.asks("send", { to: "gus", text: "hello" });
    await guest.hearsAtLast({ event: "message", text: "hello" });
    await alice.forgets();
    await guest.asks("account.nickname", { nickname: "gustav" });
    await alice.hears({ event: "renamed", nickname: "gus", now: "gustav" });
    await alice.fails("send", { to: "gus", text: "who?" }, "unknown_nickname");
    const [conversation] = (await alice.asks("conversations")).private;
    assertEquals(
      [conversation.with, conversation.former],
      ["gustav", undefined],
      "where an answer reaches them",
    );
    await alice.asks("send", { to: "gustav", text: "you" });
    await guest.hearsAtLast({ event: "message", text: "you" });
    // The name is free at once, and its new holder inherits nothing.
    const other = await server.guest("gus");
    assertEquals((await other.asks("history", { with: "alice" })).messages, []);
    guest.close();
    await alice.hearsAtLast({ event: "offline", nickname: "gustav" });
    const back = await server.connect();
    assertEquals((await back.asks("resume", { token })).nickname, "gustav");
    const { messages } = await back.asks("history", { with: "alice" });
    assertEquals(messages.map(({ text }: Line) => text), ["hello", "you"]);
  });
});

Deno.test("nickname: one's own in another spelling is taken by nobody, a guest's neither", async () => {
  await withServer({}, async (server) => {
    const gustav = await server.guest("gustav");
    await server.guest("bob");
    for (const nickname of ["Gustav", "gustаv"]) {
      assertEquals((await gustav.asks("account.nickname", { nickname })).nickname, nickname);
    }
    await gustav.fails("account.nickname", { nickname: "Bob" }, "nickname_taken");
    await (await server.connect()).fails("guest", { nickname: "gustav" }, "nickname_taken");
  });
});

Deno.test("nickname: the old one is nobody else's for a month, and one's own again at any time", async () => {
  const clock = new TestClock();
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    const bob = await server.member("bob");
    await alice.asks("account.nickname", { nickname: "Ada" });
    const stranger = await server.connect();
    for (const nickname of ["alice", "Alice", "аlice"]) {
      await stranger.fails("guest", { nickname }, "nickname_taken");
      await bob.fails("account.nickname", { nickname }, "nickname_taken");
      await stranger.fails("register", { username: "carl", nickname, password: PASSWORD }, "nickname_taken");
    }
    await alice.asks("account.nickname", { nickname: "alice" });
    await alice.asks("account.nickname", { nickname: "Ada" });
    for (let n = 1; n < LIMITS.nicknameChangesMax; n++) {
      await alice.asks("account.nickname", { nickname: `Ada ${n}` });
    }
    const { retry_after_ms } = await alice.fails("account.nickname", { nickname: "Eve" }, "rate_limited");
    assertEquals(retry_after_ms, LIMITS.formerNicknameMs);
    await alice.asks("account.nickname", { nickname: "Ada 1" });
    await alice.asks("account.nickname", { nickname: "Ada 2" });

    clock.advance(LIMITS.formerNicknameMs + HOUR);
    await server.restart();
    const again = await server.member("bob");
    await again.asks("account.nickname", { nickname: "Ada 1" });
    await (await server.member("alice")).asks("account.nickname", { nickname: "Eve" });
  }, { clock: clock.read });
});

Deno.test("nickname: who was put out stays out, and who was mentioned still is", async () => {
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    const bob = await server.member("bob");
    for (const peer of [alice, bob]) {
      await peer.asks("enter", { room: "ops" });
      await peer.asks("enter", { room: "den" });
    }
    await alice.asks("send", { room: "den", text: "@bob, look" });
    await alice.asks("kick", { room: "ops", nickname: "bob", minutes: 5 });
    await bob.asks("account.nickname", { nickname: "robert" });
    await bob.fails("enter", { room: "ops" }, "kicked");
    assertEquals((await alice.asks("kicks", { room: "ops" })).kicks[0].nickname, "robert");
    const { rooms } = await bob.asks("conversations");
    assertEquals(rooms.find(({ room }: Line) => room === "den").mentioned, true);
    await alice.asks("kick.lift", { room: "ops", nickname: "robert" });
    await bob.asks("enter", { room: "ops" });
  });
});
