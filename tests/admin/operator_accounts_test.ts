/** The operator's accounts and rooms: what they type, what people notice, with and without a running server. */
import { DELETED_NAME } from "../../server/core/shared/names.ts";
import { assertEquals, assertLike, assertTrue } from "../support/assert.ts";
import { run } from "../support/executable.ts";
import { PASSWORD, withServer } from "../support/harness.ts";
import { operatorOf } from "../support/operator.ts";

const LATER = "quite-another-one-9";

Deno.test("account: what is added can sign in, what is taken or weak is said in one line", async () => {
  await withServer({}, async (server) => {
    const operator = operatorOf(server);
    await operator(["account", "add", "ada", "--nickname", "Ada L", "--email", "ada@example.org"], PASSWORD)
      .says(["ada can sign in now."]);
    const ada = await server.connect();
    assertEquals((await ada.asks("login", { username: "ada", password: PASSWORD })).nickname, "Ada L");
    await operator(["account", "add", "ADA"], PASSWORD)
      .fails('switchboard: Cannot register: the username "ADA" is taken');
    await operator(["account", "add", "bob"], "short")
      .fails("switchboard: Cannot use this password: it has fewer than 8 characters");
    await operator(["account", "add", "bob"], "").fails("switchboard: Cannot set a password: none was given");
  });
});

Deno.test("account: the list says who is there, as columns or as JSON", async () => {
  await withServer({}, async (server) => {
    const operator = operatorOf(server);
    await server.member("bob");
    await server.member("小明");
    await operator(["account", "disable", "小明"]).ends();
    const { stdout } = await operator(["account", "list"]).ends();
    assertLike(stdout[0], /^USERNAME +NICKNAME +EMAIL +ROLE +MADE +LAST USED +STATE$/);
    assertLike(
      stdout[1],
      /^bob +bob +bob@example\.org +member +\d{4}-\d\d-\d\dT\d\d:\d\dZ +\d{4}-\S+Z +online$/,
    );
    assertLike(stdout[2], /^小明 .* disabled$/);
    const json = (await operator(["account", "list", "--json"]).ends()).stdout.map((line) =>
      JSON.parse(line)
    );
    assertEquals(json.map(({ username, online }) => [username, online]), [["bob", true], ["小明", false]]);
  });
});

Deno.test("account: administrators are made and unmade by whoever runs the server", async () => {
  await withServer({}, async (server) => {
    const operator = operatorOf(server);
    await operator(["account", "add", "ada", "--admin"], PASSWORD)
      .says(["ada can sign in now, and is an administrator."]);
    await server.member("bob");
    await operator(["account", "role", "bob", "admin"]).says(["bob is an administrator now."]);
    await operator(["account", "role", "ada", "member"]).says(["ada is no administrator."]);
    const { stdout } = await operator(["account", "list", "--json"]).ends();
    assertEquals(stdout.map((line) => JSON.parse(line)).map(({ username, role }) => [username, role]), [
      ["ada", "member"],
      ["bob", "admin"],
    ]);
    await operator(["account", "role", "nobody", "admin"])
      .fails('switchboard: Cannot set a role: there is no account "nobody"');
    const { code, stderr } = await run(["account", "role", "bob", "king", "--data", `${server.folder}/data`])
      .ended;
    assertEquals([code, stderr.length], [1, 1]);
    assertLike(stderr[0], /admin, member/);
  });
});

Deno.test("account: a new password signs everybody out who used the old one", async () => {
  await withServer({}, async (server) => {
    const bob = await server.member("bob");
    await bob.forgets();
    await operatorOf(server)(["account", "passwd", "bob@example.org"], LATER)
      .says(["bob has another password now."]);
    await bob.hears({ event: "bye", code: "password_changed" });
    const again = await server.connect();
    await again.fails("login", { username: "bob", password: PASSWORD }, "bad_password");
    await again.asks("login", { username: "bob", password: LATER });
  });
});

