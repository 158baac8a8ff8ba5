/** The page under a finger: long press, the keyboard's Enter, and nothing too small to be hit. */
import type { Locator } from "playwright-core";
import { assertEquals } from "../support/assert.ts";
import { pageTest, type Person } from "../support/browser.ts";
import { guestOf, isAtEnd, PHONE, saysMany, scrolls } from "./page_scene.ts";
import { CHAT_SCREENS, comesToScreens } from "./page_screens.ts";
import { bytesOf } from "../support/sample_files.ts";

const LEAST_PX = 44;

pageTest("Enter is a new line on a touch keyboard, and the button sends", async ({ person, server }) => {
  const [alice, bob] = [await person("alice", "#/guest", PHONE), await guestOf(server, "bob")];
  await alice.comesAsGuest();
  await alice.isInEmptyLobby();
  const field = alice.page.getByRole("textbox", { name: "Message lobby" });
  await field.tap();
  await alice.page.keyboard.type("two");
  await alice.page.keyboard.press("Enter");
  await alice.page.keyboard.type("lines");
  assertEquals(await field.inputValue(), "two\nlines");
  await alice.page.getByRole("button", { name: "Send", exact: true }).tap();
  const sent = alice.page.locator("article[data-id] .bubble", { hasText: "two" });
  assertEquals(await sent.innerText(), "two\nlines");

  // A field that grows takes the room from what is far up, not from the newest message.
  await saysMany(bob, 30, (n) => `line ${n}`);
  await alice.reads("line 30");
  await isAtEnd(alice);
  await field.fill("1\n2\n3\n4\n5\n6");
  await isAtEnd(alice);

  // It has its place too when the page began with the list, where nothing of it is in sight.
  const { height } = (await field.boundingBox())!;
  await alice.follows("All conversations");
  await alice.page.reload();
  await alice.page.getByRole("link", { name: /^lobby/ }).tap();
  await field.waitFor();
  await alice.page.waitForFunction(
    ([each, height]) => each!.getBoundingClientRect().height === height,
    [await field.elementHandle(), height] as const,
  );
  bob.close();
});

pageTest("one's own upload is in sight, wherever one reads", async (stage) => {
  const [alice, bob] = [await stage.person("alice", "#/guest"), await guestOf(stage.server, "bob")];
  await alice.comesAsGuest();
  await alice.isInEmptyLobby();
  await saysMany(bob, 60, (n) => `line ${n}`);
  await alice.reads("line 60");
  await alice.message("line 60").hover();
  await scrolls(alice, -700);
  // On a slow machine it is drawn, and grows, in many steps.
  const devtools = await alice.context.newCDPSession(alice.page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: 6 });
  await alice.attaches(await stage.file("log.bin", bytesOf(5_000)));
  await alice.file("log.bin").waitFor();
  await isAtEnd(alice);
  // What was on its way becomes a message of another height.
  await alice.stages(await stage.file("next.bin", bytesOf(6_000)));
  const field = alice.page.getByRole("textbox", { name: "Message lobby" });
  await field.fill(Array.from({ length: 12 }, (_, n) => `caption ${n}`).join("\n"));
  await field.press("Enter");
  await alice.file("next.bin").getByText("caption 11").waitFor();
  await isAtEnd(alice);
  bob.close();
});

pageTest("a long press opens a message's menu, a scroll does not", async ({ person, server }) => {
  const [alice, bob] = [await person("alice", "#/guest", PHONE), await guestOf(server, "bob")];
  await alice.comesAsGuest();
  await saysMany(bob, 3, (n) => `line ${n}`);
  const message = alice.message("line 2");
  await message.waitFor();
  const menu = alice.page.getByRole("menu", { name: "More" });
  const touch = await touching(alice, message.locator(".bubble"));
  await touch.down();
  await alice.page.locator("[data-held]").waitFor();
  await touch.up();
  await menu.waitFor();
  await alice.page.goBack();
  await menu.waitFor({ state: "detached" });
  await alice.isIn("lobby");

  await touch.down();
  await touch.move(60);
  await touch.up();
  await message.tap();
  assertEquals(await menu.count(), 0);
  await touch.down();
  await alice.page.locator("[data-held]").waitFor();
  await touch.up();
  await alice.page.getByRole("menuitem", { name: "Reply" }).tap();
  await alice.sees("Reply to bob:");
  bob.close();
});

pageTest("nothing that is pressed is too small for a finger", async (stage) => {
  const alice = await stage.person("alice", "", PHONE);
  await comesToScreens(stage, alice);
  const small: string[] = [];
  for (const screen of CHAT_SCREENS) {
    await screen.go(alice);
    small.push(...(await tooSmall(alice)).map((each) => `${screen.name}: ${each}`));
    await screen.leave?.(alice);
  }
  assertEquals(small, []);
});

/** What can be pressed where a finger that is a little off would miss it; words in a text are as high as it is. */
function tooSmall({ page }: Person): Promise<string[]> {
  return page.evaluate((least) => {
    const root = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
    const all = root.querySelectorAll<HTMLElement>("button, a, [role=tab], label:has(input)");
    const inText = ".bubble a, .message-from";
    const seen = [...all].filter((each) =>
      each.checkVisibility({ visibilityProperty: true }) && !each.matches(inText)
    );
    return seen.filter((each) => {
      if (root.matches("dialog")) each.scrollIntoView({ block: "center" });
      const { left, top, width, height } = each.getBoundingClientRect();
      const [x, y, off] = [left + width / 2, top + height / 2, least / 2 - 1];
      const isWhole = x > off && y > off && x + off < innerWidth && y + off < innerHeight;
      const around = [[0, 0], [off, 0], [-off, 0], [0, off], [0, -off]].map(([dx, dy]) =>
        document.elementFromPoint(x + dx!, y + dy!)
      );
      // What is scrolled away is for another moment.
      if (!isWhole || !each.contains(around[0]!)) return false;
      return around.some((hit) => !each.contains(hit));
    }).map((each) => {
      const { width, height } = each.getBoundingClientRect();
      return `${each.className || each.tagName} ${each.ariaLabel ?? each.textContent} ${width} × ${height}`;
    });
  }, LEAST_PX);
}

/** A finger on something. */
async function touching({ page, context }: Person, what: Locator) {
  const devtools = await context.newCDPSession(page);
  const at = async (by: number) => {
    const { x, y, width, height } = (await what.boundingBox())!;
    return { touchPoints: [{ x: x + width / 2, y: y + height / 2 - by }] };
  };
  return {
    down: async () =>
      void await devtools.send("Input.dispatchTouchEvent", { type: "touchStart", ...await at(0) }),
    move: async (by: number) =>
      void await devtools.send("Input.dispatchTouchEvent", { type: "touchMove", ...await at(by) }),
    up: async () =>
      void await devtools.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] }),
  };
}
