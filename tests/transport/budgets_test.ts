/** What all connections may hold together, and who goes when it is too much. */
import fc from "fast-check";
import { connect, type Socket } from "node:net";
import { LIMITS } from "../../server/core/shared/limits.ts";
import { NetworkCounts, networksOf } from "../../server/protocol/network.ts";
import { Turns } from "../../server/protocol/turns.ts";
import { shed } from "../../server/transport/budgets.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { type TestServer, withServer } from "../support/harness.ts";

const held = fc.array(
  fc.record({ address: fc.constantFrom("192.0.2.1", "192.0.2.2", "192.0.2.3"), bytes: fc.nat(1_000) }),
  { maxLength: 30 },
);

Deno.test("budgets: over the bound the greediest of the greediest address goes, and no more than must", () => {
  fc.assert(fc.property(held, fc.nat(10_000), (all, bytesMax) => {
    const ended: typeof all = [];
    const before = shed(all.map((each) => ({ ...each, end: () => void ended.push(each) })), bytesMax);
    const sum = (some: typeof all) => some.reduce((bytes, each) => bytes + each.bytes, 0);
    assertEquals(before, sum(all));
    assertTrue(before - sum(ended) <= bytesMax, "too much is still held");
    assertTrue(ended.length === 0 || before - sum(ended.slice(0, -1)) > bytesMax, "one too many went");
    const [first] = ended;
    if (!first) return;
    const ofAddress = (address: string) => all.filter((each) => each.address === address);
    for (const { address } of all) {
      assertTrue(sum(ofAddress(first.address)) >= sum(ofAddress(address)), address);
    }
    assertEquals(first.bytes, Math.max(...ofAddress(first.address).map(({ bytes }) => bytes)));
  }));
});

Deno.test("budgets: an IPv6 address counts for its /64, its /48 and its /32", () => {
  assertEquals(networksOf("2001:db8:1:2:3:4:5:6").map(({ name }) => name), [
    "2001:db8:1:2::/64",
    "2001:db8:1::/48",
    "2001:db8::/32",
  ]);
  assertEquals(networksOf("::ffff:192.0.2.1").map(({ name }) => name), ["192.0.2.1"]);
  const counts = new NetworkCounts();
  // Ten networks of one customer, each with less than it may have.
  for (let n = 0; n < 10; n++) counts.add(`2001:db8:1:${n}::1`, 2);
  assertEquals(counts.isFull("2001:db8:1:ffff::1", 5), true);
  assertEquals(counts.isFull("2001:db8:2:ffff::1", 5), false);
  for (let n = 0; n < 10; n++) counts.add(`2001:db8:1:${n}::1`, -2);
  assertEquals([counts.isFull("2001:db8:1:ffff::1", 1), counts.most], [false, 0]);
});

Deno.test("budgets: questions are answered in turns of those who ask", async () => {
  const turns = new Turns();
  const begun: string[] = [];
  let ended = 0;
  const ask = (who: string) =>
    turns.take(who, () => {
      begun.push(who);
      setTimeout(() => {
        turns.end();
        ended++;
      });
    });
  for (let n = 0; n < 20; n++) ask("greedy");
  for (const who of ["bob", "carol"]) ask(who);
  while (ended < 22) await new Promise((resolve) => setTimeout(resolve, 1));
  const after = Math.max(begun.indexOf("bob"), begun.indexOf("carol"));
  assertTrue(after <= 8, `they waited for ${after}: ${begun}`);
  assertEquals(turns.size, 0);
});

/** A raw connection to the HTTP listener, from one of the machine's own addresses. */
async function raw({ running }: TestServer, localAddress = "127.0.0.1") {
  const { hostname, port } = new URL(running.http);
  const socket: Socket = connect({ host: hostname, port: Number(port), localAddress });
  socket.on("error", () => {}); // "close" follows
  let text = "";
  const waiting = new Set<() => void>();
  socket.on("data", (chunk: Uint8Array) => {
    text += new TextDecoder().decode(chunk);
    for (const look of waiting) look();
  });
  const ended = new Promise<void>((resolve) => socket.on("close", () => resolve()));
  await Promise.race([new Promise((resolve) => socket.on("connect", resolve)), ended]);
  return {
    socket,
    ended,
    get text() {
      return text;
    },
    /** Resolves when so many answers have come. */
    answers: (count: number) =>
      new Promise<void>((resolve) => {
        const look = () => text.split("HTTP/1.1 ").length > count && resolve();
        waiting.add(look);
        look();
      }),
  };
}

const HEALTH = "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

