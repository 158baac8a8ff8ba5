/** Messages on the page: how they look, and everything that can be done with one. Desktop and phone. */
import { pageTest } from "../support/browser.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { does, guestOf, isAtEnd, logOf, PHONE, saysMany, topOf } from "./page_scene.ts";

pageTest("a message's marks are shown, and no HTML", async ({ person, server }) => {
  const [alice, bob] = await Promise.all([person("alice", "#/guest"), guestOf(server, "bob")]);
  await alice.comesAsGuest();
  const text =
    "**bold** *soft* ~~gone~~ `code` <b>no</b> [here](https://example.org/x) [bad](javascript:alert(1))";
  const list = "- one\n- two\n\n> quoted\n\n```js\nlet x;\n```";
  await bob.ask("send", { room: "lobby", text });
  await bob.ask("send", { room: "lobby", text: list });
  await bob.ask("send", { room: "lobby", text: "hi @alice, and @nobody" });
  const log = logOf(alice);
  await log.locator("pre code", { hasText: "let x;" }).waitFor();
  for (
    const [selector, words] of Object.entries({
      strong: "bold",
      em: "soft",
      del: "gone",
      "p code": "code",
      "li p": "one",
      "blockquote p": "quoted",
    })
  ) {
    await log.locator(`.bubble ${selector}`, { hasText: words }).first().waitFor();
  }
  await alice.sees("<b>no</b>");
  assertEquals(await log.locator(".bubble b, .bubble script").count(), 0);
  const here = alice.page.getByRole("link", { name: "here", exact: true });
  assertEquals(
    [await here.getAttribute("href"), await here.getAttribute("rel"), await here.getAttribute("target")],
    ["https://example.org/x", "noopener noreferrer", "_blank"],
  );
  assertEquals(await log.locator('a[href^="javascript"]').count(), 0);
  await log.locator("mark", { hasText: "@alice" }).waitFor();
  await alice.page.getByRole("article", { name: /bob.*mentions you/ }).waitFor();
  assertEquals(await log.locator(".mention").count(), 1);
  bob.close();
});

pageTest("what somebody does is told with their name, as IRC clients have it", async ({ person, server }) => {
  const [alice, bob] = await Promise.all([person("alice", "#/guest"), guestOf(server, "bob")]);
  await alice.comesAsGuest();
  await bob.ask("send", { room: "lobby", text: "/me waves **hello**, and /me is no second one" });
  await alice.says("/me waves back");
  const actions = logOf(alice).locator(".bubble-action");
  await actions.nth(1).waitFor();
  assertEquals(await actions.allInnerTexts(), [
    "bob waves hello, and /me is no second one",
    "alice waves back",
  ]);
  await actions.locator("strong", { hasText: "hello" }).waitFor();
  await bob.ask("send", { room: "lobby", text: "   indented,  as **it**   was" });
  const indented = logOf(alice).locator(".bubble", { hasText: "indented" });
  await indented.waitFor();
  assertEquals(await indented.innerText(), "   indented,  as it   was");
  bob.close();
});

pageTest("on a phone own on the right, groups by sender, days between", async ({ person, server }) => {
  const [alice, bob] = await Promise.all([person("alice", "#/guest", PHONE), guestOf(server, "bob")]);
  await alice.comesAsGuest();
  await saysMany(bob, 2, (n) => `from bob ${n}`);
  await alice.says("from alice");
  await alice.reads("from alice");
  await alice.sees("Today");
  const side = (text: string) =>
    alice.message(text).locator(".bubble").evaluate((bubble) => {
      const box = bubble.closest(".log")!.getBoundingClientRect();
      const { left, right } = bubble.getBoundingClientRect();
      return left - box.left < box.right - right ? "left" : "right";
    });
  assertEquals([await side("from bob 1"), await side("from alice")], ["left", "right"]);
  assertEquals(
    await logOf(alice).locator(".message-from").count(),
    1,
    "bob's name stands over his group once",
  );
  bob.close();
});

