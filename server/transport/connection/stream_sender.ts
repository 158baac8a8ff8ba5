/** Sends the bytes of files to one peer, one file after the other, never more at a time than the peer reads. */
import type { Stream } from "../../core/outcome.ts";
import type { Event } from "../../core/shared/events.ts";
import { asFault, Fault } from "../../core/shared/faults.ts";

/** The peer, as far as a stream needs it. */
interface StreamPeer {
  /** Resolves when there is room for another piece, or never will be. */
  room(): Promise<void>;
  /** Resolves when everything has been written. */
  sent(): Promise<void>;
  ended(): boolean;
  piece(event: Event<"chunk">, data: Uint8Array): void;
  /** The last byte of this has been written. */
  streamed(stream: Stream): void;
  /** One is over, however it ended. */
  over(): void;
}

/** What one peer is being sent. */
export class Streams {
  #last: Promise<void> = Promise.resolve();
  #count = 0;

  constructor(readonly peer: StreamPeer) {}

  /** Whether anything is still to be sent. */
  get busy(): boolean {
    return this.#count > 0;
  }

  /** Sends this after all the others. */
  begin(stream: Stream): void {
    this.#count++;
    this.#last = this.#last.then(() => send(stream, this.peer)).then(() => {
      this.#count--;
      this.peer.over();
    });
  }
}

/** Sends the bytes, or says why there are no more. */
async function send(stream: Stream, peer: StreamPeer): Promise<void> {
  const { file, offset, end, bytes } = stream;
  let at = offset;
  // Nothing is opened for who has gone meanwhile.
  if (peer.ended()) return;
  try {
    for await (const data of bytes(offset, end, () => !peer.ended())) {
      await peer.room();
      if (peer.ended()) return;
      peer.piece({ event: "chunk", file, offset: at, bytes: data.length }, data);
      at += data.length;
    }
    if (at < end) {
      throw new Fault("file_gone", "Cannot send the rest of this file: its bytes are no longer there");
    }
    await peer.sent();
    if (!peer.ended()) peer.streamed(stream);
  } catch (error) {
    const { code, message } = asFault(error);
    peer.piece({ event: "chunk", file, offset: at, bytes: 0, error: { code, message } }, new Uint8Array(0));
  }
}