Deno.test("budgets: pipelined requests are answered one after the other, and no more of them than may wait", async () => {
  await withServer({}, async (server) => {
    const few = await raw(server);
    few.socket.write(HEALTH.repeat(20));
    await few.answers(20);
    few.socket.write(HEALTH);
    await few.answers(21);
    few.socket.destroy();

    const many = await raw(server);
    many.socket.write(HEALTH.repeat(1_000));
    await many.ended;
    const answers = many.text.split("HTTP/1.1 200").length - 1;
    assertTrue(answers > 0 && answers <= LIMITS.httpPipelinedMax + 1, `${answers} were answered`);
    assertTrue(/connection: close/i.test(many.text), "nobody was told that it ends");
  });
});

Deno.test("budgets: one address takes no more HTTP connections than its share, and others find a place", async () => {
  const limits = { httpConnectionsPerAddressMax: 3, httpConnectionsMax: 5 };
  await withServer({}, async (server) => {
    const own = [await raw(server), await raw(server), await raw(server)];
    const refused = await raw(server);
    await refused.ended;
    for (const each of own) each.socket.write(HEALTH);
    await Promise.all(own.map((each) => each.answers(1)));

    // All places are taken; the address that has most gives one up for somebody who has none.
    await raw(server, "127.0.0.2");
    await raw(server, "127.0.0.2");
    const newcomer = await raw(server, "127.0.0.3");
    newcomer.socket.write(HEALTH);
    await newcomer.answers(1);
    await Promise.race(own.map((each) => each.ended));
  }, { limits });
});

Deno.test("budgets: whoever is signed in keeps their place before unauthenticated peers", async () => {
  await withServer({}, async (server) => {
    const { token } = await (await server.connect()).asks("guest", { nickname: "ada" });
    const known = await raw(server);
    known.socket.write(`GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\n\r\n`);
    await known.answers(1);
    const unauthenticated = await raw(server);
    await raw(server);
    await raw(server, "127.0.0.2"); // in the place of an unauthenticated one of the address that has most
    await unauthenticated.ended;
    known.socket.write(HEALTH);
    await known.answers(2);
  }, { limits: { httpConnectionsMax: 3 } });
});

Deno.test("budgets: a body that hardly comes ends its connection", async () => {
  await withServer({}, async (server) => {
    const slow = await raw(server);
    slow.socket.write("POST /ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n{");
    await slow.ended;
    assertEquals(slow.text.includes("200"), false);
  }, { limits: { httpBodyWatchedMs: 300 } });
});

for (const transport of ["tcp", "websocket"] as const) {
  Deno.test(`budgets over ${transport}: whoever takes nothing that is written to them goes`, async () => {
    await withServer({}, async (server) => {
      const [bob, deaf] = [await server.guest("bob", transport), await server.guest("deaf", transport)];
      deaf.wire.stopReading();
      // More than the system takes for somebody who does not read, and less than an outbox holds.
      for (let n = 0; n < 400; n++) await bob.asks("send", { room: "lobby", text: "x".repeat(16_000) });
      await bob.hearsAtLast({ event: "offline", nickname: "deaf" });
    }, { limits: { writeMs: 1_000 } });
  });

  Deno.test(`budgets over ${transport}: what all hold together is bounded, and the greediest goes first`, async () => {
    await withServer({ buffers: 3 * 1024 * 1024 }, async (server) => {
      const [bob, deaf] = [await server.guest("bob", transport), await server.guest("deaf", transport)];
      await server.guest("carol", transport);
      deaf.wire.stopReading();
      for (let n = 0; n < 600; n++) await bob.asks("send", { room: "lobby", text: "x".repeat(16_000) });
      await bob.hearsAtLast({ event: "offline", nickname: "deaf" });
      assertTrue((await bob.asks("who")).online.includes("carol"), "carol had to go too");
    });
  });
}

Deno.test("budgets: who does not read their answers is asked no further, and holds a few of them", async () => {
  await withServer({}, async (server) => {
    const [bob, deaf] = [await server.guest("bob"), await server.guest("deaf")];
    for (let n = 0; n < 60; n++) await bob.asks("send", { room: "lobby", text: "x".repeat(16_000) });
    deaf.wire.stopReading();
    deaf.wire.write('{"op":"history","room":"lobby","limit":60}\n'.repeat(100));
    for (let n = 0; n < 20; n++) await bob.asks("history", { room: "lobby", limit: 1 });
    const { queuedBytes } = server.running.figures();
    assertTrue(queuedBytes < 3 * 1024 * 1024, `${queuedBytes} bytes wait`);
    // What it was asked is still answered, once it reads.
    deaf.wire.readOn();
    await deaf.asks("ping");
  });
});

Deno.test("budgets: an address has its share of all connections, and is told so", async () => {
  await withServer({ rateLimits: true, connectionsPerAddress: 3 }, async (server) => {
    const peers = [await server.guest("ada"), await server.guest("bob"), await server.guest("carol")];
    const fourth = await server.connect();
    await fourth.hears({ event: "bye", code: "too_many_connections" });
    peers[0]!.close();
    await peers[0]!.ended;
    await peers[1]!.hearsAtLast({ event: "offline", nickname: "ada" });
    await server.guest("dave");
  });
});
