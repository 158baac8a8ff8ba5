/** How the page tells of messages to somebody who looks elsewhere: on the desktop, by sound, in the title and in the icon. */
import type { BrowserContextOptions } from "playwright-core";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { pageTest, type Person, type Stage } from "../support/browser.ts";
import { guestOf, holdable, memberOf, PHONE } from "./page_scene.ts";

/** What the page has asked of the desktop. */
interface Desktop {
  asked: number;
  notes: { title: string; body: string; silent: boolean; closed: boolean }[];
  tones: number;
  badge: number;
}

/**
 * A guest, or somebody with an account, in the lobby whose desktop writes down what the page asks of it, and says what it is told to.
 */
async function watched(
  { person, server }: Stage,
  { answer = "granted", before = {}, account = false }: {
    answer?: "granted" | "denied";
    before?: BrowserContextOptions;
    account?: boolean;
  } = {},
): Promise<Person> {
  const alice = await person("alice", "icon.svg", before);
  await alice.context.addInitScript((answer) => {
    const desktop = { asked: 0, notes: [], tones: 0, badge: 0 } as Desktop;
    const permission = () => localStorage.getItem("desktop") ?? "default";
    class Note extends EventTarget {
      static get permission() {
        return permission();
      }
      static requestPermission() {
        desktop.asked++;
        localStorage.setItem("desktop", answer);
        return Promise.resolve(answer);
      }
      readonly entry;
      constructor(title: string, options: { body: string; silent: boolean }) {
        super();
        this.entry = { title, body: options.body, silent: options.silent, closed: false };
        desktop.notes.push(this.entry);
        Object.assign(globalThis, { lastNote: this });
      }
      close() {
        this.entry.closed = true;
        this.dispatchEvent(new Event("close"));
      }
    }
    const start = AudioScheduledSourceNode.prototype.start;
    AudioScheduledSourceNode.prototype.start = function (...when) {
      desktop.tones++;
      start.apply(this, when);
    };
    Object.assign(globalThis, { desktop, Notification: Note });
    document.hasFocus = () => !("away" in globalThis);
    navigator.setAppBadge = (count = 0) => Promise.resolve(void (desktop.badge = count));
  }, answer);
  await alice.page.goto(`${server.url}/#/${account ? "register" : "guest"}`);
  if (account) await alice.registers("correct horse 7 battery");
  else await alice.comesAsGuest();
  return alice;
}

const desktopOf = ({ page }: Person) =>
  page.evaluate(() => (globalThis as unknown as { desktop: Desktop }).desktop);

/** Looks at another window, or at the page again. */
const looks = ({ page }: Person, here: boolean) =>
  page.evaluate((here) => {
    if (here) delete (globalThis as { away?: true }).away;
    else Object.assign(globalThis, { away: true });
    dispatchEvent(new Event(here ? "focus" : "blur"));
  }, here);

/** Waits until so many notes were shown; a later one has come when the page has heard what was said after it. */
async function notes(person: Person, count: number): Promise<string[]> {
  await person.page.waitForFunction(
    (count) => (globalThis as unknown as { desktop: Desktop }).desktop.notes.length >= count,
    count,
  );
  return (await desktopOf(person)).notes.map(({ title, body }) => `${title}: ${body}`);
}

async function chooses({ page }: Person, ...names: string[]): Promise<void> {
  await page.getByRole("button", { name: "Settings" }).click();
  for (const name of names) await page.getByRole("switch", { name }).click();
  await page.keyboard.press("Escape");
}

