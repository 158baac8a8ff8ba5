/** Going from conversation to conversation with the keyboard, by links, and back. */
import type { Locator } from "playwright-core";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { pageTest, type Person } from "../support/browser.ts";
import { guestOf } from "./page_scene.ts";
import { pngOf } from "../support/sample_files.ts";

const open = ({ page }: Person) => page.locator("dialog[open], :popover-open, .menu-list");
const isGone = (what: Locator) => what.waitFor({ state: "detached" });
const isFocused = (what: Locator) => what.and(what.page().locator(":focus")).waitFor();

pageTest("a room or person is gone to by a few letters, or by what is next", async ({ person, server }) => {
  const [alice, bob, carol] = [
    await person("alice", "#/guest"),
    await guestOf(server, "bob"),
    await guestOf(server, "carol"),
  ];
  const { keyboard } = alice.page;
  await bob.ask("enter", { room: "north gate" });
  await alice.comesAsGuest();
  await alice.entersRoom("harbour");

  await keyboard.press("Control+k");
  const switcher = alice.page.getByRole("dialog", { name: "Go to a room or person" });
  await isFocused(switcher.getByRole("combobox", { name: "Name of a room or person" }));
  await switcher.getByRole("option", { name: "north gate not joined" }).waitFor();
  const options = () => switcher.getByRole("option").locator(".place-name").allInnerTexts();
  assertEquals(await options(), ["lobby", "bob", "carol", "north gate"], "where one is does not count");
  await keyboard.type("o");
  assertEquals(await options(), ["lobby", "bob", "carol", "north gate"]);
  await keyboard.type("b");
  assertEquals(await options(), ["lobby", "bob"]);
  await keyboard.press("ArrowUp");
  await switcher.getByRole("option", { name: "bob", selected: true }).waitFor();
  await keyboard.press("Enter");
  await alice.isIn("bob");
  await isGone(switcher);
  await isFocused(alice.page.getByRole("textbox", { name: "Message bob" }));
  await keyboard.press("Control+k");
  await keyboard.type("nobody of this name");
  await switcher.getByText("No room and no person has such a name.").waitFor();
  await keyboard.press("Control+k");
  await isGone(switcher);
  await keyboard.press("Control+k");
  await keyboard.type("NORTH");
  await keyboard.press("Enter");
  await alice.page.getByRole("button", { name: "Join", exact: true }).waitFor();

  await alice.follows("lobby");
  for (const [key, name] of [["Down", "harbour"], ["Down", "bob"], ["Down", "carol"], ["Down", "lobby"]]) {
    await keyboard.press(`Alt+Arrow${key}`);
    await alice.isIn(name!);
  }
  await keyboard.press("Alt+ArrowUp");
  await alice.isIn("carol");
  await bob.ask("send", { to: "alice", text: "one" });
  await alice.page.getByRole("link", { name: /^bob.*1 unread$/ }).waitFor();
  await keyboard.press("Alt+ArrowDown");
  await alice.isIn("lobby");
  await keyboard.press("Alt+Shift+ArrowDown");
  await alice.isIn("bob");
  await alice.reads("one");
  await alice.page.getByRole("link", { name: /unread/ }).waitFor({ state: "detached" });
  await keyboard.press("Alt+Shift+ArrowUp");
  await alice.isIn("bob");

  await keyboard.press("Control+/");
  const sheet = alice.page.getByRole("dialog", { name: "Keys" });
  await sheet.getByText("Ctrl").first().waitFor();
  await keyboard.press("Alt+ArrowDown");
  await keyboard.press("Escape");
  await isGone(sheet);
  await alice.isIn("bob");
  await alice.presses("Settings");
  await alice.presses("Keys");
  await sheet.waitFor();
  await keyboard.press("Escape");

  // Looking for something on the page is the browser's.
  const taken = await alice.page.evaluate(() => {
    const event = new KeyboardEvent("keydown", { key: "f", ctrlKey: true, bubbles: true, cancelable: true });
    (document.activeElement ?? document.body).dispatchEvent(event);
    return event.defaultPrevented;
  });
  assertEquals([taken, await open(alice).count()], [false, 0]);
  for (const each of [bob, carol]) each.close();
});

