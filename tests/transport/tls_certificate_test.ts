/** The certificate that a server shows: its own making, what it is read from, and how another one takes its place. */
import { X509Certificate } from "node:crypto";
import { stat } from "node:fs/promises";
import { connect } from "node:tls";
import { readCertificate } from "../../server/tls/certificate.ts";
import { localNames, makeSelfSigned } from "../../server/tls/self_signed.ts";
import { assertEquals, assertLike, assertRejects, assertTrue } from "../support/assert.ts";
import { run } from "../support/executable.ts";
import { type TestServer, withServer } from "../support/harness.ts";
import { socketTo } from "../support/wires.ts";

const DAY_MS = 24 * 3_600_000;

/** Makes a pair in two files of a folder, as others hand them out. */
async function makePair(folder: string, name = "pair"): Promise<{ tlsCert: string; tlsKey: string }> {
  const both = `${folder}/${name}.both`;
  await makeSelfSigned(both, Date.now());
  const { cert, key } = readCertificate({ cert: both, key: both });
  const files = { tlsCert: `${folder}/${name}.crt`, tlsKey: `${folder}/${name}.key` };
  await Deno.writeTextFile(files.tlsCert, cert);
  await Deno.writeTextFile(files.tlsKey, key);
  return files;
}

/** The SHA-256 that a port shows, of the TCP listener or of the page's. */
function shownAt(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
    socket.on("error", reject);
    socket.on("secureConnect", () => {
      resolve(socket.getPeerCertificate().fingerprint256.replaceAll(":", "").toLowerCase());
      socket.destroy();
    });
  });
}

function shownBy({ running }: TestServer): Promise<string[]> {
  return Promise.all([running.tcp.port, Number(new URL(running.http).port)].map(shownAt));
}

async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "switchboard-tls-" });
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("certificate: one of the server's own is for this machine only, signs nothing and is its owner's to read", async () => {
  await withServer({ tlsSelfSigned: true }, async (server) => {
    const { cert, sha256, names, endsAt } = server.running.certificates!.current;
    const parsed = new X509Certificate(cert);
    assertEquals(parsed.ca, false);
    assertTrue(parsed.verify(parsed.publicKey), "it is signed by itself");
    for (const name of ["localhost", "127.0.0.1"]) assertTrue(names.includes(name), `${names}`);
    assertTrue(names.length >= localNames().length, `${names} are fewer than ${localNames()}`);
    const years = (endsAt - Date.now()) / DAY_MS / 365;
    assertTrue(years > 2 && years < 2.3, `${years} years`);
    const path = `${server.folder}/data/tls/self_signed.pem`;
    assertEquals((await stat(path)).mode & 0o777, 0o600);
    assertEquals(await shownBy(server), [sha256, sha256]);
    await server.restart();
    assertEquals(await shownBy(server), [sha256, sha256]);
  });
});

Deno.test("certificate: one of the server's own is made anew before it ends, while it runs", async () => {
  let ahead = 0;
  await withServer({ tlsSelfSigned: true }, async (server) => {
    const [first] = await shownBy(server);
    ahead = (825 - 29) * DAY_MS;
    while ((await shownBy(server)).some((shown) => shown === first));
    const { sha256, endsAt } = server.running.certificates!.current;
    assertEquals(await shownBy(server), [sha256, sha256]);
    assertTrue(endsAt > Date.now() + ahead + 700 * DAY_MS, "it lasts");
  }, { clock: () => Date.now() + ahead, limits: { certificateEveryMs: 20 } });
});

