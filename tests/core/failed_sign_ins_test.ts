/** Wrong passwords: what the audit log and the owner of the account are told of them, and whom they don't hold up. */
import { LIMITS } from "../../server/core/shared/limits.ts";
import type { NameKey } from "../../server/core/shared/names.ts";
import { assertEquals, assertLike, assertTrue } from "../support/assert.ts";
import { MINUTE, SECOND, TestClock } from "../support/clock.ts";
import { World } from "../support/core_world.ts";
import { PASSWORD, withServer } from "../support/harness.ts";
import { FailedSignIns } from "../../server/protocol/failed_sign_ins.ts";

const FREE = LIMITS.guessesFreeMax;

function failuresIn({ store }: World) {
  return store.audit.list({ after: 0, limit: 100, text: "login.failed" })
    .map(({ subjectName, from, detail }) => [subjectName, from, detail?.count]);
}

Deno.test("failed sign-ins: they are in the audit log, gathered, and never what was typed for a name", async () => {
  const world = await World.begin();
  await world.member("alice");
  const stranger = Object.assign(world.someone(), { caller: { address: "elsewhere" } });
  for (const username of ["alice", "ALICE", "alice@example.org", "my password, by mistake"]) {
    await stranger.fails("login", { username, password: "wrong guess" }, "bad_password");
  }
  await world.timePasses();
  assertEquals(failuresIn(world), [["alice", "elsewhere", 3], [null, "elsewhere", 1]]);
  assertTrue(!JSON.stringify(world.store.snapshot()).includes("by mistake"), "what was typed is nowhere");
});

Deno.test("failed sign-ins: the owner is told at the next sign-in, once, and not of their own slips", async () => {
  const world = await World.begin();
  await (await world.member("alice")).drops();
  const tries = async (times: number, address: string) => {
    const peer = Object.assign(world.someone(), { caller: { address } });
    for (let n = 0; n < times; n++) {
      await peer.fails("login", { username: "alice", password: "wrong guess" }, "bad_password");
    }
    await world.timePasses();
  };
  const signIn = async () => {
    const alice = world.someone();
    const { failed } = await alice.asks("login", { username: "alice", password: "long enough" });
    const notices = alice.events.filter(({ event }) => event === "notice").map(({ text }) => text as string);
    await alice.drops();
    return { failed: failed && { count: failed.count, from: failed.from }, notices };
  };
  await tries(1, "elsewhere");
  const told = await signIn();
  assertEquals(told.failed, { count: 1, from: "elsewhere" });
  assertLike(told.notices[0], /^Since you last signed in, 1 wrong password was tried .* from elsewhere\./);
  assertEquals(await signIn(), { failed: undefined, notices: [] });
  await tries(2, "here");
  assertEquals((await signIn()).failed, undefined);
  await tries(3, "here");
  assertEquals((await signIn()).failed, { count: 3, from: "here" });
  await tries(1, "elsewhere");
  await world.restart();
  assertEquals((await signIn()).failed, { count: 1, from: "elsewhere" });
});

Deno.test("failed sign-ins: the page is told, too, and whoever is signed in is not held up by them", async () => {
  const clock = new TestClock();
  await withServer({ rateLimits: true, trustedProxies: ["loopback"] }, async (server) => {
    await server.member("alice");
    const { token } = await (await server.connect()).asks("login", { username: "alice", password: PASSWORD });
    const signIn = async (address: string, password: string) => {
      const response = await fetch(`${server.running.http}/session`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-forwarded-for": address },
        body: JSON.stringify({ op: "login", username: "alice", password }),
      });
      return await response.json();
    };
    // Slowly enough, they are as many as somebody likes.
    for (let n = 0; n < FREE + 2; n++) {
      assertEquals((await signIn("192.0.2.9", "wrong guess")).error.code, "bad_password");
      clock.advance(2 * MINUTE);
    }
    for (let n = 0; n < FREE; n++) await signIn(`192.0.2.${n}`, "wrong guess");
    assertEquals((await signIn("198.51.100.1", PASSWORD)).error.code, "rate_limited");
    // After a restart nobody remembers where she was, but for her session.
    await server.restart();
    const again = await server.connect();
    await again.asks("resume", { token });
    for (let n = 0; n < FREE; n++) await signIn(`192.0.2.${n}`, "wrong guess");
    assertEquals((await signIn("198.51.100.1", PASSWORD)).error.code, "rate_limited");
    assertEquals((await signIn("127.0.0.1", PASSWORD)).ok, true, "from where her session is");
    await again.asks("password.change", { old: PASSWORD, new: "another long word 9" });
    clock.advance(5 * SECOND);
    // A stop notes what was gathered.
    await server.restart();
    const { failed } = await signIn("198.51.100.1", "another long word 9");
    assertTrue(failed.count >= 1 && failed.from.startsWith("192.0.2."), JSON.stringify(failed));
  }, { clock: clock.read });
});

Deno.test("failed sign-ins: what is more than may wait is counted without a name, and a few go at a time", () => {
  const failed = new FailedSignIns();
  const tried = LIMITS.failuresGatheredMax + 7;
  for (let n = 0; n < tried; n++) failed.add({ account: "alice", from: `address ${n}` }, n);
  const all = [];
  for (let some = failed.take(); some.length > 0; some = failed.take()) {
    assertTrue(some.length <= LIMITS.failuresAtOnceMax, `${some.length} at once`);
    all.push(...some);
  }
  assertEquals(all.reduce((sum, { count }) => sum + count, 0), tried);
  assertEquals(all.length, LIMITS.failuresGatheredMax + 1);
  assertEquals([all.at(-1)!.account, all.at(-1)!.count], [null, 7]);
});

Deno.test("failed sign-ins: whoever has the password of a suspended account is in the audit log as just that", async () => {
  const world = await World.begin();
  await (await world.member("alice")).drops();
  const account = world.store.accountNamed("alice" as NameKey)!.id;
  const suspend = (kind: "admin.disable" | "admin.enable") =>
    world.core.propose({ kind, at: world.clock.read(), account });
  await suspend("admin.disable");
  const stranger = Object.assign(world.someone(), { caller: { address: "elsewhere" } });
  const asked = { username: "alice", password: "long enough" };
  await stranger.fails("login", asked, "account_disabled");
  await stranger.fails("login", { ...asked, password: "wrong guess" }, "bad_password");
  await world.timePasses();
  const told = world.store.audit.list({ after: 0, limit: 100, text: "login.failed" });
  assertEquals(told.map(({ subjectName, from, detail }) => [subjectName, from, detail]), [
    ["alice", "elsewhere", { count: 1, suspended: true }],
    ["alice", "elsewhere", { count: 1 }],
  ]);
  await suspend("admin.enable");
  const { failed } = await world.someone().asks("login", asked);
  assertEquals(failed?.count, 1, "the right one was no wrong password");
});
