/** TLS at the page's port and at TCP's: who comes without it is told, who is slow at it is cut, and everything else is as ever. */
import { connect, type Socket } from "node:net";
import { connect as connectTls, type ConnectionOptions } from "node:tls";
import { LIMITS } from "../../server/core/shared/limits.ts";
import { assertEquals, assertLike, assertMatches, assertTrue } from "../support/assert.ts";
import { RoomchatClient } from "../dialects/clients/roomchat_client.ts";
import { bytesOf, sendFile } from "../support/file_lines.ts";
import { type TestServer, TRANSPORTS, withServer } from "../support/harness.ts";
import { socketTo } from "../support/wires.ts";

const TLS = { tlsSelfSigned: true };

/** RFC 4346 §7.4.1.2, with one cipher suite. */
const HELLO_OF_TLS_1_1 = new Uint8Array([
  ...[0x16, 0x03, 0x01, 0x00, 0x2d, 0x01, 0x00, 0x00, 0x29, 0x03, 0x02],
  ...new Uint8Array(32).fill(7),
  ...[0x00, 0x00, 0x02, 0x00, 0x2f, 0x01, 0x00],
]);
/** RFC 8446 §5.1 */
const ALERT = 0x15;

function bytesFrom(socket: Socket): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  return new Promise((resolve) => {
    socket.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    socket.on("error", () => {});
    socket.on("close", () => resolve(Buffer.concat(chunks)));
  });
}

/** Everything that a socket says until it ends, or why it can't be had. */
function heardFrom(socket: Socket): Promise<string> {
  let text = "";
  return new Promise((resolve) => {
    socket.on("data", (chunk: Uint8Array) => text += new TextDecoder().decode(chunk));
    socket.on("error", (error: Error) => text += error.message);
    socket.on("end", () => socket.end());
    socket.on("close", () => resolve(text));
  });
}

/** What somebody without TLS hears at a port. */
function saidPlainly(port: number, words: string): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port });
  socket.write(words);
  return heardFrom(socket);
}

/** The version that is agreed upon at a port, or why there is none. */
function handshake(port: number, options: ConnectionOptions = {}): Promise<string> {
  return new Promise((resolve) => {
    const socket = connectTls({ host: "127.0.0.1", port, rejectUnauthorized: false, ...options });
    socket.on("secureConnect", () => {
      resolve(socket.getProtocol() ?? "");
      socket.destroy();
    });
    socket.on("error", (error: Error) => resolve(error.message));
    socket.on("close", () => resolve("closed"));
  });
}

function portsOf({ running }: TestServer): { http: number; tcp: number } {
  return { http: Number(new URL(running.http).port), tcp: running.tcp.port };
}

Deno.test("tls: what listens says so, and TLS 1.2 and 1.3 are spoken, older ones not", async () => {
  await withServer(TLS, async (server) => {
    assertLike(server.running.http, /^https:\/\/127\.0\.0\.1:\d+$/);
    assertEquals(server.running.urls[1], {
      name: "tcp",
      url: `tls://127.0.0.1:${server.running.tcp.port}`,
    });
    for (const port of Object.values(portsOf(server))) {
      assertEquals(await handshake(port), "TLSv1.3");
      assertEquals(await handshake(port, { maxVersion: "TLSv1.2" }), "TLSv1.2");
      const old = connect({ host: "127.0.0.1", port });
      old.write(HELLO_OF_TLS_1_1);
      assertEquals((await bytesFrom(old))[0], ALERT);
    }
  });
});

for (const transport of TRANSPORTS) {
  Deno.test(`tls: over ${transport} people talk and files arrive`, async () => {
    await withServer(TLS, async (server) => {
      const alice = await server.guest("alice", transport);
      const bob = await server.guest("bob", transport);
      await alice.asks("send", { room: "lobby", text: "nobody listens in" });
      await bob.hearsAtLast({ event: "message", from: "alice", text: "nobody listens in" });
      await sendFile(alice, { room: "lobby" }, "a.bin", bytesOf(3_000_000));
      await bob.hearsAtLast({ event: "message", from: "alice", kind: "file" });
      bob.close();
      await alice.hearsAtLast({ event: "offline", nickname: "bob" });
    });
  });
}

