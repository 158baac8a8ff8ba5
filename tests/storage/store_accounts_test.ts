/** What every store promises about accounts, tokens and codes; see store_contract_test.ts. */
import { type NameKey, nameKey } from "../../server/core/shared/names.ts";
import type { Account, Store } from "../../server/core/store/store.ts";
import { assertEquals, assertRejects } from "../support/assert.ts";
import { account, token } from "../support/stored_things.ts";
import { commit, STORES } from "../support/stores.ts";

for (const [name, withStore] of Object.entries(STORES)) {
  const contract = (promise: string, body: (store: Store) => Promise<void>) =>
    Deno.test(`${name} store: ${promise}`, () => withStore(body));

  contract("accounts are found by each of their names, whatever the case", async (store) => {
    const ada: Account = {
      ...account("ada"),
      username: "Ada_L",
      nickname: "Countess",
      email: "Ada@Example.org",
      phone: "112",
    };
    await commit(store, [{ kind: "account.add", account: ada }]);
    assertEquals(store.accountById("ada"), ada);
    assertEquals(store.accountWithUsername(nameKey("ADA_L")), ada);
    assertEquals(store.accountWithNickname(nameKey("countess")), ada);
    assertEquals(store.accountWithEmail(nameKey("ada@example.ORG")), ada);
    for (const key of ["ada_l", "countess", "ada@example.org"]) {
      assertEquals(store.accountNamed(nameKey(key)), ada);
    }
    assertEquals(store.accountWithUsername(nameKey("countess")), undefined);
    assertEquals(store.accountWithNickname(nameKey("ada_l")), undefined);
    const twins: Partial<Account>[] = [
      { username: "ADA_L" },
      { nickname: "COUNTESS" },
      { email: "ADA@EXAMPLE.ORG" },
      { username: "countess" },
      { nickname: "ada_l" },
    ];
    for (const twin of twins) {
      const other = { ...account("other"), ...twin };
      await assertRejects(commit(store, [{ kind: "account.add", account: other }]), /^Contradiction/);
    }
    for (const id of ["two", "three"]) {
      await commit(store, [{ kind: "account.add", account: { ...account(id), email: null } }]);
    }
  });

  contract("administrators count as long as they may sign in", async (store) => {
    await commit(store, [{ kind: "account.add", account: account("ada") }]);
    assertEquals(store.administrators(), []);
    await commit(store, [{ kind: "account.role", account: "ada", role: "admin" }]);
    assertEquals([store.administrators(), store.accountById("ada")!.role], [["ada"], "admin"]);
    await commit(store, [{ kind: "account.disable", account: "ada", at: 1 }]);
    assertEquals(store.administrators(), []);
  });

  contract("devices: each has its place, and the one that was here longest ago goes first", async (store) => {
    const places = [["phone", 1], ["desk", 5], ["phone", 7], ["tablet", 3], ["desk", 4]] as const;
    for (const [device, seq] of places) {
      await commit(store, [{ kind: "device.set", person: "ada", device, seq, keep: 2 }]);
    }
    await commit(store, [{ kind: "device.set", person: "bob", device: "phone", seq: 2, keep: 2 }]);
    assertEquals(["phone", "desk", "tablet"].map((device) => store.deviceSeq("ada", device)), [
      7,
      4,
      undefined,
    ]);
    assertEquals([store.deviceSeq("bob", "phone"), store.deviceSeq("eve", "phone")], [2, undefined]);
  });

  contract("tokens: the one used longest ago goes first, and time ends them", async (store) => {
    for (const at of [1, 3, 2, 4]) {
      await commit(store, [{ kind: "token.add", token: token(`t${at}`, "ada", at), keep: 3 }]);
    }
    assertEquals(["t1", "t2", "t3", "t4"].map((hash) => store.token(hash)?.usedAt), [undefined, 2, 3, 4]);
    // A brief one takes no other's place.
    const brief = { ...token("b", "ada", 5), brief: true };
    await commit(store, [{ kind: "token.add", token: brief, keep: 3 }]);
    assertEquals([store.token("b"), store.token("t2")?.brief], [brief, false]);
    await commit(store, [{ kind: "token.used", hash: "t2", at: 9, address: "there", client: null }]);
    await assertRejects(
      commit(store, [{ kind: "token.used", hash: "t1", at: 9, address: "there", client: null }]),
      /^Contradiction/,
    );
    await commit(store, [{ kind: "token.add", token: { ...token("g", "guest", 5), guest: true }, keep: 3 }]);
    await commit(store, [{ kind: "token.rename", person: "guest", nickname: "Gus" }]);
    assertEquals([store.token("g")?.nickname, store.token("t2")?.nickname === "Gus"], ["Gus", false]);
    await commit(store, [{ kind: "tokens.expire", usedBefore: 4, guestsUsedBefore: 6 }]);
    assertEquals(["t2", "t3", "t4", "g"].map((hash) => store.token(hash)?.usedAt), [
      9,
      undefined,
      4,
      undefined,
    ]);
    await commit(store, [{ kind: "token.clear", person: "ada", except: "t4" }]);
    assertEquals([store.token("t2"), store.token("t4")?.person], [undefined, "ada"]);
    await commit(store, [{ kind: "token.remove", hash: "t4" }, { kind: "token.remove", hash: "t4" }]);
    assertEquals(store.token("t4"), undefined);
  });

  contract(
    "codes for a new password: once, in time, and void with the password",
    async (store) => {
      await commit(store, [{ kind: "account.add", account: account("ada") }]);
      const add = (hash: string, createdAt: number): Promise<void> =>
        commit(store, [{
          kind: "reset.add",
          reset: {
            hash,
            account: "ada",
            md5s: [`${hash}-a`, `${hash}-b`],
            createdAt,
            expiresAt: createdAt + 10,
          },
        }]);
      const use = (hash: string): Promise<void> => commit(store, [{ kind: "reset.use", hash }]);
      await add("one", 10);
      await add("two", 20);
      assertEquals(
        [store.resetsSince("ada", 0), store.resetsSince("ada", 10), store.resetsSince("ada", 20)],
        [2, 1, 0],
      );
      await use("one");
      await assertRejects(use("one"), /^Contradiction/);
      assertEquals([store.reset("one"), store.reset("two")], [undefined, {
        hash: "two",
        account: "ada",
        md5s: ["two-a", "two-b"],
        createdAt: 20,
        expiresAt: 30,
      }]);
      assertEquals(store.resetsOf("ada", 29).map((reset) => reset.hash), ["two"]);
      assertEquals(store.resetsOf("ada", 30), []);
      await commit(store, [{ kind: "account.md5", account: "ada", md5Hash: "hers" }]);
      assertEquals(store.accountById("ada")!.md5Hash, "hers");
      await commit(store, [{ kind: "account.password", account: "ada", hash: null, md5Hash: "newer" }]);
      assertEquals(store.accountById("ada")!.passwordHash, null);
      assertEquals(store.accountById("ada")!.md5Hash, "newer");
      await commit(store, [{ kind: "account.password", account: "ada", hash: "new", md5Hash: "new" }]);
      assertEquals([store.reset("two"), store.accountById("ada")!.passwordHash], [undefined, "new"]);
      await add("three", 30);
      await commit(store, [{ kind: "resets.expire", createdBefore: 30 }]);
      assertEquals(store.resetsSince("ada", 0), 1);
    },
  );

  contract("accounts that are listed, disabled and removed", async (store) => {
    for (const name of ["eve", "Ada", "bob"]) {
      await commit(store, [{ kind: "account.add", account: account(name) }]);
    }
    await commit(store, [{ kind: "token.add", token: token("t", "bob", 7), keep: 9 }]);
    const listed = (after: string, limit: number) =>
      store.accounts(after as NameKey, limit).map(({ account, usedAt }) => [account.username, usedAt]);
    assertEquals(listed("", 9), [["Ada", null], ["bob", 7], ["eve", null]]);
    assertEquals(listed("ada", 1), [["bob", 7]]);
    await commit(store, [{ kind: "account.disable", account: "bob", at: 5 }]);
    assertEquals(store.accountById("bob")!.disabledAt, 5);
    await commit(store, [{ kind: "account.disable", account: "bob", at: null }]);
    assertEquals(store.accountById("bob")!.disabledAt, null);
    await commit(store, [{ kind: "account.remove", account: "bob" }]);
    assertEquals([store.accountById("bob"), store.token("t")], [undefined, undefined]);
    await assertRejects(commit(store, [{ kind: "account.remove", account: "bob" }]), /^Contradiction/);
    await commit(store, [{ kind: "account.add", account: { ...account("bob"), id: "another" } }]);
  });
}
