/** Pages of a conversation, both ways, and for nobody else. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { TestClock } from "../support/clock.ts";
import { type Line, type Peer, TRANSPORTS, withServer } from "../support/harness.ts";

for (const transport of TRANSPORTS) {
  Deno.test(`history over ${transport}: pages go back and forth without gaps or doubles`, async () => {
    await withServer({}, async (server) => {
      const alice = await server.guest("alice", transport);
      const bob = await server.guest("bob", transport);
      const sent: Line[] = [];
      for (let n = 0; n < 12; n++) {
        sent.push(await alice.asks("send", { room: "lobby", text: `lobby ${n}` }));
        await alice.asks("send", { to: "bob", text: `private ${n}` });
      }
      const id = (n: number): string => sent[n]!.id;
      const lobby = (fields: Line) => pageOf(bob, { room: "lobby", ...fields });
      const range = (from: number, to: number) =>
        Array.from({ length: to - from + 1 }, (_, n) => `lobby ${from + n}`);

      assertEquals(await lobby({}), [range(0, 11), false]);
      assertEquals(await lobby({ limit: 5 }), [range(7, 11), true]);
      assertEquals(await lobby({ limit: 5, before: id(7) }), [range(2, 6), true]);
      assertEquals(await lobby({ limit: 5, before: id(2) }), [range(0, 1), false]);
      assertEquals(await lobby({ limit: 2, before: id(2) }), [range(0, 1), false]);
      assertEquals(await lobby({ before: id(0) }), [[], false]);
      assertEquals(await lobby({ limit: 5, after: id(0) }), [range(1, 5), true]);
      assertEquals(await lobby({ limit: 5, after: id(5) }), [range(6, 10), true]);
      assertEquals(await lobby({ limit: 1, after: id(10) }), [range(11, 11), false]);
      assertEquals(await lobby({ after: id(11) }), [[], false]);

      const here = { with: "alice", limit: 4 };
      const { messages } = await bob.asks("history", here);
      assertEquals(messages.map((message: Line) => message.text), [8, 9, 10, 11].map((n) => `private ${n}`));
      const [texts, more] = await pageOf(bob, { ...here, before: messages[0].id });
      assertEquals([texts, more], [[4, 5, 6, 7].map((n) => `private ${n}`), true]);
    });
  });
}

Deno.test("history: a page has 50 messages unless told, 200 at the most", async () => {
  await withServer({}, async (server) => {
    const alice = await server.guest("alice");
    const bob = await server.guest("bob");
    await Promise.all(
      Array.from({ length: 205 }, (_, n) => alice.asks("send", { room: "lobby", text: `${n}` })),
    );
    const size = async (limit?: number) => {
      const { messages, more } = await bob.asks("history", { room: "lobby", ...(limit && { limit }) });
      return [messages.length, more];
    };
    assertEquals(await size(), [50, true]);
    assertEquals(await size(1), [1, true]);
    assertEquals(await size(200), [200, true]);
    assertEquals(await size(5_000), [200, true]);
    for (const limit of [0, -1, 1.5]) await bob.fails("history", { room: "lobby", limit }, "bad_request");
  });
});

Deno.test("history: a page names one conversation, and one direction", async () => {
  await withServer({}, async (server) => {
    const alice = await server.guest("alice");
    const { id } = await alice.asks("send", { room: "lobby", text: "hello" });
    await alice.fails("history", {}, "bad_request");
    await alice.fails("history", { room: "lobby", with: "alice" }, "bad_request");
    await alice.fails("history", { room: "lobby", before: id, after: id }, "bad_request");
    await alice.fails("history", { room: "lobby", before: "no such id" }, "unknown_message");
    const { id: elsewhere } = await alice.asks("send", { to: "alice", text: "to myself" });
    for (const page of [{ before: elsewhere }, { after: elsewhere }, { between: [id, elsewhere] }]) {
      await alice.fails("history", { room: "lobby", ...page }, "bad_request");
    }
    await alice.fails("history", { room: "nowhere" }, "unknown_room");
    await alice.fails("history", { with: "nobody" }, "unknown_nickname");
  });
});

Deno.test("history: a page may be named by moments, and lie between two of them", async () => {
  const clock = new TestClock();
  await withServer({}, async (server) => {
    const alice = await server.guest("alice");
    const sent: Line[] = [];
    for (let n = 0; n < 10; n++) {
      sent.push(await alice.asks("send", { room: "lobby", text: String(n) }));
      await alice.asks("send", { to: "alice", text: "between" });
      clock.advance(1_000);
    }
    const at = (n: number): number => sent[n]!.at;
    const id = (n: number): string => sent[n]!.id;
    const texts = async (fields: Line) => {
      const { messages } = await alice.asks("history", { room: "lobby", ...fields });
      return messages.map(({ text }: Line) => text).join("");
    };
    assertEquals(await texts({ before: at(3) }), "012");
    assertEquals(await texts({ before: at(3) + 1 }), "0123");
    assertEquals(await texts({ before: at(0) }), "");
    assertEquals(await texts({ after: at(6) }), "789");
    assertEquals(await texts({ after: at(6) - 1, limit: 2 }), "67");
    assertEquals(await texts({ after: at(9) }), "");
    assertEquals(await texts({ after: 0, limit: 3 }), "012");
    assertEquals(await texts({ around: at(5), limit: 4 }), "4567");
    for (const [one, other] of [[at(2), at(7)], [id(2), id(7)], [id(2), at(7)], [at(2), id(7)]]) {
      assertEquals(await texts({ between: [one, other] }), "3456");
      assertEquals(await texts({ between: [one, other], limit: 2 }), "34");
      assertEquals(await texts({ between: [other, one], limit: 2 }), "56");
    }
    assertEquals(await texts({ between: [at(2), at(2)] }), "");
    await alice.fails("history", { room: "lobby", between: [at(2), at(3)], before: at(1) }, "bad_request");
    await alice.fails("history", { room: "lobby", between: [at(2), "none"] }, "unknown_message");
  }, { clock: clock.read });
});

Deno.test("history: of a room is for those who are in it, and for who comes later too", async () => {
  await withServer({}, async (server) => {
    const alice = await server.guest("alice");
    await alice.asks("enter", { room: "ops" });
    await alice.asks("send", { room: "ops", text: "before you came" });
    const bob = await server.guest("bob");
    await bob.fails("history", { room: "ops" }, "not_member");
    await bob.asks("enter", { room: "ops" });
    assertEquals(await pageOf(bob, { room: "ops" }), [["before you came"], false]);
    await alice.asks("kick", { room: "ops", nickname: "bob" });
    await bob.fails("history", { room: "ops" }, "not_member");
    const stranger = await server.connect();
    await stranger.fails("history", { room: "lobby" }, "not_signed_in");
  });
});

Deno.test("history: what is private is between the two, whoever asks and however", async () => {
  await withServer({}, async (server) => {
    const [alice, bob, eve] = [
      await server.member("alice"),
      await server.member("bob"),
      await server.guest("eve"),
    ];
    const { id } = await alice.asks("send", { to: "bob", text: "just us" });
    await bob.asks("send", { to: ["alice", "eve"], text: "three of us" });
    await alice.asks("send", { to: "alice", text: "note to self" });

    assertEquals(await pageOf(alice, { with: "bob" }), [["just us", "three of us"], false]);
    assertEquals(await pageOf(bob, { with: "alice" }), [["just us", "three of us"], false]);
    assertEquals(await pageOf(alice, { with: "alice" }), [["note to self"], false]);
    assertEquals(await pageOf(alice, { with: "eve" }), [[], false]);
    assertEquals(await pageOf(bob, { with: "bob" }), [[], false]);
    assertEquals(await pageOf(eve, { with: "bob" }), [["three of us"], false]);
    assertEquals(await pageOf(eve, { with: "alice" }), [[], false]);
    for (const place of [{ room: "lobby" }, { with: "alice" }, { with: "bob" }, { with: "eve" }]) {
      await eve.fails("history", { ...place, before: id }, "unknown_message");
      await eve.fails("history", { ...place, after: id }, "unknown_message");
    }
    assertEquals(await pageOf(eve, { room: "lobby" }), [[], false]);
  });
});

Deno.test("history: is the same after a restart", async () => {
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    const bob = await server.member("bob");
    await alice.asks("enter", { room: "ops" });
    const first = await alice.asks("send", { room: "ops", text: "first" });
    await alice.asks("send", { room: "ops", text: "second", reply: first.id });
    await alice.asks("react", { message: first.id, emoji: "👍", on: true });
    await alice.asks("edit", { message: first.id, text: "first, edited" });
    await bob.asks("send", { to: ["alice", "bob"], text: "both of us" });
    const before = [
      await alice.asks("history", { room: "ops" }),
      await alice.asks("history", { with: "bob" }),
    ];
    await server.restart();
    const back = await server.member("alice");
    await back.asks("enter", { room: "ops" });
    const after = [await back.asks("history", { room: "ops" }), await back.asks("history", { with: "bob" })];
    assertEquals(after.map((page) => page.messages), before.map((page) => page.messages));
    assertEquals(after[0]!.messages.length, 2);
  });
});

/** The texts of a page, oldest first, and whether there is more. */
async function pageOf(peer: Peer, fields: Line): Promise<[string[], boolean]> {
  const { messages, more } = await peer.asks("history", fields);
  return [messages.map((message: Line) => message.text), more];
}

