/** Nothing on any screen or dialog keeps anybody out, as far as axe-core finds out: light and dark, desktop and phone. */
import axe from "axe-core";
import { assertEquals } from "./assert.ts";
import { pageTest, type Person } from "./browser.ts";
import { CHAT_SCREENS, comesToScreens, type Screen, STRANGERS_SCREENS } from "./page_screens.ts";

const DEVICES = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true },
};

for (const [device, before] of Object.entries(DEVICES)) {
  pageTest(`axe finds nothing on a ${device}, light and dark`, async (stage) => {
    const alice = await stage.person("alice", "", before);
    const found = await faultsOf(alice, STRANGERS_SCREENS);
    await comesToScreens(stage, alice);
    found.push(...await faultsOf(alice, CHAT_SCREENS));
    await stage.server.stop();
    await alice.sees(/^Offline since/);
    found.push(...await faultsNow(alice, "offline"));
    assertEquals(found, []);
  });
}

async function faultsOf(person: Person, screens: readonly Screen[]): Promise<string[]> {
  const found: string[] = [];
  for (const screen of screens) {
    await screen.go(person);
    found.push(...await faultsNow(person, screen.name));
    await screen.leave?.(person);
  }
  return found;
}

/** What axe finds on what is shown now: the rule, where, and why. */
async function faultsNow({ page }: Person, name: string): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    // A function's text runs whatever the page's policy says of scripts.
    await page.evaluate(axe.source);
    const violations = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
      const { violations } = await axe.run(document, { resultTypes: ["violations"] });
      return violations.map(({ id, nodes }) => ({
        id,
        places: nodes.map(({ target, failureSummary }) => `${target.join(" ")}: ${failureSummary}`),
      }));
    });
    found.push(...violations.map(({ id, places }) => `${name}, ${colorScheme}: ${id}\n${places.join("\n")}`));
  }
  return found;
}
