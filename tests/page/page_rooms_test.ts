/** Rooms in the page: entering by name and by link, making one, who is there, putting somebody out, leaving. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import type { Locator } from "playwright-core";
import { pageTest, type Person } from "../support/browser.ts";
import { addManyRooms, MANY_ROOMS } from "../support/many_rooms.ts";
import { guestOf, memberOf } from "./page_scene.ts";

const PHONE = { viewport: { width: 390, height: 780 }, hasTouch: true };

const members = (person: Person) => person.page.getByRole("complementary", { name: "Members" });
/** What somebody sits before who has who is there beside the conversation. */
const LARGE = { viewport: { width: 1440, height: 900 } };

pageTest("an ephemeral room: made so, marked so, gone with the last one", async ({ person }) => {
  const [alice, bob] = await Promise.all([person("alice", "#/guest"), person("bob", "#/guest")]);
  await Promise.all([alice.comesAsGuest(), bob.comesAsGuest()]);
  await alice.presses("Join or create a room");
  const dialog = alice.page.getByRole("dialog", { name: "Join or create a room" });
  await dialog.getByLabel("Room name").fill("over coffee");
  await dialog.getByRole("checkbox", { name: /^Delete when empty/ }).check();
  await dialog.getByRole("button", { name: "Create room" }).click();
  await alice.isIn("over coffee");
  await alice.page.getByRole("link", { name: /^over coffee.*Deleted when empty/ }).waitFor();
  await alice.says("nobody will ever read this");
  await alice.reads("nobody will ever read this");

  await bob.presses("Join or create a room");
  await bob.page.getByRole("button", { name: /^over coffee.*Deleted when empty.*1 member/ }).click();
  await bob.reads("nobody will ever read this");
  for (const each of [bob, alice]) {
    await each.presses("More about over coffee");
    await each.presses("Leave over coffee");
    await each.isIn("lobby");
  }
  await alice.presses("Join or create a room");
  await alice.writes("Room name", "over coffee");
  await alice.page.getByRole("button", { name: "Create room" }).waitFor();
  await alice.page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  await alice.page.getByRole("dialog").waitFor({ state: "detached" });
});

pageTest(
  "what can't be entered says why in the dialog, which keeps the focus and returns it",
  async ({ person }) => {
    const alice = await person("alice", "#/guest", PHONE);
    await alice.comesAsGuest();
    await alice.follows("All conversations");
    await alice.presses("Join or create a room");
    await alice.writes("Room name", "x".repeat(65));
    await alice.presses("Create room");
    await alice.page.getByRole("dialog").getByText("it is longer than 64 characters").waitFor();
    for (const key of Array.from({ length: 8 }, (_, n) => n < 5 ? "Tab" : "Shift+Tab")) {
      await alice.page.keyboard.press(key);
      // On its way round the focus is the browser's own for a moment.
      const { isWithin, isBrowsers } = await alice.page.evaluate(() => ({
        isWithin: document.activeElement?.closest("dialog") !== null,
        isBrowsers: document.activeElement === document.body,
      }));
      assertTrue(isWithin || isBrowsers, "the focus went out of the dialog");
    }
    await alice.page.keyboard.press("Escape");
    await alice.page.getByRole("dialog").waitFor({ state: "detached" });
    const focused = await alice.page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
    assertEquals(focused, "Join or create a room");
  },
);

pageTest("a link leads into a room, once one says so", async ({ person, server }) => {
  const alice = await person("alice", "#/guest");
  await alice.comesAsGuest();
  await alice.entersRoom("north gate");
  await alice.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await alice.presses("More about north gate");
  await alice.presses("Copy link");
  await alice.sees("The link is copied.");
  const link = await alice.page.evaluate(() => navigator.clipboard.readText());
  assertEquals(link, `${server.url}/#/room/north%20gate`);

  const bob = await person("bob", "#/guest", PHONE);
  await bob.page.goto(link);
  await bob.page.getByRole("heading", { name: "Sign in" }).waitFor();
  await bob.follows("Come in as a guest");
  await bob.writes("Nickname", "bob");
  await bob.presses("Come in");
  await bob.isIn("north gate");
  await bob.sees("1 member");
  await bob.presses("Join");
  await bob.page.getByRole("textbox", { name: "Message north gate" }).waitFor();
  await alice.sees("2 members");
  await bob.page.goto(`${server.url}/#/room/nowhere yet`);
  await bob.sees("No room has this name yet.");
  await bob.page.getByRole("button", { name: "Create room" }).waitFor();
});

