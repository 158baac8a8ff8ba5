/** What one has not read: where a conversation opens, what counts as read, and what the badges say. */
import type { Locator } from "playwright-core";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { pageTest, type Person } from "../support/browser.ts";
import { guestOf, isAtEnd, logOf, saysMany } from "./page_scene.ts";

const badgeOf = ({ page }: Person, place: string) =>
  page.getByRole("link", { name: new RegExp(`^${place}`) }).first();
const newLineOf = ({ page }: Person) => page.locator(".new-line");

pageTest("a room opens at the first unread message, however many there are", async ({ person, server }) => {
  const [alice, bob] = await Promise.all([person("alice", "#/guest"), guestOf(server, "bob")]);
  await alice.comesAsGuest();
  await saysMany(bob, 1, () => "before");
  await alice.reads("before");
  await alice.entersRoom("ops");
  // One's own words from elsewhere are not new.
  await saysMany(bob, 150, (n) => n === 120 ? "@alice, look" : `news ${n}`);
  await badgeOf(alice, "lobby").getByText("99+").or(badgeOf(alice, "lobby").getByText("100")).first()
    .waitFor();
  await badgeOf(alice, "lobby").click();
  await alice.isIn("lobby");
  await newLineOf(alice).waitFor();
  await alice.message("news 1").waitFor();
  const topOf = (each: Locator) => each.evaluate((element) => element.getBoundingClientRect().top);
  const [line, first] = [await topOf(newLineOf(alice)), await topOf(alice.message("news 1"))];
  assertTrue(line < first && first - line < 80, `the line stands right before it: ${line}, ${first}`);
  await alice.page.screenshot({ path: "tests/output/unread.png" });
  // The mention was not shown, so it is not read; nor is anything after what was.
  await badgeOf(alice, "lobby").getByLabel("You are mentioned").or(
    badgeOf(alice, "lobby").getByTitle("You are mentioned"),
  ).first().waitFor();
  assertTrue(/^\(\d+\+?\)/.test(await alice.page.title()), "the title still counts");

  // Loaded anew it opens where reading stopped.
  await alice.page.reload();
  await alice.isIn("lobby");
  await newLineOf(alice).waitFor();
  assertEquals(await alice.message("news 150").count(), 0);

  // Down to the end all is read, and the badge goes.
  await logOf(alice).hover();
  const isDown = async () =>
    await alice.message("news 150").count() > 0 &&
    await logOf(alice).evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight < 2);
  // Older ones that come in, and rows that are measured, move the end; so one goes on until it is there.
  while (!await isDown()) await alice.page.mouse.wheel(0, 1_000);
  await isAtEnd(alice);
  await alice.page.waitForFunction(() => !/\(\d/.test(document.title));
  bob.close();
});

pageTest("the line never stands above one's own message", async ({ person, server }) => {
  const alice = await person("alice", "#/register");
  await alice.registers("plug-jack-cord-7");
  const bob = await guestOf(server, "bob");
  await saysMany(bob, 1, () => "one");
  await alice.reads("one");
  await alice.entersRoom("ops");
  // From another place one says something oneself, and then somebody else does.
  const tab = await alice.context.newPage();
  await tab.goto(`${server.url}/#/room/lobby`);
  await tab.getByText("one", { exact: true }).waitFor();
  await tab.getByRole("textbox", { name: /^Message / }).fill("mine");
  await tab.keyboard.press("Enter");
  await tab.locator("article[data-id]").getByText("mine", { exact: true }).waitFor();
  await tab.close();
  await saysMany(bob, 1, () => "two");
  await badgeOf(alice, "lobby").getByText("1", { exact: true }).waitFor();
  await badgeOf(alice, "lobby").click();
  await alice.isIn("lobby");
  await newLineOf(alice).waitFor();
  const order = await alice.page.locator(".log-row").evaluateAll((rows) =>
    rows.toSorted((a, b) =>
      Number((a as HTMLElement).dataset.index) - Number((b as HTMLElement).dataset.index)
    )
      .map((row) => /mine|two|New/.exec((row as HTMLElement).innerText)?.[0]).filter(Boolean)
  );
  assertEquals(order, ["mine", "New", "two"]);
  bob.close();
});

pageTest("what is recalled before it was read counts no longer", async ({ person, server }) => {
  const [alice, bob] = await Promise.all([person("alice", "#/guest"), guestOf(server, "bob")]);
  await alice.comesAsGuest();
  const slip = await bob.ask("send", { to: "alice", text: "a slip" });
  await badgeOf(alice, "bob").getByText("1", { exact: true }).waitFor();
  await alice.page.waitForFunction(() => document.title.startsWith("(1)"));
  await bob.ask("recall", { message: slip.id });
  await badgeOf(alice, "bob").getByText("1", { exact: true }).waitFor({ state: "detached" });
  await alice.page.waitForFunction(() => !document.title.startsWith("("));
  bob.close();
});

pageTest(
  "the newest message stays in sight while the composer grows, and with one's own files",
  async (stage) => {
    const [alice, bob] = await Promise.all([stage.person("alice", "#/guest"), guestOf(stage.server, "bob")]);
    await alice.comesAsGuest();
    await alice.isInEmptyLobby();
    await saysMany(bob, 60, (n) => `line ${n}`);
    await alice.reads("line 60");
    await isAtEnd(alice);
    const field = alice.page.getByRole("textbox", { name: /^Message / });
    await field.fill("1\n2\n3\n4\n5\n6\n7");
    await isAtEnd(alice);
    assertTrue(await alice.message("line 60").isVisible(), "still there");
    await field.fill("");
    await alice.attaches(
      ...await Promise.all(["a", "b", "c"].map((name) => stage.file(`${name}.bin`, new Uint8Array(2_000)))),
    );
    await alice.file("c.bin").waitFor();
    await isAtEnd(alice);
    bob.close();
  },
);

pageTest("the Enter of an input method picks no emoji", async ({ person }) => {
  const alice = await person("alice", "#/guest");
  await alice.comesAsGuest();
  await alice.presses("Emoji");
  const find = alice.page.getByRole("combobox", { name: "Find an emoji" });
  await find.fill("heart");
  await find.evaluate((field) => {
    for (const init of [{ isComposing: true }, { keyCode: 229 }]) {
      field.dispatchEvent(
        new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true, ...init }),
      );
    }
  });
  assertEquals([await find.isVisible(), await find.inputValue()], [true, "heart"]);
  await find.press("Enter");
  await find.waitFor({ state: "detached" });
});