Deno.test("certificate: another pair is taken up when its files change, who is connected stays", () =>
  withFolder(async (folder) => {
    const pair = await makePair(folder);
    await withServer(pair, async (server) => {
      const alice = await server.guest("alice");
      const bob = await server.guest("bob", "websocket");
      const [first] = await shownBy(server);
      const next = await makePair(folder, "next");
      await Deno.rename(next.tlsCert, pair.tlsCert);
      await Deno.rename(next.tlsKey, pair.tlsKey);
      const { sha256 } = readCertificate({ cert: pair.tlsCert, key: pair.tlsKey });
      while ((await shownBy(server)).some((shown) => shown !== sha256));
      assertTrue(first !== sha256, "it is another one");
      for (const peer of [alice, bob]) await peer.asks("ping");
      const socket = socketTo(server.running, "127.0.0.1", Number(new URL(server.running.http).port));
      socket.write("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      const answer = await new Promise<string>((resolve) =>
        socket.once("data", (chunk) => resolve(`${chunk}`))
      );
      assertLike(answer, /^strict-transport-security: max-age=31536000\r$/im);
      socket.destroy();
    }, { limits: { certificateEveryMs: 20 } });
  }));

Deno.test("certificate: a pair that can't be used is refused at the start, with the reason", () =>
  withFolder(async (folder) => {
    const { tlsCert, tlsKey } = await makePair(folder);
    const other = await makePair(folder, "other");
    const nonsense = `${folder}/nonsense.pem`;
    await Deno.writeTextFile(nonsense, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    const starting = (config: Parameters<typeof withServer>[0]) =>
      withServer(config, () => Promise.resolve());
    await assertRejects(starting({ tlsCert }), /--tls-key is missing/);
    await assertRejects(starting({ tlsKey }), /--tls-cert is missing/);
    await assertRejects(starting({ tlsCert, tlsKey, tlsSelfSigned: true }), /choose one/);
    await assertRejects(starting({ tlsCert, tlsKey: other.tlsKey }), /is not that of the certificate/);
    await assertRejects(
      starting({ tlsCert: nonsense, tlsKey }),
      /no usable certificate in ".*nonsense\.pem"/,
    );
    await assertRejects(starting({ tlsCert: tlsKey, tlsKey }), /no certificate in/);
    await assertRejects(starting({ tlsCert, tlsKey: tlsCert }), /no private key in .* without a password/);
    await assertRejects(starting({ tlsCert: `${folder}/gone`, tlsKey }), /cannot read ".*gone"/);
  }));

Deno.test("certificate: SIGHUP takes up another pair, and a broken one keeps the one before and says so", () =>
  withFolder(async (folder) => {
    const { tlsCert, tlsKey } = await makePair(folder);
    const { sha256 } = readCertificate({ cert: tlsCert, key: tlsKey });
    const ports = ["--http", "0", "--tcp", "0", "--data", `${folder}/data`];
    await using server = run([...ports, "--tls-cert", tlsCert, "--tls-key", tlsKey]);
    const [, tcp] = await server.lines(2);
    assertLike(tcp, /^tcp {3}tls:\/\/127\.0\.0\.1:\d+$/);
    const port = Number(tcp!.split(":").at(-1));
    assertEquals(await shownAt(port), sha256);

    const next = await makePair(folder, "next");
    await Deno.rename(next.tlsCert, tlsCert);
    server.signal("SIGHUP");
    await server.logs(
      /cannot take up the new certificate, the one before stays: .?the key in .* is not that/,
    );
    assertEquals(await shownAt(port), sha256);

    await Deno.rename(next.tlsKey, tlsKey);
    server.signal("SIGHUP");
    const renewed = readCertificate({ cert: tlsCert, key: tlsKey });
    await server.logs(new RegExp(`took up the certificate anew: sha256=.?${renewed.sha256}`));
    assertEquals(await shownAt(port), renewed.sha256);
    server.signal("SIGTERM");
    assertEquals((await server.ended).code, 0);
  }));

Deno.test("certificate: a server that makes its own prints its fingerprint, to be compared", () =>
  withFolder(async (folder) => {
    await using server = run(["--http", "0", "--tcp", "0", "--data", folder, "--tls-self-signed"]);
    const lines = await server.lines(3);
    const path = `${folder}/tls/self_signed.pem`;
    assertEquals(lines[2], `cert  sha256=${readCertificate({ cert: path, key: path }).sha256}`);
    server.signal("SIGTERM");
    assertEquals((await server.ended).code, 0);
  }));
