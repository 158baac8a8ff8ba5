/** What every store promises about the directory and what accounts show; see store_contract_test.ts. */
import type { NameKey } from "../../server/core/shared/names.ts";
import type { Store } from "../../server/core/store/store.ts";
import { assertEquals } from "../support/assert.ts";
import { account } from "../support/stored_things.ts";
import { commit, STORES } from "../support/stores.ts";

for (const [name, withStore] of Object.entries(STORES)) {
  const contract = (promise: string, body: (store: Store) => Promise<void>) =>
    Deno.test(`${name} store: ${promise}`, () => withStore(body));

  contract("the directory is by nickname, and leaves out who is disabled", async (store) => {
    for (const id of ["eve", "Adam", "bob", "Bea"]) {
      await commit(store, [{ kind: "account.add", account: account(id) }]);
    }
    const named = (text: string, after = "", limit = 9) =>
      store.people.list({ text: text as NameKey, after: after as NameKey, limit })
        .map(({ nickname }) => nickname);
    assertEquals(named(""), ["Adam", "Bea", "bob", "eve"]);
    assertEquals(named("b"), ["Bea", "bob"]);
    assertEquals(named("", "bea", 1), ["bob"]);
    await commit(store, [{ kind: "account.disable", account: "bob", at: 1 }]);
    assertEquals(named("b"), ["Bea"]);
  });

  contract("a status and a picture are kept apart, and go with the account", async (store) => {
    await commit(store, [{ kind: "account.add", account: account("ada") }]);
    assertEquals(store.people.profile("ada"), {});
    const avatar = { id: "picture", type: "image/png", data: "cGljdHVyZQ==" };
    const status = { emoji: "🌴", text: "away", until: 5 };
    await commit(store, [
      { kind: "avatar.set", account: "ada", avatar },
      { kind: "status.set", account: "ada", availability: "away", status },
    ]);
    assertEquals(store.people.avatar("picture"), avatar);
    assertEquals(store.people.profile("ada"), { availability: "away", status, avatar: "picture" });
    await commit(store, [{ kind: "status.set", account: "ada", availability: null, status: null }]);
    assertEquals(store.people.profile("ada"), { avatar: "picture" });
    await commit(store, [{ kind: "account.remove", account: "ada" }]);
    assertEquals([store.people.profile("ada"), store.people.avatar("picture")], [{}, undefined]);
  });
}
