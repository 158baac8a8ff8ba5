/**
 * A house of 2,000 accounts and 500 rooms: what coming in, looking up and reading cost, and how long a page takes. `deno run
 * -A tests/bench/house.ts`. It makes its database with what every version has, so that versions can be compared.
 */
import { DatabaseSync } from "node:sqlite";
import { Connection } from "../../client/connection/connection.ts";
import { tcpLink } from "../../client/node/tcp_link.ts";
import { looksOf } from "../../server/core/accounts/look_alike.ts";
import { nameKey } from "../../server/core/shared/names.ts";
import { launchBrowser } from "../support/launch_browser.ts";
import { startServerProcess } from "../support/server_process.ts";
import { tableOf } from "./table.ts";

const ACCOUNTS = 2_000;
const ROOMS = 500;
const OWN_ROOMS = 90;
const MESSAGES = 2_000;
const TIMES = 200;
const STARTS = 7;
const SLOWER = 4;
const PASSWORD = "plug-jack-cord-7";

const data = await Deno.makeTempDir({ prefix: "switchboard-bench-" });
const rows: string[][] = [["", "median (ms)", "most"]];
let server = await startServerProcess({ data });
try {
  const alice = await connected();
  const account = { username: "alice", nickname: "alice", password: PASSWORD };
  await alice.ask("register", account);
  await alice.ask("login", { username: "alice", password: PASSWORD });
  for (let n = 0; n < MESSAGES; n++) await alice.ask("send", { room: "lobby", text: `message ${n}` });
  alice.close();
  await server.end("SIGTERM");
  furnish();
  server = await startServerProcess({ data });
  await measureOps();
  await measurePage();
} finally {
  console.log(tableOf(rows));
  await server.end("SIGTERM");
  await Deno.remove(data, { recursive: true });
}

/** Everybody has been in the lobby; alice is in many rooms. */
function furnish(): void {
  const database = new DatabaseSync(`${data}/switchboard.db`);
  const run = (sql: string) => database.prepare(sql);
  const account = run(
    "INSERT INTO accounts (id, username, username_key, nickname, nickname_key, password_hash, created_at) VALUES (?, ?, ?, ?, ?, 'x', 1)",
  );
  const name = run("INSERT INTO names (key, account) VALUES (?, ?)");
  const look = run("INSERT OR IGNORE INTO looks (look, account) VALUES (?, ?)");
  const room = run(
    "INSERT INTO rooms (id, name, key, ephemeral, created_at, lasting) VALUES (?, ?, ?, 0, ?, 1)",
  );
  const place = run("INSERT INTO places (person, room, since) VALUES (?, ?, 0)");
  const lobby = run("SELECT id FROM rooms WHERE key = 'lobby'").get()!.id as string;
  const alice = run("SELECT id FROM accounts WHERE username = 'alice'").get()!.id as string;
  database.exec("BEGIN");
  for (let n = 0; n < ACCOUNTS; n++) {
    const nickname = `colleague ${n}`;
    account.run(`account ${n}`, nickname, nameKey(nickname), nickname, nameKey(nickname));
    name.run(nameKey(nickname), `account ${n}`);
    for (const each of looksOf(nickname)) look.run(each, `account ${n}`);
    place.run(`account ${n}`, lobby);
  }
  for (let n = 0; n < ROOMS; n++) {
    room.run(`room ${n}`, `Room ${n}`, nameKey(`Room ${n}`), Date.now());
    if (n < OWN_ROOMS) place.run(alice, `room ${n}`);
    for (let m = 0; m < 40; m++) place.run(`account ${(n * 7 + m) % ACCOUNTS}`, `room ${n}`);
  }
  database.exec("COMMIT");
  database.close();
}

async function measureOps(): Promise<void> {
  const alice = await connected();
  const { token } = await alice.ask("login", { username: "alice", password: PASSWORD });
  const timed = async (what: string, work: () => Promise<unknown>) => {
    const times: number[] = [];
    for (let n = 0; n < TIMES; n++) {
      const began = performance.now();
      await work();
      times.push(performance.now() - began);
    }
    row(what, times);
  };
  await timed("coming back with a token", async () => {
    const again = await connected();
    await again.resume({ token });
    again.close();
  });
  await timed("a page of history", () => alice.ask("history", { room: "lobby" }));
  await timed("who is in the lobby", () => alice.ask("members", { room: "lobby" }));
  await timed("one's conversations", () => alice.ask("conversations", {}));
  await timed("the list of rooms", () => alice.ask("rooms", {}));
  await timed("a message", () => alice.ask("send", { room: "lobby", text: "hi" }));
  alice.close();
}

async function measurePage(): Promise<void> {
  const browser = await launchBrowser();
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-GB" });
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
    await page.goto(`${server.http}/#/sign-in`);
    await page.getByLabel("Username, nickname or email").fill("alice");
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.keyboard.press("Enter");
    const newest = page.getByText("hi", { exact: true }).last();
    await newest.waitFor();
    const opened: number[] = [];
    for (let n = 0; n < STARTS; n++) {
      const began = performance.now();
      await page.reload({ waitUntil: "commit" });
      await newest.waitFor();
      opened.push(performance.now() - began);
    }
    row(`page: from loading to the newest message, processor ${SLOWER} times slower`, opened);
  } finally {
    await browser.close();
  }
}

async function connected(): Promise<Connection> {
  const connection = new Connection({ open: tcpLink(server.tcp) });
  await connection.connect();
  return connection;
}

function row(what: string, times: number[]): void {
  const sorted = times.toSorted((a, b) => a - b);
  const shown = (time: number) => time.toFixed(time < 10 ? 2 : 0);
  rows.push([what, shown(sorted[Math.floor(sorted.length / 2)]!), shown(sorted.at(-1)!)]);
}
