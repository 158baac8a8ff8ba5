/** Bytes in one of NATS' object stores, where every node reaches them. */
import type { ObjectStore } from "@nats-io/obj";

/** Each piece is confirmed within so long, or not at all. */
const PIECE_MS = 5_000;

/** Keeps bytes by name. */
export class SharedObjects {
  readonly #objects: ObjectStore;

  constructor(objects: ObjectStore) {
    this.#objects = objects;
  }

  async put(name: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const found = await this.#objects.info(name);
    if (found && !found.deleted) return;
    await this.#objects.put({ name }, ReadableStream.from(bytes), { timeout: PIECE_MS });
  }

  async get(name: string): Promise<AsyncIterable<Uint8Array> | undefined> {
    const found = await this.#objects.get(name);
    return found ? whole(found) : undefined;
  }

  async remove(names: readonly string[]): Promise<void> {
    for (const name of names) {
      const found = await this.#objects.info(name);
      if (found && !found.deleted) await this.#objects.delete(name);
    }
  }

  /** The names of all that is kept, and since when; milliseconds since 1970. */
  async list(): Promise<{ id: string; at: number }[]> {
    const all = await this.#objects.list();
    return all.filter(({ deleted }) => !deleted).map(({ name, mtime }) => ({
      id: name,
      at: Date.parse(mtime),
    }));
  }
}

/** @throws what kept the rest from coming */
async function* whole(
  { data, error }: { data: ReadableStream<Uint8Array>; error: Promise<Error | null> },
): AsyncIterable<Uint8Array> {
  yield* data;
  const failed = await error;
  if (failed) throw failed;
}
