/** One's own account: another mail address, everything of one's own to take along, and the end of it. */
import { LIMITS } from "../../server/core/shared/limits.ts";
import { DELETED_NAME } from "../../server/core/shared/names.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { HOUR } from "../support/clock.ts";
import { World } from "../support/core_world.ts";
import { bytesOf, sendFile } from "../support/file_lines.ts";
import { type Line, PASSWORD, withServer } from "../support/harness.ts";
import { operatorOf } from "../support/operator.ts";
import { unzip } from "../support/unzip.ts";

Deno.test("mail address: where letters reach people, it counts once its code has come back", async () => {
  const world = await World.begin();
  const alice = await world.member("alice");
  await world.member("bob");
  const password = "long enough";
  const change = { email: "ada@example.net", password };
  await alice.fails("account.email", { ...change, password: "wrong one" }, "bad_password");
  await alice.fails("account.email", { ...change, email: "bob@example.org" }, "email_taken");
  assertEquals(await alice.asks("account.email", change), { confirm: true });
  const own = await alice.asks("account", {});
  assertEquals([own.email, own.email_waiting], ["alice@example.org", "ada@example.net"]);
  const [letter] = world.letters;
  assertEquals(letter!.to, "ada@example.net");
  await alice.fails("account.email.confirm", { code: "wrong" }, "bad_code");
  assertEquals(await alice.asks("account.email.confirm", { code: letter!.code.toLowerCase() }), {
    ...{ email: "ada@example.net", nickname: "alice" },
  });
  const after = await alice.asks("account", {});
  assertEquals([after.email, after.email_waiting], ["ada@example.net", undefined]);
  await alice.fails("account.email.confirm", { code: letter!.code }, "bad_code");

  // A code gets old, and there are not many of them.
  await alice.asks("account.email", { ...change, email: "late@example.net" });
  world.clock.advance(2 * HOUR);
  await alice.fails("account.email.confirm", { code: world.letters.at(-1)!.code }, "bad_code");
  for (let n = 0; n < 3; n++) await alice.asks("account.email", { ...change, email: `n${n}@example.net` });
  await alice.fails("account.email", { ...change, email: "n4@example.net" }, "rate_limited");
  assertEquals(await alice.asks("account.email", { email: null, password }), { confirm: false });
  assertEquals((await alice.asks("account", {})).email, null);
});

Deno.test("export: everything of one's own in one zip, and nothing of others'", async () => {
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    const bob = await server.member("bob");
    await alice.asks("status", { text: "here" });
    await alice.asks("send", { room: "lobby", text: "mine, in a room" });
    await bob.asks("send", { room: "lobby", text: "another's" });
    await alice.asks("send", { to: "bob", text: "mine, in private" });
    await bob.asks("send", { to: "alice", text: "to me" });
    const bytes = bytesOf(300_000);
    const { file } = await sendFile(alice, { room: "lobby" }, "a picture.png", bytes);
    const { file: gone } = await sendFile(alice, { room: "lobby" }, "gone.txt", bytesOf(10));
    const { messages } = await alice.asks("history", { room: "lobby" });
    await alice.asks("recall", { message: messages.at(-1).id });
    await sendFile(bob, { room: "lobby" }, "bobs.txt", bytesOf(10));

    const signedIn = { username: "alice", password: PASSWORD, offline: true };
    const { token } = await (await server.connect()).asks("login", signedIn);
    const address = `${server.running.http}/account/export`;
    const headers = { Authorization: `Bearer ${token}` };
    const response = await fetch(address, { headers });
    assertEquals([response.status, response.headers.get("content-type")], [200, "application/zip"]);
    assertTrue(
      response.headers.get("content-disposition")!.includes("switchboard-alice.zip"),
      "it has a name",
    );
    const found = unzip(await response.bytes());
    const names = ["account.json", `files/${file}/a picture.png`, "messages.json"];
    assertEquals(Object.keys(found).toSorted(), names);
    assertTrue(!names.some((name) => name.includes(gone)), "what was taken back is gone");
    assertEquals(found[names[1]!], bytes);
    const json = (name: string) => JSON.parse(new TextDecoder().decode(found[name]));
    const { username, email, profile, rooms } = json("account.json");
    assertEquals([username, email, profile.status.text, rooms], [
      "alice",
      "alice@example.org",
      "here",
      ["lobby"],
    ]);
    const texts = json("messages.json").map(({ text }: Line) => text);
    assertEquals(texts, ["mine, in a room", "mine, in private", "to me", "", ""]);
    assertTrue(!JSON.stringify(json("account.json")).includes("argon2"), "no hash of the password is in it");
    const log = (await operatorOf(server)(["audit", "--text", "account.export"]).ends()).stdout;
    assertEquals(log.map((line) => line.split(/ +/).slice(1, 4)).slice(1), [
      ["alice", "127.0.0.1", "account.export"],
    ]);
    const stranger = await fetch(address);
    assertEquals([stranger.status, (await stranger.json()).error.code], [401, "bad_token"]);
  });
});

