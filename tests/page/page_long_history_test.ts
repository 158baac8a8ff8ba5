/** Long histories, full rooms and bursts: only what is in sight is in the page, and it answers all the time. */
import { assertTrue } from "../support/assert.ts";
import { pageTest } from "../support/browser.ts";
import { guestOf, holdable, isAtEnd, logOf, PHONE, saysMany, topOf } from "./page_scene.ts";

const IN_PAGE_MAX = 80;

pageTest(
  "thousands of messages are read up to the first, and few are in the page",
  async ({ person, server }) => {
    const [alice, bob] = await Promise.all([person("alice", "#/guest"), guestOf(server, "bob")]);
    await saysMany(bob, 1_500, (n) => n % 7 === 0 ? `old ${n}\nof several lines\nand one more` : `old ${n}`);
    await alice.comesAsGuest();
    await alice.reads("old 1500");
    const drawn = () => alice.page.locator("article[data-id]").count();
    await alice.message("old 1500").hover();
    const first = alice.message("old 1");
    for (let n = 0; await first.count() === 0 && n < 3_000; n++) {
      await alice.page.mouse.wheel(0, -3_000);
      if (n % 50 === 0) assertTrue(await drawn() < IN_PAGE_MAX, "few are in the page");
    }
    await first.waitFor();
    await alice.sees("This is where the conversation begins.");
    await alice.presses("Latest messages");
    await alice.reads("old 1500");
    await isAtEnd(alice);
    assertTrue(await drawn() < IN_PAGE_MAX, "few are in the page");
    bob.close();
  },
);

pageTest(
  "older messages of other heights come in above, and what is read stays where it is",
  async ({ person, server }) => {
    const [alice, bob] = await Promise.all([person("alice", "#/guest"), guestOf(server, "bob")]);
    await saysMany(bob, 260, (n) => `tale ${n} ${"and so on and on ".repeat(n * 7 % 23)}`);
    await alice.comesAsGuest();
    await alice.page.getByRole("article").filter({ hasText: "tale 260 " }).waitFor();
    const log = logOf(alice);
    // Each scroll upwards must move what is seen by as much as was scrolled, whatever comes in above meanwhile.
    for (let n = 0; n < 40; n++) {
      const moved = await log.evaluate(async (box) => {
        const frame = () => new Promise((done) => requestAnimationFrame(done));
        const seen = () =>
          [...box.querySelectorAll<HTMLElement>("article")].map((each) =>
            [each.dataset.id!, each.getBoundingClientRect().top] as const
          );
        const before = new Map(seen());
        box.scrollBy(0, -120);
        for (let i = 0; i < 4; i++) await frame();
        const height = box.getBoundingClientRect();
        const kept = seen().filter(([id, top]) =>
          before.has(id) && top > height.top + 150 && top < height.bottom
        );
        return { at: box.scrollTop, moves: kept.map(([id, top]) => Math.round(top - before.get(id)!)) };
      });
      if (moved.at < 120) continue;
      assertTrue(moved.moves.every((each) => Math.abs(each - 120) <= 2), `moved by ${moved.moves.join(" ")}`);
    }
    bob.close();
  },
);

pageTest(
  "what comes in above the very first message that is loaded moves nothing that is read",
  async ({ person, server }) => {
    const bob = await guestOf(server, "bob");
    await saysMany(bob, 120, (n) => `tale ${n}`);
    for (const [name, before] of [["alice", {}], ["carol", PHONE]] as const) {
      const reader = await person(name, "#/guest", before);
      await reader.comesAsGuest();
      const hold = await holdable(reader, "history");
      await reader.reads("tale 120");
      const asked = hold.begin();
      await logOf(reader).evaluate((log) => log.scrollTop = 0);
      await asked;
      await reader.reads("tale 71");
      const place = await topOf(reader, "tale 75");
      hold.end();
      await reader.reads("tale 70");
      // It is measured after it was drawn, and the name that stood above it has gone to an older one.
      await logOf(reader).evaluate(async () => {
        for (let n = 0; n < 4; n++) await new Promise((done) => requestAnimationFrame(done));
      });
      const moved = await topOf(reader, "tale 75") - place;
      assertTrue(Math.abs(moved) < 2, `what ${name} reads moved by ${moved}`);
    }
    bob.close();
  },
);

pageTest(
  "a burst of a thousand does not stop the keyboard of a phone, and the end stays in sight",
  async ({ person, server }) => {
    const [alice, bob] = await Promise.all([person("alice", "#/guest", PHONE), guestOf(server, "bob")]);
    await alice.comesAsGuest();
    await alice.isInEmptyLobby();
    const field = alice.page.getByRole("textbox", { name: /^Message / });
    const burst = saysMany(bob, 1_000, (n) => `burst ${n}`);
    await field.pressSequentially("typed meanwhile");
    await burst;
    await alice.reads("burst 1000");
    await isAtEnd(alice);
    assertTrue(await field.inputValue() === "typed meanwhile", "every key arrived");
    assertTrue(await alice.page.locator("article[data-id]").count() < IN_PAGE_MAX, "few are in the page");
    bob.close();
  },
);

pageTest("a picture that grows later does not push the end out of sight", async ({ person, server }) => {
  const [alice, bob] = await Promise.all([person("alice", "#/guest"), guestOf(server, "bob")]);
  await saysMany(bob, 60, (n) => `line ${n}`);
  await alice.comesAsGuest();
  await alice.reads("line 60");
  await isAtEnd(alice);
  await alice.message("line 60").locator(".bubble").evaluate((bubble) => bubble.style.height = "400px");
  await isAtEnd(alice);
  await alice.message("line 58").locator(".bubble").evaluate((bubble) => bubble.style.height = "300px");
  await isAtEnd(alice);
  bob.close();
});
