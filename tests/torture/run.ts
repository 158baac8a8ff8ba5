/** `deno task torture -- --minutes N [--seed S] [--only KIND]`: tortures a cluster for so long, and prints the figures. */
import { parseArgs } from "node:util";
import { FAULTS, LONG } from "./faults.ts";
import { hasSmallDisks } from "../support/tmpfs.ts";
import { torture, type TortureReport } from "./torture.ts";

const { values } = parseArgs({
  args: Deno.args.filter((each) => each !== "--"),
  options: {
    minutes: { type: "string", default: "10" },
    seed: { type: "string" },
    only: { type: "string", multiple: true },
    people: { type: "string", default: "4" },
  },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const possible = await hasSmallDisks() ? () => true : (kind: string) => kind !== "disk full";
const kinds = Object.keys(FAULTS).filter((kind) =>
  possible(kind) && (!values.only || values.only.includes(kind))
);
const until = performance.now() + Number(values.minutes) * 60_000;
console.log(`seed ${seed}: ${kinds.join(", ")}`);
const report = await torture({
  seed,
  durations: LONG,
  *faults(random) {
    while (performance.now() < until) yield random.of(kinds);
  },
  peoplePerNode: Number(values.people),
  pauseMs: 120,
  restMs: 2_000,
  // As docs/cluster.md promises it.
  resumedMs: 5_000,
  presenceMs: 10_000,
  say: (line) => console.log(line),
});
print(report);
Deno.exit(report.violations.length === 0 ? 0 : 1);

function print(report: TortureReport): void {
  const of = (all: readonly number[]) => {
    const sorted = all.toSorted((a, b) => a - b);
    const at = (part: number) => ((sorted[Math.floor((sorted.length - 1) * part)] ?? 0) / 1000).toFixed(2);
    return `${sorted.length} times, median ${at(0.5)} s, 99% ${at(0.99)} s, at most ${at(1)} s`;
  };
  console.log(`
faults                     ${report.faults}
messages kept              ${report.kept}
acknowledged               ${report.acknowledged}
files there                ${report.files}
of unknown fate            ${report.unknown}, of which ${report.unknownKept} were kept
refused and not kept       ${report.refused}
heard by clients           ${report.heard}, ${report.gaps} gaps
resumed, from the loss     ${of(report.resumes)}
elsewhere, from the fault  ${of(report.elsewhere)}
presence and owners right  ${of(report.presence)}
ready after mending        ${of(report.ready)}
refusals                   ${JSON.stringify(report.refusals)}
memory of the nodes        ${report.memory.map((bytes) => `${Math.round(bytes / 2 ** 20)} MB`).join(", ")}
violations                 ${report.violations.length}`);
  for (const violation of report.violations.slice(0, 50)) console.log(`  ${violation}`);
}
