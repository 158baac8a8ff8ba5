/**
 * Nothing on any screen or dialog keeps anybody out: axe-core finds nothing, in light and dark, on a desktop and a
 * phone, and nothing sticks out where a window is small or a page enlarged.
 */
import axe from "axe-core";
import { en } from "../../client/web/words/en.ts";
import { zh } from "../../client/web/words/zh.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { pageTest, type Person } from "../support/browser.ts";
import { PHONE } from "./page_scene.ts";
import { CHAT_SCREENS, comesToScreens, type Screen, STRANGERS_SCREENS } from "./page_screens.ts";

/** A phone's: a window of 1280 px at 400 %, and one of 1280 × 800 at 200 %. */
const SMALL = [[320, 640], [640, 400]] as const;
const DEVICES = {
  desktop: { before: { viewport: { width: 1280, height: 800 } }, sizes: [] },
  phone: { before: PHONE, sizes: SMALL },
};

for (const [device, { before, sizes }] of Object.entries(DEVICES)) {
  const small = sizes.length > 0 ? `, and nothing sticks out of a small window` : "";
  pageTest(`axe finds nothing on a ${device}, light and dark${small}`, async (stage) => {
    const alice = await stage.person("alice", "", before);
    const found: string[] = [];
    const look = async (screens: readonly Screen[]) => {
      for (const screen of screens) {
        await screen.go(alice);
        found.push(...await faultsNow(alice, screen.name), ...await overflowing(alice, screen.name, sizes));
        await screen.leave?.(alice);
      }
    };
    await look(STRANGERS_SCREENS);
    await comesToScreens(stage, alice);
    await look(CHAT_SCREENS);
    await stage.server.stop();
    await look([{ name: "offline", go: (person) => person.sees(/^Offline since/) }]);
    assertEquals(found, []);
  });
}

Deno.test("what is said of a button begins with what it says, in every language", () => {
  for (const words of [en, zh]) {
    const pairs = [
      [words.signOutThere, words.signOutOf("Firefox")],
      [words.letIn, words.letInAgain("bob")],
      [words.letSpeak, words.letSpeakAgain("bob")],
      [words.enter, words.joinRoom("plans")],
      [words.decline, words.declineRoom("plans")],
      [words.show, words.showFiles("plans")],
      [words.hide, words.hideFiles("plans")],
    ] as const;
    for (const [written, said] of pairs) assertTrue(said.startsWith(written), `${said}: ${written}`);
  }
});

pageTest("axe finds a button that is called otherwise than it says", async ({ person }) => {
  const alice = await person("alice", "#/guest");
  await alice.comesAsGuest();
  assertEquals(await faultsNow(alice, "lobby"), []);
  await alice.presses("Settings");
  await alice.page.getByRole("dialog").evaluate((dialog) => {
    const button = document.createElement("button");
    button.className = "button";
    button.textContent = "What it says";
    button.setAttribute("aria-label", "Something else");
    dialog.querySelector("h2")!.after(button);
  });
  const found = await faultsNow(alice, "settings");
  assertEquals(found.map((each) => each.split("\n")[0]), [
    "settings, light: label-content-name-mismatch",
    "settings, dark: label-content-name-mismatch",
  ]);
});

/** What axe finds on what is shown now: the rule, where, and why. */
async function faultsNow({ page }: Person, name: string): Promise<string[]> {
  const found: string[] = [];
  // What is scrolled out of a dialog's sight is not looked at: its window is high enough for all of it.
  const { width, height } = page.viewportSize()!;
  const isInDialog = await page.locator("dialog[open]").count() > 0;
  if (isInDialog) await page.setViewportSize({ width, height: 2_000 });
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    // A function's text runs whatever the page's policy says of scripts.
    if (!await page.evaluate(() => "axe" in globalThis)) await page.evaluate(axe.source);
    const violations = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
      const { violations } = await axe.run(document, {
        resultTypes: ["violations"],
        // What is said aloud holds what is written: whoever speaks to their machine says what they see.
        rules: { "label-content-name-mismatch": { enabled: true } },
      });
      return violations.map(({ id, nodes }) => ({
        id,
        places: nodes.map(({ target, failureSummary }) => `${target.join(" ")}: ${failureSummary}`),
      }));
    });
    // What people write runs as their script does, in every field.
    const fields = page.locator("textarea, input:is([type=text], [type=search], :not([type])):visible");
    const fixed = await fields.evaluateAll((all) =>
      all.filter((field) => field.getAttribute("dir") !== "auto" && !field.closest(".unseen")).map((field) =>
        field.outerHTML
      )
    );
    found.push(...fixed.map((html) => `${name}: a field without dir="auto": ${html}`));
    found.push(...violations.map(({ id, places }) => `${name}, ${colorScheme}: ${id}\n${places.join("\n")}`));
  }
  if (isInDialog) await page.setViewportSize({ width, height });
  return found;
}

/** What sticks out of the window, or out of the dialog over it, at each of these sizes. */
async function overflowing(
  { page }: Person,
  name: string,
  sizes: readonly (readonly [number, number])[],
): Promise<string[]> {
  const found: string[] = [];
  const before = page.viewportSize()!;
  for (const [width, height] of sizes) {
    await page.setViewportSize({ width, height });
    const out = await page.evaluate(() => {
      const isSeen = (each: Element) =>
        each.checkVisibility({ opacityProperty: true, visibilityProperty: true });
      const root = document.querySelector("dialog[open]") ?? document.body;
      const controls = [...root.querySelectorAll("a, button, input, textarea, h1, h2, p")].filter(isSeen);
      const { scrollWidth, clientWidth } = document.documentElement;
      const around = root.getBoundingClientRect();
      return [
        ...(scrollWidth > clientWidth ? [`the page is ${scrollWidth} px wide`] : []),
        ...controls.filter((each) => !each.closest(".unseen")).filter((each) => {
          const { left, right } = each.getBoundingClientRect();
          return left < Math.max(0, around.left) - 1 || right > Math.min(clientWidth, around.right) + 1;
        }).map((each) => `${each.tagName} ${each.className} ${each.textContent}`),
      ];
    });
    found.push(...out.map((each) => `${name} at ${width} × ${height}: ${each}`));
  }
  if (sizes.length > 0) await page.setViewportSize(before);
  return found;
}
