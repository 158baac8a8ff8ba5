/** The page, driven as people do: a real browser against a real server, for every way of item "a page that works". */
import { pageTest, type TestServer } from "../support/browser.ts";
import { recalls } from "./page_scene.ts";

const PASSWORD = "correct horse 7 battery";
const MAIL = "alice@example.org";

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

  await alice.page.getByRole("region", { name: "People" }).getByRole("link", { name: "bob" }).click();
  await alice.isIn("bob");
  await alice.says("just between us");
  const unread = bob.page.getByRole("region", { name: "People" }).getByRole("link", {
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
  await alice.presses("Members");
  await alice.page.getByRole("complementary", { name: "Members" }).getByText("owner").waitFor();

  await bob.comesAsGuest();
  await bob.presses("Join or create a room");
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
  await bob.reads("Message deleted");
  await alice.reads("Message deleted");
  assertSame(await bob.page.getByText("a slip of the tongue").count(), 0);
});

pageTest("a forgotten password is set anew with the code from the mail", async ({ person, server }) => {
  const alice = await person("alice", "#/register");
  await alice.registers(PASSWORD, MAIL);
  await alice.signsOut();
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

function assertSame<T>(actual: T, wanted: T): void {
  if (actual !== wanted) throw new Error(`Expected ${wanted}, got ${actual}`);
}
