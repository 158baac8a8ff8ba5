/** `deno task attack`: every attack in its long form, or those whose name contains the words given, as a table. */
import { ATTACKS } from "./all.ts";
import { measure, type Measured, MEMORY_KEPT_BYTES, PING_MS_MAX } from "./attack.ts";

const TIMES = 10;

function row({ name, memory, descriptors, pings }: Measured): string {
  const mib = (bytes: number) => Math.round(bytes / 1024 / 1024);
  const held = memory.after <= memory.before + MEMORY_KEPT_BYTES &&
    descriptors.after <= descriptors.before && pings.most < PING_MS_MAX && !pings.lost;
  return [
    name,
    `${mib(memory.before)} → ${mib(memory.most)} → ${mib(memory.after)}`,
    `${descriptors.before} → ${descriptors.most} → ${descriptors.after}`,
    `${pings.lost ? "lost, " : ""}${Math.round(pings.p50)}, ${Math.round(pings.most)}`,
    held ? "held" : "NOT HELD",
  ].join(" | ");
}

if (import.meta.main) {
  const wanted = Deno.args.filter((word) => word !== "--").join(" ");
  console.log("| attack | MiB before → most → after | descriptors | pings, p50 and most (ms) | |");
  console.log("| --- | --- | --- | --- | --- |");
  for (const attack of ATTACKS.filter(({ name }) => name.includes(wanted))) {
    console.log(`| ${row(await measure(attack, TIMES))} |`);
  }
}
