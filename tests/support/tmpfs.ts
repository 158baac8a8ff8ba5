/** A small disk of its own for a test, where the system lets anybody make one. */
import { statfsSync } from "node:fs";

/** A disk in memory that a process of its own holds. */
export interface SmallDisk {
  /** Where it is, for programs that are run `within`. */
  readonly folder: string;
  /** What a program and its arguments come after, to see the disk. */
  readonly within: readonly string[];
  /** The same place, as this process sees it. */
  readonly here: string;
  /** Bytes that are left. */
  free(): number;
  /** Takes every byte that is left. */
  fill(): Promise<void>;
  /** Gives back what {@link fill} took. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

/** Whether there can be one here. */
export async function hasSmallDisks(): Promise<boolean> {
  const disk = await openSmallDisk(1).catch(() => undefined);
  await disk?.close();
  return disk !== undefined;
}

/** Makes a disk of so many MiB. @throws where the system does not allow it */
export async function openSmallDisk(mebibytes: number): Promise<SmallDisk> {
  const folder = await Deno.makeTempDir({ prefix: "switchboard-disk-" });
  const script = `mount -t tmpfs -o size=${mebibytes}m none "$0" && echo mounted && exec cat`;
  const holder = new Deno.Command("unshare", {
    args: ["-rm", "sh", "-c", script, folder],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = holder.stdout.getReader();
  const { value } = await reader.read();
  await reader.cancel();
  const here = `/proc/${holder.pid}/root${folder}`;
  const close = async () => {
    await holder.stdin.close();
    await holder.status;
    await Deno.remove(folder);
  };
  if (new TextDecoder().decode(value) !== "mounted\n") {
    await close();
    throw new Error("no disk can be mounted here");
  }
  return {
    folder,
    here,
    within: ["nsenter", "--preserve-credentials", "-t", `${holder.pid}`, "-U", "-m"],
    free() {
      const { bavail, bsize } = statfsSync(here);
      return bavail * bsize;
    },
    async fill() {
      const file = await Deno.open(`${here}/filler`, { create: true, append: true });
      for (let size = 1024 * 1024; size >= 1;) {
        await file.write(new Uint8Array(size)).catch(() => size = Math.floor(size / 2));
      }
      file.close();
    },
    empty: () => Deno.remove(`${here}/filler`),
    close,
  };
}
