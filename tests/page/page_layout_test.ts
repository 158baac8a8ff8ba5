/** How the page is laid out: panes by width, light and dark, what is unread. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { pageTest, type Person } from "../support/browser.ts";
import { guestOf, saysMany } from "./page_scene.ts";

const PHONE = { viewport: { width: 390, height: 780 }, hasTouch: true };

const list = (person: Person) => person.page.getByRole("navigation", { name: "Conversations" });
const link = (person: Person, name: string | RegExp) => list(person).getByRole("link", { name });
const groundOf = (person: Person) =>
  person.page.evaluate(() => getComputedStyle(document.body).backgroundColor);

/** Writes down every title from now on; gives what reads them. */
async function titlesOf({ page }: Person): Promise<() => Promise<string[]>> {
  const titles = await page.evaluateHandle(() => {
    const titles: string[] = [];
    new MutationObserver(() => titles.push(document.title))
      .observe(document.querySelector("title")!, { childList: true });
    return titles;
  });
  return () => titles.jsonValue();
}

pageTest("three panes on a desktop, two in a narrower window, one on a phone", async ({ person }) => {
  const alice = await person("alice", "#/guest", { viewport: { width: 1400, height: 800 } });
  await alice.comesAsGuest();
  const panes = ["navigation", "main", "complementary"] as const;
  const shown = async () => {
    const seen = await Promise.all(panes.map((role) => alice.page.getByRole(role).count()));
    return panes.filter((_, i) => seen[i]! > 0);
  };
  assertEquals(await shown(), ["navigation", "main", "complementary"]);

  // Narrower, it does not come to lie over what one reads; asked for, it does.
  await alice.page.setViewportSize({ width: 1000, height: 700 });
  await alice.page.getByRole("complementary").waitFor({ state: "detached" });
  const over = alice.page.getByRole("dialog", { name: "Members" });
  assertEquals(await over.count(), 0);
  await alice.presses("Members");
  await over.waitFor();
  await alice.page.keyboard.press("Escape");
  await over.waitFor({ state: "detached" });
  assertEquals(await shown(), ["navigation", "main"]);

  await alice.page.setViewportSize(PHONE.viewport);
  assertEquals(await shown(), ["main"]);
  await alice.follows("All conversations");
  await link(alice, "lobby").waitFor();
  assertEquals(await alice.page.getByRole("textbox").count(), 0);
  await link(alice, "lobby").click();
  await alice.page.getByRole("textbox", { name: "Message lobby" }).waitFor();
  await alice.page.goBack();
  await link(alice, "lobby").waitFor();

  const bob = await person("bob", "#/guest", { viewport: { width: 1399, height: 800 } });
  await bob.comesAsGuest();
  assertEquals(await bob.page.getByRole("complementary").count(), 0);
  await bob.presses("Members");
  await bob.page.getByRole("complementary", { name: "Members" }).waitFor();
});

pageTest(
  "light and dark by the system's choice, and by hand at once and at the next visit",
  async ({ person }) => {
    const alice = await person("alice", "#/guest", { colorScheme: "light" });
    await alice.comesAsGuest();
    const light = await groundOf(alice);
    await alice.page.emulateMedia({ colorScheme: "dark" });
    const dark = await groundOf(alice);
    assertTrue(light !== dark, `both are ${light}`);
    await alice.presses("Settings");
    const choice = (name: string) => alice.page.getByRole("radio", { name });
    await choice("Light").check();
    assertEquals(await groundOf(alice), light);
    await alice.page.reload();
    await alice.isIn("lobby");
    assertEquals(await groundOf(alice), light);
    await alice.presses("Settings");
    await choice("Like the system").check();
    assertEquals(await groundOf(alice), dark);
  },
);

pageTest(
  "what is unread is counted, who is spoken to is told, what is muted is quiet",
  async ({ person, server }) => {
    const [alice, bob] = await Promise.all([person("alice", "#/guest"), guestOf(server, "bob")]);
    const says = (room: string, text: string) => bob.ask("send", { room, text });
    await alice.comesAsGuest();
    await bob.ask("enter", { room: "harbour" });
    await alice.entersRoom("harbour");
    await link(alice, "lobby").click();
    await alice.isIn("lobby");
    await says("harbour", "the ferry is late");
    await link(alice, /^harbour 1 unread$/).waitFor();
    await says("harbour", "do you know more, @Alice?");
    await link(alice, /^harbour.*You are mentioned 2 unread$/).waitFor();
    await alice.page.waitForFunction(() => document.title.startsWith("(2)"));

    await alice.page.reload();
    await link(alice, /^harbour.*You are mentioned 2 unread$/).waitFor();
    await link(alice, /^harbour/).click();
    await alice.reads("do you know more, @Alice?");
    await link(alice, /^harbour$/).waitFor();

    // What is read as it comes never counts, not even for a moment.
    const titles = await titlesOf(alice);
    await says("harbour", "@alice, it is in");
    await alice.reads("@alice, it is in");
    await alice.says("thank you");
    await alice.reads("thank you");
    assertEquals(await titles(), []);

    await alice.presses("More about harbour");
    await alice.presses("Notifications");
    await alice.page.getByRole("radio", { name: "Nothing" }).check();
    await alice.sees("The room stays silent and counts nothing.");
    await alice.page.keyboard.press("Escape");
    await link(alice, "lobby").click();
    await alice.isIn("lobby");
    await says("harbour", "@alice?");
    await says("lobby", "nobody hears me there");
    await alice.reads("nobody hears me there");
    await link(alice, /^harbour Muted$/).waitFor();
    assertEquals(await alice.page.title(), "Switchboard");
    bob.close();
  },
);

