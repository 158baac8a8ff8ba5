/** Files of the codes: what a peer has sent becomes uploads, what others have sent is fetched and given to it in one piece. */
import type { Command } from "../../../core/shared/commands.ts";
import type { Event } from "../../../core/shared/events.ts";
import { LIMITS } from "../../../core/shared/limits.ts";
import { extensionByMagic } from "../../magic.ts";
import type { Message } from "./parser.ts";

/** Where a file goes: into a room, or to one person. */
export type Target = { readonly room: string } | { readonly to: string };

/** A file that a peer has sent. */
export interface SentFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Everything that brings a file to each of these; the uploads have handles of their own, because they have no ids yet. */
export function uploadsOf({ name, bytes }: SentFile, targets: readonly Target[]): Command[] {
  return targets.flatMap((target, index): Command[] => {
    const file = `sent-${index}`;
    const chunks: Command[] = [];
    for (let offset = 0; offset < bytes.length; offset += LIMITS.chunkBytesMax) {
      const data = bytes.subarray(offset, offset + LIMITS.chunkBytesMax);
      chunks.push({ op: "chunk", file, offset, data });
    }
    const upload = { op: "upload", ...target, name, size: bytes.length, unchecked: true, as: file } as const;
    return [upload, ...chunks, { op: "finish", file }];
  });
}

/**
 * The bytes behind `109`. A separator there belongs to them, unless the program's first file had one and what stands behind it now
 * begins as files do.
 */
export class FileBytes {
  /** Undefined: no file has come. */
  #separates: boolean | undefined;

  of({ separator, body, after }: Message): Uint8Array {
    if (after.length > 0) this.#separates ??= separator !== undefined;
    return this.#separates && extensionByMagic(body) !== undefined ? body : after;
  }
}

/** A file on its way to one peer. */
export class Transfer {
  state: "coming" | "complete" | "failed" = "coming";
  readonly #bytes: Uint8Array;
  readonly #headBytes: number;
  #received = 0;

  /** `head`: what goes before its bytes. */
  constructor(readonly file: string, readonly size: number, head: Uint8Array) {
    this.#bytes = new Uint8Array(head.length + size);
    this.#bytes.set(head);
    this.#headBytes = head.length;
  }

  /** All of it, behind its head; undefined until it is complete. */
  get whole(): Uint8Array | undefined {
    return this.state === "complete" ? this.#bytes : undefined;
  }

  /** What of its own bytes has come. */
  get content(): Uint8Array {
    return this.#bytes.subarray(this.#headBytes, this.#headBytes + this.#received);
  }

  /** Takes a piece, or the news that there are no more. */
  take({ error }: Pick<Event<"chunk">, "error">, data: Uint8Array): void {
    if (error) {
      this.fail();
      return;
    }
    this.#bytes.set(data, this.#headBytes + this.#received);
    this.#received += data.length;
    if (this.#received === this.size) this.state = "complete";
  }

  /** It will not come, or can't be shown. */
  fail(): void {
    this.state = "failed";
  }
}
