/** `SHA256SUMS`: what somebody who downloaded a file checks it with, by `sha256sum -c`. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

/** Writes the file anew, with a line for every program in the folder. */
export async function writeChecksums(folder: string): Promise<void> {
  const names = Array.from(Deno.readDirSync(folder), ({ name }) => name)
    .filter((name) => name.startsWith("switchboard")).sort();
  const lines = [];
  for (const name of names) lines.push(`${await sha256(join(folder, name))}  ${name}\n`);
  await Deno.writeTextFile(join(folder, "SHA256SUMS"), lines.join(""));
}

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
