/** What ends by time, on a clock that only the test moves. Without a socket and without SQL. */
import { LIMITS } from "../../server/core/shared/limits.ts";
import { assertEquals } from "../support/assert.ts";
import { HOUR, MINUTE, SECOND } from "../support/clock.ts";
import { World } from "../support/core_world.ts";

Deno.test("core time: a key means the same message for a day", async () => {
  const world = await World.begin();
  const alice = await world.guest("alice");
  const send = () => alice.asks("send", { room: "lobby", text: "once", key: "k" });
  const first = await send();
  world.clock.advance(24 * HOUR - 1);
  assertEquals(await send(), first);
  world.clock.advance(1);
  const second = await send();
  assertEquals(second.id === first.id, false);
  assertEquals(await send(), second);
});

Deno.test("core time: a token in use does not end, and one that is not does", async () => {
  const world = await World.begin();
  await (await world.member("account")).drops();
  const account = { username: "account", password: "long enough" };
  for (const kind of ["guest", "account"] as const) {
    const connected = world.someone();
    const { token } = kind === "guest"
      ? await connected.asks("guest", { nickname: kind })
      : await connected.asks("login", account);
    const hours = kind === "guest" ? 25 : 31 * 24;
    for (let hour = 0; hour < hours; hour++) {
      world.clock.advance(HOUR);
      await world.timePasses();
    }
    await connected.drops();
    const back = world.someone();
    assertEquals((await back.asks("resume", { token })).nickname, kind);
    await back.drops();
    world.clock.advance(hours * HOUR);
    await world.someone().fails("resume", { token }, "bad_token");
  }
});

Deno.test("core time: a code for a new password works for ten minutes", async () => {
  const world = await World.begin();
  await (await world.member("alice")).drops();
  const anybody = world.someone();
  for (const [wait, works] of [[10 * MINUTE, false], [10 * MINUTE - 1, true]] as const) {
    await anybody.asks("password.reset", { email: "alice@example.org" });
    await world.timePasses();
    const { code, to } = world.letters.at(-1)!;
    assertEquals(to, "alice@example.org");
    world.clock.advance(wait);
    if (works) await anybody.asks("password.confirm", { code, new: "another one" });
    else await anybody.fails("password.confirm", { code, new: "another one" }, "bad_code");
  }
  await anybody.asks("login", { username: "alice", password: "another one" });
});

Deno.test("core time: two letters an hour", async () => {
  const world = await World.begin();
  await (await world.member("alice")).drops();
  const anybody = world.someone();
  const ask = async () => {
    await anybody.asks("password.reset", { email: "alice@example.org" });
    await world.timePasses();
  };
  for (let time = 0; time < 3; time++) await ask();
  assertEquals(world.letters.length, 2);
  world.clock.advance(HOUR);
  await ask();
  assertEquals(world.letters.length, 3);
});

Deno.test("core time: a restart keeps a room for its owner, for two minutes", async () => {
  for (const inTime of [true, false]) {
    const world = await World.begin();
    const alice = await world.member("alice");
    await alice.asks("enter", { room: "ops" });
    await alice.asks("send", { room: "ops", text: "mine" });
    await world.restart();

    const bob = await world.member("bob");
    await bob.asks("enter", { room: "ops" });
    await (await world.member("carol")).asks("enter", { room: "ops" });
    await bob.forgets();
    await bob.fails("kick", { room: "ops", nickname: "carol" }, "not_owner");
    world.clock.advance(LIMITS.ownerReturnMs - (inTime ? 1 : 0));
    await world.timePasses();
    if (inTime) {
      bob.hearsNothing();
      await world.member("alice");
      assertEquals((await bob.asks("members", { room: "ops" })).owner, "alice");
    } else {
      for (const room of ["lobby", "ops"]) bob.hears({ event: "owner", room, nickname: "bob" });
      const late = await world.member("alice");
      assertEquals((await late.asks("members", { room: "ops" })).owner, "bob");
    }
  }
});

