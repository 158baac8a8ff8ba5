/** The audit log: who did what to whom, when and from where; nothing of what people say, nothing that opens a door. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { enAdmin } from "../../client/web/words/en_admin.ts";
import { PROPOSAL_KINDS } from "../../server/core/apply.ts";
import { stampedFrom } from "../../server/core/audit/audit.ts";
import type { Proposal } from "../../server/core/proposals.ts";
import { flagOf, SETTING_NAMES } from "../../server/core/shared/settings.ts";
import type { AuditEntry } from "../../server/core/shared/audit_entry.ts";
import { assertEquals, assertLike, assertTrue } from "../support/assert.ts";
import { World } from "../support/core_world.ts";
import { PASSWORD, withServer } from "../support/harness.ts";
import { commit, STORES } from "../support/stores.ts";
import { run } from "../support/executable.ts";
import { operatorOf } from "../support/operator.ts";

/** What stands in the log of a world, as short as it can be said. */
function toldIn({ store }: World): string[] {
  return store.audit.list({ after: 0, limit: 100 }).map(said);
}

function said({ from, actorName, action, subjectName, roomName, detail }: AuditEntry): string {
  const more = detail === null ? null : JSON.stringify(detail);
  return [actorName, action, subjectName, roomName, more, `from ${from}`].filter((part) => part !== null)
    .join(" ");
}

Deno.test("audit: who came in, who put out whom, and who changed a password; nothing of what was said", async () => {
  const world = await World.begin();
  const alice = await world.member("alice");
  const gil = await world.guest("gil");
  await alice.asks("send", { room: "lobby", text: "a word in the lobby" });
  await alice.asks("kick", { room: "lobby", nickname: "gil", minutes: 5 });
  await alice.asks("kick.lift", { room: "lobby", nickname: "gil" });
  await gil.fails("kick", { room: "lobby", nickname: "alice" }, "not_member");
  await alice.asks("password.change", { old: "long enough", new: "another long one" });
  await alice.asks("logout", {});
  assertEquals(toldIn(world), [
    "alice register alice from here",
    "account.email.confirm alice from here",
    "alice login from here",
    'gil guest {"guest":true} from here',
    'alice room.kick gil lobby {"minutes":5} from here',
    "alice room.lift gil lobby from here",
    "alice password.change from here",
    "alice logout from here",
  ]);
});

Deno.test("audit: what is not kept is not told of, and what is refused neither", async () => {
  const world = await World.begin();
  const alice = await world.member("alice");
  const before = toldIn(world);
  await alice.forgets();
  await alice.fails("kick.lift", { room: "lobby", nickname: "nobody" }, "unknown_nickname");
  world.store.fail(new Error("no disk"));
  await alice.fails("logout", {}, "internal");
  assertEquals(toldIn(world), before);
});

Deno.test("audit: what was so already is not told of, and an invitation that is taken back is", async () => {
  const world = await World.begin();
  const alice = await world.member("alice");
  const bob = await world.member("bob");
  const plans = { room: "plans" };
  await alice.asks("enter", plans);
  const many = toldIn(world).length;
  for (const on of [true, true, false, false]) await alice.asks("invite", { ...plans, nickname: "bob", on });
  await bob.asks("enter", plans);
  await alice.fails("invite", { ...plans, nickname: "bob" }, "bad_request");
  for (const role of ["moderator", "moderator"] as const) {
    await alice.asks("room.role", { ...plans, nickname: "bob", role });
  }
  for (const topic of ["until Friday", "until Friday"]) {
    await alice.asks("room.set", { ...plans, topic, archived: false });
  }
  await alice.asks("account.nickname", { nickname: "alice" });
  assertEquals(toldIn(world).slice(many), [
    'alice room.invite bob plans {"on":true} from here',
    'alice room.invite bob plans {"on":false} from here',
    'alice room.role bob plans {"role":"moderator"} from here',
    'alice room.set plans {"topic":"changed"} from here',
  ]);
});

Deno.test("audit: how a room was set, with its values, and what was pinned; that one was opened everybody may know", async () => {
  const world = await World.begin();
  const alice = await world.member("alice");
  await alice.asks("enter", { room: "plans", private: true });
  const { id } = await alice.asks("send", { room: "plans", text: "a secret" });
  const many = toldIn(world).length;
  await alice.asks("room.set", { room: "plans", name: "autumn", archived: true, topic: "a secret" });
  await alice.asks("room.set", { room: "autumn", archived: false, keep_days: 7, topic: "" });
  for (const on of [true, true, false]) await alice.asks("pin", { message: id, on });
  await alice.asks("room.set", { room: "autumn", private: false });
  await alice.asks("room.set", { room: "autumn", private: true });
  assertEquals(toldIn(world).slice(many), [
    'alice room.set plans {"archived":true,"topic":"changed","name":"plans → autumn"} from here',
    'alice room.set autumn {"archived":false,"keep_days":7,"topic":"none"} from here',
    `alice pin autumn {"message":"${id}","on":true} from here`,
    `alice pin autumn {"message":"${id}","on":false} from here`,
    'alice room.set autumn {"private":false} from here',
    'alice room.set autumn {"private":true} from here',
  ]);
  const hidden = world.store.audit.list({ after: 0, limit: 100 }).slice(many).map((entry) => entry.hidden);
  assertEquals(hidden, [true, true, true, true, false, false]);
});

