/** Texts and names of every script: each runs its own way, and what is heaped on a letter stays in its place. */
import type { Locator } from "playwright-core";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { pageTest } from "../support/browser.ts";
import { guestOf, memberOf } from "./page_scene.ts";

pageTest("Hebrew and Arabic run from right to left wherever they stand", async ({ person, server, file }) => {
  const alice = await person("alice", "#/guest");
  const bob = await guestOf(server, "דני");
  await bob.ask("enter", { room: "חדר" });
  const { id } = await bob.ask("send", { room: "lobby", text: "שלום לכולם?" });
  await bob.ask("send", { room: "lobby", text: "> ציטוט\n\n- פריט\n\nplain English", reply: id });
  await alice.comesAsGuest();
  await bob.ask("send", { to: "alice", text: "רק לך" });
  await alice.reads("plain English");
  await alice.attaches(await file("דוח.pdf", new Uint8Array(10)));
  await alice.says("");
  await alice.file("דוח.pdf").waitFor();
  const runs = await alice.page.evaluate(() => {
    const hebrew = /[\u0590-\u05ff]/;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const wrong: string[] = [];
    let seen = 0;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement!;
      const text = node.textContent ?? "";
      // What is written for screen readers, and sentences of the page that name somebody, run as the page does.
      if (
        !hebrew.test(text) || /[a-z]/i.test(text) || !element.checkVisibility() ||
        element.closest(".avatar, .unseen")
      ) {
        continue;
      }
      seen++;
      if (getComputedStyle(element).direction !== "rtl") wrong.push(element.outerHTML);
    }
    return { seen, wrong };
  });
  assertEquals(runs.wrong, []);
  assertTrue(runs.seen >= 6, `${runs.seen} texts were looked at`);
  for (const block of ["blockquote", "ul"]) {
    const direction = await alice.page.locator(`.bubble ${block}`).evaluate((each) =>
      getComputedStyle(each).direction
    );
    assertEquals(direction, "rtl", "its line and its dots stand where it begins");
  }
  const english = alice.page.getByText("plain English", { exact: true });
  assertEquals(await english.evaluate((each) => getComputedStyle(each).direction), "ltr");
  const field = alice.page.getByRole("textbox", { name: /^Message / });
  await field.fill("שלום");
  assertEquals(await field.evaluate((each) => getComputedStyle(each).direction), "rtl");
  bob.close();
});

pageTest("a mention among Arabic words stays in one piece", async ({ person, server }) => {
  const [alice, bob] = await Promise.all([person("alice", "#/guest"), guestOf(server, "Bob")]);
  await alice.comesAsGuest();
  await alice.says("مرحبا @Bob 😀 hi");
  const mention = alice.page.locator("article .mention");
  await mention.waitFor();
  assertEquals(await mention.evaluate((each) => each.getClientRects().length), 1);
  bob.close();
});

pageTest("sixty marks on one letter paint over nothing of the message above", async ({ person, server }) => {
  const [alice, bob] = await Promise.all([person("alice", "#/guest"), guestOf(server, "bob")]);
  await bob.ask("send", { room: "lobby", text: "above" });
  await bob.ask("send", { room: "lobby", text: "plain" });
  await alice.comesAsGuest();
  await alice.reads("plain");
  const above = alice.page.locator(".bubble").filter({ hasText: "above" });
  const before = await above.screenshot();
  const { messages } = await bob.ask("history", { room: "lobby" });
  await bob.ask("edit", { message: messages.at(-1)!.id, text: `Z${"\u0300\u0301\u0302".repeat(20)}` });
  await alice.page.locator(".bubble").filter({ hasText: "edited" }).waitFor();
  assertEquals(await above.screenshot(), before);

  // Nor do those in a name.
  await bob.ask("edit", { message: messages.at(-1)!.id, text: "plain again" });
  const plain = alice.page.locator(".bubble").filter({ hasText: "plain again" });
  await plain.waitFor();
  const alone = await plain.screenshot();
  const heaped = await guestOf(server, `Z${"\u0300\u0301\u0302".repeat(9)}`);
  await heaped.ask("send", { room: "lobby", text: "below" });
  await alice.reads("below");
  // Not every font stacks them: it is as high as one that does.
  await alice.page.locator(".message-from").last().evaluate((name) => {
    name.style.display = "inline-block";
    name.style.transform = "translateY(-24px)";
  });
  assertEquals(await plain.screenshot(), alone);
  for (const each of [bob, heaped]) each.close();
});

