/** Looking for what was said, here and everywhere, and going there. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { pageTest } from "../support/browser.ts";
import { guestOf, isAtEnd, PHONE, saysMany, topOf } from "./page_scene.ts";

pageTest(
  "a search finds it, a press goes there, and one can read on in both directions",
  async ({ person, server }) => {
    const [alice, bob] = await Promise.all([person("alice", "#/guest"), guestOf(server, "bob")]);
    await saysMany(bob, 400, (n) => n === 150 ? "the **needle** in the hay" : `straw ${n}`);
    await alice.comesAsGuest();
    await alice.reads("straw 400");
    await alice.presses("Search");
    const words = alice.page.getByRole("searchbox", { name: "Words to look for" });
    await words.fill("needle");
    const found = alice.page.getByRole("dialog").getByRole("button", { name: /the needle in the hay/ });
    assertEquals(await found.locator("mark").innerText(), "needle");
    await words.press("Escape");
    await found.waitFor({ state: "detached" });
    await alice.presses("Search");
    await words.fill("needle");
    await found.click();
    const target = alice.page.getByRole("article").filter({ hasText: "the needle in the hay" });
    await target.and(alice.page.locator(":focus")).waitFor();
    await alice.message("straw 149").waitFor();
    await alice.message("straw 151").waitFor();
    assertTrue(await topOf(alice, "straw 151") > 100, "it stands in the middle");
    await saysMany(bob, 1, () => "meanwhile");
    await alice.page.getByRole("button", { name: /Latest messages, 1 unread/ }).waitFor();
    // Down from there, page after page, until it joins what was said last.
    const end = alice.message("meanwhile");
    await target.hover();
    for (let n = 0; await end.count() === 0 && n < 500; n++) await alice.page.mouse.wheel(0, 2_000);
    await end.waitFor();
    await isAtEnd(alice);
    bob.close();
  },
);

pageTest(
  "everywhere means private ones too; nothing found is said, on a phone as well",
  async ({ person, server }) => {
    const [alice, bob] = await Promise.all([person("alice", "#/guest", PHONE), guestOf(server, "bob")]);
    await alice.comesAsGuest();
    await bob.ask("send", { to: "alice", text: "秘密的计划" });
    await bob.ask("send", { room: "lobby", text: "a plan for everybody" });
    await alice.reads("a plan for everybody");
    await alice.presses("Search");
    const words = alice.page.getByRole("searchbox", { name: "Words to look for" });
    await words.fill("计划");
    await alice.sees("Nothing found.");
    await alice.page.getByRole("radio", { name: "Everywhere" }).check({ force: true });
    await alice.page.getByRole("dialog").getByRole("button", { name: /秘密的计划/ }).tap();
    await alice.isIn("bob");
    await alice.message("秘密的计划").and(alice.page.locator(":focus")).waitFor();
    bob.close();
  },
);

pageTest("what was found is shown with its hit, whole characters and all", async ({ person, server }) => {
  const [alice, bob] = await Promise.all([person("alice", "#/guest"), guestOf(server, "bob")]);
  const lead = "👩‍👩‍👧‍👦".repeat(40);
  const said = [
    `${"so ".repeat(60)}Crème Brûlée for dessert`,
    "read [the docs](https://example.org/handbook) first",
    `${lead}needle`,
    "Ein schöner Gruß",
    "שָׁלוֹם",
    "done 👍🏽 now",
    "the hen",
  ];
  await saysMany(bob, said.length, (n) => said[n - 1]!);
  await alice.comesAsGuest();
  await alice.presses("Search");
  const words = alice.page.getByRole("searchbox", { name: "Words to look for" });
  const found = alice.page.locator(".found-text");
  const finds = async (query: string, mark: string) => {
    await words.fill(query);
    await found.locator("mark").getByText(mark, { exact: true }).waitFor();
    return await found.first().innerText();
  };
  assertTrue((await finds("creme brulee", "Crème")).includes("Crème Brûlée for dessert"), "accents");
  assertTrue(/^…so so/.test(await finds("brulee", "Brûlée")), "it begins with a word");
  assertTrue(
    (await finds("handbook", "handbook")).includes("https://example.org/handbook"),
    "a link's target",
  );
  assertTrue(/^…(?:👩‍👩‍👧‍👦)+needle$/u.test(await finds("needle", "needle")), "no half of a family");
  await finds("gruss", "Gruß");
  await finds("שלום", "שָׁלוֹם");
  await finds("👍", "👍🏽");
  // Where a word begins, as the server finds it; not within "the".
  assertEquals(await finds("he", "he"), "the hen");
  assertEquals(await found.locator("mark").allInnerTexts(), ["he"]);
  bob.close();
});
