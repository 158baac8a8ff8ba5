/** Whom one can write to, in one list: who is here, whom one has talked with, and how somebody is found. */
import { assertEquals } from "../support/assert.ts";
import { pageTest, type Person } from "../support/browser.ts";
import { guestOf, PHONE } from "./page_scene.ts";

const people = (person: Person) => person.page.getByRole("region", { name: "People" });
const namesIn = (person: Person) =>
  people(person).getByRole("listitem").locator(".place-name").allInnerTexts();

pageTest(
  "people stand once: who is online first, then whom one has talked with",
  async ({ person, server }) => {
    const alice = await person("alice", "#/guest");
    // As long as the server has not said who is here, nobody says that nobody is.
    let holds = true;
    const held: (() => void)[] = [];
    await alice.page.routeWebSocket(/\/ws(\?|$)/, (socket) => {
      const behind = socket.connectToServer();
      behind.onMessage((message) => {
        if (holds && String(message).includes('"online":[')) held.push(() => socket.send(message));
        else socket.send(message);
      });
    });
    await alice.comesAsGuest();
    await people(alice).getByText("Loading…").waitFor();
    assertEquals(await alice.page.getByText("Nobody else is here").count(), 0);
    // The answer may be still on its way.
    holds = false;
    held.forEach((go) => go());
    await people(alice).getByText("Nobody else is here right now.").waitFor();

    const [dave, carol, bob] = [
      await guestOf(server, "dave"),
      await guestOf(server, "carol"),
      await guestOf(server, "bob"),
    ];
    await people(alice).getByRole("link", { name: "dave" }).waitFor();
    assertEquals(await namesIn(alice), ["bob", "carol", "dave"]);
    await people(alice).getByRole("link", { name: "carol" }).click();
    await alice.isIn("carol");
    assertEquals(await namesIn(alice), ["bob", "carol", "dave"], "looking at somebody moves nobody");
    await dave.ask("send", { to: "alice", text: "hello" });
    await people(alice).getByRole("link", { name: /^dave.*1 unread$/ }).waitFor();
    assertEquals(await namesIn(alice), ["dave", "bob", "carol"]);
    dave.close();
    bob.close();
    await people(alice).getByRole("link", { name: "bob" }).waitFor({ state: "detached" });
    assertEquals(await namesIn(alice), ["carol", "dave"]);

    assertEquals(await people(alice).getByRole("searchbox").count(), 0, "few need no search");
    const many = await Promise.all(Array.from({ length: 35 }, (_, n) => guestOf(server, `guest ${n + 1}`)));
    await people(alice).getByRole("button", { name: "Show all 37" }).click();
    await people(alice).getByRole("link", { name: "guest 35" }).waitFor();
    await people(alice).getByRole("searchbox", { name: "Find a person" }).fill("T 3");
    await people(alice).getByRole("status").getByText("7 found").waitFor();
    assertEquals(
      (await namesIn(alice)).sort(),
      ["guest 3", ...[0, 1, 2, 3, 4, 5].map((n) => `guest 3${n}`)].sort(),
    );
    for (const each of [carol, ...many]) each.close();
  },
);

pageTest("an empty conversation says where one is, and what one can do there", async ({ person, server }) => {
  const [alice, bob] = [await person("alice", "#/guest", PHONE), await guestOf(server, "bob")];
  await alice.comesAsGuest();
  await alice.page.getByRole("heading", { name: "This is the beginning of lobby" }).waitFor();
  await alice.presses("Write a message");
  await alice.page.locator("textarea:focus").waitFor();
  await alice.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await alice.presses("Copy an invitation link");
  await alice.sees("The link is copied.");
  await alice.page.evaluate(() => location.hash = "#/with/bob");
  await alice.page.getByRole("heading", { name: "You and bob" }).waitFor();
  await bob.ask("send", { to: "alice", text: "hello" });
  await alice.reads("hello");
  assertEquals(await alice.page.getByRole("heading", { name: "You and bob" }).count(), 0);
  bob.close();
});
