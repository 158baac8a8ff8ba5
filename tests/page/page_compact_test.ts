/** Messages in compact lines, or in bubbles: which of the two where, and where names, faces and times stand. */
import type { Locator } from "playwright-core";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { pageTest, type Person } from "../support/browser.ts";
import { guestOf, PHONE, saysMany } from "./page_scene.ts";

/** Whose clock has twelve hours, and so longer times. */
const AMERICAN = { locale: "en-US" };

/** Whether a message stands in a bubble, and at which side. */
const lookOf = (person: Person, text: string) =>
  person.message(text).locator(".bubble").evaluate((bubble) => {
    const box = bubble.closest(".log")!.getBoundingClientRect();
    const { left, right } = bubble.getBoundingClientRect();
    const isBubble = getComputedStyle(bubble).backgroundColor !== "rgba(0, 0, 0, 0)";
    return `${isBubble ? "bubble" : "line"} ${left - box.left < box.right - right ? "left" : "right"}`;
  });

const chooses = async (person: Person, layout: string) => {
  await person.presses("Settings");
  await person.page.getByRole("group", { name: "Messages" }).getByRole("radio", { name: layout }).check();
  await person.page.keyboard.press("Escape");
  await person.page.getByRole("dialog").waitFor({ state: "detached" });
};

/** Beside a message, and for who looks at it only. */
async function showsForWhoLooks({ page }: Person, message: Locator): Promise<void> {
  const time = message.locator("time");
  for (const look of [() => message.hover(), () => message.focus()]) {
    await page.mouse.move(700, 10);
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await time.waitFor({ state: "hidden" });
    await look();
    await time.waitFor();
  }
}

/** At the top of a group who, beside their face, and when; below it the time is in the gutter, for who looks. */
async function hasTimes(person: Person, name: string, text: string): Promise<void> {
  const [top, next] = [person.message(`${text} 1`), person.message(`${text} 2`)];
  const from = await top.locator(".message-from").boundingBox();
  assertEquals(await top.locator(".message-from").innerText(), name);
  const face = await top.locator(".avatar").boundingBox();
  const time = await top.locator("time").boundingBox();
  assertTrue(face!.x + face!.width <= from!.x && Math.abs(face!.y - from!.y) < 8, "the face is beside it");
  assertTrue(time!.x >= from!.x + from!.width && Math.abs(time!.y - from!.y) < 8, "the time is beside it");
  assertEquals(await next.locator(".message-from, .avatar").count(), 0);
  const gutter = next.locator("time");
  await showsForWhoLooks(person, next);
  const [ends, begins] = await next.evaluate((article) => {
    const words = document.createRange();
    words.selectNodeContents(article.querySelector("time")!);
    return [
      words.getBoundingClientRect().right,
      article.querySelector(".bubble")!.getBoundingClientRect().left,
    ];
  });
  assertTrue(ends! <= begins!, "it is in the gutter");
  const whole = new Intl.DateTimeFormat("en-US", { dateStyle: "full", timeStyle: "medium" });
  for (const each of [top.locator("time"), gutter]) {
    const { title, at } = await each.evaluate((time: HTMLTimeElement) => ({
      title: time.title,
      at: time.dateTime,
    }));
    assertEquals(title, whole.format(new Date(at)));
  }
}

pageTest("at a desk rooms are compact and what is private stands in bubbles", async ({ person, server }) => {
  const [alice, bob] = await Promise.all([person("alice", "#/guest", AMERICAN), guestOf(server, "bob")]);
  await alice.comesAsGuest();
  await saysMany(bob, 2, (n) => `from bob ${n}`);
  await alice.says("from alice 1");
  await alice.reads("from alice 1");
  await alice.says("from alice 2");
  await alice.reads("from alice 2");
  for (const text of ["from bob 1", "from alice 1"]) assertEquals(await lookOf(alice, text), "line left");

  await hasTimes(alice, "bob", "from bob");
  await hasTimes(alice, "alice", "from alice");

  await alice.page.evaluate(() => location.hash = "#/with/bob");
  await alice.isIn("bob");
  for (const text of ["before", "in private"]) {
    await alice.says(text);
    await alice.reads(text);
  }
  assertEquals(await lookOf(alice, "in private"), "bubble right");
  // No name stands above what is private, so the time is below its group, and beside the others of it for who looks.
  await alice.message("in private").locator(".message-foot time").waitFor();
  assertEquals(await alice.message("in private").locator("time").count(), 1);
  await showsForWhoLooks(alice, alice.message("before"));
  await chooses(alice, "Compact");
  assertEquals(await lookOf(alice, "in private"), "line left");
  await alice.page.reload();
  await alice.reads("in private");
  assertEquals(await lookOf(alice, "in private"), "line left");
  await chooses(alice, "Bubbles");
  await alice.follows("lobby");
  await alice.reads("from alice 1");
  assertEquals([await lookOf(alice, "from bob 1"), await lookOf(alice, "from alice 1")], [
    "bubble left",
    "bubble right",
  ]);
  await hasTimes(alice, "bob", "from bob");
  await chooses(alice, "Automatic");
  assertEquals(await lookOf(alice, "from alice 1"), "line left");

  const phone = await person("carol", "#/guest", PHONE);
  await phone.comesAsGuest();
  await phone.says("from a phone");
  await phone.reads("from a phone");
  assertEquals(await lookOf(phone, "from a phone"), "bubble right");
  await phone.page.setViewportSize({ width: 844, height: 390 });
  assertEquals(await lookOf(phone, "from a phone"), "bubble right", "turned, it is still a phone");
  const above = await phone.message("from bob 1").evaluate((article) => {
    const top = (look: string) => article.querySelector(look)!.getBoundingClientRect().top;
    return [top(".avatar") - top(".message-from")];
  });
  assertTrue(Math.abs(above[0]!) < 8, "the face is beside the name in bubbles too");
  bob.close();
});

