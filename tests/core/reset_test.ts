import { createServer } from "node:net";
import { startLog, stopLog } from "../../server/monitoring/log.ts";
import { portOf } from "../../server/transport/listening.ts";
import { assertEquals, assertMatches, assertTrue } from "../support/assert.ts";
import { HOUR, MINUTE, TestClock } from "../support/clock.ts";
import { PASSWORD, type TestServer, TRANSPORTS, withServer } from "../support/harness.ts";
import { codeIn, Mailbox } from "../support/mailbox.ts";

const NEXT = "jack-plug-cord-8";
const ALICE = { email: "alice@example.org" };

for (const transport of TRANSPORTS) {
  Deno.test(`reset over ${transport}: a letter brings a code, and the code a new password`, async () => {
    await using mailbox = await Mailbox.open();
    await withServer({ smtp: mailbox.url, mailFrom: "chat@example.org" }, async (server) => {
      const alice = await server.member("alice", transport);
      const { token } = await (await server.connect()).asks("login", {
        username: "alice",
        password: PASSWORD,
      });
      const forgetful = await server.connect(transport);
      await forgetful.asks("password.reset", { email: "ALICE@example.org" });
      const letter = await mailbox.letter(1);
      const code = codeIn(letter);
      assertEquals(letter.to, "alice@example.org");
      assertTrue(letter.text.includes("From: chat@example.org"), letter.text);
      assertTrue(
        letter.text.includes(`${server.running.http}/#/reset?code=${code.replaceAll("-", "")}`),
        letter.text,
      );

      await (await server.connect()).asks("login", { username: "alice", password: PASSWORD });
      await forgetful.fails("password.confirm", { code: "0000-0000-0000", new: NEXT }, "bad_code");
      await forgetful.fails("password.confirm", { code, new: "short" }, "weak_password");
      await forgetful.asks("password.confirm", { code: ` ${code.toLowerCase()} `, new: NEXT });
      await alice.hearsAtLast({ event: "bye", code: "password_changed" });
      await alice.ended;

      await forgetful.fails("password.confirm", { code, new: "cord-plug-jack-9" }, "bad_code");
      await forgetful.fails("resume", { token }, "bad_token");
      await forgetful.fails("login", { username: "alice", password: PASSWORD }, "bad_password");
      await forgetful.asks("login", { username: "alice", password: NEXT });
    });
  });
}

/** Asks for a letter for everybody named; then the server stops, after which no letter is on its way. */
async function ask(server: TestServer, emails: string[]): Promise<unknown[]> {
  const peer = await server.connect();
  const replies = [];
  for (const email of emails) replies.push(await peer.asks("password.reset", { email }));
  return replies;
}

Deno.test("reset: an unknown address gets the same answer and no letter", async () => {
  await using mailbox = await Mailbox.open();
  await withServer({ smtp: mailbox.url }, async (server) => {
    await server.member("alice");
    const [unknown, known] = await ask(server, ["nobody@example.org", ALICE.email]);
    assertEquals(unknown, { re: 1, ok: true });
    assertEquals(known, { re: 2, ok: true });
    await server.running.stop(); // with it every letter has gone
    assertEquals(mailbox.letters.map(({ to }) => to), ["alice@example.org"]);
  });
});

Deno.test("reset: what is no address is said so", async () => {
  await withServer({}, async (server) => {
    const peer = await server.connect();
    await peer.fails("password.reset", { email: "alice" }, "bad_email");
  });
});

Deno.test("reset: a code lives ten minutes", async () => {
  const clock = new TestClock();
  await using mailbox = await Mailbox.open();
  await withServer({ smtp: mailbox.url }, async (server) => {
    await server.member("alice");
    await ask(server, [ALICE.email]);
    const code = codeIn(await mailbox.letter(1));
    const peer = await server.connect();
    clock.advance(10 * MINUTE - 1);
    await peer.fails("password.confirm", { code, new: "short" }, "weak_password"); // the code is good
    clock.advance(1);
    await peer.fails("password.confirm", { code, new: NEXT }, "bad_code");
    await peer.asks("login", { username: "alice", password: PASSWORD });
  }, { clock: clock.read });
});

