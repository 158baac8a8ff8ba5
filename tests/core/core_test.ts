/** The core by itself: commit before telling, and what meets on the way. Without a socket and without SQL. */
import { Fault } from "../../server/core/shared/faults.ts";
import { nameKey } from "../../server/core/shared/names.ts";
import { LOBBY } from "../../server/core/state/rooms.ts";
import { openAdminApi } from "../../server/protocol/admin_api.ts";
import { assertEquals } from "../support/assert.ts";
import { type Someone, World } from "../support/core_world.ts";

Deno.test("core: nobody is told or answered before the disk has it, then everybody in order", async () => {
  const world = await World.begin();
  const [alice, bob] = [await world.guest("alice"), await world.guest("bob")];
  for (const peer of [alice, bob]) await peer.forgets();
  const carol = world.someone();
  const answered: string[] = [];
  const whenCommitted: unknown[] = [];
  world.store.onCommit = () => whenCommitted.push([...answered, ...alice.events, ...bob.events]);
  await Promise.all([
    alice.says("send", { room: "lobby", text: "one" }).then(() => answered.push("one")),
    bob.says("ping", {}).then(() => answered.push("ping")),
    bob.says("send", { room: "lobby", text: "two" }).then(() => answered.push("two")),
    carol.says("guest", { nickname: "carol" }),
  ]);
  assertEquals(whenCommitted, [[]], "all of it in one transaction");
  assertEquals(answered, ["one", "ping", "two"]);
  bob.hears({ event: "message", text: "one" });
  alice.hears({ event: "message", text: "two" });
  for (const peer of [alice, bob]) {
    peer.hears({ event: "online", nickname: "carol" });
    peer.hears({ event: "entered", nickname: "carol", room: "lobby" });
    peer.hearsNothing();
  }
  carol.hearsNothing();
  assertEquals(keptBy(world), ["one", "two"]);
});

Deno.test("core: what the disk refuses is told to the one who asked, and to nobody else", async () => {
  const world = await World.begin();
  const [alice, bob] = [await world.guest("alice"), await world.guest("bob")];
  for (const peer of [alice, bob]) await peer.forgets();
  const refusal = () => new Fault("storage_failed", "Cannot keep this: the disk refuses");
  for (
    const [op, fields] of [["send", { room: "lobby", text: "lost" }], ["enter", { room: "ops" }]] as const
  ) {
    world.store.fail(refusal());
    await alice.fails(op, fields, "storage_failed");
  }
  await alice.fails("members", { room: "ops" }, "unknown_room");
  await alice.asks("send", { room: "lobby", text: "kept" });
  bob.hears({ event: "message", text: "kept" });
  for (const peer of [alice, bob]) peer.hearsNothing();
  assertEquals(keptBy(world), ["kept"]);
});

Deno.test("core: of a batch that could not be kept, each stands or falls by itself", async () => {
  const world = await World.begin();
  const [alice, bob] = [await world.guest("alice"), await world.guest("bob")];
  for (const peer of [alice, bob]) await peer.forgets();
  const refusal = () => new Fault("storage_failed", "Cannot keep this: the disk refuses");
  // The batch, and then the first of it.
  world.store.fail(refusal(), refusal());
  const sent = ["lost", "kept"].map((text) => alice.says("send", { room: "lobby", text }));
  const codes = (await Promise.all(sent)).map((result) => "fault" in result ? result.fault.code : "ok");
  assertEquals(codes, ["storage_failed", "ok"]);
  bob.hears({ event: "message", text: "kept" });
  bob.hearsNothing();
  assertEquals(keptBy(world), ["kept"]);
});

Deno.test("core: two who want the same name at once: one has it, the other is told so", async () => {
  const world = await World.begin();
  const account = { username: "ada", nickname: "ada", password: "long enough" };
  const asked = [world.someone(), world.someone()].map((peer) => peer.says("register", account));
  const guests = [world.someone(), world.someone()].map((peer) => peer.says("guest", { nickname: "bob" }));
  const codes = (await Promise.all([...asked, ...guests])).map((result) =>
    "fault" in result ? result.fault.code : "ok"
  );
  assertEquals(codes, ["ok", "username_taken", "ok", "nickname_taken"]);
});

Deno.test("core: a room that goes while somebody enters is made anew for them", async () => {
  const world = await World.begin();
  const [alice, bob] = [await world.guest("alice"), await world.guest("bob")];
  await alice.asks("enter", { room: "ops", ephemeral: true });
  await alice.asks("send", { room: "ops", text: "gone with the room" });
  const asked = [alice.says("leave", { room: "ops" }), bob.says("enter", { room: "ops" })];
  const [, entered] = await Promise.all(asked);
  await world.log.drained();
  const room = { room: "ops", members: ["bob"], guests: ["bob"], owner: "bob", ephemeral: false };
  assertEquals("reply" in entered! && JSON.parse(JSON.stringify(entered.reply)), room);
  assertEquals((await bob.asks("history", { room: "ops" })).messages, []);
  await bob.asks("send", { room: "ops", text: "a new one" });
});

