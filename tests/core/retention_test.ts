/** Messages and files that are kept for a time: they go with all that belongs to them, what waits stays, a little at a time. */
import { DatabaseSync } from "node:sqlite";
import { LIMITS } from "../../server/core/shared/limits.ts";
import { dataPaths } from "../../server/storage/data_folder.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { HOUR, MINUTE, TestClock } from "../support/clock.ts";
import { World } from "../support/core_world.ts";
import { bytesOf, fetchFile, keeps, sendFile } from "../support/file_lines.ts";
import { type Line, type TestServer, withServer } from "../support/harness.ts";
import { operatorOf } from "../support/operator.ts";

const DAY = 24 * HOUR;
const LOBBY = { room: "lobby" };

/** The server does what is due with each stop. */
async function stepsBy(server: TestServer, clock: TestClock): Promise<void> {
  for (let n = 0; n < 4; n++) {
    await server.restart();
    clock.advance(LIMITS.retentionEveryMs);
  }
}

const textsOf = ({ messages }: Line) => (messages as Line[]).map(({ text }) => text);

Deno.test("retention: what is old goes with its search entries, bytes, reactions and changes; what waits stays until it is read", async () => {
  const clock = new TestClock();
  await withServer({ keepMessages: 30 }, async (server) => {
    const alice = await server.member("alice");
    const bob = await server.member("bob");
    const { id } = await alice.asks("send", { ...LOBBY, text: "an old word" });
    await alice.asks("edit", { message: id, text: "an old word, mended" });
    await bob.asks("react", { message: id, emoji: "👍", on: true });
    await bob.asks("read", { ...LOBBY, message: id });
    const { file } = await sendFile(alice, LOBBY, "old.bin", bytesOf(5_000));
    const { file: offer } = await sendFile(alice, { to: "bob" }, "offer.bin", bytesOf(3_000, 2));
    await alice.asks("send", { to: "bob", text: "an old secret" });
    await (await server.connect()).asks("register", {
      ...{ username: "cyd", nickname: "cyd", password: "plug-jack-cord-7", email: "cyd@example.org" },
    });
    await alice.asks("send", { to: "cyd", text: "it waits for you" });
    clock.advance(20 * DAY);
    await alice.asks("send", { ...LOBBY, text: "an answer", reply: id });
    clock.advance(11 * DAY);
    await stepsBy(server, clock);

    const again = await server.member("bob");
    const history = await again.asks("history", LOBBY);
    assertEquals([textsOf(history), history.messages[0].reply, history.more], [["an answer"], id, false]);
    await again.fails("history", { ...LOBBY, around: id }, "unknown_message");
    assertEquals((await again.asks("search", { text: "old" })).messages, []);
    assertEquals((await again.asks("files", LOBBY)).files, []);
    await again.fails("download", { file }, "unknown_file");
    assertEquals(textsOf(await again.asks("history", { with: "alice" })), [""], "the offer waits");
    const list = await again.asks("conversations", {});
    assertEquals([list.private[0].last.file, list.rooms[0].unread], ["offer.bin", 1]);
    await again.asks("accept", { file: offer });
    assertEquals((await fetchFile(again, offer)).length, 3_000);
    const cyd = await server.connect();
    await cyd.asks("login", { username: "cyd", password: "plug-jack-cord-7" });
    await cyd.hears({ event: "message", text: "it waits for you" });
    await cyd.asks("ping");
    await stepsBy(server, clock);

    await keeps(server, []);
    const reader = await server.member("bob");
    assertEquals((await reader.asks("conversations", {})).private, []);
    assertEquals((await operatorOf(server)(["verify"]).ends()).stdout.length, 1);
    const { seq } = await reader.asks("send", { ...LOBBY, text: "numbers go on" });
    await server.running.stop();
    const database = new DatabaseSync(dataPaths(`${server.folder}/data`).database, { readOnly: true });
    const count = (table: string) => database.prepare(`SELECT count(*) AS n FROM ${table}`).get()!.n;
    const tables = [
      "messages",
      "message_search",
      "recipients",
      "private",
      "conversations",
      "waiting",
      "reactions",
      "files",
    ];
    assertEquals(tables.map(count), [2, 2, 0, 0, 0, 0, 0, 0]);
    assertEquals(database.prepare("SELECT count(*) AS n FROM changes WHERE message IS NOT NULL").get()!.n, 0);
    database.close();
    assertTrue(seq > 8, `${seq} was never given before`);
    await server.restart();
  }, { clock: clock.read });
});

