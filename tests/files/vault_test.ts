/** The vault by itself: what is in it is what was put there, and what a disk refuses leaves nothing behind. */
import { createHash } from "node:crypto";
import { openVault } from "../../server/storage/disk_blob_store.ts";
import type { Vault } from "../../server/core/files/blob_store.ts";
import { assertEquals, assertRejects } from "../support/assert.ts";
import { bytesOf, md5, sha256 } from "../support/file_lines.ts";

async function withVault(body: (vault: Vault, folder: string, failures: string[]) => Promise<void>) {
  const folder = await Deno.makeTempDir({ prefix: "switchboard-" });
  const failures: string[] = [];
  try {
    await body(openVault(`${folder}/files`, (detail) => failures.push(detail)), folder, failures);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function read(vault: Vault, id: string, from: number, to: number): Promise<Uint8Array> {
  return new Uint8Array(Buffer.concat(await Array.fromAsync(vault.read(id, from, to))));
}

Deno.test("vault: bytes are hashed as they come, and again when a file is gone on with", async () => {
  await withVault(async (vault) => {
    const bytes = bytesOf(700_001);
    const first = await vault.open("FIRST");
    await first.append(bytes.subarray(0, 300_000));
    await first.close();
    const second = await vault.open("FIRST");
    assertEquals(second.offset, 300_000);
    await second.append(bytes.subarray(300_000));
    assertEquals(await second.finish(), { md5: md5(bytes), sha256: sha256(bytes) });
    await second.close();
    assertEquals(await read(vault, "FIRST", 0, bytes.length), bytes);
    assertEquals(await read(vault, "FIRST", 299_999, 600_003), bytes.subarray(299_999, 600_003));
    assertEquals(await read(vault, "FIRST", 700_001, 700_001), new Uint8Array(0));
  });
});

Deno.test("vault: what has no bytes is an empty file, with the hashes of nothing", async () => {
  await withVault(async (vault) => {
    const inlet = await vault.open("EMPTY");
    const nothing = createHash("md5").digest("hex");
    assertEquals((await inlet.finish()).md5, nothing);
    await inlet.close();
    assertEquals(await vault.sniff("EMPTY"), "application/octet-stream");
  });
});

Deno.test("vault: what is not there, or can't be, is a fault with its reason", async () => {
  await withVault(async (vault, folder, failures) => {
    await assertRejects(read(vault, "NOBODY", 0, 1), /no longer there/);
    await vault.remove(["NOBODY"]);
    assertEquals(failures, []);
    await Deno.writeTextFile(`${folder}/files`, "a file where the folder should be");
    await assertRejects(vault.open("NOBODY"), /refused them/);
    await assertRejects(vault.free(), /refused them/);
    await vault.remove(["NOBODY"]);
    assertEquals(failures.length, 1);
  });
});

Deno.test("vault: what the disk takes only a part of is as if it had taken nothing, and it goes on", async () => {
  const folder = await Deno.makeTempDir({ prefix: "switchboard-" });
  const program = new URL("../support/small_disk.ts", import.meta.url).pathname;
  // No file may have more than 256 or 512 KiB here, as the shell counts; ignored, the signal becomes an error.
  const script = `trap "" XFSZ; ulimit -f 512; exec "$0" run -A "$1" "$2"`;
  const { stdout, stderr } = await new Deno.Command("sh", {
    args: ["-c", script, Deno.execPath(), program, folder],
  }).output();
  await Deno.remove(folder, { recursive: true });
  const said = new TextDecoder().decode(stdout);
  assertEquals(
    JSON.parse(said === "" ? "{}" : said),
    { code: "storage_failed", nothingLeft: true, goesOn: true },
    new TextDecoder().decode(stderr),
  );
});
