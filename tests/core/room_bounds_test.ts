/** Rooms: nobody makes all of them, and one that nobody misses goes. */
import { commit } from "../support/stores.ts";
import { DatabaseSync } from "node:sqlite";
import { LIMITS } from "../../server/core/shared/limits.ts";
import { newRoom } from "../../server/core/rooms/rooms.ts";
import { Room } from "../../server/core/state/rooms.ts";
import { networksOf } from "../../server/protocol/network.ts";
import { migrate } from "../../server/storage/migrations.ts";
import { assertEquals, assertLike } from "../support/assert.ts";
import { MINUTE } from "../support/clock.ts";
import { type Someone, World } from "../support/core_world.ts";
import { announcement, bytesOf } from "../support/file_lines.ts";

const HOUR = 60 * MINUTE;

/** Makes a room that stays when nobody is in it, and goes out. */
async function leaveBehind(peer: Someone, room: string, messages = 1): Promise<void> {
  await peer.asks("enter", { room });
  for (let n = 0; n < messages; n++) await peer.asks("send", { room, text: `${n}` });
  await peer.asks("leave", { room });
}

Deno.test("rooms: one person makes so many, whether they are in them or not, and so does an address", async () => {
  const world = await World.begin();
  const alice = await world.guest("alice");
  for (let n = 0; n < LIMITS.roomsMadePerPersonMax; n++) await leaveBehind(alice, `room ${n}`);
  const refused = await alice.fails("enter", { room: "one more" }, "too_many_rooms");
  assertLike(refused.message, /you have made 100 rooms that are still there/);
  assertEquals(refused.reason, "own_limit");
  await alice.asks("enter", { room: "room 1" });
  const bob = await world.guest("bob");
  await bob.asks("enter", { room: "room of bob" });

  const by = { person: bob.caller.session!.person, network: "here" };
  for (let n = world.core.rooms.size - 1; n < LIMITS.roomsMadePerAddressMax; n++) {
    by.person = { ...by.person, id: `person ${n}` } as typeof by.person;
    const room = newRoom(
      { id: `made-${n}`, at: world.clock.read(), name: `made up ${n}`, ephemeral: false },
      by,
    );
    await commit(world.store, [{ kind: "room.add", room }]);
    world.core.rooms.add(new Room(room));
  }
  const beyond = await bob.fails("enter", { room: "beyond" }, "too_many_rooms");
  assertLike(beyond.message, /from your address 1000 rooms were made/);
  assertEquals(beyond.reason, "address_limit");
  const cyd = world.someone();
  Object.assign(cyd.caller, { address: "elsewhere" });
  await cyd.asks("guest", { nickname: "cyd" });
  await cyd.asks("enter", { room: "beyond" });

  await world.restart();
  const dora = await world.guest("dora");
  await dora.fails("enter", { room: "after a restart" }, "too_many_rooms");
});

Deno.test("rooms: of an IPv6 address it is the network that makes them", () => {
  assertEquals(networksOf("2001:db8:1:2::/64"), networksOf("2001:db8:1:2:3::4"));
  assertEquals(networksOf("192.0.2.1"), [{ name: "192.0.2.1", times: 1 }]);
});