Deno.test("reset: a code is of no use once another one was used", async () => {
  await using mailbox = await Mailbox.open();
  await withServer({ smtp: mailbox.url }, async (server) => {
    await server.member("alice");
    await ask(server, [ALICE.email, ALICE.email]);
    await mailbox.letter(2);
    const [first, second] = mailbox.letters.map(codeIn);
    const peer = await server.connect();
    await peer.asks("password.confirm", { code: first, new: NEXT });
    await peer.fails("password.confirm", { code: second, new: PASSWORD }, "bad_code");
  });
});

Deno.test("reset: two letters an hour for an account, also when they are asked for at once", async () => {
  const clock = new TestClock();
  await using mailbox = await Mailbox.open();
  await withServer({ smtp: mailbox.url }, async (server) => {
    for (const name of ["alice", "bob"]) await server.member(name);
    await ask(server, [ALICE.email, ALICE.email, ALICE.email]);
    await Promise.all(Array.from({ length: 10 }, () => ask(server, ["bob@example.org"])));
    clock.advance(HOUR - 1);
    await ask(server, [ALICE.email]);
    await mailbox.letter(4);
    clock.advance(1);
    await ask(server, [ALICE.email]);
    await server.running.stop();
    assertEquals(mailbox.letters.map(({ to }) => to.split("@")[0]).sort(), [
      "alice",
      "alice",
      "alice",
      "bob",
      "bob",
    ]);
  }, { clock: clock.read });
});

Deno.test("reset: without a mail server the letter is a file, and one log line says where", async () => {
  const log: string[] = [];
  await startLog({ log: "text", logLevel: "info" }, (line) => void log.push(line));
  try {
    await withServer({ publicUrl: "https://chat.example.org" }, async (server) => {
      await server.member("alice");
      await ask(server, [ALICE.email]);
      await server.running.stop();
      const [path, ...more] = log.flatMap((line) => /[^" ]+\.eml/.exec(line) ?? []);
      assertEquals(more, []);
      assertTrue(path!.startsWith(`${server.folder}/data/mail/`), path!);
      const text = await Deno.readTextFile(path!);
      assertTrue(text.includes("To: alice@example.org"), text);
      assertTrue(text.includes("\nhttps://chat.example.org/#/reset?code="), text);
      assertEquals((await Deno.stat(path!)).mode! & 0o777, 0o600);
      assertTrue(!log.join().includes(codeIn({ text })), "the log holds the code");
    });
  } finally {
    await stopLog();
  }
});

Deno.test("reset: a mail server that is not there, or says nothing, harms nobody", async () => {
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const smtp = `smtp://user:letters-only@127.0.0.1:${portOf(silent)}`;
  const called = new Promise<{ destroy(): void }>((resolve) => silent.once("connection", resolve));
  const log: string[] = [];
  await startLog({ log: "json", logLevel: "info" }, (line) => void log.push(line));
  try {
    await withServer({ smtp }, async (server) => {
      const alice = await server.member("alice");
      await ask(server, [ALICE.email]);
      const socket = await called;
      await alice.asks("send", { room: "lobby", text: "nobody waits for letters" });
      await new Promise((resolve) => {
        silent.close(resolve);
        socket.destroy();
      });
      await ask(server, [ALICE.email]); // now nobody listens there
      await server.running.stop();
      const failures = log.map((line) => JSON.parse(line)).filter(({ level }) => level === "ERROR");
      assertEquals(failures.length, 2, log.join(""));
      for (const failure of failures) assertMatches(failure, { logger: "switchboard.mail" });
      assertTrue(!log.join().includes("letters-only"), "the log holds the password");
    });
  } finally {
    await stopLog();
  }
});

Deno.test("reset: codes, tokens and passwords are nowhere in the database", async () => {
  await using mailbox = await Mailbox.open();
  await withServer({ smtp: mailbox.url }, async (server) => {
    const alice = await server.member("alice");
    const { token } = await (await server.connect()).asks("login", { username: "alice", password: PASSWORD });
    await ask(server, [ALICE.email]);
    const code = codeIn(await mailbox.letter(1)).replaceAll("-", "");
    await alice.asks("send", { room: "lobby", text: "this is kept as it is" });
    const kept: string[] = [];
    for await (const file of Deno.readDir(`${server.folder}/data`)) {
      if (!file.isFile) continue;
      const bytes = await Deno.readFile(`${server.folder}/data/${file.name}`);
      kept.push(new TextDecoder("latin1").decode(bytes));
    }
    const holds = (text: string) => kept.some((file) => file.includes(text));
    assertEquals([PASSWORD, token, code, "this is kept as it is"].map(holds), [false, false, false, true]);
  });
});
