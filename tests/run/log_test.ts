import { Connection } from "../../client/connection/connection.ts";
import { RequestError } from "../../client/connection/request_error.ts";
import { tcpLink } from "../../client/node/tcp_link.ts";
import type { Commands, Op } from "../../server/core/shared/commands.ts";
import { assertEquals, assertMatches, assertTrue } from "../support/assert.ts";
import { type Executable, run } from "../support/executable.ts";
import type { Line } from "../support/harness.ts";

/** What must never be in a log, each easy to find. */
const SECRETS = {
  password: "sesame-old-3141",
  next: "sesame-new-2718",
  wrong: "sesame-wrong-1618",
  said: "the eagle lands at noon",
  whispered: "the key is under the mat",
  corrected: "the eagle lands at one",
  sought: "eagle mat",
};

const FREE = ["--http", "0", "--tcp", "0", "--rate-limits", "off"];

/** Everything that takes or makes a secret, done well and done wrong; gives the tokens and codes it met. */
async function talk(server: Executable): Promise<string[]> {
  const [http, tcp] = (await server.lines(2)).map((line) => line.split(/\s+/)[1]!);
  const [host, port] = tcp!.split(":");
  const open = tcpLink({ host: host!, port: Number(port) });
  const alice = await new Connection({ open, reconnect: false }).connect();
  const refused = async <K extends Op>(op: K, fields: Commands[K]["asks"]) => {
    const error = await alice.ask(op, fields).catch((error) => error);
    assertTrue(error instanceof RequestError, `${op} was not refused`);
  };
  const { password, next, wrong, said, whispered, corrected, sought } = SECRETS;
  await alice.ask("register", { username: "alice", nickname: "alice", password, email: "alice@example.org" });
  await refused("login", { username: "alice", password: wrong });
  const { token } = await alice.ask("login", { username: "alice", password });
  const { id } = await alice.ask("send", { room: "lobby", text: said, key: "some-key" });
  await alice.ask("send", { to: "alice", text: whispered });
  await alice.ask("edit", { message: id, text: corrected });
  await alice.ask("search", { text: sought });
  await alice.ask("history", { room: "lobby" });
  await refused("send", { room: "nowhere", text: said });
  await refused("password.change", { old: wrong, new: next });
  await alice.ask("password.reset", { email: "alice@example.org" });
  const letter = await Deno.readTextFile(await server.logs(/[^" ]*\.eml/));
  const [, code = ""] = /\?code=(?:3D)?([0-9A-Z]{12})\b/.exec(letter) ?? [];
  await refused("password.confirm", { code: `${code}X`, new: next });
  await alice.ask("password.confirm", { code, new: next });

  const bob = await new Connection({ open, reconnect: false }).connect();
  await bob.ask("resume", { token }).catch(() => {});
  const link = await open({ line: () => 0, raw() {}, closed() {} });
  link.send(`{"id":1,"op":"login","username":"alice","password":"${wrong}"`);
  link.send(`{"id":2,"op":"login","password":"${wrong}","username":7}`);
  link.send(`{"id":3,"op":"${said}"}`);
  const body = JSON.stringify({ op: "login", username: "alice", password: next });
  const session = await fetch(`${http}/session`, { method: "POST", body });
  await session.body?.cancel();
  const cookie = session.headers.get("set-cookie")!.split(/[=;]/)[1]!;
  link.close();
  bob.close();
  return [token, code, cookie];
}

async function logOfTalk(form: "json" | "text"): Promise<string[]> {
  const data = await Deno.makeTempDir({ prefix: "switchboard-" });
  try {
    await using server = run([...FREE, "--data", data, "--log", form, "--log-level", "debug"]);
    const met = await talk(server);
    server.signal("SIGTERM");
    const { stdout, stderr } = await server.ended;
    assertEquals(stdout.length, 3);
    const first = stdout[2]!.split("/").at(-1)!;
    for (const secret of [...Object.values(SECRETS), ...met, first]) {
      assertTrue(secret.length >= 8, secret);
      assertEquals(stderr.find((line) => line.includes(secret)), undefined, `the log holds ${secret}`);
    }
    return stderr;
  } finally {
    await Deno.remove(data, { recursive: true });
  }
}

Deno.test("log: json is one object a line, says what was handled, and holds no secret", async () => {
  const lines = (await logOfTalk("json")).map((line) => JSON.parse(line) as Line);
  const asked = lines.filter((line) => line.op !== undefined);
  assertMatches(asked.find((line) => line.op === "register"), { outcome: "ok", level: "INFO" });
  assertEquals(asked.filter((line) => line.op === "login").map((line) => line.outcome), [
    "bad_password",
    "ok",
    "ok",
  ]);
  assertMatches(asked.find((line) => line.op === "send"), {
    outcome: "ok",
    nickname: "alice",
    address: "127.0.0.1",
  });
  assertTrue(lines.some((line) => /mail\/.*\.eml/.test(line.where)), "no line says where the letter is");
});

Deno.test("log: text is one line each, and holds no secret", async () => {
  const lines = await logOfTalk("text");
  assertTrue(lines.some((line) => /register.*ok.*127\.0\.0\.1/.test(line)), lines.join("\n"));
  for (const line of lines) assertTrue(/^\d{4}-\d\d-\d\d /.test(line), line);
});
