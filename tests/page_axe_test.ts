/**
 * Nothing on any screen or dialog keeps anybody out: axe-core finds nothing, in light and dark, on a desktop and a
 * phone, and nothing sticks out where a window is small or a page enlarged.
 */
import axe from "axe-core";
import { assertEquals } from "./assert.ts";
import { pageTest, type Person } from "./browser.ts";
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

/** What axe finds on what is shown now: the rule, where, and why. */
async function faultsNow({ page }: Person, name: string): Promise<string[]> {
  const found: string[] = [];
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