Deno.test("tls: whoever speaks plainly gets a plain word", async () => {
  await withServer(TLS, async (server) => {
    const { http, tcp } = portsOf(server);
    const bye = JSON.parse(await saidPlainly(tcp, '{"id":1,"op":"guest","nickname":"ada"}\n'));
    assertMatches(bye, { event: "bye", code: "tls_needed" });
    assertLike(await saidPlainly(tcp, "hello?\n"), /this port speaks TLS/);
    const page = await saidPlainly(http, "GET / HTTP/1.1\r\nHost: chat.example:8080\r\n\r\n");
    assertLike(page, /^HTTP\/1\.1 400 /);
    assertLike(page, /<a href="https:\/\/chat\.example:8080\/">/);
    const odd = await saidPlainly(http, 'GET / HTTP/1.1\r\nHost: "><script>\r\n\r\n');
    assertTrue(odd.includes(`<a href="${server.running.http}">`), odd);
    const upgrade = "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    assertLike(await saidPlainly(http, upgrade), /^HTTP\/1\.1 400 [^]*TLS/);
    assertLike(await saidPlainly(http, "hello?\n\n"), /^HTTP\/1\.1 400 /);
  });
});

Deno.test("tls: a client that speaks it is told by an alert where it is not spoken", async () => {
  await withServer(
    { listen: [{ port: 0, dialect: "wetalk" }, { port: 0, dialect: "native" }] },
    async (server) => {
      const { http, tcp } = portsOf(server);
      const pinned = server.running.urls.slice(2).map(({ url }) => Number(url.split(":")[1]));
      for (const port of [http, tcp, ...pinned]) assertLike(await handshake(port), /HandshakeFailure/);
      await server.guest("alice");
    },
  );
});

for (const kind of ["http", "tcp"] as const) {
  Deno.test(`tls: whoever does not shake hands in time at the port of ${kind} is cut`, async () => {
    await withServer(TLS, async (server) => {
      const port = portsOf(server)[kind];
      const open = (...bytes: number[]) => {
        const socket = connect({ host: "127.0.0.1", port });
        if (bytes.length > 0) socket.write(new Uint8Array(bytes));
        return heardFrom(socket);
      };
      const slow = [open(), open(0x16), open(0x16, 0x03, 0x01, 0x02)];
      const overlong = await open(0x16, 0x03, 0x01, 0xff, 0xff, 0x01);
      assertEquals(overlong.charCodeAt(0), ALERT);
      assertEquals(await Promise.all(slow), ["", "", ""]);
    }, { limits: { tlsHandshakeMs: 500 } });
  });

  Deno.test(`tls: few of one address may shake hands at a time at the port of ${kind}`, async () => {
    await withServer({ ...TLS, rateLimits: true }, async (server) => {
      const port = portsOf(server)[kind];
      const open = () => connect({ host: "127.0.0.1", port });
      const first = open();
      const second = open();
      assertEquals(await handshake(port), "TLSv1.3"); // two are at it, and this is the third
      const third = open();
      await new Promise((resolve) => third.on("connect", resolve));
      const refused = await handshake(port);
      assertTrue(!refused.startsWith("TLS"), refused);
      for (const socket of [first, second, third]) socket.destroy();
      while (await handshake(port) !== "TLSv1.3");
    }, { limits: { unauthenticatedPerAddressMax: 3 } });
  });
}

