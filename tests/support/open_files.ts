/** Which of a server's stored files are open in this process: what /proc says of it, where there is one. */
import { readdir, readlink } from "node:fs/promises";
import process from "node:process";
import { assertTrue } from "./assert.ts";
import type { TestServer } from "./harness.ts";

/** Whether it can be seen. */
export const CAN_SEE_OPEN_FILES = process.platform === "linux";

/** How many are open. */
async function openFiles({ folder }: Pick<TestServer, "folder">): Promise<number> {
  const names = await readdir("/proc/self/fd").catch(() => []);
  const links = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => "")));
  return links.filter((link) => link.startsWith(`${folder}/data/files/`)).length;
}

/** Resolves once so many are open. */
export async function untilOpen(server: Pick<TestServer, "folder">, count: number): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (await openFiles(server) !== count) {
    assertTrue(Date.now() < deadline, `${await openFiles(server)} files are open, not ${count}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