Deno.test("account: disabled, it is told so and lets nobody in, by no way; enabled, it is as it was", async () => {
  await withServer({}, async (server) => {
    const operator = operatorOf(server);
    const bob = await server.member("bob");
    const { token } = await (await server.connect()).asks("login", { username: "bob", password: PASSWORD });
    await bob.forgets();
    await operator(["account", "disable", "bob"]).ends();
    await bob.hears({ event: "bye", code: "account_suspended" });
    await bob.ended;
    const door = await server.connect();
    await door.fails("login", { username: "bob", password: PASSWORD }, "account_disabled");
    await door.fails("login", { username: "bob", password: "something-else" }, "bad_password");
    await door.fails("resume", { token }, "bad_token");
    await door.fails("password.change", { username: "bob", old: PASSWORD, new: LATER }, "account_disabled");
    await door.fails("guest", { nickname: "bob" }, "nickname_taken");
    await operator(["account", "reset-link", "bob"])
      .fails('switchboard: Cannot make a link: "bob" is disabled; enable it first');
    await operator(["account", "enable", "bob"]).says(["bob can sign in again."]);
    await door.asks("login", { username: "bob", password: PASSWORD });
  });
});

Deno.test("account: deleted, its names are free, and what it wrote stays without its name", async () => {
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    const bob = await server.member("bob");
    await bob.asks("send", { room: "lobby", text: "I was here" });
    await bob.asks("send", { to: "alice", text: "only for you" });
    await bob.forgets();
    await operatorOf(server)(["account", "delete", "bob"]).says(["bob is gone."]);
    await bob.hears({ event: "bye", code: "account_closed" });
    const { private: [listed] } = await alice.asks("conversations");
    assertEquals([listed.with, listed.former, listed.last.text], [DELETED_NAME, true, "only for you"]);
    const other = await server.guest("bob");
    assertEquals((await other.asks("history", { with: "alice" })).messages, []);
  });
});

Deno.test("account: deleted by an administrator, what it wrote goes where that is set", async () => {
  await withServer({}, async (server) => {
    const operator = operatorOf(server);
    await operator(["settings", "deleted-messages", "remove"]).ends();
    const ada = await server.member("ada");
    await operator(["account", "role", "ada", "admin"]).ends();
    const bob = await server.member("bob");
    const { id } = await bob.asks("send", { room: "lobby", text: "I was here" });
    await ada.asks("admin", { command: { op: "account.delete", name: "bob" } });
    await ada.hearsAtLast({ event: "recalled", id, from: DELETED_NAME, room: "lobby" });
  });
});

