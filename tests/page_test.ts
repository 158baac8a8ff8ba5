/** The page, driven as people do: a real browser against a real server, for every way of item "a page that works". */
import type { ElementHandle, Locator } from "playwright-core";
import { Connection } from "../client/connection.ts";
import { webSocketLink } from "../client/websocket_link.ts";
import { pageTest, type TestServer } from "./browser.ts";
import { recalls } from "./page_scene.ts";

const PASSWORD = "correct horse 7 battery";
const MAIL = "alice@example.org";

pageTest("somebody registers, signs out, and signs in", async ({ person }) => {
  const alice = await person("alice", "#/register");
  await alice.registers(PASSWORD);
  await alice.presses("Sign out");
  await alice.writes("Username, nickname or email", "alice");
  await alice.writes("Password", PASSWORD);
  await alice.presses("Sign in");
  await alice.isIn("lobby");
  await alice.page.reload();
  await alice.isIn("lobby");
  await alice.sees("1 member");
});

pageTest("a wrong password is said at the form", async ({ person }) => {
  const alice = await person("alice");
  await alice.writes("Username, nickname or email", "nobody");
  await alice.writes("Password", "a wrong password");
  await alice.presses("Sign in");
  await alice.page.getByRole("alert").filter({ hasText: /password/ }).waitFor();
  await alice.presses("Show password");
  assertSame(await alice.page.getByLabel("Password", { exact: true }).getAttribute("type"), "text");
});

pageTest("two talk in the lobby, then in private after a click on a nickname", async ({ person }) => {
  const [alice, bob] = await Promise.all([person("alice", "#/register"), person("bob", "#/guest")]);
  await alice.registers(PASSWORD);
  await bob.comesAsGuest();

  await alice.says("hello bob\nsee https://example.org/board.");
  await bob.sees("hello bob");
  const link = bob.page.getByRole("link", { name: "https://example.org/board", exact: true });
  assertSame(await link.getAttribute("rel"), "noopener noreferrer");
  await bob.says("hello alice");
  await alice.reads("hello alice");

  await alice.page.getByRole("region", { name: /^Online/ }).getByRole("link", { name: "bob" }).click();
  await alice.isIn("bob");
  await alice.says("just between us");
  const unread = bob.page.getByRole("region", { name: "Private" }).getByRole("link", {
    name: /alice.*1 unread/,
  });
  await unread.click();
  await bob.isIn("alice");
  await bob.reads("just between us");
  assertSame(await alice.page.getByRole("link", { name: "lobby" }).getByText("unread").count(), 0);
});

pageTest("somebody makes a room, another enters it and leaves", async ({ person }) => {
  const [alice, bob] = await Promise.all([person("alice", "#/guest"), person("bob", "#/guest")]);
  await alice.comesAsGuest();
  await alice.entersRoom("harbour");
  await alice.page.getByRole("complementary", { name: "Members" }).getByText("owner").waitFor();

  await bob.comesAsGuest();
  await bob.presses("Enter a room");
  await bob.page.getByRole("button", { name: /^harbour/ }).click();
  await bob.isIn("harbour");
  await alice.sees("2 members");
  await bob.says("anybody here?");
  await alice.reads("anybody here?");
  await bob.presses("More about harbour");
  await bob.presses("Leave harbour");
  await bob.isIn("lobby");
  await alice.sees("1 member");
});

pageTest("a recalled message is gone for everybody", async ({ person }) => {
  const [alice, bob] = await Promise.all([person("alice", "#/guest"), person("bob", "#/guest")]);
  await Promise.all([alice.comesAsGuest(), bob.comesAsGuest()]);
  await alice.says("a slip of the tongue");
  await bob.reads("a slip of the tongue");
  await recalls(alice, alice.message("a slip of the tongue"));
  await bob.reads("Message recalled");
  await alice.reads("Message recalled");
  assertSame(await bob.page.getByText("a slip of the tongue").count(), 0);
});

pageTest("a forgotten password is set anew with the code from the mail", async ({ person, server }) => {
  const alice = await person("alice", "#/register");
  await alice.registers(PASSWORD, MAIL);
  await alice.presses("Sign out");
  await alice.follows("Forgot password?");
  await alice.writes("Email", MAIL);
  await alice.presses("Send the code");
  await alice.sees("a code is on its way");

  await alice.page.goto(`${server.url}/#/reset?code=${await codeFromMail(server)}`);
  await alice.writes("New password", "another horse 8 battery");
  await alice.presses("Set password");
  await alice.sees("Your password is changed");
  await alice.writes("Username, nickname or email", MAIL);
  await alice.writes("Password", "another horse 8 battery");
  await alice.presses("Sign in");
  await alice.isIn("lobby");
});

