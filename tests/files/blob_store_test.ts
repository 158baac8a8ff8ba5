/** The blob store by itself: what is in it is what was put there, and what a disk refuses leaves nothing behind. */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { openBlobStore } from "../../server/storage/disk_blob_store.ts";
import { BlobThread } from "../../server/storage/blob_thread.ts";
import type { BlobStore, BlobWriter } from "../../server/core/files/blob_store.ts";
import { assertEquals, assertRejects } from "../support/assert.ts";
import { bytesOf, md5, sha256 } from "../support/file_lines.ts";

async function withBlobStore(
  body: (blobs: BlobStore, folder: string, failures: string[]) => Promise<void>,
  thread?: BlobThread,
) {
  const folder = await Deno.makeTempDir({ prefix: "switchboard-" });
  const failures: string[] = [];
  const blobs = openBlobStore(`${folder}/files`, (detail) => failures.push(detail), thread);
  try {
    await body(blobs, folder, failures);
  } finally {
    await blobs.close();
    await Deno.remove(folder, { recursive: true });
  }
}

async function read(blobs: BlobStore, id: string, from: number, to: number): Promise<Uint8Array> {
  return new Uint8Array(Buffer.concat(await Array.fromAsync(blobs.read(id, from, to))));
}

Deno.test("blob store: bytes are hashed as they come, and again when a file is gone on with", async () => {
  await withBlobStore(async (blobs) => {
    const bytes = bytesOf(700_001);
    const first = await blobs.open("FIRST");
    await first.append(bytes.subarray(0, 300_000));
    await first.close();
    const second = await blobs.open("FIRST");
    assertEquals(second.offset, 300_000);
    await second.append(bytes.subarray(300_000));
    assertEquals(await second.finish(), { md5: md5(bytes), sha256: sha256(bytes) });
    await second.close();
    assertEquals(await read(blobs, "FIRST", 0, bytes.length), bytes);
    assertEquals(await read(blobs, "FIRST", 299_999, 600_003), bytes.subarray(299_999, 600_003));
    assertEquals(await read(blobs, "FIRST", 700_001, 700_001), new Uint8Array(0));
  });
});

/** Adds all of it; what was refused is added again from where it has to be. Gives the codes of what was refused. */
async function addAll(writer: BlobWriter, bytes: Uint8Array, piece: number): Promise<string[]> {
  const refused: string[] = [];
  while (writer.offset < bytes.length) {
    const next = bytes.subarray(writer.offset, writer.offset + piece);
    await writer.append(next).catch((error) => refused.push(error.code));
    // What was refused of the last pieces is told now.
    if (writer.offset === bytes.length) await writer.finish().catch((error) => refused.push(error.code));
  }
  return refused;
}

Deno.test("blob store: several files at once, in pieces of any size, each have their own bytes and hashes", async () => {
  await withBlobStore(async (blobs) => {
    const sizes = [1, 1_000, 65_536, 100_000, 262_144, 300_000];
    await Promise.all(sizes.map(async (piece, n) => {
      const bytes = bytesOf(2_000_000 + n).map((byte) => byte + n);
      const writer = await blobs.open(`FILE${n}`);
      const own = piece === 1 ? bytes.subarray(0, 5_000) : bytes;
      assertEquals(await addAll(writer, own, piece), []);
      assertEquals(await writer.finish(), { md5: md5(own), sha256: sha256(own) });
      await writer.close();
      assertEquals(await read(blobs, `FILE${n}`, 0, own.length), own);
    }));
  });
});

Deno.test("blob store: a piece may be changed by whoever brought it as soon as it is taken", async () => {
  await withBlobStore(async (blobs) => {
    const writer = await blobs.open("FILE");
    const piece = new Uint8Array(100_000);
    const all = Array.from({ length: 40 }, (_, n) => piece.slice().fill(n));
    for (let n = 0; n < all.length; n++) {
      await writer.append(piece.fill(n));
    }
    piece.fill(255);
    assertEquals((await writer.finish()).md5, md5(Buffer.concat(all)));
    await writer.close();
  });
});

Deno.test("blob store: when the thread dies whoever adds is told once, and everything goes on in another", async () => {
  const program = new URL("../support/mortal_blob_worker.ts", import.meta.url);
  await withBlobStore(async (blobs) => {
    const bytes = bytesOf(700_001);
    const writer = await blobs.open("FIRST");
    const refused = await addAll(writer, bytes, 100_000);
    assertEquals(new Set(refused), new Set(["storage_failed"]));
    assertEquals(await writer.finish(), { md5: md5(bytes), sha256: sha256(bytes) });
    await writer.close();
    assertEquals(await read(blobs, "FIRST", 0, bytes.length), bytes);
    const second = await blobs.open("SECOND");
    await addAll(second, bytes.subarray(0, 10), 10);
    assertEquals((await second.finish()).md5, md5(bytes.subarray(0, 10)));
    await second.close();
  }, new BlobThread(program));
});

Deno.test("blob store: what has no bytes is an empty file, with the hashes of nothing", async () => {
  await withBlobStore(async (blobs) => {
    const writer = await blobs.open("EMPTY");
    const nothing = createHash("md5").digest("hex");
    assertEquals((await writer.finish()).md5, nothing);
    await writer.close();
    assertEquals(await blobs.sniff("EMPTY"), "application/octet-stream");
  });
});

Deno.test("blob store: what is not there, or can't be, is a fault with its reason", async () => {
  await withBlobStore(async (blobs, folder, failures) => {
    await assertRejects(read(blobs, "NOBODY", 0, 1), /no longer there/);
    await blobs.remove(["NOBODY"]);
    assertEquals(failures, []);
    await Deno.writeTextFile(`${folder}/files`, "a file where the folder should be");
    await assertRejects(blobs.open("NOBODY"), /refused them/);
    await assertRejects(blobs.free(), /refused them/);
    await blobs.remove(["NOBODY"]);
    assertEquals(failures.length, 1);
  });
});

Deno.test("blob store: what the disk takes only a part of is as if it had taken nothing, and it goes on", async () => {
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

Deno.test("blob store: what is no id of a file leads nowhere else", async () => {
  await withBlobStore(async (blobs, folder, failures) => {
    await Deno.writeTextFile(`${folder}/other`, "not yours");
    await assertRejects(blobs.open("../../other"), /refused them/);
    await blobs.remove(["../../other"]);
    assertEquals(failures.length, 1);
    assertEquals(await Deno.readTextFile(`${folder}/other`), "not yours");
  });
});
