/** What a crash may have left: bytes that belong to nothing, and files whose bytes are gone. */
import type { Store } from "../core/store/store.ts";
import type { DiskBlobStore } from "./disk_blob_store.ts";
import type { OpenStore } from "./sqlite_store.ts";

/** What a sweep found and put right. */
interface Swept {
  /** Ids of bytes that belonged to nothing and were removed. */
  orphans: string[];
  /** Ids of files whose bytes are not there; they are gone now. */
  lost: string[];
  /** Uploads that can be gone on with: how many bytes of them are there. */
  arrived: Map<string, number>;
}

/** Removes bytes that belong to nothing, and marks files without bytes as gone: not so those that `others` may have. */
export async function sweep(store: OpenStore, blobs: DiskBlobStore, others = false): Promise<Swept> {
  const present = new Map<string, number>();
  const orphans: string[] = [];
  for await (const { id, size } of blobs.list()) {
    if (belongs(store, id)) present.set(id, size);
    else orphans.push(id);
  }
  await blobs.remove(orphans);
  const lost = others
    ? []
    : store.files.storedIds().filter((id) => present.get(id) !== store.files.find(id)?.size);
  const partial = store.files.partialIds();
  const arrived = new Map(partial.flatMap((id) => present.get(id) ? [[id, present.get(id)!] as const] : []));
  const unstarted = others ? [] : partial.filter((id) => !arrived.has(id));
  if (lost.length + unstarted.length > 0) {
    store.transact(() => {
      for (const id of lost) store.write({ kind: "file.gone", id });
      for (const id of unstarted) store.write({ kind: "file.remove", id });
    });
  }
  return { orphans, lost, arrived };
}

function belongs(store: Store, id: string): boolean {
  const file = store.files.find(id);
  return file !== undefined && file.state !== "gone";
}
