/** `switchboard doctor`: what is right is said so, what is not comes with what to do. */
import { assertEquals, assertLike } from "../support/assert.ts";
import { type Ended, run } from "../support/executable.ts";
import { withServer } from "../support/harness.ts";
import { makeSelfSigned } from "../../server/tls/self_signed.ts";
import { Mailbox } from "../support/mailbox.ts";

Deno.test("doctor: on a machine where all is well every line says so", async () => {
  const folder = await Deno.makeTempDir({ prefix: "switchboard-" });
  const { code, stdout } = await doctor(`${folder}/data`);
  assertEquals([code, stdout.filter((line) => !line.startsWith("ok "))], [0, []]);
  const about = stdout.map((line) => line.slice(6, 17).trim());
  assertEquals(about, [
    "versions",
    "data folder",
    "disk",
    "database",
    "server",
    "port 0",
    "port 0",
    "open files",
    "clock",
    "mail",
  ]);
  assertEquals(Array.from(Deno.readDirSync(folder)), [], "it makes nothing");
  await Deno.remove(folder);
});

Deno.test("doctor: a port of another program, a folder for everybody and a full disk come with what to do", async () => {
  const folder = await Deno.makeTempDir({ prefix: "switchboard-" });
  const other = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = other.addr as Deno.NetAddr;
  await Deno.chmod(folder, 0o755);
  const { code, stdout } = await doctor(folder, "--tcp", String(port), "--disk-free", "1000000GiB");
  assertEquals(code, 1);
  const text = stdout.join("\n");
  assertLike(text, /warn {2}data folder others on this machine may look into .*\n {6}→ chmod 700 /);
  assertLike(text, /BAD {3}disk .*\n {6}→ make room: /);
  assertLike(
    text,
    new RegExp(`BAD   port ${port} .*EADDRINUSE\\n {6}→ end the program that has it, or choose .* --tcp`),
  );
  other.close();
  await Deno.remove(folder);
});

Deno.test("doctor: beside a running server its ports are its own, and its data may be from tomorrow", async () => {
  let ahead = 0;
  await withServer({}, async (server) => {
    const { http, tcp } = server.running;
    const ports = ["--http", new URL(http).port, "--tcp", String(tcp.port), "--public-url", http];
    const well = await doctor(`${server.folder}/data`, ...ports);
    const text = well.stdout.join("\n");
    assertEquals(well.code, 0, text);
    assertLike(text, /ok {4}server {6}one runs on /);
    assertLike(text, new RegExp(`ok {4}port ${tcp.port} +tcp: taken, the server runs`));
    assertLike(text, /ok {4}address {5}http:.* answers/);
    ahead = 3_600_000;
    await (await server.guest("alice")).asks("send", { room: "lobby", text: "from the future" });
    const late = await doctor(`${server.folder}/data`, ...ports);
    assertEquals(late.code, 1);
    assertLike(
      late.stdout.join("\n"),
      /BAD {3}clock {7}the newest message is \d+ minutes from now\n {6}→ set the clock/,
    );
  }, { clock: () => Date.now() + ahead });
});

