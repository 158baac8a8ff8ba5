/**
 * How large the portable file is and how long it takes to start, the first time and later, beside the same program
 * run by Deno: `deno task bench:start`. Times are from the command to the version on standard output, and to the
 * addresses of a server that listens.
 */
import { run, type RunOptions } from "../support/executable.ts";
import { tableOf } from "./table.ts";

const ROUNDS = 11;
const folder = await Deno.makeTempDir({ prefix: "switchboard-bench-" });
const file = `${folder}/switchboard`;

/** One way to start it: what is given anew each time. */
interface Way {
  readonly name: string;
  options(): RunOptions;
}

const used = `${folder}/used`;
const WAYS: readonly Way[] = [
  { name: "portable file, first start", options: () => portable(Deno.makeTempDirSync({ dir: folder })) },
  { name: "portable file, later", options: () => portable(used) },
  { name: "deno run main.ts", options: () => ({}) },
];

try {
  await makePortable();
  await Deno.mkdir(used);
  await run(["--version"], portable(used)).ended;
  const times = WAYS.map(() => ({ version: [] as number[], listens: [] as number[] }));
  // In turns, so that what else the machine does meets all of them.
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, way] of WAYS.entries()) {
      times[index]!.version.push(await untilVersion(way.options()));
      times[index]!.listens.push(await untilListening(way.options()));
    }
  }
  const rows = WAYS.map(({ name }, index) => [
    name,
    summaryOf(times[index]!.version),
    summaryOf(times[index]!.listens),
  ]);
  console.log(`Size: ${sizeOf(file)}, of which unpacked ${sizeOf(Deno.execPath())} are Deno\n`);
  console.log(tableOf([["", "--version, s", "listens, s"], ...rows]));
} finally {
  await Deno.remove(folder, { recursive: true });
}

async function makePortable(): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "release/portable.ts", "--output", file],
    cwd: new URL("../..", import.meta.url).pathname,
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

function portable(home: string): RunOptions {
  return { program: [file], env: { HOME: home, XDG_CACHE_HOME: "" } };
}

async function untilVersion(options: RunOptions): Promise<number> {
  const begun = performance.now();
  const started = run(["--version"], options);
  await started.lines(1);
  const took = performance.now() - begun;
  await started.ended;
  return took;
}

async function untilListening(options: RunOptions): Promise<number> {
  const data = await Deno.makeTempDir({ dir: folder });
  const begun = performance.now();
  await using started = run(["--http", "0", "--tcp", "0", "--data", data], options);
  const lines = await started.lines(2);
  if (lines.length < 2) throw new Error((await started.ended).stderr.join("\n"));
  return performance.now() - begun;
}

/** The middle one, with the least and the most, in seconds. */
function summaryOf(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b).map((ms) => (ms / 1e3).toFixed(2));
  return `${sorted[Math.floor(ROUNDS / 2)]} (${sorted[0]} to ${sorted.at(-1)})`;
}

function sizeOf(path: string): string {
  return `${(Deno.statSync(path).size / 1e6).toFixed(1)} MB`;
}