pageTest("a reaction is added, seen, joined and taken away", async ({ person }) => {
  const [alice, bob] = await Promise.all([person("alice", "#/guest"), person("bob", "#/guest")]);
  await Promise.all([alice.comesAsGuest(), bob.comesAsGuest()]);
  await alice.says("it works");
  await bob.reads("it works");
  await does(bob, "Add a reaction", bob.message("it works"));
  await bob.page.getByRole("combobox", { name: "Find an emoji" }).fill("tada");
  await bob.page.getByRole("option", { name: "tada" }).waitFor();
  await bob.page.keyboard.press("Enter");
  const seen = alice.message("it works").getByRole("button", { name: "🎉 from bob" });
  await seen.waitFor();
  assertEquals(await seen.getAttribute("aria-pressed"), "false");
  await seen.click();
  const both = bob.message("it works").getByRole("button", { name: "🎉 from bob, alice" });
  await both.click();
  await alice.message("it works").getByRole("button", { name: "🎉 from alice", exact: true }).click();
  await bob.message("it works").getByRole("group", { name: "Reactions" }).waitFor({ state: "detached" });
});

pageTest("an answer quotes, and a press on the quote goes there", async ({ person, server }) => {
  const [alice, bob] = await Promise.all([person("alice", "#/guest"), guestOf(server, "bob")]);
  const said = await saysMany(bob, 150, (n) => n === 1 ? "where it **began**" : `talk ${n}`);
  const [first] = said;
  await bob.ask("send", { room: "lobby", text: "back to that", reply: first! });
  await alice.comesAsGuest();
  const quote = alice.message("back to that").getByRole("button", {
    name: "Go to the message of bob: where it began",
  });
  await quote.click();
  const target = alice.page.getByRole("article").filter({ hasText: "where it began" }).and(
    alice.page.locator(`[data-id="${first}"]`),
  );
  await target.and(alice.page.locator(":focus")).waitFor();
  await alice.presses("Latest messages");
  await alice.reads("back to that");
  await isAtEnd(alice);

  await does(alice, "Reply", alice.message("talk 150"));
  await alice.sees("Reply to bob:");
  await alice.says("an answer");
  await alice.message("an answer").getByRole("button", { name: /Go to the message of bob: talk 150/ })
    .waitFor();
  assertEquals(await alice.page.getByText("Reply to bob:").count(), 0);
  const { messages } = await bob.ask("history", { room: "lobby", limit: 1 });
  assertTrue(messages[0]!.reply !== undefined, "the server knows what it answers");

  // What is deleted meanwhile does not go on standing there.
  await does(alice, "Reply", alice.message("talk 149"));
  const bar = alice.page.locator(".composer-note");
  await bar.getByText("talk 149").waitFor();
  await bob.ask("recall", { message: said.at(-2)! });
  await bar.getByText("Message deleted").waitFor();
  bob.close();
});

pageTest("edited words are seen by everybody, copied ones are what was written", async ({ person }) => {
  const [alice, bob] = await Promise.all([person("alice", "#/guest"), person("bob", "#/guest")]);
  await Promise.all([alice.comesAsGuest(), bob.comesAsGuest()]);
  await alice.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await alice.says("good **mornign**");
  await bob.sees("mornign");
  await does(alice, "Copy text", alice.page.getByRole("article").filter({ hasText: "mornign" }));
  await alice.page.waitForFunction(async () => await navigator.clipboard.readText() === "good **mornign**");

  const field = alice.page.getByRole("textbox", { name: /^Message|^Edit/ });
  await field.press("ArrowUp");
  assertEquals(await field.inputValue(), "good **mornign**");
  await field.press("Escape");
  assertEquals(await field.inputValue(), "");
  await field.press("ArrowUp");
  await field.fill("good morning");
  await field.press("Enter");
  await bob.page.getByRole("article").filter({ hasText: "good morning" }).getByText("edited").waitFor();
  assertEquals([await field.inputValue(), await logOf(bob).getByText("mornign").count()], ["", 0]);
});

pageTest(
  "one stays where one reads; a button counts what is new and leads there",
  async ({ person, server }) => {
    const [alice, bob] = await Promise.all([person("alice", "#/guest"), guestOf(server, "bob")]);
    await saysMany(bob, 60, (n) => `before ${n}`);
    await alice.comesAsGuest();
    await alice.reads("before 60");
    await isAtEnd(alice);
    await alice.message("before 55").hover();
    await alice.page.mouse.wheel(0, -900);
    await isAtEnd(alice, false);
    await alice.page.getByRole("button", { name: "Latest messages" }).waitFor();
    const place = await alice.page.evaluate(() => {
      const box = document.querySelector(".messages")!;
      const seen = [...box.querySelectorAll("article")].find((each) =>
        each.getBoundingClientRect().top > 200
      )!;
      return { text: seen.querySelector("p")!.textContent!, top: seen.getBoundingClientRect().top };
    });
    await saysMany(bob, 3, (n) => `meanwhile ${n}`);
    await alice.page.getByRole("button", { name: "Latest messages, 3 unread" }).waitFor();
    const now = await alice.message(place.text).evaluate((each) => each.getBoundingClientRect().top);
    assertTrue(Math.abs(now - place.top) < 2, `what was read moved from ${place.top} to ${now}`);
    await alice.page.getByRole("button", { name: "Latest messages, 3 unread" }).click();
    await alice.reads("meanwhile 3");
    await isAtEnd(alice);
    await saysMany(bob, 1, () => "at the end");
    await alice.reads("at the end");
    await isAtEnd(alice);
    bob.close();
  },
);

