/** How connections come and go: who is let in, who has to speak, who is asked whether they are there, who gets the last word. */
import { LIMITS } from "../../server/core/shared/limits.ts";
import type { WireLimits } from "../../server/transport/wire_limits.ts";
import { assertEquals, assertRejects, assertTrue } from "../support/assert.ts";
import { type Peer, type TestServer, TRANSPORTS, withServer } from "../support/harness.ts";

const withLimits = (limits: Partial<WireLimits>, body: (server: TestServer) => Promise<void>) =>
  withServer({}, body, { limits });

for (const transport of TRANSPORTS) {
  Deno.test(`connections over ${transport}: who does not sign in and asks nothing is told bye`, async () => {
    await withLimits({ silenceMs: 300 }, async (server) => {
      const silent = await server.connect(transport);
      const nonsensical = await server.connect(transport);
      nonsensical.wire.write("{hello?\n");
      const alice = await server.guest("alice", transport);
      const bob = await server.guest("bob", transport);
      await bob.asks("logout");
      for (const peer of [silent, nonsensical, bob]) {
        await peer.hearsAtLast({ event: "bye", code: "silent" });
        await peer.ended;
      }
      await alice.asks("ping"); // signed in, one may be silent for as long as one likes
    });
  });

  Deno.test(`connections over ${transport}: whoever asks something has the whole time again`, async () => {
    await withLimits({ silenceMs: 1_000 }, async (server) => {
      const asking = await server.connect(transport);
      const silent = await server.connect(transport);
      let silentOneIsGone = false;
      void silent.ended.then(() => silentOneIsGone = true);
      while (!silentOneIsGone) {
        await asking.asks("ping");
        await afterMs(100);
      }
      await asking.asks("ping");
    });
  });

  Deno.test(`connections over ${transport}: unauthenticated peers of one address are bounded, and those who sign in make room`, async () => {
    await withServer({ rateLimits: true }, async (server) => {
      const first = await server.connect(transport);
      const second = await server.connect(transport);
      await refused(await server.connect(transport));
      await first.asks("guest", { nickname: "alice" });
      const third = await server.connect(transport);
      await refused(await server.connect(transport));
      await second.asks("ping");
      third.close();
      await third.ended;
      await until(server, 2);
      await (await server.connect(transport)).asks("ping");
    }, { limits: { unauthenticatedPerAddressMax: 2 } });
  });

  Deno.test(`connections over ${transport}: the server is full at its limit, and not for ever`, async () => {
    await withServer({ maxConnections: 2 }, async (server) => {
      const alice = await server.guest("alice", transport);
      const bob = await server.guest("bob", transport);
      await refused(await server.connect(transport));
      bob.close();
      await alice.hearsAtLast({ event: "offline", nickname: "bob" });
      await server.guest("carol", transport);
      await alice.hearsAtLast({ event: "online", nickname: "carol" });
    });
  });

  Deno.test(`connections over ${transport}: who sends nothing but malformed input is told bye in the end`, async () => {
    await withServer({}, async (server) => {
      const alice = await server.guest("alice", transport);
      for (let n = 0; n < LIMITS.malformedPerMinuteMax; n++) {
        alice.wire.write("{nonsense\n");
        assertEquals((await alice.stray()).error.code, "bad_request");
      }
      await alice.asks("ping"); // no harm is done yet
      alice.wire.write("{nonsense\n");
      await alice.hearsAtLast({ event: "bye", code: "too_much_nonsense" });
      await alice.ended;
    });
  });

  Deno.test(`connections over ${transport}: when the server stops, everybody is told`, async () => {
    await withServer({}, async (server) => {
      const alice = await server.guest("alice", transport);
      const unauthenticated = await server.connect(transport);
      const stopped = server.running.stop();
      for (const peer of [alice, unauthenticated]) {
        const { retry_after_ms: wait } = await peer.hearsAtLast({ event: "bye", code: "shutting_down" });
        assertTrue(wait > 0, "a client should know when to come back");
      }
      await stopped;
      assertEquals(server.running.figures().connections, 0);
    });
  });
}

