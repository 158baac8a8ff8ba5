/** Places in a room and what they allow: settings, announcement and archived rooms, keeping order, pins. */
import { assertEquals } from "../support/assert.ts";
import { MINUTE, TestClock } from "../support/clock.ts";
import { sendFile } from "../support/file_lines.ts";
import { type Line, type Peer, type TestServer, TRANSPORTS, withServer } from "../support/harness.ts";

const PLANS = { room: "plans" };

/** A room that alice made, with bob and carol in it, who is a moderator. */
async function plans(server: TestServer): Promise<{ alice: Peer; bob: Peer; carol: Peer }> {
  const [alice, bob, carol] = [
    await server.member("alice"),
    await server.member("bob"),
    await server.member("carol"),
  ];
  for (const peer of [alice, bob, carol]) await peer.asks("enter", PLANS);
  await alice.asks("room.role", { ...PLANS, nickname: "carol", role: "moderator" });
  for (const peer of [alice, bob, carol]) await peer.forgets();
  return { alice, bob, carol };
}

for (const transport of TRANSPORTS) {
  Deno.test(`places over ${transport}: an owner sets a room, a moderator its topic, and everybody is told`, async () => {
    await withServer({}, async (server) => {
      const { alice, bob, carol } = await plans(server);
      const forMembers = await bob.fails("room.set", { ...PLANS, topic: "bob's" }, "forbidden");
      await carol.asks("room.set", { ...PLANS, topic: "until Friday" });
      const { topic, changed, by } = await bob.hearsAtLast({ event: "room" });
      assertEquals([topic, changed, by], ["until Friday", ["topic"], "carol"]);
      const forModerators = await carol.fails("room.set", { ...PLANS, description: "x" }, "forbidden");
      assertEquals([forMembers.reason, forModerators.reason], ["moderators_only", "owners_only"]);
      await alice.asks("room.set", { ...PLANS, name: "Great Plans", description: "all of them" });
      assertEquals((await bob.hearsAtLast({ event: "room" })).was, "plans");
      await alice.asks("send", { room: "great plans", text: "hi" });
      assertEquals((await bob.hearsAtLast({ event: "message" })).room, "Great Plans");
      await bob.fails("send", { ...PLANS, text: "hi" }, "unknown_room");
      await server.restart();
      const again = await server.member("bob", transport);
      const state = await again.asks("members", { room: "Great Plans" });
      const { topic: kept, description, moderators } = state;
      assertEquals([kept, description, moderators], ["until Friday", "all of them", ["carol"]]);
    });
  });
}

Deno.test("places: what can't be set is refused and changes nothing", async () => {
  await withServer({}, async (server) => {
    const { alice } = await plans(server);
    await alice.asks("enter", { room: "other" });
    const set = (fields: Line, code: string) => alice.fails("room.set", { ...PLANS, ...fields }, code);
    await set({ name: "other" }, "bad_room");
    await set({ name: "ot​her" }, "bad_room");
    await set({ name: "lobby" }, "bad_room");
    await set({ topic: "two\nlines" }, "bad_text");
    await set({ topic: "two\u2028lines" }, "bad_text");
    await set({ topic: "turned \u202Earound" }, "bad_text");
    await set({ description: "isolated \u2067words" }, "bad_text");
    await set({ topic: "x".repeat(251) }, "bad_text");
    await set({ description: "x".repeat(2_001) }, "bad_text");
    await set({ writing: "nobody" }, "bad_request");
    await set({ keep_days: -1 }, "bad_request");
    for (const fields of [{ private: true }, { archived: true }, { name: "hall" }]) {
      await alice.fails("room.set", { room: "lobby", ...fields }, "forbidden");
    }
    assertEquals((await alice.asks("members", PLANS)).topic, undefined);
  });
});

Deno.test("places: in an announcement room moderators write, in an archived one nobody", async () => {
  await withServer({}, async (server) => {
    const { alice, bob, carol } = await plans(server);
    const { id: message } = await bob.asks("send", { ...PLANS, text: "before" });
    const writes = (peer: Peer, code?: string): Promise<unknown>[] => {
      const [send, react, edit, upload, typing] = [
        ["send", { ...PLANS, text: "x" }],
        ["react", { message, emoji: "👍", on: true }],
        ["edit", { message, text: "y" }],
        ["upload", { ...PLANS, name: "a", size: 1, md5: "0".repeat(32) }],
        ["typing", PLANS],
      ] as const;
      const all = peer === bob ? [send, react, edit, upload, typing] : [send, react, upload, typing];
      return all.map(([op, fields]) => code ? peer.fails(op, fields, code) : peer.asks(op, fields));
    };
    await alice.asks("room.set", { ...PLANS, writing: "moderators" });
    await Promise.all([...writes(bob, "forbidden"), ...writes(carol)]);
    await alice.asks("room.set", { ...PLANS, writing: "everybody", archived: true });
    await Promise.all([...writes(bob, "archived"), ...writes(carol, "archived")]);
    assertEquals((await bob.asks("history", PLANS)).messages.length, 2, "it can be read");
    await alice.asks("room.set", { ...PLANS, archived: false });
    await bob.asks("send", { ...PLANS, text: "open again" });
  });
});