Deno.test("doctor: what others reach without TLS, without mail and with open registration is warned of", async () => {
  const folder = await Deno.makeTempDir({ prefix: "switchboard-" });
  await Deno.chmod(folder, 0o700);
  const others = async (...options: string[]) => {
    const { stdout } = await doctor(folder, ...options);
    const lines = stdout.join("\n").matchAll(/^warn {2}others {6}(?<found>.*)\n {6}→ .+$/gm);
    return Array.from(lines, ({ groups }) => /TLS|mail server|guests are let in/.exec(groups!.found!)![0]);
  };
  for (const host of ["127.0.0.1", "127.1.2.3", "::1", "localhost"]) {
    assertEquals(await others("--host", host), []);
  }
  const all = ["TLS", "mail server"];
  for (const host of ["0.0.0.0", "::"]) assertEquals(await others("--host", host), all);
  assertEquals(await others("--host", "0.0.0.0", "--tls-self-signed", "--smtp", "smtp://127.0.0.1"), []);
  // Unless somebody says otherwise, whoever comes needs an invitation there.
  for (const open of [["--registration", "open"], ["--guests", "on"]]) {
    assertEquals(await others("--host", "0.0.0.0", ...open), [...all, "guests are let in"]);
  }
  // A proxy in front is a way in too.
  assertEquals(await others("--public-url", "https://chat.example"), ["mail server"]);
  assertEquals(await others("--public-url", "http://chat.example"), all);
  assertEquals(await others("--public-url", "http://localhost:8080"), []);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("doctor: the test letter goes the way of all letters, and says why it can't", async () => {
  const folder = await Deno.makeTempDir({ prefix: "switchboard-" });
  await using box = await Mailbox.open();
  const { stdout } = await doctor(folder, "--smtp", box.url, "--mail-to", "me@example.org");
  assertLike(stdout.at(-1), /^ok {4}mail {8}a letter to me@example\.org went to /);
  assertLike((await box.letter(1)).text, /Letters of http:\/\/127\.0\.0\.1:\d+ arrive here\./);
  const wrong = await doctor(folder, "--smtp", "smtp://127.0.0.1:1", "--mail-to", "me@example.org");
  assertEquals(wrong.code, 1);
  assertLike(wrong.stdout.slice(-2).join("\n"), /BAD {3}mail .*ECONNREFUSED.*\n {6}→ see --smtp/);
  await Deno.remove(folder);
});

Deno.test("doctor: a certificate says when it ends, and one that can't be used is bad", async () => {
  const folder = await Deno.makeTempDir({ prefix: "switchboard-" });
  await makeSelfSigned(`${folder}/own.pem`, Date.now());
  const pair = ["--tls-cert", `${folder}/own.pem`, "--tls-key", `${folder}/own.pem`];
  const well = await doctor(folder, ...pair, "--public-url", "https://localhost");
  assertLike(well.stdout.join("\n"), /ok {4}certificate ends \d{4}-\d\d-\d\d, in \d+ days, for .*localhost/);
  const other = await doctor(folder, ...pair, "--public-url", "https://chat.example.org");
  assertEquals(other.code, 1);
  assertLike(
    other.stdout.join("\n"),
    /BAD {3}certificate .*\n {6}→ get one that is for chat\.example\.org too/,
  );
  await Deno.remove(`${folder}/own.pem`);
  await makeSelfSigned(`${folder}/own.pem`, Date.now() - 3 * 365 * 24 * 3_600_000);
  const late = await doctor(folder, ...pair);
  assertLike(late.stdout.join("\n"), /BAD {3}certificate .*\n {6}→ put a new one in its place/);
  await Deno.writeTextFile(`${folder}/own.pem`, "nothing");
  const none = await doctor(folder, ...pair);
  assertLike(
    none.stdout.join("\n"),
    /BAD {3}certificate there is no certificate in .*\n {6}→ see --tls-cert/,
  );
  await Deno.remove(folder, { recursive: true });
});

Deno.test("doctor: what would keep the server from speaking TLS is bad", async () => {
  const folder = await Deno.makeTempDir({ prefix: "switchboard-" });
  const refused = async (...options: string[]) => {
    const { code, stdout } = await doctor(folder, ...options);
    return [code, /^BAD {3}certificate (.*)$/m.exec(stdout.join("\n"))?.[1]];
  };
  assertEquals(await refused("--listen", "0=native,16697=irc+tls"), [
    1,
    "Cannot listen on port 16697 with TLS: give --tls-cert and --tls-key, or --tls-self-signed",
  ]);
  assertEquals(await refused("--tls-cert", `${folder}/own.pem`), [
    1,
    "Cannot speak TLS: --tls-key is missing; name both, or --tls-self-signed",
  ]);
  assertEquals(await refused("--listen", "0=irc+tls", "--tls-self-signed"), [0, undefined]);
  await Deno.remove(folder);
});

function doctor(data: string, ...more: string[]): Promise<Ended> {
  return run(["doctor", "--data", data, "--http", "0", "--tcp", "0", ...more]).ended;
}
