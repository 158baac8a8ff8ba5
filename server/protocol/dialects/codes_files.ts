/** Files of the codes: what a peer has sent becomes an upload, what others have sent is fetched and given to it in one piece. */
import type { Command } from "../../core/commands.ts";
import type { Event } from "../../core/events.ts";
import { LIMITS } from "../../core/limits.ts";
import { LOBBY } from "../../core/rooms.ts";

/** What a peer's uploads are called until they have an id; there is one at a time. */
const HANDLE = "sent";

/** Everything that brings a file into the lobby. */
export function uploadOf(name: string, bytes: Uint8Array): Command[] {
  const commands: Command[] = [
    { op: "upload", room: LOBBY, name, size: bytes.length, unchecked: true, as: HANDLE },
  ];
  for (let offset = 0; offset < bytes.length; offset += LIMITS.chunkBytesMax) {
    const data = bytes.subarray(offset, offset + LIMITS.chunkBytesMax);
    commands.push({ op: "chunk", file: HANDLE, offset, data });
  }
  commands.push({ op: "finish", file: HANDLE });
  return commands;
}

/** A file on its way to one peer. */
export class Transfer {
  state: "coming" | "complete" | "failed" = "coming";
  #bytes: Uint8Array | undefined;
  #received = 0;

  constructor(readonly file: string, readonly size: number) {}

  /** All of it, behind its head; undefined until it is complete. */
  get bytes(): Uint8Array | undefined {
    return this.state === "complete" ? this.#bytes : undefined;
  }

  /** Takes a piece, or the news that there are no more. `head`: what goes before the first. */
  take({ error }: Pick<Event<"chunk">, "error">, data: Uint8Array, head: Uint8Array): void {
    if (error) return this.fail();
    if (!this.#bytes) {
      this.#bytes = new Uint8Array(head.length + this.size);
      this.#bytes.set(head);
    }
    this.#bytes.set(data, this.#bytes.length - this.size + this.#received);
    this.#received += data.length;
    if (this.#received === this.size) this.state = "complete";
  }

  /** It will not come. */
  fail(): void {
    this.state = "failed";
    this.#bytes = undefined;
  }
}
