/** Sends a file's bytes to one peer, never more at a time than the peer reads. */
import type { Stream } from "../core/decision.ts";
import type { Event } from "../core/events.ts";
import { asFault, Fault } from "../core/faults.ts";

/** The peer, as far as a stream needs it. */
export interface StreamPeer {
  /** Resolves when there is room for another piece, or never will be. */
  room(): Promise<void>;
  /** Resolves when everything has been written. */
  sent(): Promise<void>;
  ended(): boolean;
  piece(event: Event<"chunk">, data: Uint8Array): void;
  /** The last byte has been written. */
  streamed(): void;
}

/** Sends the bytes, or says why there are no more. */
export async function sendStream({ file, offset, end, bytes }: Stream, peer: StreamPeer): Promise<void> {
  let at = offset;
  try {
    for await (const data of bytes(offset, end)) {
      await peer.room();
      if (peer.ended()) return;
      peer.piece({ event: "chunk", file, offset: at, bytes: data.length }, data);
      at += data.length;
    }
    if (at < end) {
      throw new Fault("file_gone", "Cannot send the rest of this file: its bytes are no longer there");
    }
    await peer.sent();
    if (!peer.ended()) peer.streamed();
  } catch (error) {
    const { code, message } = asFault(error);
    peer.piece({ event: "chunk", file, offset: at, bytes: 0, error: { code, message } }, new Uint8Array(0));
  }
}
