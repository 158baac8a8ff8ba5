/** What administrators do by the op `admin`: as the operator does, without passwords, and without private rooms. */
import { assertEquals, assertLike, assertTrue } from "../support/assert.ts";
import { type Someone, World } from "../support/core_world.ts";
import { type Line, PASSWORD, withServer } from "../support/harness.ts";
import { operatorOf } from "../support/operator.ts";
import { runningAdminApi } from "../../server/admin/access.ts";
import type {
  AdminAnswer,
  AdminCommand,
  AdminOp,
  AdminRoom,
} from "../../server/core/shared/admin_commands.ts";
import type { FaultCode } from "../../server/core/shared/faults.ts";
import { LIMITS } from "../../server/core/shared/limits.ts";
import { DELETED_NAME, type NameKey } from "../../server/core/shared/names.ts";

/** A world with an administrator in it. */
async function worldWithAdmin(): Promise<{ world: World; wilma: Someone }> {
  const world = await World.begin();
  const wilma = await world.member("wilma");
  await appoint(world, "wilma", "admin");
  return { world, wilma };
}

async function appoint({ core }: World, name: string, role: "admin" | "member"): Promise<void> {
  const account = core.store.accountNamed(name as NameKey)!.id;
  await core.propose({ kind: "admin.role", at: core.clock(), account, role });
}

async function does<K extends AdminOp>(
  peer: Someone,
  op: K,
  fields: Omit<AdminCommand<K>, "op">,
): Promise<AdminAnswer<K>> {
  return await peer.asks("admin", { command: { op, ...fields } }) as AdminAnswer<K>;
}

function mayNot(peer: Someone, op: AdminOp, fields: object, code: FaultCode) {
  return peer.fails("admin", { command: { op, ...fields } }, code);
}

Deno.test("admin: only administrators, only while they are, and never a password", async () => {
  const { world, wilma } = await worldWithAdmin();
  const bob = await world.member("bob");
  await mayNot(bob, "account.list", {}, "forbidden");
  await mayNot(await world.guest("gil"), "account.list", {}, "forbidden");
  await world.someone().fails("admin", { command: { op: "account.list" } }, "not_signed_in");
  await mayNot(wilma, "account.passwd", { name: "bob", password: "whatever it is 9" }, "forbidden");
  await mayNot(
    wilma,
    "account.add",
    { username: "eve", nickname: "eve", password: "whatever it is 9" },
    "forbidden",
  );
  await wilma.fails("admin", { command: { op: "send" } }, "unknown_op");
  await wilma.fails("admin", { command: { op: "account.list", limit: "many" } }, "bad_request");
  // Whoever is one when asking, and no more when it comes to it, can't do it.
  const asked = wilma.says("admin", { command: { op: "account.disable", name: "bob" } });
  await appoint(world, "wilma", "member");
  const late = await asked;
  assertEquals("fault" in late && late.fault.code, "forbidden");
  assertEquals(world.store.accountNamed("bob" as NameKey)!.disabledAt, null);
});

Deno.test("admin: what an account wrote loses its name, whoever ends it", async () => {
  const { world, wilma } = await worldWithAdmin();
  const bob = await world.member("bob");
  await bob.asks("send", { room: "lobby", text: "I was here" });
  await does(wilma, "account.delete", { name: "bob" });
  await world.timePasses();
  const { messages } = await wilma.asks("history", { room: "lobby" });
  assertEquals(messages.map(({ from, text }) => [from, text]), [[DELETED_NAME, "I was here"]]);
});

