/** The platforms that a release is made for. */

/** One of them. */
export interface Target {
  /** What Deno calls it. */
  readonly triple: string;
  /** What comes after the program's name in a file's name. */
  readonly suffix: string;
  /** Whether these first bytes are those of a program for it. */
  runs(head: DataView): boolean;
}

const ELF = 0x7f454c46;
const MACH_O = 0xcffaedfe;

/** Every platform. */
export const TARGETS: readonly Target[] = [
  { triple: "x86_64-unknown-linux-gnu", suffix: "linux-x64", runs: elf(0x3e) },
  { triple: "aarch64-unknown-linux-gnu", suffix: "linux-arm64", runs: elf(0xb7) },
  { triple: "x86_64-apple-darwin", suffix: "macos-x64", runs: machO(0x01000007) },
  { triple: "aarch64-apple-darwin", suffix: "macos-arm64", runs: machO(0x0100000c) },
  {
    triple: "x86_64-pc-windows-msvc",
    suffix: "windows-x64.exe",
    runs: (head) => head.getUint16(0) === 0x4d5a,
  },
];

/** The platform of the Deno that runs. */
export const HERE: Target = TARGETS.find(({ triple }) => triple === Deno.build.target) ??
  { triple: Deno.build.target, suffix: `${Deno.build.os}-${Deno.build.arch}`, runs: () => true };

/** How many first bytes {@link Target.runs} needs. */
export const HEAD_BYTES = 20;

function elf(machine: number): Target["runs"] {
  return (head) => head.getUint32(0) === ELF && head.getUint16(18, true) === machine;
}

function machO(cpu: number): Target["runs"] {
  return (head) => head.getUint32(0) === MACH_O && head.getUint32(4, true) === cpu;
}

/** Programs of threads: whatever puts the program together has to be told of them. */
export const WORKERS: readonly string[] = [
  "server/storage/query_worker.ts",
  "server/storage/blob_worker.ts",
  "server/storage/snapshot_worker.ts",
];