Deno.test("history: around a message are those before and those after it", async () => {
  await withServer({}, async (server) => {
    const alice = await server.guest("alice");
    const bob = await server.guest("bob");
    const ids: string[] = [];
    for (let sent = 0; sent < 9; sent++) {
      ids.push((await alice.asks("send", { room: "lobby", text: `${sent}` })).id);
    }
    const around = async (sent: number, limit: number) => {
      const page = await alice.asks("history", { room: "lobby", around: ids[sent], limit });
      return [page.messages.map((each: Line) => each.text).join(""), page.more, page.newer];
    };
    assertEquals(await around(4, 4), ["3456", true, true]);
    assertEquals(await around(4, 5), ["23456", true, true]);
    assertEquals(await around(4, 1), ["4", true, true]);
    assertEquals(await around(0, 6), ["012345", false, true]);
    assertEquals(await around(8, 6), ["345678", true, false]);
    assertEquals(await around(4, 200), ["012345678", false, false]);
    assertEquals(await around(8, 1), ["8", true, false]);

    const secret = await alice.asks("send", { to: "bob", text: "psst" });
    assertEquals((await bob.asks("history", { with: "alice", around: secret.id })).messages.length, 1);
    await alice.fails("history", { room: "lobby", around: secret.id }, "bad_request");
    await alice.fails("history", { room: "lobby", around: ids[1], before: ids[2] }, "bad_request");
    await (await server.guest("eve")).fails("history", { with: "bob", around: secret.id }, "unknown_message");
  });
});

Deno.test("history: around a message long ones leave both directions more", async () => {
  await withServer({}, async (server) => {
    const alice = await server.guest("alice");
    const ids: string[] = [];
    for (let sent = 0; sent < 60; sent++) {
      ids.push((await alice.asks("send", { room: "lobby", text: "x".repeat(16 * 1024) })).id);
    }
    const page = await alice.asks("history", { room: "lobby", around: ids[30], limit: 200 });
    assertEquals([page.more, page.newer], [true, true]);
    const got = page.messages.map((each: Line) => each.id);
    assertEquals(got, ids.slice(ids.indexOf(got[0]), ids.indexOf(got.at(-1)) + 1));
    assertTrue(got.includes(ids[30]) && got.length < 50, `${got.length} messages`);
  });
});
