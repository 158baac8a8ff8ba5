/**
 * Gets the programs that tests drive: a browser, NATS servers, and clients of IRC. Run before them. On Debian as root they
 * are installed, and The Lounge where npm is; elsewhere those that are there are used. Tests of one that is missing are
 * skipped, but never where `CI` is set: there this fails.
 */
import { findTheLounge, installTheLounge } from "./irc_clients/thelounge.ts";
import { findBrowser, findHeadlessBrowser } from "./support/find_browser.ts";
import { findProgram, findWeeChat } from "./support/find_program.ts";

/** What is looked for, and the packages of Debian that have it, if it is not npm that has it. */
interface Wanted {
  readonly name: string;
  readonly packages: readonly string[];
  readonly install?: () => Promise<void>;
  readonly find: () => string | undefined;
}

const PROGRAMS: readonly Wanted[] = [
  { name: "a browser", packages: ["chromium", "fonts-liberation"], find: findBrowser },
  { name: "a headless browser", packages: ["chromium-headless-shell"], find: findHeadlessBrowser },
  { name: "nats-server", packages: ["nats-server"], find: () => findProgram("nats-server") },
  { name: "irssi", packages: ["irssi"], find: () => findProgram("irssi") },
  { name: "weechat-headless", packages: ["weechat-headless", "weechat-plugins"], find: findWeeChat },
  { name: "The Lounge", packages: [], install: installTheLounge, find: findTheLounge },
  { name: "ii", packages: ["ii"], find: () => findProgram("ii") },
  { name: "catgirl", packages: ["catgirl"], find: () => findProgram("catgirl") },
];

const isMissing = ({ find }: Wanted) => find() === undefined;

if (PROGRAMS.some(isMissing) && canInstall()) {
  const packages = PROGRAMS.filter(isMissing).flatMap((each) => each.packages);
  if (packages.length > 0) {
    run("apt-get", "update");
    run("apt-get", "install", "--yes", "--no-install-recommends", ...packages);
  }
}
for (const { install } of PROGRAMS.filter(isMissing)) if (findProgram("npm") !== undefined) await install?.();
for (const each of PROGRAMS) {
  const found = each.find();
  const how = each.install
    ? "with npm: run this again"
    : `on Debian: apt-get install ${each.packages.join(" ")}`;
  const missing = `not found, so tests of it are skipped (${how})`;
  console.log(`${each.name}: ${found ?? missing}`);
}
if (PROGRAMS.some(isMissing) && Deno.env.get("CI") === "true") Deno.exit(1);

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
  if (!success) console.error(`Cannot install what tests need: ${command} ${args.join(" ")} failed`);
}