Deno.test("account: a link sets a new password once, for a day, without any mail", async () => {
  let now = 1_800_000_000_000;
  await withServer({ publicUrl: "https://chat.example.org" }, async (server) => {
    const bob = await server.member("bob");
    await bob.forgets();
    const link = async () => (await operatorOf(server)(["account", "reset-link", "bob"]).ends()).stdout[0]!;
    const url = await link();
    assertLike(url, /^https:\/\/chat\.example\.org\/#\/reset\?code=[0-9A-Z]{12}$/);
    now += 23 * 3_600_000;
    const door = await server.connect();
    const code = url.split("=")[1]!;
    await door.asks("password.confirm", { code, new: LATER });
    await bob.hears({ event: "bye", code: "password_changed" });
    await door.fails("password.confirm", { code, new: LATER }, "bad_code");
    await door.asks("login", { username: "bob", password: LATER });
    const late = (await link()).split("=")[1]!;
    now += 24 * 3_600_000;
    await door.fails("password.confirm", { code: late, new: LATER }, "bad_code");
  }, { clock: () => now });
});

Deno.test("room: deleted with everything in it, whoever is there is told and out", async () => {
  await withServer({}, async (server) => {
    const operator = operatorOf(server);
    const alice = await server.member("alice");
    await alice.asks("enter", { room: "ops" });
    const { id } = await alice.asks("send", { room: "ops", text: "secret plans" });
    const { stdout } = await operator(["room", "list"]).ends();
    assertLike(stdout[2], /^ops +1 +alice +\S+ +-$/);
    await alice.forgets();
    await operator(["room", "delete", "OPS"]).says(["ops is gone; one person was in it."]);
    await alice.hears({ event: "notice" });
    await alice.hears({ event: "left", room: "ops", nickname: "alice" });
    await alice.fails("send", { room: "ops", text: "anybody?" }, "unknown_room");
    await alice.fails("edit", { message: id, text: "?" }, "unknown_message");
    assertEquals((await alice.asks("enter", { room: "ops" })).owner, "alice");
    assertEquals((await alice.asks("history", { room: "ops" })).messages, []);
    await operator(["room", "delete", "lobby"])
      .fails('switchboard: Cannot delete "lobby": everybody comes in there');
  });
});

Deno.test("room: a private one is said to be private, and where several are called the same they go by their ids", async () => {
  await withServer({}, async (server) => {
    const operator = operatorOf(server);
    const [alice, bob] = [await server.member("alice"), await server.member("bob")];
    await alice.asks("enter", { room: "plans", private: true });
    await bob.asks("enter", { room: "plans", private: true });
    const listed = async () =>
      (await operator(["room", "list", "--json"]).ends()).stdout.map((line) => JSON.parse(line));
    const ids = (await listed()).filter(({ room }) => room === "plans").map(({ id }) => id);
    const { stdout } = await operator(["room", "list"]).ends();
    assertLike(stdout[2], /^plans +1 +\w+ +\S+ +private, nothing said yet$/);
    const several = `"plans": 2 rooms are called so, name one by its id: ${ids[0]} (private), ${
      ids[1]
    } (private)`;
    await operator(["room", "delete", "plans"]).fails(`switchboard: Cannot delete ${several}`);
    await operator(["room", "kicks", "plans"]).fails(
      `switchboard: Cannot see who was kicked from ${several}`,
    );

    await operator(["room", "delete", ids[1]])
      .says([`plans, a private room (${ids[1]}), is gone; one person was in it.`]);
    const carol = await server.member("carol");
    const [left, other] = (await alice.asks("rooms", { text: "plans" })).rooms.length === 1
      ? [alice, bob]
      : [bob, alice];
    await left.asks("invite", { room: "plans", nickname: "carol" });
    await carol.asks("enter", { room: "plans" });
    await carol.asks("logout");
    await operator(["room", "kicks", "plans"]).says(["Nobody is kept out of plans."]);
    await other.asks("enter", { room: "plans" });
    const open = (await listed()).find(({ room, ...each }) => room === "plans" && !each.private).id;
    await operator(["room", "delete", "plans"])
      .fails(
        `switchboard: Cannot delete "plans": 2 rooms are called so, name one by its id: ${
          ids[0]
        } (private), ${open}`,
      );
    await operator(["room", "delete", open]).says(["plans is gone; one person was in it."]);
    await operator(["room", "delete", "plans"])
      .says([`plans, a private room (${ids[0]}), is gone; 2 people were in it.`]);
  });
});

Deno.test("operator: the same commands work on the folder of a server that does not run", async () => {
  await withServer({}, async (server) => {
    await server.member("bob");
    await server.running.stop();
    const operator = operatorOf(server);
    await operator(["account", "disable", "bob"]).ends();
    await operator(["account", "add", "eve"], PASSWORD).ends();
    await operator(["room", "delete", "nowhere"])
      .fails('switchboard: Cannot delete "nowhere": there is no such room');
    await server.restart();
    const door = await server.connect();
    await door.fails("login", { username: "bob", password: PASSWORD }, "account_disabled");
    await door.asks("login", { username: "eve", password: PASSWORD });
  });
});

Deno.test("operator: nobody gets in without the key, which only the server's user can read", async () => {
  await withServer({}, async (server) => {
    const path = `${server.folder}/data/operator.json`;
    const { port } = JSON.parse(await Deno.readTextFile(path));
    const ask = (headers: Record<string, string>) =>
      fetch(`http://127.0.0.1:${port}/ask`, { method: "POST", headers, body: '{"op":"account.list"}' });
    for (const headers of [{}, { Authorization: "Bearer no" }]) {
      const answer = await ask(headers as Record<string, string>);
      assertEquals([answer.status, (await answer.json()).error.code], [401, "bad_token"]);
    }
    assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
    await server.running.stop();
    assertTrue(await Deno.stat(path).then(() => false, () => true), "the key goes with the server");
    await server.restart();
  });
});

Deno.test("operator: a folder without a server's data is not made into one", async () => {
  const folder = await Deno.makeTempDir({ prefix: "switchboard-" });
  const { code, stderr } = await run(["account", "list", "--data", `${folder}/none`]).ended;
  assertEquals([code, stderr.length], [1, 1]);
  assertLike(stderr[0], /no server has ever run on it; name another one with --data$/);
  assertEquals(Array.from(Deno.readDirSync(folder)), []);
  await Deno.remove(folder);
});