Deno.test("admin: accounts are found, suspended, signed out, appointed and ended; not oneself", async () => {
  const { world, wilma } = await worldWithAdmin();
  for (const name of ["ann", "bob", "bobby", "cyd"]) await world.member(name);
  const names = async (fields: object) =>
    (await does(wilma, "account.list", fields)).accounts.map(({ username }) => username);
  assertEquals([await names({}), await names({ text: "BOB" })], [["ann", "bob", "bobby", "cyd", "wilma"], [
    "bob",
    "bobby",
  ]]);
  const page = await does(wilma, "account.list", { after: "ann", limit: 2 });
  assertEquals([page.accounts.map(({ nickname }) => nickname), page.more], [["bob", "bobby"], true]);

  const bob = await world.member("bob");
  const { sessions } = await does(wilma, "account.sessions", { name: "bob" });
  assertEquals(sessions.map(({ online, address }) => [online, address]), [[true, "here"], [true, "here"]]);
  await does(wilma, "account.sign-out", { name: "bob", session: sessions[0]!.id });
  assertEquals((await does(wilma, "account.sessions", { name: "bob" })).sessions.length, 1);
  await does(wilma, "account.sign-out", { name: "bob" });
  assertEquals([bob.farewell?.code, (await does(wilma, "account.sessions", { name: "bob" })).sessions], [
    "logged_out",
    [],
  ]);
  const { link } = await does(wilma, "account.reset-link", { name: "bob" });
  const [, code = ""] = link.split("http://page/#/reset?code=");
  await world.someone().asks("password.confirm", { code, new: "another long one" });

  await does(wilma, "account.disable", { name: "cyd" });
  await world.someone().fails("login", { username: "cyd", password: "long enough" }, "account_disabled");
  await does(wilma, "account.enable", { name: "cyd" });
  await does(wilma, "account.role", { name: "ann", role: "admin" });
  await does(wilma, "account.delete", { name: "bobby" });
  for (const op of ["account.disable", "account.delete", "account.role"] as const) {
    await mayNot(wilma, op, { name: "wilma", role: "member" }, "bad_request");
  }
  const told = (await does(wilma, "audit.list", { text: "admin." })).entries.toReversed();
  assertEquals(
    told.map(({ actorName, action, subjectName, from }) => [actorName, action, subjectName, from]),
    [
      [null, "admin.role", "wilma", null],
      ["wilma", "admin.sign-out", "bob", "here"],
      ["wilma", "admin.sign-out", "bob", "here"],
      ["wilma", "admin.reset", "bob", "here"],
      ["wilma", "admin.disable", "cyd", "here"],
      ["wilma", "admin.enable", "cyd", "here"],
      ["wilma", "admin.role", "ann", "here"],
      ["wilma", "admin.delete", "bobby", "here"],
    ],
  );
});

Deno.test("admin: of a link to a new password its owner is told at the next sign-in, once, and the log has it", async () => {
  await withServer({}, async (server) => {
    const operator = operatorOf(server);
    await server.member("bob");
    const wilma = await server.member("wilma");
    await operator(["account", "role", "wilma", "admin"]).ends();
    const signIn = async () => {
      const peer = await server.connect();
      const { reset_link: link } = await peer.asks("login", { username: "bob", password: PASSWORD });
      await peer.asks("ping");
      return [link?.by, peer.events.filter(({ event }) => event === "notice").map(({ text }) => text)];
    };
    assertEquals(await signIn(), [undefined, []]);
    await wilma.asks("admin", { command: { op: "account.reset-link", name: "bob" } });
    assertEquals(await signIn(), ["wilma", [
      "The administrator wilma has made a link to a new password for your account. If you did not ask for one, ask them why.",
    ]]);
    assertEquals(await signIn(), [undefined, []]);
    await operator(["account", "reset-link", "bob"]).ends();
    const response = await fetch(`${server.running.http}/session`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ op: "login", username: "bob", password: PASSWORD }),
    });
    assertEquals((await response.json()).reset_link.by, null, "the page is told as well");
    const { entries } = await wilma.asks("admin", { command: { op: "audit.list", text: "admin.reset" } });
    assertEquals(entries.map(({ actorName, subjectName }: Line) => [actorName, subjectName]), [
      ["operator", "bob"],
      ["wilma", "bob"],
    ]);
  });
});

