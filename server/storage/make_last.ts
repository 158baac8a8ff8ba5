/** What stands in a file, or which names a folder has, is to outlast a power cut. */
import { open } from "node:fs/promises";

/** Has the system write it to the disk. @throws the system's error */
export async function makeLast(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
