/** Draws static/icon.svg as the bitmaps that systems want of a page that is installed: `deno run -A tests/page/icons.ts`. */
import { launchBrowser } from "../support/launch_browser.ts";

const STATIC = new URL("../../static/", import.meta.url);
/** What the drawing's tile is filled with: a maskable icon has it everywhere, and a margin that may be cut off. */
const GROUND = "#0f6f69";
const MARGIN = 0.1;

const drawing = await Deno.readTextFile(new URL("icon.svg", STATIC));
const browser = await launchBrowser();
try {
  await draw("icon_192.png", 192, 0);
  await draw("icon_512.png", 512, 0);
  await draw("icon_maskable_512.png", 512, MARGIN);
} finally {
  await browser.close();
}

/** Fills a square, but for a margin of this share on each side, which gets the ground's colour. */
async function draw(name: string, size: number, margin: number): Promise<void> {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const ground = margin > 0 ? GROUND : "transparent";
  const inner = size * (1 - 2 * margin);
  await page.setContent(`<style>
    body { margin: 0; height: 100vh; display: grid; place-items: center; background: ${ground} }
    svg { width: ${inner}px; height: ${inner}px; display: block }
  </style>${drawing}`);
  await Deno.writeFile(new URL(name, STATIC), await page.screenshot({ omitBackground: true }));
  await page.close();
}