pageTest("what is on its way stands where it will stay", async ({ person }) => {
  const alice = await person("alice", "#/guest");
  const held: (() => void)[] = [];
  await alice.page.routeWebSocket(/\/ws(\?|$)/, (socket) => {
    const behind = socket.connectToServer();
    socket.onMessage((message) => {
      if (String(message).includes('"op":"send"')) held.push(() => behind.send(message));
      else behind.send(message);
    });
  });
  await alice.comesAsGuest();
  for (const text of ["the first", "the second"]) {
    await alice.says(text);
    const row = alice.page.locator(".message-pending", { hasText: text });
    await row.waitFor();
    assertEquals(await row.locator(".message-from").count(), text === "the first" ? 1 : 0);
    const before = await row.locator(".bubble p").boundingBox();
    held.shift()!();
    await alice.reads(text);
    const after = await alice.message(text).locator(".bubble p").boundingBox();
    assertEquals([after!.x, after!.y - before!.y < 24], [before!.x, true]);
  }
});

pageTest("every time that is shown says the whole date to who points at it", async ({ person, file }) => {
  const alice = await person("alice", "#/guest", { ...AMERICAN, viewport: { width: 1500, height: 800 } });
  await alice.comesAsGuest();
  await alice.says("a needle");
  await alice.reads("a needle");
  await alice.attaches(await file("note.txt", new Uint8Array(10)));
  await alice.file("note.txt").waitFor();
  await alice.page.getByRole("tab", { name: "Files" }).click();
  await alice.page.getByRole("complementary").getByText("note.txt").waitFor();
  await alice.presses("Search");
  await alice.page.getByRole("searchbox", { name: "Words to look for" }).fill("needle");
  await alice.page.getByRole("dialog").locator("time").waitFor();
  const titles = await alice.page.locator("time").evaluateAll((all) =>
    all.map((each) => `${each.closest("[class]")!.className}: ${(each as HTMLElement).title}`)
  );
  const day = new Intl.DateTimeFormat("en-US", { dateStyle: "full" }).format(Date.now());
  assertTrue(titles.length >= 4, titles.join());
  assertEquals(titles.filter((each) => !each.includes(day)), []);
});

pageTest("the numbers of a list are seen whole in either look", async ({ person, server }) => {
  const [alice, bob] = [await person("alice", "#/guest"), await guestOf(server, "bob")];
  await alice.comesAsGuest();
  for (const number of [7, 36, 1986, 123_456_789]) {
    await bob.ask("send", { room: "lobby", text: `${number}. A great year` });
  }
  for (const layout of ["Bubbles", "Compact"]) {
    await chooses(alice, layout);
    await alice.page.locator(".bubble ol").nth(3).waitFor();
    const cut = await alice.page.locator(".bubble ol").evaluateAll((lists) =>
      lists.map((list) => {
        const number = document.createElement("span");
        number.textContent = `${list.querySelector("li")!.value}.`;
        list.append(number);
        const { width } = number.getBoundingClientRect();
        number.remove();
        return width > Number.parseFloat(getComputedStyle(list).paddingInlineStart);
      })
    );
    assertEquals([layout, cut], [layout, [false, false, false, false]]);
    await alice.page.screenshot({ path: `tests/output/list_numbers_${layout}.png` });
  }
  bob.close();
});
