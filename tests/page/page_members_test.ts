/** Who is in a room and with which place, here or not; what may be done about them; and being invited. */
import { assertEquals } from "../support/assert.ts";
import { pageTest, type Person } from "../support/browser.ts";
import { memberOf } from "./page_scene.ts";

const LARGE = { viewport: { width: 1440, height: 900 } };
const members = ({ page }: Person) => page.getByRole("complementary", { name: "Members" });
const member = (person: Person, name: string) =>
  members(person).getByRole("listitem").filter({ hasText: name });

async function about(person: Person, nickname: string, deed: string): Promise<void> {
  await member(person, nickname).first().hover();
  await person.presses(`More about ${nickname}`);
  await person.page.getByRole("menuitem", { name: deed }).click();
}

pageTest("places are given, and whoever may not speak is told so where they would write", async (stage) => {
  const [carol, alice, bob] = [
    await memberOf(stage.server, "carol"),
    await stage.person("alice", "#/register", LARGE),
    await stage.person("bob", "#/register", LARGE),
  ];
  await alice.registers("correct horse 7 battery");
  await bob.registers("correct horse 8 battery");
  await alice.entersRoom("helm");
  await bob.entersRoom("helm");
  await carol.ask("enter", { room: "helm" });
  await member(bob, "carol").waitFor();
  assertEquals(await members(bob).getByRole("button", { name: "Invite somebody" }).count(), 0);

  await about(alice, "bob", "Mute…");
  await alice.page.getByRole("dialog", { name: "Mute bob" }).getByRole("radio", { name: "1 hour" }).check();
  await alice.page.getByRole("dialog").getByRole("button", { name: "Mute", exact: true }).click();
  await bob.sees(/^You can't write here until/);
  assertEquals(await bob.page.getByRole("textbox", { name: "Message helm" }).count(), 0);
  await members(alice).getByRole("button", { name: "Unmute bob" }).click();
  await bob.page.getByRole("textbox", { name: "Message helm" }).waitFor();

  await alice.says("@room tea is ready");
  await bob.page.locator("article.message-for-me").getByText("@room tea is ready").waitFor();
  await bob.says("@room where?");
  await alice.reads("@room where?");
  assertEquals(await alice.page.locator("article.message-for-me").count(), 0);

  await about(alice, "bob", "Make a moderator");
  await member(bob, "bob").getByText("moderator").waitFor();
  await members(bob).getByRole("button", { name: "Invite somebody" }).waitFor();
  await about(bob, "carol", "Remove…");
  await bob.page.getByRole("dialog", { name: "Remove carol" }).getByRole("button", { name: "Remove" })
    .click();
  await members(alice).getByText("2 members").waitFor();
  await members(bob).getByText("Removed for a time").waitFor();

  // Whoever goes offline stays a member.
  await carol.ask("enter", { room: "lobby" });
  await bob.context.close();
  await members(alice).getByText("2 members, 1 online").waitFor();
  await members(alice).getByRole("heading", { name: "Not online" }).waitFor();
  await member(alice, "bob").getByText("moderator").waitFor();
  await alice.page.getByRole("textbox", { name: "Message helm" }).pressSequentially("@bo");
  await alice.page.getByRole("option", { name: "bob" }).waitFor();
  await alice.page.getByRole("textbox", { name: "Message helm" }).fill("");
  await alice.page.getByRole("textbox", { name: "Message helm" }).pressSequentially("@ro");
  await alice.page.getByRole("option", { name: "@room: everybody in this room" }).waitFor();
  carol.close();
});

pageTest("who is not inside is kept out, too", async (stage) => {
  const [bob, alice] = [
    await memberOf(stage.server, "bob"),
    await stage.person("alice", "#/register", LARGE),
  ];
  await alice.registers("correct horse 7 battery");
  await alice.entersRoom("helm");
  await members(alice).getByRole("button", { name: "Keep somebody out…" }).click();
  const dialog = alice.page.getByRole("dialog", { name: "Keep somebody out of helm" });
  await dialog.getByLabel("Nickname").and(alice.page.locator(":focus")).waitFor();
  assertEquals(await dialog.getByRole("radio", { name: "at once" }).count(), 0);
  await dialog.getByRole("textbox", { name: "Nickname" }).fill("nobody");
  await dialog.getByRole("button", { name: "Keep out" }).click();
  await dialog.getByRole("alert").getByText("Nobody has this nickname").waitFor();
  await dialog.getByRole("textbox", { name: "Nickname" }).fill(" bob ");
  await dialog.getByRole("radio", { name: "1 hour" }).check();
  await dialog.getByRole("button", { name: "Keep out" }).click();
  await dialog.waitFor({ state: "detached" });
  await members(alice).getByRole("button", { name: "Let in bob" }).waitFor();
  const refused = await bob.ask("enter", { room: "helm" }).catch((fault) => fault.code);
  assertEquals(refused, "kicked");
  bob.close();
});

pageTest("an invitation waits for whoever is not here, outlives a reload, and is answered", async (stage) => {
  const alice = await stage.person("alice", "#/register", LARGE);
  await alice.registers("correct horse 7 battery");
  const cathy = await memberOf(stage.server, "cathy");
  await cathy.ask("enter", { room: "cellar", private: true });
  await cathy.ask("enter", { room: "attic", private: true });
  for (const room of ["cellar", "attic"]) await cathy.ask("invite", { room, nickname: "alice" });
  await alice.page.reload();
  await alice.page.getByRole("listitem").filter({ hasText: "cellar Private" }).waitFor();
  await alice.presses("Decline cellar");
  await alice.presses("Join attic");
  await alice.isIn("attic");
  await alice.page.getByRole("heading", { name: "Invitations" }).waitFor({ state: "detached" });

  await alice.entersRoom("shed");
  await alice.presses("Invite somebody");
  await alice.writes("Nickname", "noone");
  await alice.page.keyboard.press("Enter");
  await alice.sees("Nobody has this nickname.");
  await alice.page.keyboard.press("Backspace");
  await alice.page.getByRole("alert").waitFor({ state: "detached" });
  await alice.writes("Nickname", "CAT");
  await alice.page.getByRole("option", { name: "cathy" }).waitFor();
  await alice.page.keyboard.press("ArrowDown");
  await alice.page.keyboard.press("Enter");
  await alice.sees("Invited: cathy");
  assertEquals((await cathy.ask("invites", {})).invites.map(({ room, by }) => [room, by]), [[
    "shed",
    "alice",
  ]]);
  cathy.close();
});