pageTest("a sentence that names people runs as it was written", async ({ person, server }) => {
  const alice = await person("alice", "#/guest");
  const [dani, maya] = [await memberOf(server, "דני"), await memberOf(server, "מיה")];
  await dani.ask("enter", { room: "חדר" });
  await alice.comesAsGuest();
  // It is of the moment, and a slow machine may take longer than that.
  const write = () => [dani, maya].forEach((each) => void each.ask("typing", { room: "lobby" }));
  const writing = setInterval(write, 1_000);
  try {
    const line = alice.page.locator(".typing-line").filter({ hasText: /דני.*מיה.* are writing/ });
    await runs(line, "דני", "מיה", "are writing");
  } finally {
    clearInterval(writing);
  }

  await alice.entersRoom("חדר");
  await dani.ask("kick", { room: "חדר", nickname: "alice" });
  const notice = alice.page.locator(".notice p").filter({ hasText: "removed you from" });
  await runs(notice, "דני", "removed you from", "חדר");
  for (const each of [dani, maya]) each.close();
});

pageTest(
  "a name stays whole, with joined pictures and narrow spaces in it",
  async ({ person, server, file }) => {
    const family = "👩‍👩‍👧‍👦";
    const shot = "Screenshot at 10.30.00\u202fPM.png";
    const [alice, bob] = await Promise.all([person("alice", "#/guest"), guestOf(server, `${family} Ada`)]);
    await bob.ask("send", { room: "lobby", text: `hello ${family}` });
    await alice.comesAsGuest();
    await alice.reads(`hello ${family}`);
    const article = alice.message(`hello ${family}`);
    assertEquals(await article.locator(".message-from").innerText(), `${family} Ada`);
    assertEquals(await article.locator(".avatar").innerText(), family, "nobody of them is left out");
    await bob.ask("typing", { room: "lobby" });
    await alice.sees(`${family} Ada (guest) is writing…`);
    await alice.attaches(await file(shot, new Uint8Array(10)));
    await alice.file(shot).waitFor();
    const copied = await alice.page.locator("article .file-name").evaluate((each) => {
      getSelection()!.selectAllChildren(each);
      return getSelection()!.toString();
    });
    assertEquals(copied, shot);
    await alice.page.locator("article").getByText(shot, { exact: true }).waitFor();
    const link = alice.page.getByRole("main").getByRole("link", { name: `Download ${shot}`, exact: true });
    assertEquals(await link.getAttribute("download"), shot);
    const sent = await alice.context.request.get(await link.evaluate((a: HTMLAnchorElement) => a.href));
    assertTrue(sent.headers()["content-disposition"]!.includes(encodeURIComponent(shot)), "under its name");
    bob.close();
  },
);

/** These words stand in this order from left to right. */
async function runs(line: Locator, ...words: string[]): Promise<void> {
  await line.waitFor();
  const lefts = await line.evaluate((element, words) =>
    words.map((each) => {
      const text = [...element.childNodes].find((node) => node.textContent!.includes(each))!;
      const range = document.createRange();
      range.setStart(text, text.textContent!.indexOf(each));
      range.setEnd(text, text.textContent!.indexOf(each) + each.length);
      return range.getBoundingClientRect().left;
    }), words);
  assertEquals(lefts.toSorted((a, b) => a - b), lefts, words.join(", "));
}