pageTest("scrolling up brings older messages without a jump", async ({ person, server }) => {
  const bob = await connectGuest(server, "bob");
  for (let n = 1; n <= 120; n++) await bob.ask("send", { room: "lobby", text: `message ${n}` });
  bob.close();

  const alice = await person("alice", "#/guest");
  await alice.comesAsGuest();
  await alice.reads("message 120");
  assertSame(await alice.page.getByText("message 20", { exact: true }).count(), 0);

  const list = alice.page.getByRole("region", { name: "Messages" });
  await list.evaluate((box) => box.scrollTop = 300);
  await until(list, (box) => box.scrollTop > 1_000, "older messages come in above what was read");
  await alice.message("message 74").waitFor();
  await list.evaluate((box) => box.scrollTop = 0);
  await until(list, (box) => box.scrollTop > 500, "the oldest page comes in above");
  await list.evaluate((box) => box.scrollTop = 0);
  await alice.reads("message 1");
  await alice.sees("This is where the conversation begins.");
  const drawn = await alice.page.locator("article[data-id]").count();
  if (drawn > 60) throw new Error(`${drawn} messages are in the page, though few are in sight`);
});

pageTest("the server restarts: the page comes back and misses nothing", async ({ person, server }) => {
  const [alice, bob] = await Promise.all([person("alice", "#/register"), person("bob", "#/guest")]);
  await Promise.all([alice.registers(PASSWORD), bob.comesAsGuest()]);
  await alice.says("before");
  await bob.reads("before");

  await server.stop();
  await alice.sees("Offline since");
  await bob.sees("Offline since");
  await alice.says("meanwhile");
  await alice.sees("Sending…");
  await server.again();

  await bob.reads("meanwhile");
  await alice.reads("meanwhile");
  await bob.says("after");
  await alice.reads("after");
  for (const each of [alice, bob]) {
    assertSame(await each.page.getByText("meanwhile", { exact: true }).count(), 1);
    assertSame(await each.page.getByText("before", { exact: true }).count(), 1);
  }
});

pageTest("on a phone there is one pane at a time", async ({ person }) => {
  const alice = await person("alice", "#/guest");
  await alice.page.setViewportSize({ width: 390, height: 780 });
  await alice.comesAsGuest();
  const conversations = alice.page.getByRole("navigation", { name: "Conversations" });
  await conversations.waitFor({ state: "hidden" });
  await alice.follows("All conversations");
  await conversations.waitFor();
  await alice.page.getByRole("heading", { level: 1, name: "lobby" }).waitFor({ state: "hidden" });
  await conversations.getByRole("link", { name: "lobby" }).click();
  await alice.isIn("lobby");
});

pageTest("no script can read the token", async ({ person }) => {
  const alice = await person("alice", "#/guest");
  await alice.comesAsGuest();
  await alice.says("a word");
  await alice.reads("a word");
  await alice.page.reload();
  await alice.reads("a word");
  const [cookie] = await alice.context.cookies();
  if (!cookie) throw new Error("There is no cookie");
  assertSame(`${cookie.httpOnly} ${cookie.sameSite}`, "true Strict");
  const readable = await alice.page.evaluate(() =>
    JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }, location.href])
  );
  if (readable.includes(cookie.value)) throw new Error(`A script can read the token: ${readable}`);
});

async function connectGuest(server: TestServer, nickname: string): Promise<Connection> {
  const open = webSocketLink(`${server.url.replace("http", "ws")}/ws`);
  const connection = await new Connection({ open }).connect();
  await connection.ask("guest", { nickname });
  return connection;
}

/** The code of the only mail that was written. Stopping waits until it is. */
async function codeFromMail(server: TestServer): Promise<string> {
  await server.stop();
  const [path] = await lettersBelow(server.data);
  if (path === undefined) throw new Error("No letter was written");
  const letter = (await Deno.readTextFile(path)).replaceAll(/=\r?\n/g, "").replaceAll("=3D", "=");
  const code = /#\/reset\?code=([\w-]+)/.exec(letter)?.[1];
  if (code === undefined) throw new Error(`No code is in the letter:\n${letter}`);
  await server.again();
  return code;
}

async function lettersBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) found.push(...await lettersBelow(path));
    else if (name.endsWith(".eml")) found.push(path);
  }
  return found;
}

/** Waits until a part of the page is as wanted. */
async function until(part: Locator, isSo: (element: HTMLElement) => boolean, what: string): Promise<void> {
  const element = await part.elementHandle();
  await part.page().waitForFunction(isSo, element as ElementHandle<HTMLElement>).catch(() => {
    throw new Error(`Never: ${what}`);
  });
}

function assertSame<T>(actual: T, wanted: T): void {
  if (actual !== wanted) throw new Error(`Expected ${wanted}, got ${actual}`);
}