Deno.test("rooms: one in which no account ever spoke goes a day after the last one left it, with its files", async () => {
  const world = await World.begin();
  const alice = await world.guest("alice");
  const carol = await world.member("carol");
  await leaveBehind(alice, "chatter", LIMITS.messagesEndedAtOnceMax + 10);
  await leaveBehind(carol, "plans");
  await leaveBehind(alice, "kept");
  await alice.asks("enter", { room: "pictures" });
  const bytes = bytesOf(100);
  const { file } = await alice.asks("upload", announcement({ room: "pictures" }, "a.bin", bytes) as never);
  await alice.asks("chunk", { file, offset: 0, data: bytes });
  await alice.asks("cancel", { file });
  await alice.asks("send", { room: "pictures", text: "look" });
  await alice.asks("leave", { room: "pictures" });
  const names = () => Array.from(world.core.rooms.all(), ({ name }) => name).sort();

  world.clock.advance(12 * HOUR);
  await world.timePasses();
  await alice.asks("enter", { room: "kept" });
  await world.restart();
  world.clock.advance(11.9 * HOUR);
  await world.timePasses();
  assertEquals(names(), ["chatter", "kept", "lobby", "pictures", "plans"]);
  const bob = await world.guest("bob");
  await bob.asks("enter", { room: "kept" });
  await bob.asks("enter", { room: "pictures" });
  await bob.asks("leave", { room: "pictures" });
  await bob.forgets();
  world.clock.advance(0.2 * HOUR);
  await world.timePasses();
  assertEquals(names(), ["chatter", "kept", "lobby", "pictures", "plans"], "the oldest messages go first");
  await world.timePasses();
  await world.timePasses();
  assertEquals(names(), ["kept", "lobby", "pictures", "plans"]);
  bob.hearsNothing();
  world.clock.advance(24 * HOUR);
  for (let n = 0; n < 3; n++) await world.timePasses();
  assertEquals(names(), ["kept", "lobby", "plans"]);
  assertEquals((await bob.asks("history", { room: "kept" })).messages.length, 1);
  bob.hearsNothing();
  const carolAgain = world.someone();
  await carolAgain.asks("login", { username: "carol", password: "long enough" });
  await carolAgain.asks("enter", { room: "plans" });
  assertEquals((await carolAgain.asks("history", { room: "plans" })).messages.length, 1);
  await carolAgain.asks("enter", { room: "chatter" });
  assertEquals((await carolAgain.asks("history", { room: "chatter" })).messages, []);
});

Deno.test("rooms: an upgrade keeps those in which anybody spoke, and counts who wrote what waits", () => {
  const database = new DatabaseSync(":memory:");
  migrate(database, undefined, 11);
  database.exec(`
    INSERT INTO rooms (id, name, key, ephemeral, created_at) VALUES ('r', 'r', 'r', 0, 1), ('s', 's', 's', 0, 1);
    INSERT INTO messages (seq, id, at, author, author_name, author_guest, room, text, kind)
      VALUES (1, 'm1', 1, 'gus', 'gus', 1, 'r', 'hello', 'text'), (2, 'm2', 1, 'gus', 'gus', 1, NULL, 'hello', 'text');
    INSERT INTO waiting (person, seq) VALUES ('ada', 2);
  `);
  migrate(database);
  const rows = (sql: string) => database.prepare(sql).all().map((row) => ({ ...row }));
  assertEquals(rows("SELECT id, lasting, maker FROM rooms ORDER BY id"), [
    { id: "r", lasting: 1, maker: null },
    { id: "s", lasting: 0, maker: null },
  ]);
  assertEquals(rows("SELECT * FROM waiting"), [{ person: "ada", seq: 2, author: "gus", guest: 1 }]);
  database.close();
});

Deno.test("rooms: so many are invited into one at a time, whose accounts there are, and whoever is told so knows the way out", async () => {
  const world = await World.begin();
  const alice = await world.member("alice");
  const bob = await world.member("bob");
  for (const name of ["cyd", "dan"]) await world.member(name);
  await alice.asks("enter", { room: "plans", private: true });
  const [room] = Array.from(world.core.rooms.all()).filter(({ name }) => name === "plans");
  const by = { room: room!.id, byId: "alice", by: "alice", at: 1, hidden: false };
  for (let n = 1; n < LIMITS.invitesPerRoomMax; n++) {
    world.core.rooms.invite(room!, { ...by, person: `p${n}` });
  }
  await alice.asks("invite", { room: "plans", nickname: "bob" });
  const refused = await alice.fails("invite", { room: "plans", nickname: "cyd" }, "bad_request");
  assertLike(refused.message, /500 people are invited into "plans" already and have not come; take one back/);
  await bob.asks("account.delete", { password: "long enough" });
  await alice.asks("invite", { room: "plans", nickname: "cyd" });
  await alice.fails("invite", { room: "plans", nickname: "dan" }, "bad_request");
  await alice.asks("invite", { room: "plans", nickname: "cyd", on: false });
  await alice.asks("invite", { room: "plans", nickname: "dan" });
});
