/** Where one writes: lines, completion, emoji, sending that fails and is tried again, and who is writing. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { pageTest, type Person } from "../support/browser.ts";
import { guestAgain, guestOf, logOf, PHONE } from "./page_scene.ts";

const fieldOf = ({ page }: Person) => page.getByRole("textbox", { name: /^Message |^Edit the/ });

pageTest("several lines, a field that grows, and the focus that stays", async ({ person }) => {
  const alice = await person("alice", "#/guest");
  await alice.comesAsGuest();
  const field = fieldOf(alice);
  const height = () => field.evaluate((each) => each.clientHeight);
  const small = await height();
  await field.pressSequentially("one");
  await field.press("Shift+Enter");
  await field.pressSequentially("two");
  assertTrue(await height() > small, "two lines need more room");
  await field.press("Enter");
  await alice.page.getByRole("article").filter({ hasText: /one\s*two/ }).waitFor();
  assertEquals([await field.inputValue(), await height()], ["", small]);
  assertTrue(await field.evaluate((each) => each === document.activeElement), "the focus stays");
  await field.press("Enter");
  await field.fill("   ");
  await field.press("Enter");
  assertEquals(await alice.page.getByRole("article").count(), 1, "nothing is not sent");

  const focused = (name: string) =>
    alice.page.getByRole("button", { name, exact: true }).and(alice.page.locator(":focus")).waitFor();
  await field.press("Shift+Tab");
  await focused("Attach");
  await alice.page.keyboard.press("Enter");
  await focused("Files");
  await alice.page.keyboard.press("ArrowDown");
  await focused("A folder");
  await alice.page.keyboard.press("Escape");
  await focused("Attach");
});

pageTest("Enter while an input method composes does not send", async ({ person }) => {
  const alice = await person("alice", "#/guest");
  await alice.comesAsGuest();
  const field = fieldOf(alice);
  await field.focus();
  const devtools = await alice.context.newCDPSession(alice.page);
  await devtools.send("Input.imeSetComposition", { text: "ni hao", selectionStart: 6, selectionEnd: 6 });
  await devtools.send("Input.dispatchKeyEvent", {
    type: "rawKeyDown",
    key: "Process",
    windowsVirtualKeyCode: 229,
  });
  await field.evaluate((each) =>
    each.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true }))
  );
  await devtools.send("Input.insertText", { text: "你好" });
  assertEquals(await field.inputValue(), "你好");
  assertEquals(await alice.page.getByRole("article").count(), 0);
  await field.press("Enter");
  await alice.reads("你好");
});

pageTest("people are completed after an @, emoji after a colon", async ({ person, server }) => {
  const [alice, robert, rosa] = await Promise.all([
    person("alice", "#/guest"),
    guestOf(server, "Robert Smith"),
    guestOf(server, "rosa"),
  ]);
  await alice.comesAsGuest();
  await alice.sees("3 members");
  const field = fieldOf(alice);
  await field.pressSequentially("hi @ro");
  const options = alice.page.getByRole("listbox", { name: "Suggestions" }).getByRole("option");
  await options.nth(1).waitFor();
  assertEquals(await options.allInnerTexts().then((all) => all.map((each) => each.split("\n").at(-1))), [
    "Robert Smith",
    "rosa",
  ]);
  assertEquals(await field.getAttribute("aria-activedescendant"), await options.nth(0).getAttribute("id"));
  await field.press("ArrowDown");
  assertEquals(await options.nth(1).getAttribute("aria-selected"), "true");
  await field.press("ArrowUp");
  await field.press("Tab");
  assertEquals(await field.inputValue(), "hi @Robert Smith ");
  await field.pressSequentially("and :tad");
  await alice.page.getByRole("option", { name: /tada/ }).waitFor();
  await field.press("Enter");
  assertEquals(await field.inputValue(), "hi @Robert Smith and 🎉 ");
  await field.pressSequentially(":heart: at 12:30");
  assertEquals(await field.inputValue(), "hi @Robert Smith and 🎉 ❤️ at 12:30");
  await field.pressSequentially(" @ro");
  await options.nth(0).waitFor();
  await field.press("Escape");
  await options.nth(0).waitFor({ state: "detached" });
  await field.press("Enter");
  await logOf(alice).getByRole("link", { name: "@Robert Smith" }).waitFor();
  robert.close();
  rosa.close();
});

pageTest(
  "an emoji is found by its name, in the language of the page, with the keyboard",
  async ({ person }) => {
    const alice = await person("alice", "#/guest", { locale: "zh-CN" });
    await alice.page.getByLabel("昵称").fill("alice");
    await alice.page.keyboard.press("Enter");
    await alice.isIn("lobby");
    const field = alice.page.getByRole("textbox", { name: /^发消息到/ });
    await field.fill("好");
    await alice.page.getByRole("button", { name: "表情", exact: true }).click();
    const search = alice.page.getByRole("combobox", { name: "搜索表情" });
    // What many people use, and the faces.
    const options = alice.page.getByRole("option");
    await options.nth(60).waitFor();
    const names = await options.evaluateAll((all) => all.map((each) => each.ariaLabel));
    assertEquals([names[0], names.filter((each) => !each), new Set(names).size], [
      "拇指向上",
      [],
      names.length,
    ]);
    await search.fill("熊猫");
    await alice.page.getByRole("option", { name: "熊猫" }).waitFor();
    await search.press("Enter");
    await alice.page.getByRole("dialog").waitFor({ state: "detached" });
    assertEquals(await field.inputValue(), "好🐼");
  },
);

pageTest("what fails is said, tried again, or given up", async ({ person, server }) => {
  const [alice, bob] = await Promise.all([person("alice", "#/guest"), guestOf(server, "bob")]);
  await alice.comesAsGuest();
  await alice.page.goto(`${server.url}/#/with/bob`);
  await alice.isIn("bob");
  await alice.says("before");
  await alice.reads("before");
  bob.close();
  await alice.sees("Offline");
  await alice.says("too late");
  const failed = alice.page.getByRole("alert").filter({ hasText: "Not sent." });
  await failed.waitFor();
  // The same guest: what was meant for this one is for nobody else of that name.
  const back = await guestAgain(server, bob);
  await failed.getByRole("button", { name: "Try again" }).click();
  await alice.reads("too late");
  const { messages } = await back.ask("history", { with: "alice" });
  assertEquals(messages.filter(({ text }) => text === "too late").length, 1);
  back.close();
  await alice.sees("Offline");
  await alice.says("better not");
  await failed.getByRole("button", { name: "Discard" }).click();
  await failed.waitFor({ state: "detached" });
  assertEquals(await alice.page.getByText("better not").count(), 0);
});

pageTest("who writes is shown, told now and then, and gone with the words", async ({ person, server }) => {
  const heard: number[] = [];
  const [alice, bob] = await Promise.all([
    person("alice", "#/guest", { ...PHONE, reducedMotion: "reduce" }),
    guestOf(server, "bob", ({ event }) => void (event === "typing" && heard.push(performance.now()))),
  ]);
  await alice.comesAsGuest();
  await bob.ask("typing", { room: "lobby" });
  await alice.sees("bob (guest) is writing…");
  const moves = () =>
    alice.page.locator(".typing-dots i").first().evaluate((dot) => getComputedStyle(dot).animationName);
  assertEquals(await moves(), "none", "for who wants little to move");
  await alice.page.emulateMedia({ reducedMotion: "no-preference" });
  assertEquals(await moves(), "typing");
  await bob.ask("send", { room: "lobby", text: "said" });
  await alice.reads("said");
  await alice.page.getByText("bob (guest) is writing…").waitFor({ state: "detached" });

  await fieldOf(alice).pressSequentially("a long sentence of many keys");
  await alice.says("a sentence");
  await alice.reads("a sentence");
  await bob.ask("ping", {});
  assertEquals(heard.length, 1, "many keys are told once");
  bob.close();
});
