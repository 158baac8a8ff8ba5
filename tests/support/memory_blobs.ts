/** The bytes of files in memory, for tests of the core without a disk. */
import { createHash } from "node:crypto";
import type { BlobStore } from "../../server/core/files/blob_store.ts";

/** A blob store that forgets everything at the end. */
export class MemoryBlobs implements BlobStore {
  readonly #bytes = new Map<string, Uint8Array>();

  open(id: string) {
    const held = () => this.#bytes.get(id) ?? new Uint8Array(0);
    const keep = (bytes: Uint8Array) => void this.#bytes.set(id, bytes);
    keep(held());
    const hash = (name: string) => createHash(name).update(held()).digest("hex");
    return Promise.resolve({
      get offset() {
        return held().length;
      },
      append: (bytes: Uint8Array) => Promise.resolve(keep(Uint8Array.from([...held(), ...bytes]))),
      finish: () => Promise.resolve({ md5: hash("md5"), sha256: hash("sha256") }),
      close: () => Promise.resolve(),
    });
  }

  async *read(id: string, offset: number, end: number): AsyncIterable<Uint8Array> {
    yield await Promise.resolve((this.#bytes.get(id) ?? new Uint8Array(0)).slice(offset, end));
  }

  remove(ids: readonly string[]) {
    for (const id of ids) this.#bytes.delete(id);
    return Promise.resolve();
  }

  free() {
    return Promise.resolve(2 ** 40);
  }

  keep() {
    return Promise.resolve();
  }

  sniff() {
    return Promise.resolve("application/octet-stream");
  }
}
