/** Texts and names of every script: each runs its own way, and what is heaped on a letter stays in its place. */
import { assertEquals, assertTrue } from "./assert.ts";
import { pageTest } from "./browser.ts";
import { guestOf } from "./page_scene.ts";

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

pageTest("sixty marks on one letter paint over nothing of the message above", async ({ person, server }) => {
  const [alice, bob] = await Promise.all([person("alice", "#/guest"), guestOf(server, "bob")]);
  await bob.ask("send", { room: "lobby", text: "above" });
  await bob.ask("send", { room: "lobby", text: "plain" });
  await alice.comesAsGuest();
  await alice.reads("plain");
  const above = alice.page.locator(".bubble").filter({ hasText: "above" });
  const before = await above.screenshot();
  const { messages } = await bob.ask("history", { room: "lobby" });
  await bob.ask("edit", { id: messages.at(-1)!.id, text: `Z${"\u0300\u0301\u0302".repeat(20)}` });
  await alice.page.locator(".bubble").filter({ hasText: "edited" }).waitFor();
  assertEquals(await above.screenshot(), before);
  bob.close();
});
