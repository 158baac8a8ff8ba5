/** Starts the browser that the tests drive, without what only a person's own browser needs. */
import { type Browser, chromium } from "playwright-core";
import { findBrowser, findHeadlessBrowser, HOW_TO_GET_ONE } from "./find_browser.ts";

/**
 * Only the last list of features to be without counts, so Playwright's own is repeated, as far as it matters here. Of
 * the last four the browser would start two pages of its own for the address bar of every window, and a process to
 * spare: two fifths of the processor's time that a person in a test costs.
 */
const WITHOUT = [
  "AvoidCorsURLLoaderRestartOnRedirect",
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "HttpsFirstBalancedModeAutoEnable",
  "HttpsUpgrades",
  "MediaRouter",
  "NetworkTimeServiceQuerying",
  "OptimizationHints",
  "PaintHolding",
  "PreconnectToSearch",
  "ThirdPartyStoragePartitioning",
  "SpareRendererForSitePerProcess",
  "WebUIOmniboxAimPopup",
  "WebUIOmniboxFullPopup",
  "WebUIOmniboxPopup",
];

const FLAGS = ["--disable-quic", "--disable-gpu", `--disable-features=${WITHOUT.join(",")}`];

/** A new browser process; whoever starts it closes it. `whole`: not the headless shell. @throws Error when there is none */
export function launchBrowser({ whole = false } = {}): Promise<Browser> {
  const executablePath = (whole ? undefined : findHeadlessBrowser()) ?? findBrowser();
  if (executablePath === undefined) throw new Error(`No browser. ${HOW_TO_GET_ONE}`);
  return chromium.launch({ executablePath, args: FLAGS, chromiumSandbox: false });
}