pageTest(
  "a line says what is new since one looked away; in private a mark says it was seen",
  async ({ person }) => {
    const [alice, bob] = await Promise.all([person("alice", "#/guest"), person("bob", "#/guest")]);
    await Promise.all([alice.comesAsGuest(), bob.comesAsGuest()]);
    await alice.page.goto(alice.page.url().replace(/#.*/, "#/with/bob"));
    await alice.isIn("bob");
    await alice.says("the first");
    await bob.page.goto(bob.page.url().replace(/#.*/, "#/with/alice"));
    await bob.reads("the first");
    await alice.message("the first").getByText("Seen").waitFor();

    await bob.page.goto(bob.page.url().replace(/#.*/, "#/room/lobby"));
    await bob.isIn("lobby");
    await alice.says("the second");
    await bob.page.getByRole("link", { name: /alice.*1 unread/ }).click();
    await bob.reads("the second");
    const order = await logOf(bob).innerText();
    assertTrue(/the first[^]*New[^]*the second/.test(order), order);
    await alice.message("the second").getByText("Seen").waitFor();
    assertEquals(await alice.page.getByText("Seen").count(), 1);
  },
);

pageTest("with the keyboard alone every message is reached, and its menu", async ({ person, server }) => {
  const [alice, bob] = await Promise.all([person("alice", "#/guest"), guestOf(server, "bob")]);
  await saysMany(bob, 120, (n) => `line ${n}`);
  await alice.comesAsGuest();
  await alice.reads("line 120");
  await alice.message("line 120").focus();
  for (const key of ["ArrowUp", "ArrowUp", "ArrowDown"]) await alice.page.keyboard.press(key);
  const isOn = (text: string) => alice.message(text).and(alice.page.locator(":focus")).waitFor();
  await isOn("line 119");
  // At the oldest that is loaded the key waits for more: so it is pressed until it has got there.
  const first = alice.message("line 1").and(alice.page.locator(":focus"));
  for (let n = 0; await first.count() === 0 && n < 2_000; n++) await alice.page.keyboard.press("ArrowUp");
  assertTrue(await topOf(alice, "line 1") >= 0, "the first message has the focus, and is in sight");
  // The sender's name, the two things at hand, the menu.
  for (let n = 0; n < 4; n++) await alice.page.keyboard.press("Tab");
  await alice.page.keyboard.press("Enter");
  await alice.page.getByRole("menuitem", { name: "Reply" }).and(alice.page.locator(":focus")).waitFor();
  await alice.page.keyboard.press("ArrowDown");
  await alice.page.getByRole("menuitem", { name: "Add a reaction" }).and(alice.page.locator(":focus"))
    .waitFor();
  await alice.page.keyboard.press("Escape");
  await alice.page.getByRole("menu").waitFor({ state: "detached" });
  await alice.message("line 1").getByRole("button", { name: "More" }).or(alice.message("line 1")).first()
    .waitFor();
  bob.close();
});

pageTest("on a phone the menu of a message has a button of its own", async ({ person, server }) => {
  const [alice, bob] = await Promise.all([person("alice", "#/guest", PHONE), guestOf(server, "bob")]);
  await alice.comesAsGuest();
  await saysMany(bob, 1, () => "look at this");
  const more = alice.message("look at this").getByRole("button", { name: "More" });
  await more.tap();
  const menu = alice.page.getByRole("menu");
  const { x, y, width, height } = (await menu.boundingBox())!;
  assertTrue(x >= 0 && y >= 0 && x + width <= 390 && y + height <= 780, "the menu is in the window");
  await alice.page.getByRole("menuitem", { name: "Reply" }).tap();
  await alice.sees("Reply to bob:");
  bob.close();
});
