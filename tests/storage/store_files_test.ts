/** What every store promises about files that wait for an answer; see store_contract_test.ts. */
import type { Store, Write } from "../../server/core/store/store.ts";
import type { StoredFile } from "../../server/core/store/stored_files.ts";
import { assertEquals } from "../support/assert.ts";
import { message } from "../support/stored_things.ts";
import { commit, STORES } from "../support/stores.ts";

/** A file that ada is sending to bob. */
function file(id: string, told: Partial<StoredFile> = {}): StoredFile {
  return {
    id,
    owner: "ada",
    ownerName: "ada",
    room: null,
    peer: "bob",
    peerName: "bob",
    folder: null,
    isFolder: false,
    name: `${id}.txt`,
    size: 3,
    md5: "",
    sha256: "",
    type: "",
    state: "partial",
    offer: null,
    createdAt: 1,
    ...told,
  };
}

function stored(id: string): Write {
  return { kind: "file.stored", id, size: 3, md5: "m", sha256: "s", type: "text/plain" };
}

for (const [name, withStore] of Object.entries(STORES)) {
  const contract = (promise: string, body: (store: Store) => Promise<void>) =>
    Deno.test(`${name} store: ${promise}`, () => withStore(body));

  contract("what waits for whose answer, the oldest first, until it is answered or gone", async (store) => {
    const files = [
      file("c"),
      file("a"),
      file("b", { isFolder: true }),
      file("in-b", { folder: "b" }),
      file("partial"),
      file("for-eve", { peer: "eve", peerName: "eve" }),
    ];
    await commit(store, files.map((each): Write => ({ kind: "file.add", file: each })));
    await commit(store, ["c", "a", "b", "in-b", "for-eve"].map(stored));
    const waiting = (person = "bob", limit = 9) => store.files.offeredTo(person, limit).map(({ id }) => id);
    assertEquals(waiting(), ["a", "b", "c"]);
    assertEquals([waiting("bob", 2), waiting("eve"), waiting("ada")], [["a", "b"], ["for-eve"], []]);
    assertEquals(store.files.offeredTo("bob", 1)[0], {
      ...file("a"),
      ...{ md5: "m", sha256: "s", type: "text/plain", state: "stored", offer: "waiting" },
    });
    for (const [index, id] of ["a", "c"].entries()) {
      await commit(store, [{
        kind: "message.add",
        message: message(index + 1, { file: id }),
        recipients: [],
      }]);
    }
    const answer = { kind: "offer.answer", seq: 3, at: 1, from: "bob", message: 1 } as const;
    await commit(store, [{ ...answer, file: "a", accepted: true }, { kind: "file.gone", id: "b" }]);
    assertEquals(waiting(), ["c"]);
    await commit(store, [{ ...answer, seq: 4, message: 2, file: "c", accepted: false }]);
    assertEquals(waiting(), []);
  });
}