Deno.test("audit: a setting has the name that is typed, and one that is taken back has no value", () =>
  withServer({}, async (server) => {
    const operator = operatorOf(server);
    await operator(["settings", "keep-messages", "30"]).ends();
    await operator(["settings", "keep-messages", "default"]).ends();
    const { stdout } = await operator(["audit", "--text", "settings.set"]).ends();
    assertEquals(stdout.slice(-2).map((line) => line.replace(/^.*setting=/, "")), [
      "keep-messages value=30",
      "keep-messages value=default",
    ]);
  }));

Deno.test("audit: the operator reads it, running or not, since when and with which name, as columns or as JSON", () =>
  withServer({}, async (server) => {
    const operator = async (args: string[], input?: string) =>
      (await operatorOf(server)(args, input).ends()).stdout;
    await operator(["account", "add", "ada"], PASSWORD);
    const bob = await server.member("bob");
    await bob.asks("send", { room: "lobby", text: "a word in the lobby" });
    await operator(["account", "reset-link", "bob"]);
    await operator(["account", "disable", "bob"]);
    const [heading, set, added, registered] = await operator(["audit"]);
    assertLike(heading, /^WHEN +WHO +FROM +DID +TO +ROOM +MORE$/);
    assertLike(set, / operator +operator +settings\.set .* setting=registration value=open$/);
    assertLike(added, /^\d{4}-\d\d-\d\dT\d\d:\d\dZ +operator +operator +register +ada /);
    assertLike(registered, / bob +127\.0\.0\.1 +register /);
    await server.running.stop();
    const json = (await operator(["audit", "--text", "BOB", "--since", "1h", "--json"])).map((line) =>
      JSON.parse(line)
    );
    assertEquals(json.map(({ action, from }) => [action, from]), [
      ["register", "127.0.0.1"],
      ["login", "127.0.0.1"],
      ["admin.reset", "operator"],
      ["admin.disable", "operator"],
    ]);
    assertEquals(await operator(["audit", "--since", "2100-01-01"]), ["There is nothing in the audit log."]);
    const bad = await run(["audit", "--since", "lately", "--data", `${server.folder}/data`]).ended;
    assertLike(bad.stderr[0], /It is 30m, 12h, 7d, or a date such as 2026-11-29\./);
    const database = new DatabaseSync(`${server.folder}/data/switchboard.db`);
    const rows = JSON.stringify(database.prepare("SELECT * FROM audit").all());
    for (const secret of [PASSWORD, "a word in the lobby", "$argon2"]) {
      assertTrue(!rows.includes(secret), `${secret} is not in it`);
    }
    for (const change of ["UPDATE audit SET actor_name = 'eve'", "DELETE FROM audit"]) {
      assert.throws(() => database.exec(change), /the audit log is only added to/);
    }
    database.close();
    await server.restart();
  }));

Deno.test("audit: the page has words for everything that is entered, and for every setting", () => {
  const entered = PROPOSAL_KINDS.filter((kind) => "from" in stampedFrom({ kind } as Proposal, "here"));
  assertTrue(entered.length > 30, `only ${entered.length} are`);
  assertEquals(entered.filter((kind) => !Object.hasOwn(enAdmin.auditActions, kind)), []);
  assertEquals(SETTING_NAMES.map(flagOf).filter((name) => !Object.hasOwn(enAdmin.settingNames, name)), []);
});

for (const [name, withStore] of Object.entries(STORES)) {
  Deno.test(`${name} store: entries are found from either end, by time and by a part of a name, and the oldest go`, () =>
    withStore(async (store) => {
      const nothing = { subject: null, subjectName: null, room: null, roomName: null, hidden: false };
      const entry = (at: number, actorName: string): AuditEntry => (
        { ...nothing, at, from: "192.0.2.1", actor: actorName, actorName, action: "login", detail: { n: at } }
      );
      const all = [entry(1, "Ada"), entry(2, "bob"), entry(3, "Ádám"), entry(4, "cyd")];
      await commit(store, all.map((each) => ({ kind: "audit.add", entry: each })));
      const names = (query: Partial<Parameters<typeof store.audit.list>[0]>) =>
        store.audit.list({ limit: 9, ...query }).map(({ actorName }) => actorName).join();
      assertEquals(store.audit.list({ limit: 1 }), [{ id: 4, ...all[3]! }]);
      assertEquals([names({ after: 0 }), names({})], ["Ada,bob,Ádám,cyd", "cyd,Ádám,bob,Ada"]);
      assertEquals([names({ after: 1, limit: 2 }), names({ before: 3, limit: 1 })], ["bob,Ádám", "bob"]);
      assertEquals([names({ text: "ad" }), names({ since: 3 }), names({ text: "192.0.2" })], [
        "Ádám,Ada",
        "cyd,Ádám",
        "cyd,Ádám,bob,Ada",
      ]);
      await commit(store, [{ kind: "audit.expire", before: 4, atMost: 2 }]);
      assertEquals([names({}), store.audit.hasBefore(4), store.audit.hasBefore(3)], [
        "cyd,Ádám",
        true,
        false,
      ]);
      await commit(store, [{ kind: "audit.add", entry: entry(9, "dan") }]);
      assertEquals(store.audit.list({ limit: 1 })[0]!.id, 5);
    }));
}
