/** What the page loads when it is wanted: dialogs and other languages; and what it says when that can't be had. */
import { assertEquals } from "../support/assert.ts";
import { pageTest, type Person } from "../support/browser.ts";
import { isOutOfReach } from "./page_scene.ts";

const dialog = ({ page }: Person, name: string) => page.getByRole("dialog", { name });

pageTest("a dialog that can't be loaded says so, and comes once it can", async ({ person }) => {
  const alice = await person("alice", "#/guest");
  await alice.comesAsGuest();
  const back = await isOutOfReach(alice, /\/dialogs_[0-9a-f]{8}\.js$/);
  await alice.presses("Settings");
  const settings = dialog(alice, "Settings");
  await settings.getByRole("alert").filter({ hasText: "could not be loaded" }).waitFor();
  await settings.getByRole("button", { name: "Reload" }).waitFor();
  await back();
  await settings.getByRole("button", { name: "Try again" }).click();
  await settings.getByRole("group", { name: "Language" }).waitFor();
  await alice.page.keyboard.press("Escape");
  await settings.waitFor({ state: "detached" });

  // The field has the focus, whether the dialog was there or came.
  await alice.page.reload();
  for (let time = 0; time < 2; time++) {
    await alice.presses("Search");
    await dialog(alice, "Search").locator("input:focus").waitFor();
    await alice.page.keyboard.press("Escape");
  }
});

pageTest("a language that can't be loaded is told of, and comes once it can", async ({ person, server }) => {
  const alice = await person("alice", "#/guest");
  await alice.comesAsGuest();
  const back = await isOutOfReach(alice, /\/zh_[0-9a-f]{8}\.js$/);
  await alice.presses("Settings");
  await alice.page.getByRole("radio", { name: "中文" }).check();
  await alice.sees("The page could not be loaded in this language.");
  await alice.page.keyboard.press("Escape");
  await alice.presses("Settings");
  await alice.page.keyboard.press("Escape");
  await back();
  await alice.presses("Try again");
  await alice.page.getByRole("button", { name: "设置" }).waitFor();

  const bob = await person("bob", "#/guest", { locale: "zh-CN" });
  await bob.page.getByRole("textbox", { name: "昵称" }).waitFor();
  const cathy = await person("cathy", "icon.svg", { locale: "zh-CN" });
  const again = await isOutOfReach(cathy, /\/zh_[0-9a-f]{8}\.js$/);
  await cathy.page.goto(`${server.url}/#/guest`);
  await cathy.page.getByRole("textbox", { name: "Nickname" }).waitFor();
  await again();
  await cathy.presses("Try again");
  await cathy.page.getByRole("textbox", { name: "昵称" }).waitFor();
  assertEquals(await cathy.page.evaluate(() => document.documentElement.lang), "zh-CN");
});
