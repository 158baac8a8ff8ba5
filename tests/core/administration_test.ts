/** What administrators do by the op `admin`: as the operator does, without passwords, and without private rooms. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { type Someone, World } from "../support/core_world.ts";
import type { AdminAnswer, AdminCommand, AdminOp } from "../../server/core/shared/admin_commands.ts";
import type { FaultCode } from "../../server/core/shared/faults.ts";
import type { NameKey } from "../../server/core/shared/names.ts";

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
  const { code } = await does(wilma, "account.reset-link", { name: "bob" }) as unknown as { code: string };
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