pageTest(
  "private conversations of earlier days are in the list, on another device too",
  async ({ person, server }) => {
    const [alice, bob] = await Promise.all([person("alice", "#/register"), guestOf(server, "bob")]);
    await alice.registers("correct horse 7 battery");
    await bob.ask("send", { to: "alice", text: "a word in private" });
    await link(alice, /^bob Guest 1 unread$/).first().waitFor();
    const phone = await person("phone", "", PHONE);
    await phone.writes("Username, nickname or email", "alice");
    await phone.writes("Password", "correct horse 7 battery");
    await phone.presses("Sign in");
    await phone.page.getByRole("region", { name: "People" }).getByRole("link", {
      name: /^bob Guest 1 unread$/,
    })
      .click();
    await phone.reads("a word in private");
    bob.close();
  },
);

pageTest("new messages are read out one by one, many at once are counted", async ({ person, server }) => {
  const [alice, bob] = await Promise.all([person("alice", "#/guest"), guestOf(server, "bob")]);
  await alice.comesAsGuest();
  const spoken = alice.page.locator('[aria-live="polite"]');
  await saysMany(bob, 1, () => "hello");
  await spoken.getByText("bob (guest) in lobby: hello").waitFor();
  await saysMany(bob, 1, () => "**so** it [goes](https://example.org/) `on`");
  await spoken.getByText("bob (guest) in lobby: so it goes on", { exact: true }).waitFor();
  await bob.ask("send", { to: "alice", text: "_psst_" });
  await spoken.getByText("bob (guest) in private: psst", { exact: true }).waitFor();
  await saysMany(bob, 6, (n) => `number ${n}`);
  await spoken.getByText(/^lobby: \d new messages$/).waitFor();
  bob.close();
});

pageTest("names and statuses of any length push nothing out of sight", async ({ person, server }) => {
  const room = "W".repeat(64);
  const name = "Ww".repeat(16);
  const alice = await person("Anna Maria von Habsburg", "#/register", {
    viewport: { width: 1400, height: 800 },
  });
  await alice.writes("Username", "anna");
  await alice.page.getByLabel("Nickname").fill(alice.name);
  await alice.writes("Password", "correct horse 7 battery");
  await alice.presses("Create account");
  await alice.isIn("lobby");
  await alice.entersRoom(room);
  const bob = await guestOf(server, name);
  await bob.ask("enter", { room });
  await bob.ask("send", { room, text: "hello" });
  await alice.reads("hello");
  await alice.page.getByRole("complementary").getByRole("listitem").filter({ hasText: name }).hover();
  await alice.presses(`More about ${name}`);
  await alice.page.getByRole("menuitem", { name: "Remove…" }).click();
  const dialog = alice.page.getByRole("dialog");
  const widthOf = () => dialog.evaluate((each) => [each.scrollWidth, each.clientWidth]);
  const [wholeOfKick, seenOfKick] = await widthOf();
  assertEquals(wholeOfKick, seenOfKick);
  await alice.page.keyboard.press("Escape");

  // The press itself waits until nothing lies over it.
  await alice.presses("Your profile");
  await alice.writes("What are you doing?", "中文字".repeat(20));
  await alice.presses("Show status");
  await alice.page.keyboard.press("Escape");
  await list(alice).locator(".me").getByText(/中文字/).waitFor();
  await alice.presses("Settings");
  await dialog.waitFor();
  await alice.page.keyboard.press("Escape");

  await alice.page.setViewportSize({ width: 320, height: 700 });
  await alice.page.waitForFunction(() => {
    const head = document.querySelector(".message-head");
    if (!head) return false;
    const [name, guest, time] = Array.from(head.children, (each) => each.getBoundingClientRect().right);
    return Math.max(name!, guest!, time!) <= Math.min(innerWidth, head.getBoundingClientRect().right + 1);
  });
  await alice.presses(`More about ${room}`);
  await alice.presses("Room settings");
  await dialog.getByText("Delete room").first().click();
  const [whole, seen] = await widthOf();
  assertEquals(whole, seen);
  await alice.page.keyboard.press("Escape");
  await alice.follows("All conversations");
  await alice.presses("Settings");
  assertEquals(await alice.page.evaluate(() => document.documentElement.scrollWidth), 320);
  bob.close();
});