Deno.test("account: deleted with the password, it is gone at once, and what it wrote loses its name", async () => {
  const world = await World.begin();
  const alice = await world.member("alice");
  const bob = await world.member("bob");
  const said = await alice.asks("send", { room: "lobby", text: "in the room" });
  await alice.asks("send", { to: "bob", text: "in private" });
  await bob.asks("react", { message: said.id, emoji: "👍", on: true });
  await alice.asks("react", { message: said.id, emoji: "👍", on: true });
  await bob.forgets();
  await alice.fails("account.delete", { password: "wrong one" }, "bad_password");
  await alice.asks("account.delete", { password: "long enough" });
  assertEquals(alice.farewell?.code, "account_closed");
  assertEquals((await bob.asks("people", {})).people.map(({ nickname }) => nickname), ["bob"]);
  await world.timePasses();
  const [message] = (await bob.asks("history", { room: "lobby" })).messages;
  assertEquals([message!.from, message!.now, message!.text], [DELETED_NAME, undefined, "in the room"]);
  assertEquals(message!.reactions, { "👍": ["bob", DELETED_NAME] });
  const { private: [listed] } = await bob.asks("conversations", {});
  assertEquals([listed!.with, listed!.former, listed!.last!.text], [DELETED_NAME, true, "in private"]);
  const history = await bob.asks("history", { person: listed!.person });
  assertEquals(history.messages.map(({ from, text }) => [from, text]), [[DELETED_NAME, "in private"]]);

  // Its names are free, and lead to nothing that was said before.
  const next = await world.member("alice");
  assertEquals((await next.asks("conversations", {})).private, []);
  for (const nickname of [DELETED_NAME, "Deleted-Account"]) {
    await world.someone().fails("guest", { nickname }, "bad_nickname");
  }
});

Deno.test("account: what it wrote is gone through a little at a time", async () => {
  const world = await World.begin();
  const alice = await world.member("alice");
  const bob = await world.member("bob");
  const count = LIMITS.messagesEndedAtOnceMax + 30;
  for (let n = 0; n < count; n++) await alice.asks("send", { room: "lobby", text: `word ${n}` });
  await alice.asks("account.delete", { password: "long enough" });
  const left = async () => {
    await world.timePasses();
    const { messages } = await bob.asks("history", { room: "lobby", limit: 200 });
    return messages.filter(({ from }) => from === "alice").length;
  };
  assertEquals([await left(), await left(), await left()], [30, 0, 0]);
});