pageTest("who is written to is told on the desktop, once that was asked for", async (stage) => {
  const alice = await watched(stage);
  const bob = await guestOf(stage.server, "bob");
  await looks(alice, false);
  await bob.ask("send", { to: "alice", text: "before you asked" });
  await alice.sees(/1 unread/);
  const before = await desktopOf(alice);
  assertEquals([before.asked, before.notes.length, before.tones], [0, 0, 0]);

  await chooses(alice, "Show on the desktop");
  await bob.ask("send", { to: "alice", text: "are you there?" });
  assertEquals(await notes(alice, 1), ["bob (guest): are you there?"]);
  const { asked, tones, notes: [first] } = await desktopOf(alice);
  assertEquals([asked, tones, first!.silent], [1, 0, true]);

  const says = (text: string) => bob.ask("send", { room: "lobby", text });
  await says("good morning, everybody");
  await says("and @alice: lunch?");
  assertEquals((await notes(alice, 2))[1], "bob (guest) in lobby: and @alice: lunch?");

  // A click leads there, and what is read is not shown any more.
  await alice.page.goto(new URL("#/with/bob", alice.page.url()).href);
  await alice.isIn("bob");
  await alice.page.evaluate(() =>
    (globalThis as unknown as { lastNote: Event & EventTarget }).lastNote.dispatchEvent(new Event("click"))
  );
  await alice.isIn("lobby");
  await looks(alice, true);
  await says("@alice you look at this");
  await alice.reads("@alice you look at this");
  await looks(alice, false);
  await says("@alice and not at this");
  assertEquals((await notes(alice, 3)).slice(2), ["bob (guest) in lobby: @alice and not at this"]);
  await looks(alice, true);
  await alice.page.waitForFunction(() =>
    (globalThis as unknown as { desktop: Desktop }).desktop.notes[2]!.closed
  );
  bob.close();
});

pageTest("a muted conversation tells nothing, and counts nowhere", async (stage) => {
  const alice = await watched(stage);
  const bob = await guestOf(stage.server, "bob");
  await chooses(alice, "Show on the desktop", "Play a sound");
  await bob.ask("send", { to: "alice", text: "first" });
  await alice.page.getByRole("link", { name: /bob/ }).first().click();
  await alice.isIn("bob");
  await alice.reads("first");
  const heard = (await desktopOf(alice)).tones;
  await alice.page.getByRole("button", { name: /^More/ }).click();
  await alice.page.getByRole("button", { name: "Mute", exact: true }).click();
  await alice.page.goto(new URL("#/room/lobby", alice.page.url()).href);
  await looks(alice, false);
  await bob.ask("send", { to: "alice", text: "are you there, @alice?" });
  await bob.ask("send", { room: "lobby", text: "@alice, here then" });
  assertEquals(await notes(alice, 1), ["bob (guest) in lobby: @alice, here then"]);
  assertTrue((await desktopOf(alice)).tones > heard, "what is not muted is heard");
  // The lobby is on the screen; only what is muted is unread.
  assertEquals(await alice.page.title(), "Switchboard");
  bob.close();
});

pageTest("what is unread stands in the title and in the icon of a phone, until it is read", async (stage) => {
  const alice = await watched(stage, { before: PHONE });
  const bob = await guestOf(stage.server, "bob");
  const icon = () => alice.page.locator('link[rel="icon"]').evaluate((link: HTMLLinkElement) => link.href);
  assertTrue((await icon()).endsWith("/icon.svg"), "nothing is unread");
  for (const text of ["one", "two"]) await bob.ask("send", { to: "alice", text });
  await alice.page.waitForFunction(() => document.title === "(2) Switchboard");
  await alice.page.waitForFunction(() =>
    document.querySelector<HTMLLinkElement>('link[rel="icon"]')!.href.startsWith("data:image/png")
  );
  const two = await icon();
  assertEquals((await desktopOf(alice)).badge, 2);
  await bob.ask("send", { to: "alice", text: "three" });
  await alice.page.waitForFunction(() => document.title === "(3) Switchboard");
  await alice.page.waitForFunction(
    (two) => document.querySelector<HTMLLinkElement>('link[rel="icon"]')!.href !== two,
    two,
  );

  // It is on the server what was read: a reload shows the same.
  await alice.page.reload();
  await alice.page.waitForFunction(() => document.title === "(3) Switchboard");
  await alice.follows("All conversations");
  await alice.page.getByRole("link", { name: /bob/ }).first().tap();
  await alice.page.waitForFunction(() => document.title === "Switchboard");
  await alice.page.waitForFunction(() =>
    document.querySelector<HTMLLinkElement>('link[rel="icon"]')!.href.endsWith("/icon.svg")
  );
  assertEquals((await desktopOf(alice)).badge, 0);
  bob.close();
});