Deno.test("admin: rooms and settings; of a private room nothing is seen, not even in the audit log", async () => {
  const { world, wilma } = await worldWithAdmin();
  const alice = await world.member("alice");
  const bob = await world.member("bob");
  for (const peer of [alice, bob]) await peer.asks("enter", { room: "ops" });
  await alice.asks("kick", { room: "ops", nickname: "bob", minutes: 5 });
  await alice.asks("enter", { room: "vault", private: true });
  await alice.asks("invite", { room: "vault", nickname: "bob" });
  await bob.asks("enter", { room: "vault" });
  await alice.asks("kick", { room: "vault", nickname: "bob", minutes: 5 });
  const rooms = async (fields: object) =>
    (await does(wilma, "room.list", fields)).rooms.map(({ room }) => room);
  assertEquals([await rooms({}), await rooms({ text: "OP" }), await rooms({ text: "vault" })], [
    ["lobby", "ops"],
    ["ops"],
    [],
  ]);
  const { id } = Array.from(world.core.rooms.all()).find(({ name }) => name === "vault")!;
  for (const room of ["vault", id]) {
    await mayNot(wilma, "room.delete", { room }, "unknown_room");
    await mayNot(wilma, "room.kicks", { room }, "unknown_room");
    await mayNot(wilma, "room.unkick", { room, nickname: "bob" }, "unknown_room");
  }
  assertEquals((await does(wilma, "room.kicks", { room: "ops" })).kicks.length, 1);
  await does(wilma, "room.unkick", { room: "ops", nickname: "bob" });
  await does(wilma, "room.delete", { room: "ops" });
  await does(wilma, "settings.set", { setting: "registration", value: "closed" });
  const text = JSON.stringify((await does(wilma, "audit.list", {})).entries);
  assertTrue(text.includes("ops") && !text.includes("vault") && !text.includes(id), text);
  assertTrue(world.store.audit.list({ limit: 100, text: "vault" }).length >= 2, "the operator's log has it");
  await alice.asks("invite", { room: "vault", nickname: "wilma" });
  await wilma.asks("enter", { room: "vault" });
  assertTrue((await does(wilma, "audit.list", { text: "vault" })).entries.length >= 2, "a member sees it");
});

Deno.test("reports: of what one can read, as it was, for administrators; in private they see that and nothing else", async () => {
  const { world, wilma } = await worldWithAdmin();
  const [alice, bob] = [await world.member("alice"), await world.member("bob")];
  await alice.asks("enter", { room: "vault", private: true });
  await alice.asks("invite", { room: "vault", nickname: "bob" });
  await bob.asks("enter", { room: "vault" });
  const { id: secret } = await alice.asks("send", { room: "vault", text: "a secret" });
  const { id: rude } = await alice.asks("send", { room: "vault", text: "something rude" });
  const { id: own } = await bob.asks("send", { to: "alice", text: "in private" });
  await wilma.fails("report", { message: rude, text: "?" }, "unknown_message");
  await bob.fails("report", { message: own, text: "?" }, "bad_request");
  await bob.fails("report", { message: rude, text: " " }, "bad_text");
  await bob.fails("report", { message: rude, text: "x".repeat(1_001) }, "bad_text");
  await mayNot(wilma, "message.remove", { message: rude }, "unknown_message");
  await wilma.forgets();
  await bob.asks("report", { message: rude, text: "this is rude" });
  await bob.asks("report", { message: rude, text: "again" });
  await alice.asks("report", { message: own, text: "and this" });
  const { text } = wilma.hears({ event: "notice" });
  assertTrue(!String(text).includes("vault"), "nothing of the room is told");
  await alice.asks("edit", { message: rude, text: "something nice" });

  const open = async () => (await does(wilma, "report.list", {})).reports;
  const seen = (await open()).map((
    each,
  ) => [each.by, each.from, each.room, each.text, each.why, each.removable]);
  assertEquals(seen, [
    ["bob", "alice", "vault", "something rude", "this is rude", true],
    ["alice", "bob", null, "in private", "and this", false],
  ]);
  await mayNot(wilma, "message.remove", { message: secret }, "unknown_message");
  await mayNot(wilma, "message.remove", { message: own }, "unknown_message");
  await bob.forgets();
  await does(wilma, "message.remove", { message: rude });
  bob.hears({ event: "recalled", id: rude, room: "vault", from: "wilma" });
  await mayNot(wilma, "message.remove", { message: rude }, "recalled");
  for (const { id } of await open()) await does(wilma, "report.close", { report: id });
  assertEquals(await open(), []);
  const closed = (await does(wilma, "report.list", { closed: true })).reports;
  assertEquals(closed.map(({ closedBy, gone, text }) => [closedBy, gone, text]), [
    ["wilma", false, "in private"],
    ["wilma", true, "something rude"],
  ]);
  const log = JSON.stringify((await does(wilma, "audit.list", {})).entries);
  assertTrue(log.includes("admin.report.close") && !log.includes("rude") && !log.includes("vault"), log);
});