pageTest("the owner puts somebody out for a while, who is told until when", async ({ person, server }) => {
  const [alice, bob] = await Promise.all([
    person("alice", "#/guest", LARGE),
    person("bob", "#/guest", LARGE),
  ]);
  await Promise.all([alice.comesAsGuest(), bob.comesAsGuest()]);
  await alice.entersRoom("helm");
  await bob.entersRoom("helm");
  await members(bob).getByRole("link", { name: /alice.*owner/ }).waitFor();
  assertEquals(await members(bob).getByRole("button", { name: /^More about/ }).count(), 0);

  await members(alice).getByRole("listitem").filter({ hasText: "bob" }).hover();
  await alice.presses("More about bob");
  await alice.page.getByRole("menuitem", { name: "Remove…" }).click();
  const carol = await person("carol", "#/guest");
  await carol.comesAsGuest();
  await carol.entersRoom("helm");
  await carol.says("before");
  await carol.reads("before");
  const dialog = alice.page.getByRole("dialog", { name: "Remove bob" });
  await dialog.getByRole("radio", { name: "1 hour" }).check();
  await dialog.getByRole("textbox", { name: "Reason" }).fill("Too loud");
  await dialog.getByRole("button", { name: "Remove", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  await bob.sees("alice (guest) removed you from helm. You may come back in 1 hour. Reason: Too loud");

  // Those who stay are told too, at its place among what is said.
  const told = "alice (guest) removed bob (guest) from helm. Reason: Too loud";
  await carol.page.getByRole("log").getByText(told).waitFor();
  await carol.page.locator('[aria-live="polite"]').getByText(told).waitFor();
  await carol.says("after");
  await carol.reads("after");
  const said = await carol.page.locator(".log .bubble p, .happening").allInnerTexts();
  assertEquals(said, ["before", told, "after"]);
  await members(alice).getByText("2 members").waitFor();
  await bob.presses("Join");
  await bob.page.getByRole("alert").getByText(/^You can't come in now: .* 60 min$/).waitFor();
  assertEquals(await bob.page.getByRole("link", { name: "helm" }).count(), 0);
  await members(alice).getByRole("heading", { name: "Removed for a time" }).waitFor();
  const robert = await guestOf(server, "robert"); // from the same network
  await alice.presses("Let in robert");
  robert.close();
  await alice.presses("Let in bob");
  await members(alice).getByRole("heading", { name: "Removed for a time" }).waitFor({ state: "detached" });
  await bob.presses("Join");
  await bob.isIn("helm");
});

pageTest("guests are marked wherever their name stands, and nobody else is", async ({ person, server }) => {
  const alice = await person("alice", "#/guest", LARGE);
  await alice.comesAsGuest();
  const [bob, carol] = [await guestOf(server, "bob"), await memberOf(server, "carol")];
  for (const [connection, text] of [[bob, "I am a guest"], [carol, "I am not"]] as const) {
    await connection.ask("send", { room: "lobby", text });
    await connection.ask("send", { to: "alice", text });
  }
  await alice.reads("I am not");
  const marks = (place: Locator) => place.locator(".guest-mark").count();
  assertEquals(await marks(alice.message("I am a guest")), 1);
  assertEquals(await marks(alice.message("I am not")), 0);
  const people = alice.page.getByRole("region", { name: "People" });
  for (const list of [people, members(alice)]) {
    await list.getByRole("listitem").filter({ hasText: "bob" }).getByText("Guest").waitFor();
    assertEquals(await marks(list.getByRole("listitem").filter({ hasText: "carol" })), 0);
  }
  await people.getByRole("link", { name: /^bob/ }).click();
  await alice.page.locator(".head").getByText("Guest").waitFor();
  bob.close();
  carol.close();
});

pageTest("the owner's mark goes on when the owner leaves; who comes and goes is seen", async ({ person }) => {
  const [alice, bob] = await Promise.all([
    person("alice", "#/guest", LARGE),
    person("bob", "#/guest", LARGE),
  ]);
  await Promise.all([alice.comesAsGuest(), bob.comesAsGuest()]);
  await alice.entersRoom("helm");
  await bob.entersRoom("helm");
  await members(alice).getByText("2 members").waitFor();
  await alice.presses("More about helm");
  await alice.presses("Leave helm");
  await alice.isIn("lobby");
  await members(bob).getByText("1 member").waitFor();
  await members(bob).getByRole("listitem").filter({ hasText: "bob" }).getByText("owner").waitFor();
});

pageTest("people and files of a room, on a phone as a pane of their own", async (stage) => {
  const alice = await stage.person("alice", "#/guest", PHONE);
  await alice.comesAsGuest();
  await alice.attaches(await stage.file("plan.txt", new Uint8Array([80, 108, 97, 110])));
  await alice.file("plan.txt").waitFor();
  await alice.presses("Files");
  const pane = alice.page.getByRole("dialog", { name: "Files" });
  await pane.getByRole("link", { name: "Download plan.txt" }).waitFor();
  const box = await pane.boundingBox();
  assertTrue(box?.width === 390 && box.height === 780, `the pane is ${box?.width} × ${box?.height}`);
  await alice.page.keyboard.press("Shift+Tab");
  await alice.page.getByRole("tab", { name: "Files" }).focus();
  await alice.page.keyboard.press("ArrowLeft");
  await alice.page.getByRole("dialog", { name: "Members" }).getByText("1 member").waitFor();
  await alice.page.keyboard.press("Escape");
  await alice.page.getByRole("textbox", { name: "Message lobby" }).waitFor();
  assertEquals(await alice.page.getByRole("dialog").count(), 0);
});

pageTest(
  "of more rooms than one page lists each is found, by reading on and by typing",
  async ({ person, server }) => {
    await server.stop();
    addManyRooms(server.data);
    await server.again();
    const alice = await person("alice", "#/guest");
    await alice.comesAsGuest();
    await alice.presses("Join or create a room");
    const dialog = alice.page.getByRole("dialog", { name: "Join or create a room" });
    const rooms = dialog.getByRole("listitem");
    const more = dialog.getByRole("button", { name: "More rooms" });
    await more.waitFor();
    const listed = await rooms.count();
    assertTrue(listed < MANY_ROOMS, `${listed} are listed at first`);
    const unlisted = await firstWithout(dialog, listed);

    // What is typed is looked for at the server, among all of them.
    await dialog.getByLabel("Room name").fill(unlisted.toUpperCase());
    await dialog.getByRole("button", { name: new RegExp(`^${unlisted}\\b`) }).waitFor();
    await dialog.getByRole("button", { name: "Join", exact: true }).waitFor();
    assertEquals(await more.count(), 0);
    await dialog.getByLabel("Room name").fill("");
    await more.click();
    await more.waitFor({ state: "detached" });
    assertEquals(await rooms.count(), MANY_ROOMS);
    await dialog.getByLabel("Room name").fill(unlisted);
    await dialog.getByRole("button", { name: new RegExp(`^${unlisted}\\b`) }).click();
    await alice.isIn(unlisted);
  },
);

/** A room of {@link addManyRooms} that is not among those listed. */
async function firstWithout(dialog: Locator, listed: number): Promise<string> {
  const names = await dialog.getByRole("listitem").allInnerTexts();
  assertEquals(names.length, listed);
  const shown = new Set(names.map((name) => /Room \d+/.exec(name)?.[0]));
  return Array.from({ length: MANY_ROOMS }, (_, n) => `Room ${n}`).find((name) => !shown.has(name))!;
}

pageTest(
  "who is kept out of the lobby is told so there, and is at home everywhere else",
  async ({ person, server }) => {
    const owner = await memberOf(server, "owner");
    await owner.ask("enter", { room: "ops" });
    const bob = await person("bob", "#/guest");
    await bob.comesAsGuest();
    await bob.page.getByRole("heading", { name: "lobby", exact: true }).locator("..").getByText("2 members")
      .waitFor();
    await owner.ask("kick", { room: "lobby", nickname: "bob", minutes: 30, reason: "Off topic" });
    await bob.page.getByText(/^owner removed you from lobby\. You may come back in .*\. Reason: Off topic$/)
      .waitFor();
    await bob.page.reload();
    const alert = bob.page.getByRole("alert").getByText(/You can't come in now.*come back in \d+ min/);
    await alert.waitFor();
    await bob.presses("Join");
    await alert.waitFor();

    await bob.page.getByRole("region", { name: "People" }).getByRole("link", { name: "owner" }).click();
    await bob.says("let me in, please");
    await bob.reads("let me in, please");
    await bob.entersRoom("ops");
    await bob.says("at least I am here");
    await bob.reads("at least I am here");

    // Under another name, with the browser that was here before.
    await bob.signsOut();
    await bob.follows("Come in as a guest");
    await bob.writes("Nickname", "robert");
    await bob.presses("Come in");
    await alert.waitFor();
    owner.close();
  },
);
