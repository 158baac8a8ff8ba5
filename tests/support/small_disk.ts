/** A program for blob_store_test.ts: fills a file until the disk refuses, and says what is left. Argument: the folder. */
import { openBlobStore } from "../../server/storage/disk_blob_store.ts";
import { bytesOf, md5 } from "./file_lines.ts";

const blobs = openBlobStore(Deno.args[0]!, () => {});
const writer = await blobs.open("FULL");
const piece = bytesOf(100_000);
let code = "";
while (code === "") await writer.append(piece).catch((error) => code = error.code);
const before = writer.offset;
const size = async () => (await Array.fromAsync(blobs.list()))[0]!.size;
const left = await size();
await writer.append(piece.subarray(0, 10));
const hashes = await writer.finish();
const expected = [...Array.from({ length: before / piece.length }, () => piece), piece.subarray(0, 10)];
console.log(JSON.stringify({
  code,
  nothingLeft: left === before,
  goesOn: await size() === before + 10 && hashes.md5 === md5(Buffer.concat(expected)),
}));
await blobs.close();
