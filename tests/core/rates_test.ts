import fc from "fast-check";
import { LIMITS, RATES } from "../../server/core/shared/limits.ts";
import { networkOf } from "../../server/protocol/network.ts";
import { Buckets, SharedBuckets, TokenBucket } from "../../server/protocol/rates.ts";
import { Peers } from "../../server/transport/connection/peers.ts";
import { assertEquals, assertMatches, assertTrue } from "../support/assert.ts";
import { SECOND, TestClock } from "../support/clock.ts";
import { type Line, PASSWORD, type TestServer, TRANSPORTS, withServer } from "../support/harness.ts";

const rate = fc.record({
  burst: fc.integer({ min: 1, max: 10 }),
  perMinute: fc.integer({ min: 1, max: 1_000 }),
});
/** Mostly haste, so that buckets are emptied. */
const wait = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(100), fc.nat(20_000));
const waits = fc.array(wait, { minLength: 10, maxLength: 100 });

Deno.test("rates: in no stretch of time does a bucket let through more than its burst and its rate", () => {
  fc.assert(fc.property(rate, waits, (rate, waits) => {
    const bucket = new TokenBucket(rate, 0);
    const passed: number[] = [];
    let now = 0;
    for (const wait of waits) {
      now += wait;
      if (bucket.take(now) === 0) passed.push(now);
    }
    for (const [first, from] of passed.entries()) {
      for (let last = first; last < passed.length; last++) {
        const most = rate.burst + (passed[last]! - from) * rate.perMinute / 60_000;
        assertTrue(last - first + 1 <= most + 1e-6, `${last - first + 1} passed where ${most} may`);
      }
    }
  }));
});

Deno.test("rates: what a bucket says to wait is enough, and less is not", () => {
  fc.assert(fc.property(rate, waits, (rate, waits) => {
    const bucket = new TokenBucket(rate, 0);
    let now = 0;
    for (const wait of waits) {
      now += wait;
      const needed = bucket.take(now);
      if (needed === 0) continue;
      if (needed > 2) assertTrue(bucket.take(now + Math.floor(needed) - 1) > 0, "it passed before its time");
      now += Math.ceil(needed);
      assertEquals(bucket.take(now), 0);
    }
  }));
});

Deno.test("rates: a clock that goes back gives nothing and takes nothing", () => {
  const bucket = new TokenBucket({ burst: 1, perMinute: 60 }, 10_000);
  assertEquals([bucket.take(10_000), bucket.take(0), bucket.take(900)], [0, 1_000, 100]);
});

Deno.test("rates: of several buckets all give or none, and what is given back is at most the burst", () => {
  const buckets = new Buckets();
  const { burst } = RATES.attempts;
  for (let n = 0; n < burst; n++) assertEquals(buckets.take(["commands", "attempts"], 0), 0);
  for (let n = 0; n < 1_000; n++) assertTrue(buckets.take(["commands", "attempts"], 0) > 0, "it passed");
  for (let n = burst; n < RATES.commands.burst; n++) assertEquals(buckets.take(["commands"], 0), 0);
  assertTrue(buckets.take(["commands"], 0) > 0, "it passed");
  for (let n = 0; n < 100; n++) buckets.giveBack("attempts");
  for (let n = 0; n < burst; n++) assertEquals(buckets.take(["attempts"], 0), 0);
  assertTrue(buckets.take(["attempts"], 0) > 0, "it passed");
});

Deno.test("rates: what is counted for an address is counted for a whole network of IPv6", () => {
  const networks = [
    ["192.0.2.1", "::ffff:192.0.2.1", "::FFFF:c000:201"],
    ["192.0.2.2"],
    ["2001:db8::1", "2001:0DB8:0:0:ffff::2", "2001:db8:0:0:1:2:3:4"],
    ["2001:db8:0:1::1"],
    ["fe80::1%eth0", "fe80::2"],
    ["::1"],
    ["unknown"],
  ];
  const found = networks.map((addresses) => addresses.map(networkOf));
  for (const names of found) assertEquals(new Set(names).size, 1, names.join(" "));
  assertEquals(new Set(found.flat()).size, networks.length);

  const buckets = new SharedBuckets(10);
  const [one, other] = ["2001:db8::1", "2001:db8::2"].map((address) => buckets.ofAddress(address)[0]);
  assertTrue(one === other, "their passwords are counted together");
  const peers = new Peers({
    connectionsMax: 10,
    connectionsPerAddressMax: 5,
    unauthenticatedPerAddressMax: 1,
  });
  peers.countUnauthenticated("2001:db8::1", 1);
  assertEquals(peers.refuse("2001:db8::2", true)?.code, "too_many_connections");
  assertEquals(peers.refuse("2001:db8:0:1::2", true), undefined);
});

Deno.test("rates: so many addresses are remembered, and those seen last", () => {
  const addresses = new SharedBuckets(3);
  const spent = (address: string) => addresses.of(address).take(["addressArrivals"], 0) > 0;
  for (const address of ["a", "b", "c"]) while (!spent(address));
  assertEquals(spent("a"), true);
  assertEquals(spent("d"), false); // in the place of b, which was seen longest ago
  assertEquals(["a", "c", "d", "b"].map(spent), [true, true, false, false]);
});

/** Runs a body against a server that limits rates, on a clock that stands still. */
async function limited(body: (server: TestServer, clock: TestClock) => Promise<void>): Promise<void> {
  const clock = new TestClock();
  await withServer({ rateLimits: true }, (server) => body(server, clock), { clock: clock.read });
}