// Chromium's headless shell now and then loses a step back that is asked for within another.
pageTest(
  "back closes what is open before it leaves the conversation",
  async (stage) => {
    const alice = await stage.person("alice", "#/guest");
    await alice.comesAsGuest();
    await alice.attaches(await stage.file("dawn.png", pngOf(60, 40)));
    await alice.file("dawn.png").waitFor();
    await alice.entersRoom("harbour");
    await alice.follows("lobby");
    await alice.isIn("lobby");
    const ways: Record<string, () => Promise<void>> = {
      picture: () => alice.presses("View dawn.png"),
      search: () => alice.presses("Search"),
      settings: () => alice.presses("Settings"),
      "room dialog": () => alice.presses("Join or create a room"),
      menu: () => alice.presses("More about lobby"),
      switcher: () => alice.page.keyboard.press("Control+k"),
      "message's menu": async () => {
        await alice.file("dawn.png").hover();
        await alice.file("dawn.png").getByRole("button", { name: "More", exact: true }).click();
      },
    };
    for (const [name, opens] of Object.entries(ways)) {
      await opens();
      await open(alice).first().waitFor();
      await alice.page.goBack();
      await isGone(open(alice));
      assertTrue(alice.page.url().endsWith("#/room/lobby"), `${name}: ${alice.page.url()}`);
    }
    await alice.page.setViewportSize({ width: 800, height: 700 });
    await alice.presses("Members");
    await alice.page.getByRole("dialog", { name: "Members" }).waitFor();
    await alice.page.goBack();
    await isGone(open(alice));
    await alice.isIn("lobby");

    // What was closed otherwise, however often, costs no step.
    for (let n = 0; n < 3; n++) {
      await alice.presses("Search");
      await alice.page.keyboard.press("Escape");
      await isGone(open(alice));
    }
    await alice.page.goBack();
    await alice.isIn("harbour");
    await alice.page.goForward();
    await alice.isIn("lobby");

    // Going elsewhere out of what is open leads back to where one was.
    await alice.page.keyboard.press("Control+k");
    await alice.page.keyboard.type("harb");
    await alice.page.keyboard.press("Enter");
    await alice.isIn("harbour");
    await alice.page.goBack();
    await alice.isIn("lobby");
    assertEquals(await open(alice).count(), 0);
    await alice.presses("Search");
    await alice.page.reload();
    await alice.isIn("lobby");
    await alice.page.goBack();
    await alice.isIn("harbour");
  },
  {},
  { whole: true },
);

pageTest("a link to a room of this server opens it here", async ({ person, server }) => {
  const [alice, bob] = [await person("alice", "#/guest"), await guestOf(server, "bob")];
  await alice.comesAsGuest();
  await bob.ask("enter", { room: "north gate" });
  const address = `${server.url}/#/room/north%20gate`;
  const others = [`${server.url}/#/reset?code=1`, "https://example.org/#/room/lobby"];
  await bob.ask("send", { room: "lobby", text: `come to ${address} or [there](${server.url}/#/with/bob)` });
  for (const each of others) await bob.ask("send", { room: "lobby", text: each });
  await alice.follows(address);
  await alice.isIn("north gate");
  await alice.page.goBack();
  await alice.isIn("lobby");
  await alice.follows("there");
  await alice.isIn("bob");
  await alice.page.goBack();
  for (const each of others) {
    const link = alice.page.getByRole("link", { name: each, exact: true });
    assertEquals(await link.getAttribute("target"), "_blank");
  }
  assertEquals(alice.context.pages().length, 1);
  bob.close();
});