Deno.test("core: a private message to somebody who goes meanwhile waits for them", async () => {
  const world = await World.begin();
  const [alice, carol] = [await world.member("alice"), await world.member("carol")];
  const leaving = carol.drops();
  const sent = alice.says("send", { to: "carol", text: "one more thing" });
  await Promise.all([leaving, sent]);
  await world.log.drained();
  const back = await world.member("carol");
  back.hears({ event: "message", from: "alice", to: "carol", text: "one more thing" });
  await back.forgets();
  await back.drops();
  (await world.member("carol")).hearsNothing();
});

Deno.test("core: a private message to somebody who was signed out, and whose line is still open, waits for them", async () => {
  const world = await World.begin();
  const [alice, bob] = [await world.guest("alice"), await world.member("bob")];
  bob.end = () => {};
  await world.core.propose({
    kind: "admin.password",
    at: world.clock.read(),
    account: bob.session!.person.id,
    hashes: { passwordHash: "hash of long enough", md5Hash: null },
  });
  await alice.asks("send", { to: "bob", text: "still there?" });
  const again = await world.member("bob");
  assertEquals(again.events.filter(({ event }) => event === "message").map(({ text }) => text), [
    "still there?",
  ]);
});

Deno.test("core: a reaction that meets a recall finds the message gone", async () => {
  const world = await World.begin();
  const [alice, bob] = [await world.guest("alice"), await world.guest("bob")];
  const { id } = await alice.asks("send", { room: "lobby", text: "oops" });
  for (const peer of [alice, bob]) await peer.forgets();
  const recalled = alice.says("recall", { message: id });
  const late = [
    bob.says("react", { message: id, emoji: "👍", on: true }),
    alice.says("edit", { message: id, text: "better" }),
  ];
  await recalled;
  const codes = (await Promise.all(late)).map((result) => "fault" in result ? result.fault.code : "ok");
  assertEquals(codes, ["recalled", "recalled"]);
  bob.hears({ event: "recalled", id });
  for (const peer of [alice, bob]) peer.hearsNothing();
  const { messages: [message] } = await bob.asks("history", { room: "lobby" });
  assertEquals([message!.text, message!.reactions], ["", undefined]);
});

Deno.test("core: history shows what has been told, so that a page and the events after it never overlap", async () => {
  const world = await World.begin();
  const [alice, bob] = [await world.guest("alice"), await world.guest("bob")];
  for (const peer of [alice, bob]) await peer.forgets();
  const sent = ["one", "two", "three"].map((text) => alice.says("send", { room: "lobby", text }));
  const page = bob.says("history", { room: "lobby" });
  const later = alice.says("send", { room: "lobby", text: "four" });
  const answer = await page;
  const read = "reply" in answer ? answer.reply.messages.map((message) => message.text) : [];
  await Promise.all([...sent, later]);
  assertEquals(read, ["one", "two", "three"]);
  assertEquals(bob.events.map((event) => event.text), ["one", "two", "three", "four"]);
});

/** What the lobby's messages are on disk. */
function keptBy({ core, store }: World): string[] {
  const lobby = core.rooms.named(nameKey(LOBBY))!;
  return store.page({ room: lobby.id, limit: 99, upTo: 99 }, "").messages.map((message) => message.text);
}

Deno.test("core: a deleted account is gone at once, and its name somebody else's, whatever its connections do", async () => {
  const world = await World.begin();
  const api = openAdminApi({ core: world.core, log: world.log });
  const ways: ((bob: Someone) => Promise<void>)[] = [
    (bob) => { // it reads nothing any more, so its connection takes its time to close
      bob.end = (bye) => void (bob.farewell = bye);
      return Promise.resolve();
    },
    (bob) => { // lost, its place is kept for a while
      Object.assign(bob.caller, { credential: "a cookie" });
      return bob.drops();
    },
  ];
  for (const way of ways) {
    const alice = await world.guest("alice");
    const bob = await world.member("bob");
    await way(bob);
    await alice.forgets();
    await api.ask({ op: "account.delete", name: "bob" });
    const next = await world.member("bob");
    const told = alice.events.filter(({ nickname }) => nickname === "bob").map(({ event }) => event);
    assertEquals(told.slice(0, 3), ["left", "offline", "online"]);
    await bob.drops();
    assertEquals(
      (await next.asks("who", {})).online,
      ["alice", "bob"],
      "the late end of a connection ends nobody else",
    );
    await next.asks("logout", {});
    await api.ask({ op: "account.delete", name: "bob" });
    await alice.asks("logout", {});
  }
});