Deno.test("retention: of a file that is kept no longer its message stays, and says so", async () => {
  const clock = new TestClock();
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    const { file } = await sendFile(alice, LOBBY, "old.bin", bytesOf(5_000));
    await operatorOf(server)(["settings", "keep-files", "7"]).ends();
    clock.advance(8 * DAY);
    const { file: later } = await sendFile(alice, LOBBY, "new.bin", bytesOf(4_000, 2));
    await stepsBy(server, clock);
    const again = await server.member("alice");
    const { messages } = await again.asks("history", LOBBY);
    assertEquals(messages.map((each: Line) => [each.file.id, each.file.gone]), [[file, true], [
      later,
      undefined,
    ]]);
    await again.fails("download", { file }, "file_gone");
    await keeps(server, [later]);
    assertEquals((await operatorOf(server)(["verify"]).ends()).stdout.length, 1);
  }, { clock: clock.read });
});

Deno.test("retention: a thousand messages go in small steps, and a setting that is taken back meanwhile keeps the rest", async () => {
  const world = await World.begin();
  const alice = await world.member("alice");
  const set = (value: string | null) =>
    world.core.propose({ kind: "settings.set", at: 0, name: "keep_messages", value, level: "set" });
  const left = () => world.store.snapshot().messages.length;
  for (let n = 0; n < 1_000; n++) await alice.asks("send", { ...LOBBY, text: `${n}` });
  await set("1");
  world.clock.advance(DAY + MINUTE);
  await alice.asks("send", { ...LOBBY, text: "new" });
  const steps: number[] = [];
  for (let before = left(); left() > 401; before = left()) {
    await world.timePasses();
    steps.push(before - left());
  }
  assertEquals(steps, Array(6).fill(LIMITS.messagesEndedAtOnceMax));
  await set(null);
  await world.timePasses();
  assertEquals(left(), 401);
  await set("1");
  world.clock.advance(LIMITS.retentionEveryMs);
  for (let n = 0; n < 6; n++) await world.timePasses();
  assertEquals((await alice.asks("history", LOBBY)).messages.map(({ text }) => text), ["new"]);
});

Deno.test("retention: a room may keep less than the server, which its members are told; what is pinned stays", async () => {
  const world = await World.begin();
  const alice = await world.member("alice");
  await alice.asks("enter", { room: "ops" });
  await alice.asks("room.set", { room: "ops", keep_days: 2 });
  await world.core.propose({ kind: "settings.set", at: 0, name: "keep_messages", value: "5", level: "set" });
  const keptIn = async (room: string) => (await alice.asks("members", { room })).kept_days;
  assertEquals([await keptIn("ops"), await keptIn("lobby")], [2, 5]);
  const say = (room: string, text: string) => alice.asks("send", { room, text });
  const textsIn = async (room: string) =>
    (await alice.asks("history", { room })).messages.map(({ text }) => text);
  await say("lobby", "in the lobby");
  await say("ops", "soon gone");
  const { id: message } = await say("ops", "pinned");
  await alice.asks("pin", { message, on: true });
  await alice.asks("read", { room: "ops", message: (await say("ops", "also gone")).id });
  const daysPass = async (days: number) => {
    world.clock.advance(days * DAY + MINUTE);
    for (let n = 0; n < 4; n++) await world.timePasses();
  };
  await daysPass(2);
  assertEquals([await textsIn("ops"), await textsIn("lobby")], [["pinned"], ["in the lobby"]]);
  const unread = (await alice.asks("conversations", {})).rooms.map(({ unread, read }) => [unread, read]);
  assertEquals(unread, [[0, null], [0, null]]);
  await alice.asks("pin", { message, on: false });
  await daysPass(3);
  assertEquals([await textsIn("ops"), await textsIn("lobby")], [[], []]);
});
