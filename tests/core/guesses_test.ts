/** Guessing passwords: what a name is tried with counts wherever it comes from, and guesses hold nobody else up. */
import fc from "fast-check";
import { Fault } from "../../server/core/shared/faults.ts";
import { LIMITS } from "../../server/core/shared/limits.ts";
import { FairQueue } from "../../server/protocol/fair_queue.ts";
import { nameKey } from "../../server/core/shared/names.ts";
import { Guesses } from "../../server/protocol/guesses.ts";
import { assertEquals, assertLike, assertTrue } from "../support/assert.ts";
import { MINUTE, SECOND, TestClock } from "../support/clock.ts";
import { PersonTalkClient } from "../dialects/clients/persontalk_client.ts";
import { MemoryStore } from "../support/memory_store.ts";
import { HashWatch } from "../support/hashing.ts";
import { type Line, PASSWORD, type TestServer, withServer } from "../support/harness.ts";

const FREE = LIMITS.guessesFreeMax;

/** A server that takes anybody's word for where they are. */
function withAddresses(body: (server: TestServer, clock: TestClock) => Promise<void>): Promise<void> {
  const clock = new TestClock();
  const config = { rateLimits: true, trustedProxies: ["loopback"] };
  return withServer(config, (server) => body(server, clock), { clock: clock.read });
}

/** Asks over HTTP from this address; gives the error, or undefined. */
async function ask(server: TestServer, path: string, from: string, body: Line): Promise<Line | undefined> {
  const answer = await fetch(`${server.running.http}${path}`, {
    method: "POST",
    headers: { "X-Forwarded-For": from },
    body: JSON.stringify(body),
  });
  const { error } = await answer.json();
  return error;
}

const signIn = (server: TestServer, from: string, username: string, password = "not the right one") =>
  ask(server, "/session", from, { op: "login", username, password });

/** Guesses from so many addresses at once; gives how many came to what. */
async function guesses(server: TestServer, username: string, count: number): Promise<Record<string, number>> {
  const codes: Record<string, number> = {};
  const from = (index: number) => `10.0.${Math.floor(index / 250)}.${1 + index % 250}`;
  await Promise.all(Array.from({ length: count }, async (_, index) => {
    const { code } = await signIn(server, from(index), username) ?? { code: "ok" };
    codes[code] = (codes[code] ?? 0) + 1;
  }));
  return codes;
}

Deno.test("guesses: 100 at one account from 100 addresses are ten, and whoever is or was there notices nothing", () =>
  withAddresses(async (server, clock) => {
    await server.member("alice");
    const alice = await server.connect();
    const { token } = await alice.asks("login", { username: "alice", password: PASSWORD });
    // From where she signs in over HTTP, too.
    assertEquals(await signIn(server, "192.0.2.1", "alice", PASSWORD), undefined);
    assertEquals(await guesses(server, "alice", 100), { bad_password: FREE, rate_limited: 100 - FREE });
    // Nor is it told whether there is such an account.
    assertEquals(await guesses(server, "nobody", 100), { bad_password: FREE, rate_limited: 100 - FREE });
    const [real, other] = await Promise.all([
      signIn(server, "198.51.100.1", "Alice"),
      signIn(server, "198.51.100.1", "nobody"),
    ]);
    assertEquals(real, other);
    assertLike(real?.message, /^Cannot try another password for this name now: wait 1 s$/);
    assertEquals(real?.retry_after_ms, SECOND);
    await alice.asks("send", { room: "lobby", text: "still here" });
    await (await server.connect("websocket")).asks("resume", { token });
    assertEquals(await signIn(server, "192.0.2.1", "alice", PASSWORD), undefined);
    // A right password from elsewhere waits its time like any other, and ends the count.
    const elsewhere = "198.51.100.2";
    assertEquals((await signIn(server, elsewhere, "alice", PASSWORD))?.code, "rate_limited");
    clock.advance(SECOND);
    assertEquals(await signIn(server, elsewhere, "alice", PASSWORD), undefined);
    assertEquals((await signIn(server, "198.51.100.3", "alice"))?.code, "bad_password");
  }));

