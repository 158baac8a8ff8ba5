/** How a room is made and set in the page: private, its topic, who writes, its name, its end; and what others see of it. */
import { assertEquals } from "../support/assert.ts";
import { pageTest, type Person } from "../support/browser.ts";
import { holdable, memberOf } from "./page_scene.ts";

const head = ({ page }: Person) => page.locator(".head");
const link = ({ page }: Person, name: RegExp) =>
  page.getByRole("region", { name: "Rooms" }).getByRole("link", { name });

async function sets(person: Person, room: string): Promise<void> {
  await person.presses(`More about ${room}`);
  await person.presses("Room settings");
}

pageTest("a private room is made, set, seen so by its members, and found by nobody else", async (stage) => {
  const bob = await memberOf(stage.server, "bob");
  const alice = await stage.person("alice", "#/register");
  await alice.registers("correct horse 7 battery");
  await alice.presses("Join or create a room");
  await alice.writes("Room name", "plans");
  await alice.page.getByRole("checkbox", { name: /^Private/ }).check();
  await alice.presses("Create room");
  await alice.isIn("plans");
  await link(alice, /^plans Private$/).waitFor();
  assertEquals((await bob.ask("rooms", {})).rooms.map(({ room }) => room), ["lobby"]);

  await sets(alice, "plans");
  await alice.writes("Topic", "until Friday".repeat(30));
  await alice.presses("Save");
  await alice.sees("Topic: at most 250 characters");
  await alice.writes("Topic", "until Friday");
  await alice.page.getByRole("alert").waitFor({ state: "detached" });
  await alice.writes("Description", "What we do next.\nAnd after that.");
  await alice.page.getByRole("radio", { name: "Owners and moderators" }).check();
  await alice.writes("Room name", "great plans");
  await alice.presses("Save");
  await alice.isIn("great plans");
  await head(alice).getByRole("button", { name: "until Friday" }).waitFor();
  await link(alice, /^great plans Private Announcements$/).waitFor();

  await alice.says("It can be said here.");
  await alice.reads("It can be said here.");
  await alice.page.reload();
  await link(alice, /^great plans Private Announcements$/).waitFor();

  // It is opened to everybody by nobody who did not mean to.
  const opens = async () => {
    await sets(alice, "great plans");
    await alice.page.getByRole("checkbox", { name: /^Private/ }).uncheck();
    await alice.presses("Save");
    await alice.sees(/^It is private so far\..* reads all that was said\.$/);
  };
  await opens();
  await alice.page.keyboard.press("Escape");
  assertEquals((await bob.ask("rooms", {})).rooms.map(({ room }) => room), ["lobby"]);
  await opens();
  await alice.presses("Open it to everybody");
  await link(alice, /^great plans Announcements$/).waitFor();
  assertEquals((await bob.ask("rooms", {})).rooms.map(({ room }) => room).sort(), ["great plans", "lobby"]);
  bob.close();
});

pageTest(
  "an ordinary member reads how a room is set; its owner deletes it by typing its name",
  async (stage) => {
    const owner = await memberOf(stage.server, "owner");
    await owner.ask("enter", { room: "harbour" });
    await owner.ask("room.set", { room: "harbour", topic: "low tide", description: "Boats." });
    const bob = await stage.person("bob", "#/guest");
    await bob.comesAsGuest();
    await bob.entersRoom("harbour");
    await head(bob).getByRole("button", { name: "low tide" }).click();
    const about = bob.page.getByRole("dialog", { name: "About this room" });
    await about.getByText("Boats.").waitFor();
    assertEquals(await about.getByRole("textbox").count(), 0);
    await bob.page.keyboard.press("Escape");
    await owner.ask("room.set", { room: "harbour", topic: "high tide", archived: true });
    await head(bob).getByRole("button", { name: "high tide" }).waitFor();
    await link(bob, /^harbour Archived$/).waitFor();

    const alice = await stage.person("alice", "#/register");
    await alice.registers("correct horse 7 battery");
    await alice.entersRoom("shed");
    await bob.entersRoom("shed");
    const logged: string[] = [];
    alice.page.on("console", (message) => logged.push(message.text()));
    await sets(alice, "shed");
    const days = alice.page.getByRole("spinbutton");
    await days.fill("");
    await days.fill("30");
    await days.fill("0");
    assertEquals(logged, []);
    await alice.page.getByRole("checkbox", { name: /^Private/ }).check();
    await alice.presses("Save");
    await alice.sees("This can't be done: guests are in it, and private rooms are for people with accounts");
    const dialog = alice.page.getByRole("dialog", { name: "Room settings" });
    await dialog.getByText("Delete room").first().click();
    const deletes = dialog.getByRole("button", { name: "Delete room" });
    assertEquals(await deletes.isDisabled(), true);
    await alice.writes("Type shed to confirm", "shed");
    await deletes.click();
    await alice.isIn("lobby");
    assertEquals(await link(alice, /^shed/).count(), 0);
    owner.close();
  },
);

