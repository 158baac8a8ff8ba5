/** The terminal client over TLS: which certificates it takes, and what it says where TLS is missing or not expected, or no server. */
import { connect, createServer, type Socket } from "node:net";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { type Ended, run } from "../support/executable.ts";
import { type TestServer, withServer } from "../support/harness.ts";
import { KEYS, Terminal } from "../support/terminal.ts";
import { inTerminal } from "./terminal_scene.ts";

const TLS = { tlsSelfSigned: true };

async function sends({ folder }: TestServer, address: string, ...more: string[]): Promise<Ended> {
  const args = ["send", "--guest", "bot", "--server", address, "--room", "lobby", "over TLS", ...more];
  await using program = run(args, { env: { XDG_CONFIG_HOME: `${folder}/config` } });
  return await program.ended;
}

/** The SHA-256 of the server's certificate, as its operator reads it. */
async function fingerprintOf({ folder }: TestServer): Promise<string> {
  const pem = await Deno.readTextFile(`${folder}/data/tls/self_signed.pem`);
  const der = Uint8Array.fromBase64(/BEGIN CERTIFICATE-----([^-]+)-----END/.exec(pem)![1]!);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", der)).toHex();
}

Deno.test("terminal over TLS: an unknown certificate is not trusted, its fingerprint is told, and pinned it is taken", async () => {
  await withServer(TLS, async (server) => {
    const bob = await server.guest("bob");
    const { port } = server.running.tcp;
    const sha256 = await fingerprintOf(server);
    const stranger = await sends(server, `tls://127.0.0.1:${port}`);
    assertEquals([stranger.code, stranger.stderr.length], [3, 1], stranger.stderr.join("\n"));
    assertTrue(
      stranger.stderr[0]!.startsWith(`switchboard: Cannot trust 127.0.0.1:${port}: `),
      stranger.stderr[0]!,
    );
    assertTrue(stranger.stderr[0]!.endsWith(`tls://127.0.0.1:${port}#sha256=${sha256}`), stranger.stderr[0]!);

    assertEquals((await sends(server, `tls://127.0.0.1:${port}#sha256=${sha256.toUpperCase()}`)).code, 0);
    await bob.hearsAtLast({ event: "message", from: "bot", text: "over TLS" });
    const other = await sends(server, `tls://127.0.0.1:${port}#sha256=${"0".repeat(64)}`);
    assertEquals(other.code, 3);
    assertTrue(
      other.stderr[0]!.includes(`its certificate's SHA-256 is ${sha256}, not 000`),
      other.stderr[0]!,
    );

    const ca = ["--ca", `${server.folder}/data/tls/self_signed.pem`];
    assertEquals((await sends(server, `tls://localhost:${port}`, ...ca)).code, 0, "for a name that is in it");
    const missing = await sends(server, `tls://localhost:${port}`, "--ca", "missing.pem");
    assertEquals([missing.code, missing.stderr], [2, [
      "switchboard: Cannot read missing.pem: there is no such file",
    ]]);
  });
});

inTerminal("over TLS a chat comes back after a restart, and a plain one is told what to write", async () => {
  await withServer(TLS, async (server) => {
    const sha256 = await fingerprintOf(server);
    const { port } = server.running.tcp;
    await using alice = new Terminal(
      ["chat", `tls://127.0.0.1:${port}#sha256=${sha256}`, "--guest", "alice"],
      {
        env: { XDG_CONFIG_HOME: `${server.folder}/config` },
      },
    );
    await alice.shows(`tls://127.0.0.1:${port}, you are alice`);
    await alice.enters("nobody listens in");
    await alice.shows("alice: nobody listens in");
    await server.restart();
    await alice.shows("-- connected again");
    await alice.enters("still nobody");
    await alice.shows("alice: still nobody");

    const plain = await sends(server, `127.0.0.1:${port}`);
    assertEquals([plain.code, plain.stderr.length], [3, 1]);
    assertTrue(/TLS/.test(plain.stderr[0]!), plain.stderr[0]!);
  });
});

Deno.test("terminal over TLS: a port that does not speak it is said to be one", async () => {
  await withServer({}, async (server) => {
    const { port } = server.running.tcp;
    const { code, stderr } = await sends(server, `tls://127.0.0.1:${port}`);
    assertEquals([code, stderr.length], [3, 1], stderr.join("\n"));
    assertTrue(/does not speak TLS; leave tls:\/\/ out/.test(stderr[0]!), stderr[0]!);
  });
});

Deno.test("terminal over TLS: whoever shows the pinned certificate without its key is not believed", async () => {
  await withServer(TLS, async (server) => {
    const sha256 = await fingerprintOf(server);
    const { port } = server.running.tcp;
    // What is between may show the real certificate, and change what follows.
    const between = createServer((client) => meddle(client, connect(port, "127.0.0.1")));
    await new Promise<void>((resolve) => between.listen(0, "127.0.0.1", resolve));
    const { port: open } = between.address() as { port: number };
    try {
      const { code, stderr } = await sends(server, `tls://127.0.0.1:${open}#sha256=${sha256}`);
      assertEquals([code, stderr.length], [3, 1], stderr.join("\n"));
    } finally {
      between.close();
    }
  });
});

/** Passes on what goes to and fro, with a bit changed in the server's second piece. */
function meddle(client: Socket, server: Socket): void {
  let pieces = 0;
  for (const socket of [client, server]) socket.on("error", () => {});
  client.on("data", (chunk: Uint8Array) => void server.write(chunk));
  server.on("data", (chunk: Uint8Array) => {
    const changed = Uint8Array.from(chunk);
    if (pieces++ === 0) changed[changed.length - 1]! ^= 1;
    client.write(changed);
  });
  client.on("close", () => server.destroy());
  server.on("close", () => client.destroy());
}

inTerminal("a server that is not there, or is none, is said in one line", async () => {
  const strangers: [answer: string, says: RegExp][] = [
    ["HTTP/1.1 400 Bad Request\r\n\r\n", /what answers there is no Switchboard/],
    ["\x15\x03\x03\x00\x02\x02\x32", /that port speaks TLS, so write tls:\/\//],
  ];
  for (const [answer, says] of strangers) {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const answering = (async () => {
      using peer = await listener.accept();
      await peer.read(new Uint8Array(1_000));
      await peer.write(Uint8Array.from(answer, (character) => character.charCodeAt(0)));
      await peer.read(new Uint8Array(1));
    })().catch(() => {});
    await using alice = run(["chat", `127.0.0.1:${listener.addr.port}`, "--guest", "alice"]);
    const { code, stderr } = await alice.ended;
    assertEquals([code, stderr.length], [3, 1]);
    assertTrue(says.test(stderr[0]!), stderr.join("\n"));
    await answering;
  }
  await using nobody = run(["chat", "127.0.0.1:1", "--guest", "alice"]);
  const { code, stderr } = await nobody.ended;
  assertEquals([code, /^switchboard: Cannot connect to 127\.0\.0\.1:1: /.test(stderr.join("\n"))], [3, true]);

  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using bob = new Terminal(["chat", `127.0.0.1:${silent.addr.port}`, "--guest", "bob"]);
  using _peer = await silent.accept();
  await bob.types("what is typed now is not shown", KEYS.ctrlC);
  assertEquals([await bob.ended(), bob.screen], [130, ""]);
});