Deno.test("places: a moderator removes, mutes and kicks whose place is less, and nobody else's", async () => {
  const clock = new TestClock();
  await withServer({}, async (server) => {
    const { alice, bob, carol } = await plans(server);
    const { id: message } = await bob.asks("send", { ...PLANS, text: "spam" });
    const { id: file } = await sendFile(bob, PLANS, "spam.txt", new TextEncoder().encode("spam"));
    await bob.fails(
      "recall",
      { message: (await alice.asks("send", { ...PLANS, text: "hers" })).id },
      "not_yours",
    );
    for (const each of [message, file]) await carol.asks("recall", { message: each });
    assertEquals((await bob.hearsAtLast({ event: "recalled", id: message })).from, "carol");
    const [removed] = (await alice.asks("history", PLANS)).messages;
    assertEquals([removed.recalled, removed.removed_by, removed.text], [true, "carol", ""]);

    await carol.asks("mute", { ...PLANS, nickname: "bob", minutes: 10 });
    await bob.hearsAtLast({ event: "muted", nickname: "bob", by: "carol" });
    const { retry_after_ms } = await bob.fails("send", { ...PLANS, text: "but" }, "muted");
    assertEquals(retry_after_ms, 10 * MINUTE);
    await bob.asks("leave", PLANS);
    assertEquals((await bob.asks("enter", PLANS)).muted !== undefined, true, "leaving does not end it");
    await bob.fails("send", { ...PLANS, text: "but" }, "muted");
    assertEquals((await carol.asks("kicks", PLANS)).mutes[0].nickname, "bob");
    await carol.asks("mute", { ...PLANS, nickname: "bob", minutes: 0 });
    await bob.hearsAtLast({ event: "muted", until: null });
    await bob.asks("send", { ...PLANS, text: "thanks" });
    await carol.asks("mute", { ...PLANS, nickname: "bob", minutes: 10 });
    clock.advance(10 * MINUTE);
    await bob.asks("send", { ...PLANS, text: "after a while" });

    for (const op of ["kick", "mute"]) {
      await carol.fails(op, { ...PLANS, nickname: "alice", minutes: 1 }, "forbidden");
    }
    await bob.fails("kick", { ...PLANS, nickname: "carol" }, "not_owner");
    await carol.asks("kick", { ...PLANS, nickname: "bob", minutes: 1 });
    await bob.fails("enter", PLANS, "kicked");
    await alice.asks("kick", { ...PLANS, nickname: "carol" });
  }, { clock: clock.read });
});

Deno.test("places: whoever stays when its makers go offline has no place by that, and they have theirs when they come back", async () => {
  await withServer({}, async (server) => {
    const { alice, bob, carol } = await plans(server);
    await alice.asks("room.set", { ...PLANS, writing: "moderators" });
    const { id: message } = await alice.asks("send", { ...PLANS, text: "official" });
    for (const peer of [alice, carol]) peer.close();
    await bob.hearsAtLast({ event: "offline", nickname: "carol" });
    assertEquals((await bob.asks("members", PLANS)).role, undefined);
    await bob.fails("send", { ...PLANS, text: "mine" }, "forbidden");
    await bob.fails("recall", { message }, "not_yours");
    await bob.fails("room.set", { ...PLANS, topic: "mine" }, "forbidden");
    await bob.fails("kick", { ...PLANS, nickname: "alice" }, "not_owner");
    const back = await server.member("alice");
    assertEquals((await back.asks("members", PLANS)).role, "owner");
    await back.asks("room.set", { ...PLANS, topic: "still mine" });
    const guest = await server.guest("gil");
    await guest.asks("enter", { room: "gil's" });
    await guest.fails("room.set", { room: "gil's", topic: "mine" }, "forbidden");
  });
});

Deno.test("places: a room in which nothing was said yet is there as long as somebody with an account is a member", async () => {
  await withServer({}, async (server) => {
    const { alice, bob, carol } = await plans(server);
    for (const peer of [alice, bob, carol]) peer.close();
    await Promise.all([alice, bob, carol].map(({ ended }) => ended));
    const back = await server.member("bob");
    assertEquals((await back.asks("members", PLANS)).moderators, ["carol"]);
    for (const nickname of ["alice", "carol"]) await (await server.member(nickname)).asks("leave", PLANS);
    await back.asks("leave", PLANS);
    assertEquals((await back.asks("rooms", { text: "plans" })).rooms, [], "it goes with the last of them");
  });
});

Deno.test("places: pins are found until they are taken away, or what they pin is", async () => {
  await withServer({}, async (server) => {
    const { bob, carol } = await plans(server);
    const [one, other] = [
      await bob.asks("send", { ...PLANS, text: "one" }),
      await bob.asks("send", { ...PLANS, text: "other" }),
    ];
    await bob.fails("pin", { message: one.id, on: true }, "forbidden");
    for (const { id } of [one, other]) await carol.asks("pin", { message: id, on: true });
    const pinned = async () => (await bob.asks("pins", PLANS)).pins.map(({ message }: Line) => message.text);
    assertEquals(await pinned(), ["other", "one"]);
    await server.restart();
    const again = await server.member("carol");
    await again.asks("pin", { message: other.id, on: false });
    assertEquals((await again.asks("pins", PLANS)).pins.length, 1);
    const back = await server.member("bob");
    await back.asks("recall", { message: one.id });
    assertEquals((await back.asks("pins", PLANS)).pins, []);
  });
});

Deno.test("places: whoever made a room has an owner's, online or not, and no moderator puts them out", async () => {
  await withServer({}, async (server) => {
    const { alice, bob, carol } = await plans(server);
    alice.close();
    await carol.hearsAtLast({ event: "offline", nickname: "alice" });
    for (const minutes of [0, 60]) {
      await carol.fails("kick", { ...PLANS, nickname: "alice", minutes }, "forbidden");
    }
    await carol.fails("mute", { ...PLANS, nickname: "alice", minutes: 60 }, "forbidden");
    bob.close();
    await carol.hearsAtLast({ event: "offline", nickname: "bob" });
    await carol.asks("kick", { ...PLANS, nickname: "bob", minutes: 60 });
    const again = await server.member("alice");
    assertEquals((await again.asks("members", PLANS)).role, "owner");
  });
});
