/**
 * Gets the browser that the page's tests drive: run before them. On Debian as root it is installed; elsewhere one
 * that is there is used. Without one the tests are skipped, but never where `CI` is set: there this fails.
 */
import { findBrowser, HOW_TO_GET_ONE } from "./support/find_browser.ts";

if (findBrowser() === undefined && canInstall()) {
  run("apt-get", "update");
  run("apt-get", "install", "--yes", "--no-install-recommends", "chromium", "fonts-liberation");
}
const found = findBrowser();
const missing = `No browser found, so the page's tests are skipped. ${HOW_TO_GET_ONE}`;
console.log(found === undefined ? missing : `Browser: ${found}`);
if (found === undefined && Deno.env.get("CI") === "true") Deno.exit(1);

function canInstall(): boolean {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return false;
  try {
    return Deno.statSync("/etc/debian_version").isFile;
  } catch {
    return false;
  }
}

function run(command: string, ...args: string[]): void {
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const { success } = new Deno.Command(command, { args, env, stdout: "null", stderr: "inherit" })
    .outputSync();
  if (!success) console.error(`Cannot install a browser: ${command} ${args.join(" ")} failed`);
}
