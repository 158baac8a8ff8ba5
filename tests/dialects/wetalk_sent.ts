/** What is sent as a file or a picture in the transcripts of WeTalk, and how. */
import { createHash } from "node:crypto";
import type { WeTalkClient } from "./clients/wetalk_client.ts";
import type { Line, Peer } from "../support/harness.ts";

/** Bytes of one `chunk`. */
const PIECE = 256 * 1024;
const encoder = new TextEncoder();

/** Bytes that look like nothing, or begin like a picture or video. */
export function bytesOf(size: number, kind: "plain" | "png" | "mp4" = "plain"): Uint8Array {
  const bytes = Uint8Array.from({ length: size }, (_, index) => (index * 7 + (index >> 8)) & 0xff);
  bytes.set(HEADS[kind].subarray(0, size));
  return bytes;
}

export const HEADS = {
  plain: encoder.encode("plain bytes"),
  png: Uint8Array.fromBase64(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  ),
  mp4: Uint8Array.fromHex("0000001866747970" + "6d703432" + "000000006d703432" + "69736f6d"),
};

export function uploads(program: WeTalkClient, name: string, bytes: Uint8Array): void {
  program.says("__UPL___", name, String(bytes.length));
  program.sends(bytes);
}

/** Uploads with the native protocol; gives the file's id. */
export async function sendFile(peer: Peer, place: Line, name: string, bytes: Uint8Array): Promise<string> {
  const md5 = createHash("md5").update(bytes).digest("hex");
  const { file } = await peer.asks("upload", { ...place, name, size: bytes.length, md5 });
  for (let offset = 0; offset < bytes.length; offset += PIECE) {
    const piece = bytes.subarray(offset, offset + PIECE);
    await peer.asks("chunk", { file, offset, bytes: piece.length }, piece);
  }
  await peer.asks("finish", { file });
  return file;
}

/** Downloads with the native protocol. */
export async function fetched(peer: Peer, file: string): Promise<Uint8Array> {
  const { size } = await peer.asks("download", { file });
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size;) {
    const { data } = await peer.piece();
    bytes.set(data, at);
    at += data.length;
  }
  return bytes;
}