pageTest("a browser that refuses is not asked again, and that is said", async (stage) => {
  const alice = await watched(stage, { answer: "denied" });
  // Escape closes the dialog, though the switch that has the focus can't be used any more.
  await chooses(alice, "Show on the desktop");
  await alice.presses("Settings");
  const option = alice.page.getByRole("switch", { name: "Show on the desktop" });
  await alice.sees("This browser has been told not to show any for this page.");
  await option.focus();
  await alice.page.keyboard.press("Space");
  assertEquals([await option.isChecked(), await option.isDisabled()], [false, true]);
  await option.and(alice.page.locator(":focus")).waitFor();
  assertEquals((await desktopOf(alice)).asked, 1);
});

pageTest("of two windows one tells of a message", async (stage) => {
  const alice = await watched(stage);
  const bob = await guestOf(stage.server, "bob");
  await chooses(alice, "Show on the desktop");
  const second = Object.assign(Object.create(alice), { page: await alice.context.newPage() }) as Person;
  await second.page.goto(alice.page.url());
  await second.isIn("lobby");
  await Promise.all([looks(alice, false), looks(second, false)]);
  for (const text of ["@alice one", "@alice two"]) {
    await bob.ask("send", { room: "lobby", text });
    await Promise.all([alice.reads(text), second.reads(text)]);
    await Promise.race([notes(alice, 1), notes(second, 1)]);
  }
  const both = [...(await desktopOf(alice)).notes, ...(await desktopOf(second)).notes];
  const bodies = both.map(({ body }) => body);
  assertEquals(bodies.filter((body) => body.startsWith("@alice one")).length, 1);
  bob.close();
});

pageTest(
  "with a service worker a click finds the window that is open",
  async ({ person, server }) => {
    const alice = await person("alice", "#/guest", {
      serviceWorkers: "allow",
      permissions: ["notifications"],
    });
    const bob = await guestOf(server, "bob");
    await alice.comesAsGuest();
    await alice.page.evaluate(async () => {
      await navigator.serviceWorker.ready;
      document.hasFocus = () => false;
      const { showNotification } = ServiceWorkerRegistration.prototype;
      ServiceWorkerRegistration.prototype.showNotification = async function (...told) {
        await showNotification.apply(this, told);
        document.documentElement.dataset.shown = "yes";
      };
    });
    await chooses(alice, "Show on the desktop");
    await bob.ask("send", { to: "alice", text: "psst" });
    // Whoever asks Chromium for those that are shown while one is on its way there makes it forget that one.
    await alice.page.locator("html[data-shown]").waitFor();
    const shown = await alice.page.evaluate(async () => {
      const notes = await (await navigator.serviceWorker.ready).getNotifications();
      return notes.map(({ title, body }) => `${title}: ${body}`);
    });
    assertEquals(shown, ["bob (guest): psst"]);
    const [worker] = alice.context.serviceWorkers();
    await worker!.evaluate(async () => {
      const here = self as unknown as { registration: ServiceWorkerRegistration };
      const [notification] = await here.registration.getNotifications();
      const click = Object.assign(new Event("notificationclick"), { notification, waitUntil() {} });
      dispatchEvent(click);
    });
    await alice.isIn("bob");
    bob.close();
  },
  {},
  { whole: true },
);

pageTest("of whom one blocks nothing is told, also while the page still asks whom", async (stage) => {
  const alice = await watched(stage, { account: true });
  await chooses(alice, "Show on the desktop");
  const [bob, carol] = [await memberOf(stage.server, "bob"), await memberOf(stage.server, "carol")];
  await alice.page.evaluate(() => location.hash = "#/with/bob");
  await alice.presses("More about bob");
  await alice.presses("Block");
  await alice.page.locator(".head").getByText("Blocked").waitFor();
  await bob.ask("enter", { room: "harbour" });
  await alice.entersRoom("harbour");
  await alice.page.evaluate(() => location.hash = "#/room/lobby");
  await alice.isIn("lobby");

  const hold = await holdable(alice, "blocks");
  await alice.isInEmptyLobby();
  const asked = hold.begin();
  await alice.page.reload();
  await asked;
  await alice.isInEmptyLobby();
  await looks(alice, false);
  await bob.ask("send", { room: "harbour", text: "@alice psst" });
  await carol.ask("send", { room: "lobby", text: "@alice lunch?" });
  await alice.reads("@alice lunch?");
  hold.end();
  assertEquals(await notes(alice, 1), ["carol in lobby: @alice lunch?"]);
  for (const each of [bob, carol]) each.close();
});
