/** Reads a zip by its central directory, as any program does, with nothing of what wrote it. */
import { crc32 } from "node:zlib";
import { assertEquals } from "./assert.ts";

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const UTF8 = 1 << 11;

/** Path → bytes, each checked. Neither packed entries nor those over 4 GiB are understood. */
export function unzip(zip: Uint8Array): Record<string, Uint8Array> {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.length);
  const end = zip.length - 22;
  assertEquals(view.getUint32(end, true), END);
  const count = view.getUint16(end + 10, true);
  const found: Record<string, Uint8Array> = {};
  let at = view.getUint32(end + 16, true);
  for (let index = 0; index < count; index++) {
    assertEquals(view.getUint32(at, true), ENTRY);
    assertEquals(view.getUint16(at + 8, true) & UTF8, UTF8);
    assertEquals(view.getUint16(at + 10, true), 0);
    const [size, nameLength] = [view.getUint32(at + 24, true), view.getUint16(at + 28, true)];
    const name = new TextDecoder().decode(zip.subarray(at + 46, at + 46 + nameLength));
    const local = view.getUint32(at + 42, true);
    assertEquals(view.getUint32(local, true), LOCAL);
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const bytes = zip.slice(start, start + size);
    assertEquals(crc32(bytes), view.getUint32(at + 16, true), name);
    assertEquals(name in found, false, `${name} is there twice`);
    found[name] = bytes;
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return found;
}
