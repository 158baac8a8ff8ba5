/** The two stores that there are, each for the length of a test. */
import type { Store, Write } from "../../server/core/store/store.ts";
import { openStore } from "../../server/storage/sqlite_store.ts";
import { MemoryStore } from "./memory_store.ts";

/** Name → runs a body with an empty store of that kind. The store's epoch is its name. */
export const STORES: Record<"memory" | "sqlite", (body: (store: Store) => Promise<void>) => Promise<void>> = {
  memory: (body) => body(new MemoryStore()),
  async sqlite(body) {
    const folder = await Deno.makeTempDir({ prefix: "switchboard-" });
    const store = openStore({
      path: `${folder}/test.db`,
      newEpoch: () => "sqlite",
      onFailure: (detail) => {
        throw new Error(detail);
      },
    });
    try {
      await body(store);
    } finally {
      store.close();
      await Deno.remove(folder, { recursive: true });
    }
  },
};

/** Keeps some things together, whole or not at all. @throws Contradiction */
export function commit(store: Store, writes: readonly Write[]): Promise<void> {
  return Promise.resolve().then(() =>
    store.transact(() => {
      for (const write of writes) store.write(write);
    })
  );
}
