/**
 * `deno task bench:irc`: deliveries per second to clients of IRC, beside ngircd and InspIRCd in the same run. Switchboard
 * stores every message before anybody is told, they store none. Servers are processes of their own; the load comes
 * from this one, over the loopback only.
 */
import { parseArgs } from "node:util";
import { startServerProcess } from "../support/server_process.ts";
import { type Crowd, disperse, gather } from "./deliveries.ts";
import { startRivals } from "./irc_rivals.ts";
import { comparedDeliveries } from "./rounds.ts";
import { irc } from "./targets.ts";

const { values: options } = parseArgs({
  args: Deno.args.filter((arg) => arg !== "--"),
  options: {
    seconds: { type: "string", default: "2" },
    receivers: { type: "string", multiple: true, default: ["200", "900"] },
  },
});

const folder = await Deno.makeTempDir({ prefix: "switchboard-bench-" });
try {
  for (const receivers of options.receivers) await measure(Number(receivers));
} finally {
  await Deno.remove(folder, { recursive: true });
}

/** With fresh servers, for so many receivers. */
async function measure(receivers: number): Promise<void> {
  const data = await Deno.makeTempDir({ dir: folder });
  const rivals = await startRivals(folder);
  const server = await startServerProcess({ data });
  try {
    const targets = [irc("Switchboard", server.tcp), ...rivals.map(({ target }) => target)];
    const crowds: Crowd[] = [];
    for (const target of targets) crowds.push(await gather(target, receivers));
    for (const inFlight of [64, 1]) {
      const names = rivals.map(({ target }) => target.name);
      console.log(`${await comparedDeliveries(crowds, inFlight, Number(options.seconds), names)}\n`);
    }
    crowds.forEach(disperse);
  } finally {
    await server.end("SIGTERM");
    for (const rival of rivals) await rival.end();
  }
}