Deno.test("guesses: each wrong one more doubles the time, up to a bound, and an hour without one forgets them", () =>
  withAddresses(async (server, clock) => {
    const waits: number[] = [];
    assertEquals(await guesses(server, "nobody", FREE - 1), { bad_password: FREE - 1 });
    while (waits.length < 12) {
      assertEquals((await signIn(server, `10.1.0.${waits.length}`, "nobody"))?.code, "bad_password");
      const wait = (await signIn(server, `10.1.1.${waits.length}`, "nobody"))?.retry_after_ms;
      waits.push(wait / SECOND);
      clock.advance(wait);
    }
    assertEquals(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
    clock.advance(61 * MINUTE);
    assertEquals(await guesses(server, "nobody", FREE + 5), { bad_password: FREE, rate_limited: 5 });
  }));

Deno.test("guesses: where an old password proves who asks, and in other languages, it is the same count", () =>
  withAddresses(async (server) => {
    const alice = { username: "alice", nickname: "alice", password: PASSWORD };
    await (await server.connect()).asks("register", alice);
    const change = { op: "password.change", username: "alice", old: "wrong", new: "another long word 9" };
    for (let n = 0; n < FREE - 1; n++) {
      assertEquals((await ask(server, "/ask", `10.0.0.${n}`, change))?.code, "bad_password");
    }
    const old = await PersonTalkClient.connect(server.running, "length", "tcp");
    await old.login(1, { user_name: "alice", password: "wrong" }, 2);
    old.socket.close();
    assertEquals((await ask(server, "/ask", "10.0.1.1", change))?.code, "rate_limited");
    assertEquals((await signIn(server, "10.0.1.2", "alice"))?.code, "rate_limited");
    // Who is signed in is counted too, when asked for the old one.
    const bob = await server.member("bob");
    for (let n = 0; n < 3; n++) {
      await bob.fails("password.change", { old: "wrong", new: "another long word 9" }, "bad_password");
    }
  }));

Deno.test("guesses: what was asked before a sign-in does not pass for one that was right", () =>
  withAddresses(async (server) => {
    const login = '{"op":"login","username":"alice","password":"wrong"}\n';
    for (let n = 0; n < 3; n++) {
      const peer = await server.connect();
      peer.wire.write(`{"op":"ping"}\n${login}{"op":"ping"}\n${login}${login}${login}`);
      for (let n = 0; n < 6; n++) await peer.stray();
    }
    assertEquals((await signIn(server, "10.0.0.1", "alice"))?.code, "rate_limited");
  }));

Deno.test("guesses: without rates they are not held up", () =>
  withServer({}, async (server) => {
    const peer = await server.connect();
    for (let n = 0; n < FREE + 5; n++) {
      await peer.fails("login", { username: "nobody", password: "wrong" }, "bad_password");
    }
  }));

Deno.test("guesses: who signs in passes hundreds of others' hashes by, and is not refused for them", () =>
  withServer({ trustedProxies: ["loopback"] }, async (server) => {
    await server.member("alice");
    using hashing = new HashWatch();
    hashing.hold();
    const outcomes: string[] = [];
    const flood = Array.from({ length: 120 }, async (_, index) => {
      const error = await signIn(server, "10.0.0.1", `name${index}`);
      outcomes.push(error?.code);
    });
    let here = false;
    const answered = async (count: number) => {
      while (outcomes.length < count && !here) await new Promise((resolve) => setTimeout(resolve));
    };
    const tooMany = 120 - LIMITS.hashesAtOnceMax - LIMITS.hashesWaitingMax;
    await answered(tooMany);
    const signedIn = signIn(server, "192.0.2.1", "alice", PASSWORD).finally(() => here = true);
    await answered(tooMany + 1); // one of them makes room for her
    const before = outcomes.length;
    while (!here) {
      hashing.letOne();
      await answered(outcomes.length + 1);
    }
    assertEquals(await signedIn, undefined);
    const meanwhile = outcomes.length - before;
    assertTrue(meanwhile <= 2 * LIMITS.hashesAtOnceMax, `${meanwhile} of them were first`);
    hashing.letAll();
    await Promise.all(flood);
    const busy = outcomes.filter((code) => code === "busy").length;
    const wrong = outcomes.filter((code) => code === "bad_password").length;
    assertEquals({ busy, wrong }, { busy: tooMany + 1, wrong: 120 - tooMany - 1 });
  }));

Deno.test("fair queue: whoever has little there waits for little, and whoever has most is refused", () =>
  fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 4, max: 60 }), async (atOnce, max) => {
      const queue = new FairQueue(atOnce, max);
      const order: string[] = [];
      const own = (name: string) => [{ name, times: 1 }];
      const ask = (whose: { name: string; times: number }[], said: string) =>
        queue.run(whose, async () => {
          order.push(said);
          await Promise.resolve();
        }, () => new Fault("busy", "full")).catch(() => order.push(`${said} refused`));
      const all = Array.from({ length: 3 * max }, () => ask(own("greedy"), "greedy"));
      all.push(ask(own("modest"), "modest"));
      // From elsewhere, to the account at which others are already.
      all.push(ask([...own("third"), ...own("greedy")], "guess"));
      await Promise.all(all);
      const begun = order.filter((said) => !said.endsWith("refused"));
      assertTrue(begun.indexOf("modest") <= 2 * atOnce + 1, order.join());
      assertTrue(!order.includes("modest refused"), order.join());
      assertEquals(queue.size, 0);
      assertEquals(order.length, all.length);
    }),
  ));

Deno.test("guesses: no more names are remembered than there is room for, and what was not looked at is no guess", () => {
  const guesses = new Guesses({ store: new MemoryStore() });
  const guess = (name: string, address = "192.0.2.1") => guesses.guessOf(nameKey(name), { address });
  for (let n = 0; n < FREE; n++) guesses.add(guess("alice"), 0);
  assertEquals(guesses.wait(guess("alice", "192.0.2.2"), 0), SECOND);
  guesses.takeBack(guess("alice", "192.0.2.2"));
  assertEquals(guesses.wait(guess("alice"), 0), 0);
  for (let n = 0; n < LIMITS.guessedNamesMax; n++) guesses.add(guess(`name${n}`), 0);
  assertEquals(guesses.wait(guess("alice"), 0), 0);
});
