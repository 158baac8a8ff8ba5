/** What is written is never lost: too long, refused, cut off, or left for later. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { pageTest, type Person } from "../support/browser.ts";
import { guestOf } from "./page_scene.ts";

const fieldOf = ({ page }: Person) => page.getByRole("textbox", { name: /^Message / });
const editorOf = ({ page }: Person) => page.getByRole("textbox", { name: "Edit the message" });
const LONG = `${"what was pasted, ".repeat(60)}\n`.repeat(100);

pageTest(
  "a text that is too long stays, says by how much, and may go as a file",
  async ({ person, server }) => {
    const [alice, bob] = await Promise.all([person("alice", "#/guest"), guestOf(server, "bob")]);
    await alice.comesAsGuest();
    const field = fieldOf(alice);
    await field.fill("x".repeat(15_500));
    await alice.sees("884 B left");
    // What others write in three bytes counts as three.
    await field.fill("字".repeat(6_000));
    await alice.page.getByRole("alert").filter({ hasText: "Too long by 1.6 kB." }).waitFor();
    await field.fill(LONG);
    await field.press("Enter");
    await alice.page.getByRole("alert").filter({ hasText: "Too long by" }).waitFor();
    await alice.page.screenshot({ path: "tests/output/too_long.png" });
    assertEquals((await field.inputValue()).length, LONG.length, "it stays");
    await field.press("Home");
    await alice.presses("Send as a file");
    assertEquals(await field.inputValue(), "");
    await field.fill("what was pasted");
    await field.press("Enter");
    await alice.page.getByTitle(/^text .*\.txt$/).first().waitFor();
    await alice.page.getByRole("article").filter({ hasText: "what was pasted" }).waitFor();
    const { messages } = await bob.ask("history", { room: "lobby" });
    assertEquals(messages.map(({ text, file }) => [text, file?.size]), [["what was pasted", LONG.length]]);
    await alice.says("x".repeat(16_384));
    await alice.page.getByRole("article").nth(1).waitFor();
  },
);

pageTest("no field takes the connection down: each says that it is too long", async ({ person, server }) => {
  const [alice] = await Promise.all([person("alice", "#/guest"), guestOf(server, "bob")]);
  await alice.comesAsGuest();
  let links = 0;
  alice.page.on("websocket", () => links++);
  await alice.presses("Join or create a room");
  await alice.writes("Room name", "r".repeat(70_000));
  await alice.page.getByLabel("Room name").press("Enter");
  const tooLarge = alice.page.getByRole("alert").filter({ hasText: "This is too large to send" });
  await tooLarge.waitFor();
  await alice.page.keyboard.press("Escape");
  await alice.presses("Search");
  await alice.writes("Words to look for", "w".repeat(70_000));
  await alice.sees("Nothing found.");
  await alice.page.keyboard.press("Escape");
  await alice.presses("Write to several people");
  await alice.page.getByRole("checkbox").first().check();
  await alice.writes("A message that each of them gets in private", LONG);
  await alice.page.getByRole("alert").filter({ hasText: "Too long by" }).waitFor();
  assertTrue(
    await alice.page.getByRole("button", { name: "Send", exact: true }).last().isDisabled(),
    "not sent",
  );
  await alice.page.keyboard.press("Escape");
  await alice.says("still here");
  await alice.reads("still here");
  assertEquals(links, 0, "the first link is still the one");
});

pageTest(
  "what an older page kept unsent and is too long is shown, once, and can be put away",
  async ({ person }) => {
    const alice = await person("alice", "#/guest");
    await alice.comesAsGuest();
    await alice.page.evaluate((text) => {
      const message = { key: "old", text, at: Date.now() };
      const kept = { "room:lobby": { place: { room: "lobby" }, messages: [message] } };
      localStorage.setItem("switchboard.unsent:alice", JSON.stringify(kept));
    }, LONG);
    await alice.page.reload();
    await alice.isIn("lobby");
    const trouble = alice.page.getByRole("alert").filter({ hasText: "Not sent. This is too large to send" });
    await trouble.waitFor();
    await alice.says("after it");
    await alice.reads("after it");
    await alice.page.reload();
    await trouble.getByRole("button", { name: "Discard" }).click();
    await trouble.waitFor({ state: "detached" });
    assertEquals(await alice.page.evaluate(() => localStorage.getItem("switchboard.unsent:alice")), null);
  },
);

pageTest(
  "an edit that is refused or lost stays in the field, with the reason",
  async ({ person, server }) => {
    const alice = await person("alice", "#/guest");
    await alice.comesAsGuest();
    await alice.says("first");
    await alice.reads("first");
    await fieldOf(alice).press("ArrowUp");
    await editorOf(alice).fill(LONG);
    await editorOf(alice).press("Enter");
    await alice.page.getByRole("alert").filter({ hasText: "Too long by" }).waitFor();
    assertEquals((await editorOf(alice).inputValue()).length, LONG.length);
    assertEquals(
      await alice.page.getByRole("button", { name: "Send as a file" }).count(),
      0,
      "an edit is no file",
    );

    // The link goes with the edit on it.
    await editorOf(alice).fill("second");
    await server.stop();
    await alice.sees(/^Offline since/);
    await editorOf(alice).press("Enter");
    await server.again();
    const read = alice.page.getByRole("article").filter({ hasText: "second" }).waitFor();
    const failed = alice.page.locator(".composer").getByRole("alert").waitFor();
    await Promise.race([read, failed]);
    if (await editorOf(alice).count() > 0) {
      assertEquals(await editorOf(alice).inputValue(), "second");
      await editorOf(alice).press("Enter");
    }
    await read;
    await failed.catch(() => {});

    // Taken back elsewhere meanwhile: the server refuses.
    await fieldOf(alice).press("ArrowUp");
    await editorOf(alice).fill("third");
    await alice.page.route("**/*", (route) => route.continue());
    const again = await alice.context.newPage();
    await again.goto(`${server.url}/#/room/lobby`);
    const there = again.getByRole("article").filter({ hasText: "second" });
    await there.hover();
    await there.getByRole("button", { name: "More" }).click();
    await again.getByRole("menuitem", { name: "Delete for everyone" }).click();
    await again.getByRole("menuitem", { name: "Delete for everyone?" }).click();
    await alice.sees("Message deleted");
    await editorOf(alice).press("Enter");
    await alice.page.locator(".composer").getByRole("alert").filter({ hasText: "This message was recalled" })
      .waitFor();
    assertEquals(await editorOf(alice).inputValue(), "third");
  },
);

