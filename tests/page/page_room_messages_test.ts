/** What a room's moderators do with messages: removing, pinning; and links that lead to a message or a room. */
import { assertEquals } from "../support/assert.ts";
import { pageTest, type Person } from "../support/browser.ts";
import { does, memberOf, saysMany } from "./page_scene.ts";

const LARGE = { viewport: { width: 1440, height: 900 } };

const menuOf = async ({ page }: Person, person: Person, text: string) => {
  await person.message(text).hover();
  await person.message(text).getByRole("button", { name: "More", exact: true }).click();
  const names = await page.getByRole("menuitem").allInnerTexts();
  await page.keyboard.press("Escape");
  return names;
};

pageTest("a moderator removes another's message, and pins one that everybody finds", async (stage) => {
  const alice = await stage.person("alice", "#/register", LARGE);
  const bob = await stage.person("bob", "#/register", LARGE);
  await alice.registers("correct horse 7 battery");
  await bob.registers("correct horse 8 battery");
  await alice.entersRoom("helm");
  await bob.entersRoom("helm");
  await bob.says("buy my shoes");
  await bob.says("the door's code is 4711");
  await alice.reads("the door's code is 4711");
  assertEquals((await menuOf(bob, bob, "buy my shoes")).includes("Pin"), false);

  await does(alice, "Remove for everyone", alice.message("buy my shoes"));
  await alice.page.getByRole("menuitem", { name: "Remove for everyone?" }).click();
  for (const each of [alice, bob]) await each.sees("Message removed by alice");
  await bob.page.reload();
  await bob.sees("Message removed by alice");

  await does(alice, "Pin", alice.message("the door's code is 4711"));
  for (const each of [alice, bob]) await each.presses("Pinned");
  const pins = bob.page.getByRole("complementary", { name: "Pinned" });
  const pinned = pins.getByRole("button", { name: /4711.*Pinned by alice/ });
  await pinned.waitFor();
  await bob.says("and now something else");
  await pinned.click();
  await bob.page.locator("article.message-aim").getByText("the door's code is 4711").waitFor();
  await alice.presses("Unpin the message of bob");
  await pins.getByText("Nothing is pinned here.").waitFor();
});

pageTest(
  "a link leads to its message, whoever may read it; a room's name in a text leads there",
  async (stage) => {
    const { server } = stage;
    const bob = await memberOf(server, "bob");
    await bob.ask("enter", { room: "harbour" });
    const { id: secret } = await bob.ask("enter", { room: "cellar", private: true })
      .then(() => bob.ask("send", { room: "cellar", text: "secret" }));
    await bob.ask("send", { room: "lobby", text: "a gate at #Harbour, none at #cellar" });
    const { id: first } = await bob.ask("send", { room: "lobby", text: "the very first" });
    await saysMany(bob, 300, (n) => `line ${n}`);

    const alice = await stage.person("alice", "#/register");
    await alice.registers("correct horse 7 battery");
    await alice.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await does(alice, "Copy link", alice.message("line 300"));
    const link = await alice.page.evaluate(() => navigator.clipboard.readText());
    assertEquals(link.startsWith(`${server.url}/#/room/lobby/`), true);

    await alice.page.goto(`${server.url}/#/room/lobby/${first}`);
    await alice.page.locator("article.message-aim").getByText("the very first").waitFor();
    assertEquals(new URL(alice.page.url()).hash, "#/room/lobby");
    const gate = alice.page.locator("article", { hasText: "a gate at" });
    assertEquals(await gate.getByRole("link").allInnerTexts(), ["bob", "#Harbour"]);

    // Of a private room it says what it says of one that is not there.
    for (const room of ["cellar", "nowhere"]) {
      await alice.page.goto(`${server.url}/#/room/${room}/${secret}`);
      await alice.isIn(room);
      await alice.sees("There is no such room, or you are not in it.");
      assertEquals(await alice.page.getByRole("button", { name: "Create room" }).count(), 0);
    }
    await alice.page.goto(`${server.url}/#/room/lobby/${secret}`);
    await alice.sees("This message is not there any more.");

    const { id: there } = await bob.ask("send", { room: "harbour", text: "moored" });
    await alice.page.goto(`${server.url}/#/room/harbour/${there}`);
    await alice.presses("Join");
    const moored = alice.page.locator("article.message-aim").getByText("moored");
    await moored.waitFor();

    // It leads there under the room's next name too, also when another room has the old one.
    await bob.ask("room.set", { room: "harbour", name: "quay" });
    await alice.isIn("quay");
    for (const enters of [false, true]) {
      await alice.follows("lobby");
      if (enters) await alice.entersRoom("harbour");
      await alice.page.goto(`${server.url}/#/room/harbour/${there}`);
      await alice.isIn("quay");
      await moored.waitFor();
    }
    bob.close();
  },
);
