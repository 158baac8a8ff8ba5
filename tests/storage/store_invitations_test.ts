/** What every store promises about invitations by link, and about addresses to be confirmed; see store_contract_test.ts. */
import type { Store } from "../../server/core/store/store.ts";
import type { StoredInvitation } from "../../server/core/store/stored_invitations.ts";
import { assertEquals, assertRejects } from "../support/assert.ts";
import { account } from "../support/stored_things.ts";
import { commit, STORES } from "../support/stores.ts";

function invitation(id: string, told: Partial<StoredInvitation> = {}): StoredInvitation {
  const made = { maker: "ada", role: "member", rooms: ["r", "s"], uses: 2, used: 0 } as const;
  return { id, hash: `hash of ${id}`, ...made, rooms: [...made.rooms], createdAt: 1, expiresAt: 50, ...told };
}

for (const [name, withStore] of Object.entries(STORES)) {
  const contract = (promise: string, body: (store: Store) => Promise<void>) =>
    Deno.test(`${name} store: ${promise}`, () => withStore(body));

  contract(
    "invitations: so often and no more, the newest first, until they end or their maker goes",
    async (store) => {
      await commit(store, ["ada", "bob"].map((id) => ({ kind: "account.add", account: account(id) })));
      const all = [
        invitation("1"),
        invitation("2", { maker: "bob" }),
        invitation("3", { maker: null, role: "admin", rooms: [], expiresAt: 90 }),
        invitation("4"),
      ];
      await commit(store, all.map((each) => ({ kind: "invitation.add", invitation: each })));
      await assertRejects(
        commit(store, [{ kind: "invitation.add", invitation: { ...invitation("5"), hash: "hash of 4" } }]),
        /^Contradiction/,
      );
      assertEquals([store.invitations.withHash("hash of 3"), store.invitations.withId("2")], [
        all[2],
        all[1],
      ]);
      assertEquals([store.invitations.withHash("another"), store.invitations.withId("9")], [
        undefined,
        undefined,
      ]);
      const ids = (query: { maker?: string; before?: string; now?: number; limit?: number }) =>
        store.invitations.list({ now: 10, limit: 9, ...query }).map(({ id }) => id);
      assertEquals(ids({}), ["4", "3", "2", "1"]);
      assertEquals([ids({ maker: "ada" }), ids({ before: "4", limit: 2 }), ids({ now: 50 })], [
        ["4", "1"],
        ["3", "2"],
        ["3"],
      ]);
      assertEquals([
        store.invitations.count(10),
        store.invitations.count(10, "ada"),
        store.invitations.count(50),
      ], [
        4,
        2,
        1,
      ]);

      for (let n = 0; n < 2; n++) await commit(store, [{ kind: "invitation.use", id: "1" }]);
      assertEquals(store.invitations.withId("1")?.used, 2);
      await assertRejects(commit(store, [{ kind: "invitation.use", id: "1" }]), /^Contradiction/);
      await commit(store, [{ kind: "invitation.remove", id: "4" }, {
        kind: "account.remove",
        account: "bob",
      }]);
      assertEquals(ids({}), ["3", "1"]);
      await commit(store, [{ kind: "invitations.expire", before: 50 }]);
      assertEquals(ids({ now: 0 }), ["3"]);
    },
  );

  contract(
    "an account whose address is to be confirmed is one until then, or until it is let in",
    async (store) => {
      for (const id of ["ada", "bob", "eve"]) {
        await commit(store, [{
          kind: "account.add",
          account: { ...account(id), email: null, confirmBy: 20 },
        }]);
        const code = { hash: `code of ${id}`, email: `${id}@example.org`, at: 1, expiresAt: 20 };
        await commit(store, [{ kind: "email.code", account: id, ...code }]);
      }
      assertEquals([store.people.unconfirmed(19, 9), store.people.unconfirmed(20, 2)], [[], ["ada", "bob"]]);
      assertEquals(store.people.emailOfCode("code of ada", 19), { account: "ada", email: "ada@example.org" });
      assertEquals(store.people.emailOfCode("code of ada", 20), undefined);
      await commit(store, [
        { kind: "account.email", account: "ada", email: "ada@example.org" },
        { kind: "account.disable", account: "bob", at: null },
      ]);
      assertEquals(store.people.unconfirmed(20, 9), ["eve"]);
      assertEquals([store.accountById("ada")?.confirmBy, store.people.emailOfCode("code of ada", 19)], [
        null,
        undefined,
      ]);
    },
  );
}
