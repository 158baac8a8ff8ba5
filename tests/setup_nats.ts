/**
 * Gets the nats-server that the tests of several nodes start: run before them. On Debian as root it is installed; elsewhere
 * one that is there is used. Without one the tests are skipped, but never where `CI` is set: there this fails.
 */
import { HAS_NATS } from "./cluster/nats_servers.ts";

if (!HAS_NATS && Deno.build.os === "linux" && Deno.uid() === 0) {
  run("update");
  run("install", "--yes", "--no-install-recommends", "nats-server");
}
const version = await versionOf().catch(() => undefined);
console.log(
  version ??
    "No nats-server found, so the tests of several nodes are skipped. Debian: apt install nats-server",
);
if (version === undefined && Deno.env.get("CI") === "true") Deno.exit(1);

async function versionOf(): Promise<string> {
  const { stdout } = await new Deno.Command("nats-server", { args: ["--version"] }).output();
  return new TextDecoder().decode(stdout).trim();
}

function run(...args: string[]): void {
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  try {
    const { success } = new Deno.Command("apt-get", { args, env, stdout: "null", stderr: "inherit" })
      .outputSync();
    if (!success) console.error(`Cannot install nats-server: apt-get ${args.join(" ")} failed`);
  } catch {
    // No Debian: said below.
  }
}