Deno.test("account: where the operator has set it so, what it wrote goes with it", async () => {
  await withServer({}, async (server) => {
    await operatorOf(server)(["settings", "deleted-messages", "remove"]).ends();
    const alice = await server.member("alice");
    const bob = await server.member("bob");
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) {
      ids.push((await alice.asks("send", { room: "lobby", text: `word ${n}` })).id);
    }
    await bob.asks("send", { room: "lobby", text: "word of bob" });
    const { file } = await sendFile(alice, { room: "lobby" }, "mine.txt", bytesOf(10));
    await bob.forgets();
    await alice.asks("account.delete", { password: PASSWORD });
    for (const id of ids) await bob.hearsAtLast({ event: "recalled", id, from: DELETED_NAME, room: "lobby" });
    await bob.hearsAtLast({ event: "recalled" });
    const { messages } = await bob.asks("search", { text: "word" });
    assertEquals(messages.map(({ text }: Line) => text), ["word of bob"]);
    await bob.fails("download", { file }, "file_gone");
  });
});

Deno.test("account: the last administrator stays", async () => {
  await withServer({}, async (server) => {
    const operator = operatorOf(server);
    const alice = await server.member("alice");
    await server.member("bob");
    await operator(["account", "role", "alice", "admin"]).ends();
    await alice.fails("account.delete", { password: PASSWORD }, "forbidden");
    await operator(["account", "role", "bob", "admin"]).ends();
    await alice.asks("account.delete", { password: PASSWORD });
    const guest = await server.guest("gus");
    await guest.fails("account", {}, "account_needed");
    await guest.fails("account.delete", { password: PASSWORD }, "account_needed");
  });
});

Deno.test("export: what one wrote in a private room is in it as far as one may read it there", async () => {
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    const bob = await server.member("bob");
    const plans = { room: "plans" };
    const comesIn = async (name: string) => {
      await alice.asks("invite", { room: name, nickname: "bob" });
      await bob.asks("enter", { room: name });
    };
    const signedIn = { username: "bob", password: PASSWORD, offline: true };
    const { token } = await (await server.connect()).asks("login", signedIn);
    const exported = async () => {
      const headers = { Authorization: `Bearer ${token}` };
      const zip = await (await fetch(`${server.running.http}/account/export`, { headers })).bytes();
      const messages = JSON.parse(new TextDecoder().decode(unzip(zip)["messages.json"]));
      return messages.map(({ text }: Line) => text);
    };
    await alice.asks("enter", { ...plans, private: true });
    await alice.asks("room.set", { ...plans, history: "joined" });
    await comesIn("plans");
    await bob.asks("send", { room: "lobby", text: "in the lobby" });
    await bob.asks("send", { ...plans, text: "before" });
    assertEquals(await exported(), ["in the lobby", "before"]);
    await alice.asks("kick", { ...plans, nickname: "bob" });
    await alice.asks("room.set", { ...plans, name: "secret plans" });
    assertEquals(await exported(), ["in the lobby"], "not even what the room is called now");
    await comesIn("secret plans");
    await bob.asks("send", { room: "secret plans", text: "after" });
    assertEquals(await exported(), ["in the lobby", "after"]);
    await alice.asks("room.set", { room: "secret plans", history: "all" });
    assertEquals(await exported(), ["in the lobby", "before", "after"]);
    await bob.asks("leave", { room: "secret plans" });
    assertEquals(await exported(), ["in the lobby"]);
  });
});

Deno.test("export: a piece holds no more text than goes in one go, and the next goes on there", async () => {
  const world = await World.begin();
  const alice = await world.member("alice");
  const text = "x".repeat(LIMITS.textBytesMax);
  const count = Math.ceil(LIMITS.textBytesAtOnceMax / LIMITS.textBytesMax) + 2;
  for (let n = 0; n < count; n++) await alice.asks("send", { room: "lobby", text });
  const first = await alice.asks("export", { part: "messages" });
  const rest = await alice.asks("export", { part: "messages", after: first.next! });
  assertEquals([first.messages!.length + rest.messages!.length, rest.next], [count, null]);
  assertTrue(first.messages!.length * text.length <= LIMITS.textBytesAtOnceMax, "that is all in one go");
});
