/** Files for tests: pictures that a browser can show, and bytes that differ everywhere. */
import { createHash } from "node:crypto";
import { crc32, deflateSync } from "node:zlib";

/** A PNG of a sky over hills. */
export function pngOf(width: number, height: number): Uint8Array<ArrayBuffer> {
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0, at = 0; y < height; y++) {
    at++; // no filter
    for (let x = 0; x < width; x++) {
      const hill = height * (0.62 + 0.12 * Math.sin(x / width * 7) + 0.05 * Math.sin(x / width * 17));
      const far = height * (0.5 + 0.09 * Math.sin(x / width * 5 + 2));
      const sky = [250 - 90 * (1 - y / height), 190 - 40 * (1 - y / height), 140 + 80 * (1 - y / height)];
      const [r, g, b] = y > hill ? [20, 90, 84] : y > far ? [70, 140, 130] : sky;
      rows[at++] = r!;
      rows[at++] = g!;
      rows[at++] = b!;
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const parts = [
    signature,
    pngChunk("IHDR", head),
    pngChunk("IDAT", deflateSync(rows)),
    pngChunk("IEND", Buffer.alloc(0)),
  ];
  return new Uint8Array(Buffer.concat(parts));
}

function pngChunk(name: string, data: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(name, "ascii"), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

/** Bytes without a pattern, the same for the same size. */
export function bytesOf(size: number): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(size / 4));
  let state = 0x9e3779b9 ^ size;
  for (let i = 0; i < words.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[i] = state;
  }
  return new Uint8Array(words.buffer, 0, size);
}

/** MD5 in lower-case hex. */
export function md5Of(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}
