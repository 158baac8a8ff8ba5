/** The connection, as the page tells of it: offline since when, back, and nothing lost or doubled on the way. */
import type { WebSocketRoute } from "playwright-core";
import { assertEquals } from "../support/assert.ts";
import { pageTest, type Person } from "../support/browser.ts";
import { guestOf, isAtEnd, saysMany } from "./page_scene.ts";

const PHONE = { viewport: { width: 390, height: 780 }, hasTouch: true };

const state = (person: Person) => person.page.locator(".state-line");
const said = (person: Person, text: string) => person.message(text).count();

pageTest(
  "a server that restarts: since when one is offline, what waits, and back",
  async ({ person, server, file }) => {
    const [alice, bob] = await Promise.all([person("alice", "#/guest", PHONE), person("bob", "#/guest")]);
    await alice.page.clock.install();
    await Promise.all([alice.comesAsGuest(), bob.comesAsGuest()]);
    await alice.says("before");
    await bob.reads("before");

    await server.stop();
    await state(alice).getByText(/^Offline since \d\d?:\d\d$/).waitFor();
    await alice.says("written offline");
    await state(alice).getByText("1 message waits").waitFor();
    await alice.says("and another");
    await state(alice).getByText("2 messages wait").waitFor();
    // What checks a file is loaded with the first one.
    await bob.attaches(await file("note.bin", new Uint8Array(100)));
    await bob.transfer("note.bin").getByText("Connection lost. It goes on by itself.").waitFor();
    const back = state(alice).getByText("Back online").waitFor();
    await server.again();
    // Or it was found by itself, a moment before.
    await Promise.race([back, alice.presses("Try now").catch(() => {})]);
    await back;
    await bob.reads("and another");
    await alice.file("note.bin").waitFor();
    for (const text of ["before", "written offline", "and another"]) {
      await alice.reads(text);
      assertEquals([await said(alice, text), await said(bob, text)], [1, 1], text);
    }
    await alice.page.clock.fastForward(3_000);
    await state(alice).getByText("Back online").waitFor({ state: "detached" });
    await bob.says("after");
    await alice.reads("after");
  },
);

pageTest(
  "one's own words are in sight, also those that waited, and the next ones",
  async ({ person, server }) => {
    const [alice, bob] = [await person("alice", "#/guest"), await person("bob", "#/guest")];
    await Promise.all([alice.comesAsGuest(), bob.comesAsGuest()]);
    await alice.isInEmptyLobby();
    const carol = await guestOf(server, "carol");
    await saysMany(carol, 40, (n) => `line ${n}`);
    carol.close();
    await alice.reads("line 40");
    await server.stop();
    await state(alice).getByText(/^Offline/).waitFor();
    await alice.message("line 40").hover();
    await alice.page.mouse.wheel(0, -700);
    await isAtEnd(alice, false);
    const field = alice.page.getByRole("textbox", { name: "Message lobby" });
    await field.fill(Array.from({ length: 12 }, (_, k) => `offline ${k}`).join("\n"));
    await field.press("Enter");
    await isAtEnd(alice);
    await server.again();
    for (const { page } of [bob, alice]) {
      await page.locator("article[data-id]", { hasText: "offline 11" }).waitFor();
    }
    await isAtEnd(alice);
    await bob.says("after");
    await alice.reads("after");
    await isAtEnd(alice);
    await alice.says("later");
    await bob.reads("later");
    await isAtEnd(alice);
  },
);

pageTest("what was not sent outlives the page", async ({ person, server }) => {
  const [alice, bob] = await Promise.all([person("alice", "#/guest"), person("bob", "#/guest")]);
  await Promise.all([alice.comesAsGuest(), bob.comesAsGuest()]);
  await server.stop();
  await alice.says("written in vain?");
  await alice.sees("Sending…");
  await alice.page.goto("about:blank");
  const back = bob.sees("Back online");
  await server.again();
  await back;
  await alice.page.goto(server.url);
  await bob.reads("written in vain?");
  await alice.reads("written in vain?");
  await alice.page.reload();
  await alice.reads("written in vain?");
  assertEquals([await said(alice, "written in vain?"), await said(bob, "written in vain?")], [1, 1]);
});

pageTest("a message whose answer was lost is said once, also after a reload", async ({ person, server }) => {
  const alice = await person("alice", "#/guest");
  const bob = await person("bob", "#/guest");
  const line = await tapped(alice);
  await Promise.all([alice.comesAsGuest(), bob.comesAsGuest()]);
  line.hearsNothing = true;
  await alice.says("did you get this?");
  await bob.reads("did you get this?");
  await alice.sees("Sending…");
  line.hearsNothing = false;
  await alice.page.goto(`${server.url}/#/room/lobby`);
  await alice.page.reload();
  await alice.reads("did you get this?");
  await bob.says("yes");
  await alice.reads("yes");
  assertEquals([await said(alice, "did you get this?"), await said(bob, "did you get this?")], [1, 1]);
});

pageTest("a sleeping laptop finds its dead link by its clock", async ({ person }) => {
  const alice = await person("alice", "#/guest");
  const bob = await person("bob", "#/guest");
  await alice.page.clock.install();
  const line = await tapped(alice);
  await Promise.all([alice.comesAsGuest(), bob.comesAsGuest()]);
  line.isDead = true;
  await bob.says("while she sleeps");
  await alice.page.clock.fastForward("30:00");
  await alice.page.clock.runFor(8_000);
  await alice.reads("while she sleeps");
  await alice.says("good morning");
  await bob.reads("good morning");
  assertEquals([await said(alice, "while she sleeps"), line.opened], [1, 2]);
});

pageTest(
  "another network: the link is checked at once, and made anew where it is dead",
  async ({ person, server }) => {
    const alice = await person("alice", "#/guest");
    const bob = await guestOf(server, "bob");
    const says = (text: string) => bob.ask("send", { room: "lobby", text });
    await alice.page.clock.install();
    const line = await tapped(alice);
    await alice.comesAsGuest();
    await alice.page.evaluate(() => dispatchEvent(new Event("online")));
    await says("the link is fine");
    await alice.reads("the link is fine");
    assertEquals(line.opened, 1);

    line.isDead = true;
    await alice.page.evaluate(() => dispatchEvent(new Event("online")));
    await says("over the new one");
    await alice.page.clock.fastForward(5_000);
    await alice.reads("over the new one");
    assertEquals([await said(alice, "over the new one"), line.opened], [1, 2]);
    bob.close();
  },
);

/** A wire that can fail without a word. */
interface Tap {
  /** The server's words are lost; those of the page arrive. */
  hearsNothing: boolean;
  /** The link that is open now carries nothing any more. The next one does. */
  isDead: boolean;
  /** How many links there were. */
  opened: number;
}

/** Puts a tap into somebody's wire, from the next link on. */
async function tapped(person: Person): Promise<Tap> {
  const tap: Tap = { hearsNothing: false, isDead: false, opened: 0 };
  await person.page.routeWebSocket(/\/ws(\?|$)/, (socket: WebSocketRoute) => {
    const server = socket.connectToServer();
    tap.isDead = false;
    const number = ++tap.opened;
    const isMute = () => tap.opened !== number || tap.isDead;
    socket.onMessage((words) => void (isMute() || server.send(words)));
    server.onMessage((words) => void (isMute() || tap.hearsNothing || socket.send(words)));
  });
  return tap;
}
