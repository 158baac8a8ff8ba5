/** A nickname that is somebody else's now, on the page: the one before stands for themselves, to be read only. */
import { assertEquals } from "../support/assert.ts";
import { pageTest, type Person } from "../support/browser.ts";
import { guestOf, logOf, memberOf } from "./page_scene.ts";

const people = (person: Person) => person.page.getByRole("region", { name: "People" });
const composer = (person: Person) => person.page.getByRole("textbox", { name: /Write to|Message/ });
const textsIn = (person: Person) => logOf(person).locator(".bubble").allInnerTexts();

pageTest(
  "what one looks at stays with whom it was said, when somebody else comes under the name",
  async ({ person, server }) => {
    const alice = await person("alice", "#/guest");
    await alice.comesAsGuest();
    const first = await guestOf(server, "zoe");
    await first.ask("send", { to: "alice", text: "the secret of the first" });
    await people(alice).getByRole("link", { name: /^zoe/ }).click();
    await alice.reads("the secret of the first");
    await composer(alice).fill("and mine is");
    await composer(alice).press("Enter");
    await alice.reads("and mine is");
    await first.ask("logout", {});
    await people(alice).getByRole("link", { name: "zoe Guest" }).waitFor();

    const second = await guestOf(server, "zoe");
    await alice.sees("Somebody else is called zoe now.");
    assertEquals(await composer(alice).count(), 0, "nobody is written to by mistake");
    assertEquals((await textsIn(alice)).length, 2);
    await second.ask("send", { to: "alice", text: "I am another one" });
    await people(alice).getByRole("link", { name: "zoe Guest 1 unread" }).click();
    await alice.reads("I am another one");
    assertEquals((await textsIn(alice)).length, 1, "nothing of the one before");

    const entry = people(alice).getByRole("link", { name: "zoe Former" });
    await entry.click();
    await alice.reads("the secret of the first");
    const message = alice.message("the secret of the first");
    await message.hover();
    await message.getByRole("button", { name: "More", exact: true }).click();
    assertEquals(await alice.page.getByRole("menuitem").allInnerTexts(), ["Copy text", "Report"]);
    await alice.page.keyboard.press("Escape");

    // A page that is loaded anew is where it was, and what was found is opened.
    await alice.page.reload();
    await alice.sees("Somebody else is called zoe now.");
    await alice.reads("the secret of the first");
    await people(alice).getByRole("link", { name: /^zoe Guest/ }).click();
    await alice.reads("I am another one");
    await alice.presses("Search");
    await alice.page.getByRole("searchbox", { name: "Words to look for" }).fill("secret");
    await alice.page.getByRole("radio", { name: "Everywhere" }).check();
    await alice.page.getByRole("dialog").getByRole("button", { name: /zoe Former.*the secret of the first/ })
      .click();
    await alice.page.getByRole("article").filter({ hasText: "the secret of the first" })
      .and(alice.page.locator(":focus")).waitFor();
    assertEquals((await textsIn(alice)).length, 2);

    // While alice was away, another one came and wrote.
    await people(alice).getByRole("link", { name: /^zoe Guest/ }).click();
    await alice.reads("I am another one");
    await alice.context.setOffline(true);
    await second.ask("logout", {});
    const third = await guestOf(server, "zoe");
    await third.ask("send", { to: "alice", text: "and I am the third" });
    await alice.context.setOffline(false);
    await people(alice).getByRole("link", { name: "zoe Former" }).nth(1).waitFor();
    await people(alice).getByRole("link", { name: /^zoe Guest/ }).click();
    await alice.reads("and I am the third");
    assertEquals((await textsIn(alice)).length, 1);
    third.close();
  },
);

pageTest("a deleted account is called so in the page's language, wherever its name stood", async (stage) => {
  const [bob, carol] = [await memberOf(stage.server, "bob"), await memberOf(stage.server, "carol")];
  const { id } = await bob.ask("send", { room: "lobby", text: "what of me?" });
  await carol.ask("send", { room: "lobby", text: "this of you", reply: id });
  await bob.ask("account.delete", { password: "plug-jack-cord-7" });
  const said = async () => (await carol.ask("history", { room: "lobby" })).messages[0]!.from;
  // What it wrote gets its new name in steps.
  while (await said() === "bob") await carol.ask("ping", {});
  const alice = await stage.person("alice", "#/guest", { locale: "zh-CN" });
  await alice.page.getByLabel("昵称").fill("alice");
  await alice.page.keyboard.press("Enter");
  await alice.message("what of me?").locator(".message-from").getByText("已注销账号").waitFor();
  const quoted = alice.page.locator(".quoted", { hasText: "what of me?" });
  await quoted.getByText("已注销账号").waitFor();
  await alice.page.getByRole("button", { name: "搜索", exact: true }).click();
  await alice.page.getByRole("dialog").getByRole("searchbox").fill("what of");
  await alice.page.getByRole("dialog").getByRole("button", { name: /已注销账号.*what of me/ }).waitFor();
  for (const each of [bob, carol]) each.close();
});
