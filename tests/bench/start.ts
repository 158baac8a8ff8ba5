/**
 * How large the portable file is and how long it takes to start, the first time and later, beside the same program
 * run by Deno: `deno task bench:start`. Times are from the command to the version on standard output, and to the
 * addresses of a server that listens.
 */
import { run } from "../executable.ts";
import { tableOf } from "./table.ts";

const TIMES = 11;
const folder = await Deno.makeTempDir({ prefix: "switchboard-bench-" });
const file = `${folder}/switchboard`;
try {
  const made = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "release/portable.ts", "--output", file],
    cwd: new URL("../..", import.meta.url).pathname,
  }).output();
  if (!made.success) throw new Error(new TextDecoder().decode(made.stderr));
  const sizeOf = async (path: string) => `${((await Deno.stat(path)).size / 1e6).toFixed(1)} MB`;

  const rows = [["", "--version, s", "listens, s"]];
  const fresh = () => Deno.makeTempDirSync({ dir: folder });
  rows.push(["portable file, first start", await version([file], fresh), await listening([file], fresh)]);
  const used = fresh();
  await run(["--version"], { program: [file], env: { HOME: used, XDG_CACHE_HOME: "" } }).ended;
  const later = () => used;
  rows.push(["portable file, later", await version([file], later), await listening([file], later)]);
  rows.push(["deno run main.ts", await version(undefined), await listening(undefined)]);
  console.log(`Size: ${await sizeOf(file)}, of which Deno unpacked ${await sizeOf(Deno.execPath())}\n`);
  console.log(tableOf(rows));
} finally {
  await Deno.remove(folder, { recursive: true });
}

function version(program: string[] | undefined, home?: () => string): Promise<string> {
  return median(async () => {
    const given = optionsOf(program, home);
    const begun = performance.now();
    await using started = run(["--version"], given);
    await started.lines(1);
    return performance.now() - begun;
  });
}

function listening(program: string[] | undefined, home?: () => string): Promise<string> {
  return median(async () => {
    const data = await Deno.makeTempDir({ dir: folder });
    const options = ["--http", "0", "--tcp", "0", "--data", data];
    const given = optionsOf(program, home);
    const begun = performance.now();
    await using started = run(options, given);
    if ((await started.lines(2)).length < 2) throw new Error((await started.ended).stderr.join("\n"));
    return performance.now() - begun;
  });
}

/** With a home of its own; a program without one is `main.ts`, with what Deno has kept of it. */
function optionsOf(program: string[] | undefined, home: (() => string) | undefined) {
  return program && home ? { program, env: { HOME: home(), XDG_CACHE_HOME: "" } } : {};
}

/** The middle one of several, with the least and the most, in seconds. */
async function median(measure: () => Promise<number>): Promise<string> {
  const times: number[] = [];
  for (let time = 0; time < TIMES; time++) times.push(await measure());
  times.sort((a, b) => a - b);
  const [middle, least, most] = [times[Math.floor(TIMES / 2)]!, times[0]!, times.at(-1)!].map((ms) =>
    (ms / 1e3).toFixed(2)
  );
  return `${middle} (${least} to ${most})`;
}