pageTest(
  "of what one is told in a room is kept for every browser, also what one had kept before",
  async (stage) => {
    const bob = await memberOf(stage.server, "bob");
    const alice = await stage.person("alice", "#/register");
    await alice.registers("correct horse 7 battery");
    for (const room of ["harbour", "shed"]) {
      await alice.entersRoom(room);
      await bob.ask("enter", { room });
    }
    // As an earlier version of the page has kept it.
    await alice.page.goto(`${stage.server.url}/icon.svg`);
    await alice.page.evaluate(() => {
      const visit = JSON.parse(localStorage.getItem("switchboard:alice")!);
      localStorage.setItem("switchboard:alice", JSON.stringify({ ...visit, muted: ["room:shed"] }));
    });
    await alice.page.goto(stage.server.url);
    await link(alice, /^shed Muted$/).waitFor();
    await link(alice, /^harbour/).click();
    await alice.presses("More about harbour");
    await alice.presses("Notifications");
    await alice.page.getByRole("radio", { name: "Mentions" }).check();
    await alice.sees("It counts, and you are notified, when somebody mentions you.");
    await alice.page.keyboard.press("Escape");

    const elsewhere = await stage.person("elsewhere");
    await elsewhere.writes("Username, nickname or email", "alice");
    await elsewhere.writes("Password", "correct horse 7 battery");
    await elsewhere.presses("Sign in");
    await link(elsewhere, /^shed Muted$/).waitFor();
    await bob.ask("send", { room: "harbour", text: "anybody here?" });
    await bob.ask("send", { room: "lobby", text: "and here?" });
    await elsewhere.reads("and here?");
    await link(elsewhere, /^harbour$/).waitFor();
    await bob.ask("send", { room: "harbour", text: "@alice?" });
    await link(elsewhere, /^harbour @?\s*You are mentioned$/).waitFor();
    bob.close();
  },
);

pageTest(
  "a draft goes along under a new name, and nothing of a private room comes up in another one so called",
  async (stage) => {
    const bob = await memberOf(stage.server, "bob");
    await bob.ask("enter", { room: "plans", private: true });
    const alice = await stage.person("alice", "#/register", { viewport: { width: 1440, height: 900 } });
    const hold = await holdable(alice, "send");
    await alice.registers("correct horse 7 battery");
    await bob.ask("invite", { room: "plans", nickname: "alice" });
    await alice.presses("Join plans");
    await alice.isIn("plans");
    const { id } = await bob.ask("send", { room: "plans", text: "the code is 4711" });
    await bob.ask("pin", { message: id, on: true });
    await alice.presses("Pinned");
    const pins = alice.page.getByRole("complementary", { name: "Pinned" });
    await pins.getByText("the code is 4711").waitFor();
    await alice.presses("More about plans");
    await alice.presses("Notifications");
    await alice.page.getByRole("radio", { name: "Nothing" }).check();
    await alice.page.keyboard.press("Escape");
    const field = alice.page.getByRole("textbox", { name: /^Message / });
    const sent = hold.begin();
    await alice.says("on its way");
    await sent;
    await field.fill("half a sent");

    await bob.ask("room.set", { room: "plans", name: "great plans" });
    await alice.isIn("great plans");
    assertEquals(await field.inputValue(), "half a sent");
    await pins.getByText("the code is 4711").waitFor();
    await link(alice, /^great plans Private Muted$/).waitFor();
    assertEquals(await link(alice, /^plans/).count(), 0);
    hold.end();
    await alice.reads("on its way");
    const { messages } = await bob.ask("history", { room: "great plans" });
    assertEquals(messages.map(({ text }) => text), ["the code is 4711", "on its way"]);
    await alice.page.reload();
    await alice.isIn("great plans");
    assertEquals(await field.inputValue(), "half a sent");

    await alice.presses("Files");
    const files = alice.page.getByRole("complementary", { name: "Files" });
    await files.waitFor();
    await bob.ask("kick", { room: "great plans", nickname: "alice" });
    await alice.isIn("lobby");
    await files.waitFor({ state: "detached" });
    await bob.ask("room.set", { room: "great plans", name: "elsewhere" });
    const carol = await memberOf(stage.server, "carol");
    for (const room of ["plans", "great plans"]) {
      await carol.ask("enter", { room });
      await alice.entersRoom(room);
      await link(alice, new RegExp(`^${room}$`)).waitFor();
      await alice.sees(`This is the beginning of ${room}`);
      assertEquals(await field.inputValue(), "");
      assertEquals(await alice.page.getByText("the code is 4711").count(), 0);
    }
    for (const each of [bob, carol]) each.close();
  },
);

pageTest(
  "a room gets another name and topic while one sets it: the dialog stays, and what was typed is set, nothing else",
  async (stage) => {
    const bob = await memberOf(stage.server, "bob");
    await bob.ask("enter", { room: "harbour" });
    const alice = await stage.person("alice", "#/register");
    await alice.registers("correct horse 7 battery");
    await alice.entersRoom("harbour");
    await bob.ask("room.role", { room: "harbour", nickname: "alice", role: "owner" });
    await sets(alice, "harbour");
    await alice.writes("Topic", "half a top");

    await bob.ask("room.set", { room: "harbour", name: "marina", topic: "low tide", description: "Boats." });
    const dialog = alice.page.getByRole("dialog", { name: "Room settings" });
    await head(alice).getByText("marina", { exact: true }).waitFor();
    const valueOf = (label: string) => dialog.getByLabel(label, { exact: true }).inputValue();
    const values = [await valueOf("Room name"), await valueOf("Topic"), await valueOf("Description")];
    assertEquals(values, ["marina", "half a top", "Boats."]);
    await alice.writes("Topic", "half a topic more");
    await alice.presses("Save");
    await dialog.waitFor({ state: "detached" });
    await head(alice).getByRole("button", { name: "half a topic more" }).waitFor();
    const { rooms } = await bob.ask("rooms", { text: "marina", limit: 1 });
    assertEquals(rooms.map(({ room }) => room), ["marina"]);

    await alice.presses("More about marina");
    await alice.presses("Notifications");
    await alice.page.getByRole("dialog", { name: "Notifications of marina" }).waitFor();
    await bob.ask("room.set", { room: "marina", name: "pier" });
    await alice.page.getByRole("dialog", { name: "Notifications of pier" }).waitFor();
    bob.close();
  },
);