Deno.test("connections over tcp: who says no more still gets every answer, then the connection ends", async () => {
  await withServer({}, async (server) => {
    const alice = await server.connect("tcp");
    const asked = [
      { id: 1, op: "register", username: "alice", nickname: "alice", password: "plug-jack-cord-7" },
      { id: 2, op: "login", username: "alice", password: "plug-jack-cord-7" },
      { id: 3, op: "send", room: "lobby", text: "said by a script" },
      { id: 4, op: "history", room: "lobby" },
    ];
    alice.wire.write(asked.map((each) => `${JSON.stringify(each)}\n`).join(""));
    alice.wire.finish();
    await alice.ended;
    assertEquals(alice.lines.map((line) => [line.re, line.ok]), [[1, true], [2, true], [3, true], [4, true]]);
    assertEquals(alice.lines[3]!.messages.map((message: { text: string }) => message.text), [
      "said by a script",
    ]);
    await until(server, 0);
  });
});

Deno.test("connections over websocket: a peer that does not answer pings is cut, others stay", async () => {
  await withLimits({ pingEveryMs: 1_500 }, async (server) => {
    const alice = await server.guest("alice", "websocket");
    const tcp = await server.guest("carol", "tcp");
    const deaf = await server.guest("bob", "websocket");
    deaf.wire.stopReading(); // the ping is not seen, so it is not answered
    await alice.hearsAtLast({ event: "offline", nickname: "bob" });
    deaf.wire.readOn();
    await deaf.ended;
    for (const peer of [alice, tcp]) await peer.asks("ping");
  });
});

Deno.test("connections over websocket: only pages of this server may connect, and only at /ws", async () => {
  await withServer({}, async (server) => {
    const { http } = server.running;
    const { host } = new URL(http);
    const refusals = [`http://evil.example`, "null", "nonsense", `http://${host}.evil.example`, `http://x@y`];
    for (const origin of refusals) {
      await assertRejects(server.connect("websocket", { origin }), /403/);
    }
    await (await server.connect("websocket", { origin: http })).asks("ping");
    await (await server.connect("websocket", { origin: `https://${host}` })).asks("ping"); // behind a proxy
    assertEquals(await upgradeAt(`${http}/`), 404);
    assertEquals(await upgradeAt(`${http}/ws/deeper`), 404);
    assertEquals(await upgradeAt(`${http}/ws?x=1`), 101);
  });
});

Deno.test("connections over websocket: the cookie of the page is enough to resume", async () => {
  await withServer({}, async (server) => {
    const bob = await server.guest("bob", "websocket");
    const response = await fetch(`${server.running.http}/session`, {
      method: "POST",
      body: JSON.stringify({ op: "guest", nickname: "alice" }),
    });
    await response.body?.cancel();
    const [cookie] = response.headers.get("set-cookie")!.split(";");

    const alice = await server.connect("websocket", { cookie: `other=1; ${cookie}` });
    assertEquals((await alice.asks("resume")).nickname, "alice");
    await bob.hearsAtLast({ event: "online", nickname: "alice" });
    const unauthenticated = await server.connect("websocket", { cookie: cookie!.replace(/=.*/, "=guessed") });
    await unauthenticated.fails("resume", {}, "bad_token");
    await (await server.connect("websocket")).fails("resume", {}, "bad_token");
  });
});

async function refused(peer: Peer): Promise<void> {
  await peer.hears({ event: "bye", code: "too_many_connections" });
  await peer.ended;
}

/** The server notices a moment later that a connection is gone. */
async function until(server: TestServer, connections: number): Promise<void> {
  while (server.running.figures().connections !== connections) await afterMs(5);
}

function afterMs(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The status that a WebSocket handshake gets at an address. */
async function upgradeAt(url: string): Promise<number> {
  const { host, hostname, port, pathname, search } = new URL(url);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  const lines = [
    `GET ${pathname}${search} HTTP/1.1`,
    `Host: ${host}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  ];
  await connection.write(new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`));
  const answer = new Uint8Array(1024);
  const length = await connection.read(answer);
  connection.close();
  return Number(new TextDecoder().decode(answer.subarray(0, length ?? 0)).split(" ")[1]);
}
