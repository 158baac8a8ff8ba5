/** Looks for a Chromium or Chrome on this machine. */
import { isFile } from "./find_program.ts";

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
  const named = Deno.env.get("CHROMIUM") ?? Deno.env.get("CHROME_BIN");
  if (named !== undefined) return isFile(named) ? named : undefined;
  return candidates().find(isFile);
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
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  return NAMES.flatMap((name) => [...folders, "/usr/bin", "/snap/bin"].map((folder) => `${folder}/${name}`));
}
