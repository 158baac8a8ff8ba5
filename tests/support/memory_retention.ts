/** What is old, in memory. */
import type { FileAge, RetentionStore } from "../../server/core/store/stored_retention.ts";
import type { MemoryState } from "./memory_state.ts";

/** Reads. */
export class MemoryRetention implements RetentionStore {
  readonly #state: () => MemoryState;

  constructor(state: () => MemoryState) {
    this.#state = state;
  }

  messagesAfter(room: string | null, seq: number, limit: number) {
    return this.#state().messages.filter((each) => each.room === room && each.seq > seq)
      .toSorted((a, b) => a.seq - b.seq).slice(0, limit).map(({ id, seq, at }) => ({ id, seq, at }));
  }

  filesBefore(time: number, after: FileAge | undefined, limit: number): FileAge[] {
    const order = (a: FileAge, b: FileAge) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1);
    return this.#state().files.filter((file) =>
      file.folder === null && file.state === "stored" && file.createdAt < time &&
      (!after || order(after, file) < 0)
    ).toSorted(order).slice(0, limit).map(({ createdAt, id }) => ({ createdAt, id }));
  }

  isPinned(seq: number): boolean {
    return this.#state().pins.some((pin) => pin.seq === seq);
  }

  isFilePinned(file: string): boolean {
    return this.#state().messages.some((message) => message.file === file && this.isPinned(message.seq));
  }

  isAwaited(seq: number): boolean {
    return this.#state().waiting.some((each) => each.seq === seq);
  }
}