Deno.test("tls: a greeting that is torn at every byte is understood", async () => {
  await withServer(TLS, async (server) => {
    const { running } = server;
    const { createServer } = await import("node:net");
    const tearing = createServer((near) => {
      const far = connect({ host: "127.0.0.1", port: running.tcp.port, noDelay: true });
      let sent = Promise.resolve();
      near.on("data", (chunk: Uint8Array) => {
        for (const byte of chunk) {
          sent = sent.then(() =>
            new Promise<void>((resolve) => far.write(new Uint8Array([byte]), () => resolve()))
          );
        }
      });
      far.pipe(near);
      for (const [one, other] of [[near, far], [far, near]] as const) {
        one.on("error", () => {});
        one.on("close", () => other.destroy());
      }
    });
    const port = await new Promise<number>((resolve) =>
      tearing.listen(0, "127.0.0.1", () => resolve((tearing.address() as { port: number }).port))
    );
    const socket = socketTo(running, "127.0.0.1", port);
    socket.write('{"id":1,"op":"ping"}\n');
    const [answer] = await new Promise<string[]>((resolve) =>
      socket.on("data", (chunk: Uint8Array) => resolve(new TextDecoder().decode(chunk).split("\n")))
    );
    assertEquals(answer, '{"re":1,"ok":true}');
    socket.destroy();
    await new Promise((resolve) => tearing.close(resolve));
  });
});

Deno.test("tls: connections that became WebSockets take no place among those of HTTP", async () => {
  await withServer(TLS, async (server) => {
    for (let n = 0; n < 4; n++) await server.guest(`guest-${n}`, "websocket");
    const { http } = portsOf(server);
    const socket = socketTo(server.running, "127.0.0.1", http);
    socket.write("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assertLike(await heardFrom(socket), /^HTTP\/1\.1 200 /);
  }, { limits: { httpConnectionsMax: 2 } });
});

Deno.test("tls: the ports of the original programs stay plain, and show nobody the page", async () => {
  await withServer({ ...TLS, classic: true }, async (server) => {
    const dave = await server.guest("dave");
    const shared = server.running.urls.find(({ name }) => name === "codes")!.url;
    const eve = await RoomchatClient.open({ http: `http://${shared}` });
    eve.asks("Enter", "lobby;eve;");
    eve.asks("Talk", "from the old page");
    await dave.hearsAtLast({ event: "message", from: "eve", text: "from the old page" });
    const page = await saidPlainly(Number(shared.split(":")[1]), "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assertLike(page, /^HTTP\/1\.1 400 [^]*speaks HTTPS only/);
    await eve.drops();
  }, { classicPort: () => 0 });
});

Deno.test("tls: the page's cookie is for TLS only, and browsers are told to stay with it", async () => {
  await withServer(TLS, async (server) => {
    const socket = socketTo(server.running, "127.0.0.1", portsOf(server).http);
    const body = '{"op":"guest","nickname":"ada"}';
    socket.write(
      `POST /session HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    const answer = await heardFrom(socket);
    assertLike(answer, /^set-cookie: .*; Secure/im);
    // What the server vouches for itself is no reason for a browser never to come back without it.
    assertTrue(!/^strict-transport-security/im.test(answer), answer);
  });
});

Deno.test("tls: behind a proxy that speaks it, the cookie is for TLS only as well", async () => {
  await withServer({ publicUrl: "https://chat.example" }, async (server) => {
    const cookieAt = async (host: string) => {
      const body = `{"op":"guest","nickname":"at-${host.length}"}`;
      const said = await saidPlainly(
        portsOf(server).http,
        `POST /session HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
      return /^set-cookie: (.*)$/im.exec(said)?.[1] ?? said;
    };
    assertLike(await cookieAt("chat.example"), /; Secure/);
    assertTrue(!/Secure/.test(await cookieAt("127.0.0.1")), "on this machine it is as before");
  });
});

Deno.test("tls: its bounds stand in relation to others", () => {
  assertTrue(
    LIMITS.tlsHandshakesMax >= LIMITS.unauthenticatedPerAddressMax,
    "one address alone does not fill it",
  );
});
