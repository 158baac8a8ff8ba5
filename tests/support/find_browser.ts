/** Looks for a Chromium or Chrome on this machine. */
import { isFile } from "./find_program.ts";

/** A browser without what would show it: a page costs it a third less of the processor's time. */
const HEADLESS = ["chromium-headless-shell", "chrome-headless-shell"];
const NAMES = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "microsoft-edge",
  "chrome",
];

/** How one gets a browser, for those who have none. */
export const HOW_TO_GET_ONE =
  "Install Chromium or Chrome (Debian: apt install chromium), or name one in CHROMIUM.";

/** The path of a browser that the tests can drive; undefined when there is none. */
export function findBrowser(): string | undefined {
  const named = nameGiven();
  return (named === undefined ? candidates() : [named]).find(isFile);
}

/** One that only draws pages, if there is one: it shows no notifications of the desktop. */
export function findHeadlessBrowser(): string | undefined {
  return nameGiven() === undefined ? below(HEADLESS).find(isFile) : findBrowser();
}

function nameGiven(): string | undefined {
  return Deno.env.get("CHROMIUM") ?? Deno.env.get("CHROME_BIN");
}

function candidates(): string[] {
  if (Deno.build.os === "darwin") {
    const apps = ["Google Chrome", "Chromium", "Microsoft Edge"];
    const roots = ["", Deno.env.get("HOME") ?? ""];
    return roots.flatMap((root) =>
      apps.map((app) => `${root}/Applications/${app}.app/Contents/MacOS/${app}`)
    );
  }
  if (Deno.build.os === "windows") {
    const roots = ["ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"].map((name) => Deno.env.get(name));
    const programs = ["Google\\Chrome\\Application\\chrome.exe", "Chromium\\Application\\chrome.exe"];
    programs.push("Microsoft\\Edge\\Application\\msedge.exe");
    return roots.filter((root) => root !== undefined).flatMap((root) =>
      programs.map((each) => `${root}\\${each}`)
    );
  }
  return below(NAMES);
}

function below(names: readonly string[]): string[] {
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  return names.flatMap((name) => [...folders, "/usr/bin", "/snap/bin"].map((folder) => `${folder}/${name}`));
}
