/**
 * Runs every test: `deno task test`; or those of some files and folders: `deno task test tests/house`. To load Switchboard's
 * programs takes a worker longer than most files' tests take, so several files share one: for each such group a file of
 * imports is written to tests/output/groups. What fails is still named by its test and its own file.
 */
import { pathsBelow, ROOT } from "./support/source_tree.ts";

/** What takes about as long as a whole group begins first, in a worker of its own. */
const ALONE = [
  "tests/transport/attack_test.ts",
  "tests/dialects/soak_test.ts",
  "tests/dialects/matrix_rooms_test.ts",
  "tests/files/file_crash_test.ts",
];
/** How many files share a worker: a group is to take about a minute. */
const A_GROUP = 10;
const A_SLOW_GROUP = 5;
const SLOW_FOLDERS = ["cluster", "page", "dialects", "run"];
/** Workers at once: tests wait for much, so more than there are cores. */
const JOBS = 5;
const GROUPS = `${ROOT}/tests/output/groups`;

/** A group's files, and where among the others it begins, from 0 to 1. */
interface Group {
  readonly name: string;
  readonly files: readonly string[];
  readonly at: number;
}

/** The groups of a folder: its files dealt out like cards. */
function groupsOf(folder: string, files: readonly string[]): Group[] {
  const count = Math.ceil(files.length / (SLOW_FOLDERS.includes(folder) ? A_SLOW_GROUP : A_GROUP));
  return Array.from({ length: count }, (_, group) => ({
    name: folder,
    files: files.filter((_, index) => index % count === group),
    // Those of each folder are spread over the whole time, so that what computes runs beside what waits.
    at: group / count,
  }));
}

const asked = Deno.args.filter((each) => each !== "--").map((path) => path.replace(/\/$/, ""));
const isAsked = (path: string) => asked.some((each) => path === each || path.startsWith(`${each}/`));
const all = pathsBelow("tests/").filter((path) =>
  path.endsWith("_test.ts") && (asked.length === 0 || isAsked(path))
);
if (all.length === 0) throw new Error(`There are no tests in ${asked.join(" ")}`);
const files = all.filter((path) => !ALONE.includes(path));
const byFolder = Map.groupBy(files, (path) => path.split("/")[1]!);
const groups = [
  ...ALONE.filter((path) => all.includes(path)).map((path) => ({
    name: path.split("/")[1]!,
    files: [path],
    at: -1,
  })),
  ...[...byFolder].flatMap(([folder, own]) => groupsOf(folder, own)),
].sort((a, b) => a.at - b.at);

await forget();
await Deno.mkdir(GROUPS, { recursive: true });
for (const [index, { name, files }] of groups.entries()) {
  const imports = files.map((path) => `import ${JSON.stringify(`../../../${path}`)};\n`);
  // Deno runs them in the order of their names.
  const path = `${GROUPS}/${`${index + 1}`.padStart(2, "0")}_${name}_test.ts`;
  await Deno.writeTextFile(path, imports.join(""));
}
const { code } = await new Deno.Command(Deno.execPath(), {
  args: ["test", "-A", "--quiet", "--no-check", "--parallel", GROUPS],
  cwd: ROOT,
  env: { DENO_JOBS: `${JOBS}`, PAGE_IS_BUILT: "yes" },
}).spawn().status;
await forget();
Deno.exit(code);

/** What is no longer there is imported by nobody. */
async function forget(): Promise<void> {
  await Deno.remove(GROUPS, { recursive: true }).catch(() => {});
}
