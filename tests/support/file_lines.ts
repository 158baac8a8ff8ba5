/** Files as lines and raw bytes: what a test says to send one and to fetch one, over either transport. */
import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { assertEquals } from "./assert.ts";
import type { Line, Peer, TestServer } from "./harness.ts";

/** Bytes of one piece. */
export const PIECE = 256 * 1024;

/** Hex of a file's bytes. */
export function md5(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}

/** Hex of a file's bytes. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Bytes that look like nothing, the same for the same seed. */
export function bytesOf(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed * 2654435761 >>> 0 || 1;
  for (let at = 0; at < length; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = state;
  }
  return bytes;
}

/** What `upload` is asked for these bytes. */
export function announcement(place: Line, name: string, bytes: Uint8Array): Line {
  return { ...place, name, size: bytes.length, md5: md5(bytes) };
}

/** One piece. */
export function chunk(peer: Peer, file: string, offset: number, data: Uint8Array): Promise<Line> {
  return peer.says("chunk", { file, offset, bytes: data.length }, data);
}

/** Announces a file and sends all its pieces that are not there yet; gives its id. */
export async function sendPieces(peer: Peer, place: Line, name: string, bytes: Uint8Array): Promise<string> {
  const { file, offset } = await peer.asks("upload", announcement(place, name, bytes));
  for (let at: number = offset; at < bytes.length; at += PIECE) {
    const reply = await chunk(peer, file, at, bytes.subarray(at, at + PIECE));
    assertEquals(reply.offset, Math.min(at + PIECE, bytes.length), JSON.stringify(reply));
  }
  return file;
}

/** Sends a whole file; gives what `finish` answers, with the file's id as `file`. */
export async function sendFile(peer: Peer, place: Line, name: string, bytes: Uint8Array): Promise<Line> {
  const file = await sendPieces(peer, place, name, bytes);
  return { ...await peer.asks("finish", { file }), file };
}

/** Fetches a file from an offset on; gives its bytes from there. */
export async function fetchFile(peer: Peer, file: string, offset = 0): Promise<Uint8Array> {
  const { size } = await peer.asks("download", { file, offset });
  const got = new Uint8Array(size - offset);
  for (let at = offset; at < size;) {
    const { line, data } = await peer.piece();
    assertEquals([line.file, line.offset, line.error], [file, at, undefined]);
    got.set(data, at - offset);
    at += data.length;
  }
  return got;
}

/** The ids of everything whose bytes the server keeps, and how many. */
async function kept(server: TestServer): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  const folder = `${server.folder}/data/files`;
  for (const shelf of await readdir(folder).catch(() => [])) {
    for (const id of await readdir(`${folder}/${shelf}`)) {
      const file = await stat(`${folder}/${shelf}/${id}`).catch(() => undefined);
      if (file) found[id] = file.size;
    }
  }
  return found;
}

/** The server keeps the bytes of these files and no others; what goes may take a moment. */
export async function keeps(server: TestServer, ids: string[]): Promise<void> {
  const found = Object.keys(await keptOnce(server, (all) => Object.keys(all).length <= ids.length));
  assertEquals(found.toSorted(), ids.toSorted());
}

/** The disk has so many bytes of each file, and of no other: what has been answered may still be on its way there. */
export async function keepsBytes(server: TestServer, expected: Record<string, number>): Promise<void> {
  const sum = (sizes: Record<string, number>) => Object.values(sizes).reduce((one, other) => one + other, 0);
  assertEquals(await keptOnce(server, (all) => sum(all) >= sum(expected)), expected);
}

/** What is kept once that is so, or after some seconds. */
export async function keptOnce(
  server: TestServer,
  isSo: (all: Record<string, number>) => boolean,
): Promise<Record<string, number>> {
  const deadline = Date.now() + 5_000;
  while (true) {
    const all = await kept(server);
    if (isSo(all) || Date.now() > deadline) return all;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