pageTest(
  "drafts outlast a reload, are the same in every tab, and go with signing out",
  async ({ person, server }) => {
    const alice = await person("alice", "#/register");
    await alice.registers("plug-jack-cord-7");
    await guestOf(server, "bob").then((bob) => bob.ask("send", { room: "lobby", text: "question?" }));
    await alice.reads("question?");
    const field = fieldOf(alice);
    await alice.message("question?").hover();
    await alice.message("question?").getByRole("button", { name: "Reply" }).click();
    await field.fill("half an answer");
    await alice.page.getByRole("link", { name: "bob" }).first().click();
    await alice.isIn("bob");
    await fieldOf(alice).fill("for bob");
    await alice.page.reload();
    await alice.isIn("bob");
    assertEquals(await fieldOf(alice).inputValue(), "for bob");
    await alice.page.getByRole("link", { name: /^lobby/ }).first().click();
    await alice.isIn("lobby");
    assertEquals(await field.inputValue(), "half an answer");
    await alice.sees("Reply to bob:");

    const tab = await alice.context.newPage();
    await tab.goto(`${server.url}/#/room/lobby`);
    const other = tab.getByRole("textbox", { name: /^Message / });
    await tab.getByText("Reply to bob:").waitFor();
    assertEquals(await other.inputValue(), "half an answer");
    await other.fill("a whole answer");
    await alice.page.waitForFunction(() => document.querySelector("textarea")?.value === "a whole answer");
    await field.press("Enter");
    await alice.reads("a whole answer");
    await tab.waitForFunction(() => document.querySelector("textarea")?.value === "");
    // A change of one's own message is a draft too.
    await field.fill("left");
    await field.fill("");
    await field.press("ArrowUp");
    await editorOf(alice).fill("a better answer");
    await alice.page.reload();
    await alice.isIn("lobby");
    assertEquals(await editorOf(alice).inputValue(), "a better answer");
    await editorOf(alice).press("Enter");
    await alice.sees("a better answer");

    await field.fill("never said");
    await tab.close();
    await alice.presses("Settings");
    await alice.presses("Sign out");
    await alice.page.getByRole("heading", { name: "Sign in" }).waitFor();
    const keys = await alice.page.evaluate(() =>
      Object.keys(localStorage).filter((key) => /draft/.test(key))
    );
    assertEquals(keys, [], "nothing is left of them");
  },
);