for (const transport of TRANSPORTS) {
  Deno.test(`rates over ${transport}: messages past the rate are refused, until as long as was said`, async () => {
    await limited(async (server, clock) => {
      const alice = await server.guest("alice", transport);
      const say = () => alice.says("send", { room: "lobby", text: "and another thing" });
      for (let n = 0; n < RATES.messages.burst; n++) assertEquals((await say()).ok, true);
      const { error } = await say();
      const wait = 60 * SECOND / RATES.messages.perMinute;
      assertMatches(error, { code: "rate_limited", retry_after_ms: wait });
      assertTrue(error.message.includes("wait 1 s"), error.message);
      await alice.asks("ping"); // the others are not used up
      await alice.asks("who");
      const bob = await server.guest("bob", transport);
      await bob.asks("send", { room: "lobby", text: "may I" });
      clock.advance(wait - 1);
      assertMatches((await say()).error, { code: "rate_limited", retry_after_ms: 1 });
      clock.advance(1);
      assertEquals([(await say()).ok, (await say()).ok], [true, false]);
    });
  });

  Deno.test(`rates over ${transport}: whoever goes on and on is cut, and nobody else`, async () => {
    await limited(async (server) => {
      const bob = await server.guest("bob", transport);
      const alice = await server.guest("alice", transport);
      const many = RATES.messages.burst + LIMITS.refusalsInARowMax + 1;
      const replies = Array.from(
        { length: many + 50 },
        () => alice.says("send", { room: "lobby", text: "me" }),
      );
      await alice.ended;
      const codes = (await Promise.all(replies)).map((reply: Line) => reply.ok ? "ok" : reply.error.code);
      assertEquals(codes.slice(0, RATES.messages.burst).filter((code) => code !== "ok"), []);
      assertEquals(new Set(codes.slice(RATES.messages.burst, many - 1)), new Set(["rate_limited"]));
      assertMatches(alice.lines.at(-1), { event: "bye", code: "rate_limited", retry_after_ms: 60_000 });
      await bob.hearsAtLast({ event: "offline", nickname: "alice" });
      await bob.asks("send", { room: "lobby", text: "peace" });
    });
  });
}

Deno.test("rates: refusals with something let through in between do not add up to a cut", async () => {
  await limited(async (server, clock) => {
    const alice = await server.guest("alice");
    const say = () => alice.says("send", { room: "lobby", text: "slowly" });
    for (let n = 0; n < RATES.messages.burst; n++) await say();
    for (let round = 0; round < 3; round++) {
      for (let n = 0; n < LIMITS.refusalsInARowMax; n++) {
        assertEquals((await say()).error.code, "rate_limited");
      }
      clock.advance(60 * SECOND / RATES.messages.perMinute);
      assertEquals((await say()).ok, true);
    }
  });
});

Deno.test("rates: passwords are tried a few times for each connection", async () => {
  await limited(async (server, clock) => {
    const alice = await server.member("alice");
    await alice.asks("logout");
    const guess = (code: string) =>
      alice.fails("login", { username: "alice", password: "a wrong one" }, code);
    const left = RATES.attempts.burst - 2; // two went into registering and signing in
    for (let n = 0; n < left; n++) await guess("bad_password");
    const { retry_after_ms } = await guess("rate_limited");
    await alice.fails("password.reset", { email: "alice@example.org" }, "rate_limited");
    clock.advance(retry_after_ms);
    await alice.asks("login", { username: "alice", password: PASSWORD });
  });
});

Deno.test("rates: passwords are tried so often for each address, however many connections it has", async () => {
  await limited(async (server, clock) => {
    const { burst } = RATES.addressAttempts;
    await server.member("alice");
    for (let n = 0; n < burst; n++) (await server.member("alice")).close(); // the right one costs nothing
    const guess = async () => {
      const peer = await server.connect();
      // Each time for another name: one has a count of its own.
      const { error } = await peer.says("login", { username: crypto.randomUUID(), password: "a wrong one" });
      peer.close();
      return error;
    };
    for (let n = 0; n < burst; n++) assertEquals((await guess()).code, "bad_password", `try ${n}`);
    const { code, retry_after_ms } = await guess();
    assertEquals(code, "rate_limited");
    const body = JSON.stringify({ op: "login", username: "alice", password: PASSWORD });
    const response = await fetch(`${server.running.http}/session`, { method: "POST", body });
    assertEquals([response.status, response.headers.get("retry-after")], [429, "2"]);
    assertMatches((await response.json()).error, { code: "rate_limited", retry_after_ms });
    clock.advance(retry_after_ms);
    await server.member("alice");
  });
});

Deno.test("rates: letters are asked for so often for each address", async () => {
  await limited(async (server) => {
    for (let n = 0; n < RATES.addressAttempts.burst; n++) {
      const peer = await server.connect();
      await peer.asks("password.reset", { email: `nobody-${n}@example.org` });
      peer.close();
    }
    await (await server.connect()).fails("password.reset", { email: "one@example.org" }, "rate_limited");
  });
});

Deno.test("rates: guests and accounts come in so often for each address", async () => {
  await limited(async (server, clock) => {
    const peer = await server.connect();
    for (let n = 0; n < RATES.addressArrivals.burst; n++) {
      await peer.asks("guest", { nickname: `guest ${n}` });
      await peer.asks("logout");
    }
    const other = await server.connect();
    const error = await other.fails("guest", { nickname: "one more" }, "rate_limited");
    const account = { username: "alice", nickname: "alice", password: PASSWORD };
    await other.fails("register", account, "rate_limited");
    clock.advance(error.retry_after_ms);
    await other.asks("guest", { nickname: "one more" });
  });
});