Deno.test("reports: no more of one person wait than an administrator can see to", async () => {
  const { world, wilma } = await worldWithAdmin();
  const [alice, bob] = [await world.member("alice"), await world.member("bob")];
  for (let n = 0; n < LIMITS.reportsPerPersonMax + 1; n++) {
    const { id: message } = await alice.asks("send", { room: "lobby", text: `${n}` });
    const asked = { message, text: "no" };
    if (n < LIMITS.reportsPerPersonMax) await bob.asks("report", asked);
    else await bob.fails("report", asked, "busy");
  }
  const page = await does(wilma, "report.list", { limit: 5 });
  assertEquals([page.reports.length, page.more, page.open], [5, true, LIMITS.reportsPerPersonMax]);
  const next = await does(wilma, "report.list", { limit: 100, after: page.reports.at(-1)!.id });
  assertEquals([next.reports.length, next.more], [LIMITS.reportsPerPersonMax - 5, false]);
});

Deno.test("reports: the operator lists, removes and closes them, running or not", () =>
  withServer({}, async (server) => {
    const [alice, bob] = [await server.member("alice"), await server.member("bob")];
    const { id } = await alice.asks("send", { room: "lobby", text: "something rude" });
    await bob.hears({ event: "message", id });
    await bob.asks("report", { message: id, text: "this is rude" });
    const operator = operatorOf(server);
    assertLike((await operator(["account", "sessions", "bob"]).ends()).stdout[1], / 127\.0\.0\.1 .* online$/);
    const [, line = ""] = (await operator(["report", "list"]).ends()).stdout;
    assertLike(line, / bob +alice +lobby +\S+ +something rude +this is rude$/);
    await operator(["report", "remove", id]).says([`${id} is gone.`]);
    await bob.hears({ event: "recalled", id, from: "operator" });
    await server.running.stop();
    const report = line.split(" ")[0]!;
    await operator(["report", "close", report]).says([`${report} is closed.`]);
    await operator(["report", "list"]).says(["There are no reports."]);
    const closed = JSON.parse((await operator(["report", "list", "--closed", "--json"]).ends()).stdout[0]!);
    assertEquals([closed.text, closed.gone, closed.closedBy], ["something rude", true, "operator"]);
    await operator(["account", "sign-out", "bob"]).says(["bob is signed out everywhere."]);
    await server.restart();
  }));

Deno.test("admin: rooms of the same name are listed each, whatever the size of a page", async () => {
  await withServer({}, async (server) => {
    for (const name of ["ann", "bob", "cyd"]) {
      await (await server.member(name)).asks("enter", { room: "Plans/2", private: true });
    }
    const api = (await runningAdminApi(`${server.folder}/data`))!;
    const listed: string[] = [];
    for (let after: string | undefined, more = true; more;) {
      const page = await api.ask({ op: "room.list", limit: 1, ...(after !== undefined && { after }) });
      const [{ room, id }] = page.rooms as [AdminRoom];
      listed.push(room);
      [after, more] = [`${room}/${id}`, page.more];
    }
    assertEquals(listed, ["lobby", "Plans/2", "Plans/2", "Plans/2"]);
    const { stdout } = await operatorOf(server)(["room", "list", "--json"]).ends();
    assertEquals(new Set(stdout.map((line) => JSON.parse(line).id)).size, 4);
    const refused = await api.ask({ op: "room.list", after: "lobby" }).catch((fault) => fault.code);
    assertEquals(refused, "bad_request");
  });
});
