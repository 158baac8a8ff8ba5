/** The directory, one's profile, and blocking somebody, in the page. */
import { assertEquals } from "../support/assert.ts";
import { pageTest, type Person } from "../support/browser.ts";
import { pngOf } from "../support/sample_files.ts";
import { memberOf } from "./page_scene.ts";

const PASSWORD = "correct horse 7 battery";
const dialog = ({ page }: Person, name: string) => page.getByRole("dialog", { name, exact: true });

pageTest("somebody who is offline is found in the directory, and written to first", async (stage) => {
  const carl = await memberOf(stage.server, "carl");
  await carl.ask("status", { emoji: "🌴", text: "on the beach" });
  carl.close();
  const alice = await stage.person("alice", "#/register");
  await alice.registers(PASSWORD);
  await alice.presses("Everybody here");
  await alice.writes("Find somebody by nickname", "CAR");
  const found = dialog(alice, "Everybody here").getByRole("link", { name: /^carl/ });
  await found.getByText("🌴 on the beach").waitFor();
  await dialog(alice, "Everybody here").getByRole("status").getByText("1 person").waitFor({
    state: "attached",
  });
  assertEquals(await dialog(alice, "Everybody here").getByRole("listitem").count(), 1);
  await alice.isPictured();
  await found.click();
  await alice.isIn("carl");
  await alice.page.locator(".head").getByText("🌴 on the beach").waitFor();
  await alice.says("for when you are back");
  await alice.reads("for when you are back");
});

pageTest(
  "one shows a picture and a status, and is called otherwise; what one wrote before says so",
  async (stage) => {
    const bob = await memberOf(stage.server, "bob");
    const alice = await stage.person("alice", "#/register");
    await alice.registers(PASSWORD);
    await alice.says("under the first name");
    await alice.reads("under the first name");
    await alice.presses("Your profile");
    const picture = await stage.file("face.png", pngOf(900, 600));
    await dialog(alice, "Your profile").locator('input[type="file"]').setInputFiles(picture);
    const own = dialog(alice, "Your profile").locator(".avatar img");
    await own.waitFor();
    assertEquals(
      await own.evaluate(async (image: HTMLImageElement) => {
        await image.decode();
        return [image.naturalWidth, image.naturalHeight];
      }),
      [256, 256],
    );
    await alice.writes("What are you doing?", "at the workbench");
    await alice.page.getByLabel("Ends").selectOption("hour");
    await alice.presses("Show status");
    await alice.sees("Everybody sees your status.");
    await alice.page.getByRole("radio", { name: "Not to be disturbed" }).check();
    await alice.sees("Without sounds and notifications.");
    const { people: [seen] } = await bob.ask("people", { nicknames: ["alice"] });
    assertEquals([seen!.status!.text, seen!.availability], ["at the workbench", "do_not_disturb"]);
    await alice.isPictured();

    await alice.writes("Nickname", "bob");
    await alice.presses("Change nickname");
    await dialog(alice, "Your profile").getByText(/taken/).waitFor();
    await alice.writes("Nickname", "Ada");
    await alice.presses("Change nickname");
    await alice.page.locator(".me").getByText("Ada", { exact: true }).waitFor();
    await alice.isIn("lobby");
    const before = alice.message("under the first name");
    await before.waitFor();
    await alice.page.getByText("(now Ada)").waitFor();
    await bob.ask("send", { room: "lobby", text: "hello @Ada" });
    await alice.reads("hello @Ada");
    bob.close();
  },
);

pageTest(
  "whom one blocks is folded wherever it is shown and silent in private, and is let go in the profile",
  async (stage) => {
    const bob = await memberOf(stage.server, "bob");
    const alice = await stage.person("alice", "#/register");
    await alice.registers(PASSWORD);
    await alice.page.evaluate(() => location.hash = "#/with/bob");
    await alice.isIn("bob");
    await alice.presses("More about bob");
    await alice.presses("Block");
    await alice.page.locator(".head").getByText("Blocked").waitFor();
    await bob.ask("send", { to: "alice", text: "psst" });
    await bob.ask("send", { room: "lobby", text: "look at me" });
    await alice.page.evaluate(() => location.hash = "#/room/lobby");
    const folded = alice.page.getByText("From somebody whom you block");
    await folded.waitFor();
    assertEquals(await alice.page.getByText("look at me").isVisible(), false);
    await folded.click();
    await alice.page.getByText("look at me").waitFor();

    const carol = await memberOf(stage.server, "carol");
    const { id } = await bob.ask("send", { room: "lobby", text: "buy my shoes" });
    await carol.ask("send", { room: "lobby", text: "no", reply: id });
    await alice.message("no").getByRole("button", {
      name: /^Go to the message .*From somebody whom you block/,
    })
      .waitFor();
    await alice.presses("Search");
    await alice.writes("Words to look for", "shoes");
    const found = dialog(alice, "Search");
    await found.getByRole("button", { name: /bob .*From somebody whom you block/ }).waitFor();
    assertEquals(await found.getByText("shoes").count(), 0);
    await alice.page.keyboard.press("Escape");
    carol.close();

    await alice.presses("Your profile");
    await alice.presses("Unblock bob");
    await alice.sees("You block nobody.");
    await alice.page.keyboard.press("Escape");
    await folded.first().waitFor({ state: "detached" });
    await bob.ask("send", { to: "alice", text: "after all" });
    await alice.page.evaluate(() => location.hash = "#/with/bob");
    await alice.reads("after all");
    assertEquals(await alice.page.getByText("psst").count(), 0);
    bob.close();
  },
);

pageTest("one's data come as one file, and the account is deleted with the password", async (stage) => {
  const alice = await stage.person("alice", "#/register");
  await alice.registers(PASSWORD);
  await alice.presses("Your profile");
  const download = alice.page.waitForEvent("download");
  await alice.follows("Download");
  assertEquals((await download).suggestedFilename(), "switchboard-alice.zip");
  await dialog(alice, "Your profile").locator("summary").click();
  await alice.writes("Your password", "wrong one");
  await alice.presses("Delete for good");
  await alice.sees("This is not your password.");
  await alice.writes("Your password", PASSWORD);
  await alice.presses("Delete for good");
  await alice.page.getByRole("heading", { name: "Sign in" }).waitFor();
  await alice.sees("The account is deleted.");
});

pageTest(
  "somebody else's new nickname: the conversation goes on under it, with what was being written",
  async (stage) => {
    const bob = await memberOf(stage.server, "bob");
    const alice = await stage.person("alice", "#/register");
    await alice.registers(PASSWORD);
    await bob.ask("send", { to: "alice", text: "as bob" });
    await alice.page.getByRole("link", { name: /^bob/ }).first().click();
    await alice.reads("as bob");
    await alice.page.getByRole("textbox", { name: /^Message / }).fill("half a thought");
    await bob.ask("account.nickname", { nickname: "robert" });
    await alice.isIn("robert");
    assertEquals(
      await alice.page.getByRole("textbox", { name: "Message robert" }).inputValue(),
      "half a thought",
    );
    await alice.page.getByRole("article", { name: /bob \(now robert\)/ }).waitFor();
    await bob.ask("send", { to: "alice", text: "as robert" });
    await alice.reads("as robert");
    await alice.says("a whole one");
    await alice.reads("a whole one");
    assertEquals((await bob.ask("history", { with: "alice" })).messages.at(-1)!.text, "a whole one");
    bob.close();
  },
);