Deno.test("core time: a room that waits for its owner in vain goes to the next who comes", async () => {
  const world = await World.begin();
  const alice = await world.guest("alice");
  await alice.asks("enter", { room: "ops" });
  await alice.asks("send", { room: "ops", text: "mine" });
  await world.restart();
  world.clock.advance(LIMITS.ownerReturnMs);
  await world.timePasses();
  const bob = await world.guest("bob");
  assertEquals((await bob.asks("enter", { room: "ops" })).owner, "bob");
});

Deno.test("core time: an ephemeral room that a crash left goes when nobody comes back to it", async () => {
  const world = await World.begin();
  const alice = await world.guest("alice");
  await alice.asks("enter", { room: "party", ephemeral: true });
  const { id } = await alice.asks("send", { room: "party", text: "what happens here" });
  await world.restart();
  world.clock.advance(LIMITS.ownerReturnMs);
  await world.timePasses();
  assertEquals(world.store.message(id), undefined);
  const bob = await world.guest("bob");
  assertEquals((await bob.asks("rooms", {})).rooms.map((room) => room.room), ["lobby"]);
});

Deno.test("core time: who was kicked for a time may come back after it, also when the server was restarted", async () => {
  const world = await World.begin();
  const alice = await world.guest("alice");
  await alice.asks("enter", { room: "ops" });
  const bob = await world.member("bob");
  await bob.asks("enter", { room: "ops" });
  await alice.asks("send", { room: "ops", text: "please stop" });
  await alice.asks("kick", { room: "ops", nickname: "bob", minutes: 5 });
  world.clock.advance(5 * MINUTE - SECOND);
  await world.timePasses();
  const fault = await bob.fails("enter", { room: "ops" }, "kicked");
  assertEquals(fault.retryAfterMs, SECOND);
  await world.restart();
  const back = await world.member("bob");
  await back.fails("enter", { room: "ops" }, "kicked");
  world.clock.advance(SECOND);
  await back.asks("enter", { room: "ops" });
});

Deno.test("core time: a token lives from its last use, a guest's for a day, an account's for thirty", async () => {
  for (const [kind, life] of [["guest", 24 * HOUR], ["account", 30 * 24 * HOUR]] as const) {
    const world = await World.begin();
    const first = world.someone();
    const account = { username: "alice", nickname: "alice", password: "long enough" };
    if (kind === "account") await first.asks("register", account);
    const { token } = kind === "guest"
      ? await first.asks("guest", { nickname: "alice" })
      : await first.asks("login", { username: "alice", password: "long enough" });
    await first.drops();
    for (let time = 0; time < 2; time++) {
      world.clock.advance(life - 1);
      await world.timePasses();
      const again = world.someone();
      assertEquals((await again.asks("resume", { token })).nickname, "alice");
      await again.drops();
    }
    world.clock.advance(life);
    await world.someone().fails("resume", { token }, "bad_token");
    world.clock.advance(1);
    await world.timePasses();
    await world.someone().fails("resume", { token }, "bad_token");
    assertEquals(world.store.token(`digest of ${token}`), undefined);
  }
});

Deno.test("core time: asking for a letter is the same work whether or not an account has the address", async () => {
  const world = await World.begin();
  await (await world.member("alice")).drops();
  const anybody = world.someone();
  const asked: string[] = [];
  const { store } = world.core;
  const watched = new Proxy(store, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        asked.push(String(name));
        return value.apply(target, args);
      };
    },
  });
  Object.assign(world.core, { store: watched });
  const work = async (email: string) => {
    await anybody.asks("password.reset", { email });
    return asked.splice(0);
  };
  assertEquals(await work("alice@example.org"), await work("nobody@example.org"));
  assertEquals(world.letters.length, 0, "the letter comes after the answer");
  await world.timePasses();
  assertEquals(world.letters.map(({ to }) => to), ["alice@example.org"]);
});
