/** The core by itself: commit before telling, and what meets on the way. Without a socket and without SQL. */
import { Fault } from "../../server/core/shared/faults.ts";
import { nameKey } from "../../server/core/shared/names.ts";
import { LOBBY } from "../../server/core/rooms/rooms.ts";
import { openDesk } from "../../server/protocol/admin_api.ts";
import { assertEquals } from "../support/assert.ts";
import { type Someone, World } from "../support/core_world.ts";

Deno.test("core: nobody is told or answered before the disk has it, then everybody in order", async () => {
  const world = await World.begin();
  const [alice, bob] = [await world.guest("alice"), await world.guest("bob")];
  for (const peer of [alice, bob]) await peer.forgets();

  world.store.hold();
  const answered: string[] = [];
  const asked = [
    alice.says("send", { room: "lobby", text: "one" }).then(() => answered.push("one")),
    bob.says("ping", {}).then(() => answered.push("ping")),
    bob.says("send", { room: "lobby", text: "two" }).then(() => answered.push("two")),
  ];
  await soon();
  assertEquals([answered, alice.events, bob.events], [[], [], []]);
  const carol = world.someone();
  const arriving = carol.says("guest", { nickname: "carol" });
  await soon();
  assertEquals(keptBy(world), []);

  world.store.release();
  await Promise.all([...asked, arriving]);
  assertEquals(answered, ["one", "ping", "two"]);
  bob.hears({ event: "message", text: "one" });
  alice.hears({ event: "message", text: "two" });
  for (const peer of [alice, bob]) {
    peer.hears({ event: "online", nickname: "carol" });
    peer.hears({ event: "entered", nickname: "carol", room: "lobby" });
    peer.hearsNothing();
  }
  assertEquals(keptBy(world), ["one", "two"]);
});

Deno.test("core: what the disk refuses is told to the one who asked, and to nobody else", async () => {
  const world = await World.begin();
  const [alice, bob] = [await world.guest("alice"), await world.guest("bob")];
  for (const peer of [alice, bob]) await peer.forgets();
  const { commit } = world.store;
  world.store.commit = () =>
    Promise.reject(new Fault("storage_failed", "Cannot keep this: the disk is full"));
  await alice.fails("send", { room: "lobby", text: "lost" }, "storage_failed");
  await alice.fails("enter", { room: "ops" }, "storage_failed");
  world.store.commit = commit;
  await alice.fails("members", { room: "ops" }, "unknown_room");
  await alice.asks("send", { room: "lobby", text: "kept" });
  bob.hears({ event: "message", text: "kept" });
  for (const peer of [alice, bob]) peer.hearsNothing();
  assertEquals(keptBy(world), ["kept"]);
});

Deno.test("core: two who want the same name at once: one has it, the other is told so", async () => {
  const world = await World.begin();
  const account = { username: "ada", nickname: "ada", password: "long enough" };
  world.store.hold();
  const asked = [world.someone(), world.someone()].map((peer) => peer.says("register", account));
  const guests = [world.someone(), world.someone()].map((peer) => peer.says("guest", { nickname: "bob" }));
  await soon();
  world.store.release();
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
  world.store.hold();
  const asked = [alice.says("leave", { room: "ops" }), bob.says("enter", { room: "ops" })];
  await soon();
  world.store.release();
  const [, entered] = await Promise.all(asked);
  await world.exchange.drained();
  const room = { room: "ops", members: ["bob"], guests: ["bob"], owner: "bob" };
  assertEquals("reply" in entered! && { ...entered.reply, ephemeral: undefined }, {
    ...room,
    ephemeral: undefined,
  });
  assertEquals((await bob.asks("history", { room: "ops" })).messages, []);
  await bob.asks("send", { room: "ops", text: "a new one" });
});

Deno.test("core: a private message to somebody who goes meanwhile waits for them", async () => {
  const world = await World.begin();
  const [alice, carol] = [await world.member("alice"), await world.member("carol")];
  world.store.hold();
  const leaving = carol.drops();
  const sent = alice.says("send", { to: "carol", text: "one more thing" });
  await soon();
  world.store.release();
  await Promise.all([leaving, sent]);
  await world.exchange.drained();
  const back = await world.member("carol");
  back.hears({ event: "message", from: "alice", to: "carol", text: "one more thing" });
  await back.forgets();
  await back.drops();
  (await world.member("carol")).hearsNothing();
});

Deno.test("core: a reaction that meets a recall finds the message gone", async () => {
  const world = await World.begin();
  const [alice, bob] = [await world.guest("alice"), await world.guest("bob")];
  const { id } = await alice.asks("send", { room: "lobby", text: "oops" });
  for (const peer of [alice, bob]) await peer.forgets();
  world.store.hold();
  const recalled = alice.says("recall", { message: id });
  const late = [
    bob.says("react", { message: id, emoji: "👍", on: true }),
    alice.says("edit", { message: id, text: "better" }),
  ];
  await soon();
  world.store.release();
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
  world.store.hold();
  const sent = ["one", "two", "three"].map((text) => alice.says("send", { room: "lobby", text }));
  const page = bob.says("history", { room: "lobby" });
  const later = alice.says("send", { room: "lobby", text: "four" });
  await soon();
  world.store.release();
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

/** Lets everything happen that does not wait for the disk. */
function soon(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

Deno.test("core: a deleted account is gone at once, and its name somebody else's, whatever its connections do", async () => {
  const world = await World.begin();
  const desk = openDesk({ core: world.core, exchange: world.exchange, pageUrl: () => "" });
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
    await desk.ask({ op: "account.delete", name: "bob" });
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
    await desk.ask({ op: "account.delete", name: "bob" });
    await alice.asks("logout", {});
  }
});
