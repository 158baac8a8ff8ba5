/** What every store promises about the directory and what accounts show; see store_contract_test.ts. */
import type { NameKey } from "../../server/core/shared/names.ts";
import { NEW_ROOM, type RoomSettings } from "../../server/core/shared/room_settings.ts";
import type { Store } from "../../server/core/store/store.ts";
import { assertEquals } from "../support/assert.ts";
import { account, message, recipient, room } from "../support/stored_things.ts";
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

  contract("of what somebody wrote that is theirs which they may still read", async (store) => {
    const settings = (changes: Partial<RoomSettings>) => ({ ...NEW_ROOM, ...changes });
    const rooms = {
      open: settings({}),
      joined: settings({ history: "joined" }),
      closed: settings({ private: true }),
      both: settings({ private: true, history: "joined" }),
    };
    await commit(store, [{ kind: "account.add", account: account("ada") }]);
    for (const [n, [id, settings]] of Object.entries(rooms).entries()) {
      await commit(store, [
        { kind: "room.add", room: { ...room(id), settings } },
        { kind: "message.add", message: message(n * 2 + 1, { room: id }), recipients: [] },
        { kind: "message.add", message: message(n * 2 + 2, { room: id }), recipients: [] },
      ]);
    }
    await commit(store, [
      { kind: "message.add", message: message(20, { to: ["bob"] }), recipients: [recipient("bob")] },
      { kind: "message.add", message: message(21, { author: "bob", room: "open" }), recipients: [] },
    ]);
    const own = () => store.people.ownMessages("ada", 0, 99).map(({ seq }) => seq);
    assertEquals(own(), [1, 2, 20]);
    for (const [n, id] of Object.keys(rooms).entries()) {
      await commit(store, [{ kind: "membership.add", person: "ada", room: id, since: n * 2 + 1 }]);
    }
    assertEquals(own(), [1, 2, 4, 5, 6, 8, 20]);
  });

  contract("a link is told of until it was, and one in a letter counts for a time", async (store) => {
    await commit(store, [
      { kind: "account.add", account: account("ada") },
      { kind: "reset.link", account: "ada", link: { at: 1, by: "bob" } },
      { kind: "reset.link", account: "ada", link: { at: 2, by: null } },
      { kind: "missed.set", account: "ada", level: "with_text", seq: 1 },
      { kind: "missed.told", account: "ada", at: 5, seq: 2, stop: "hash" },
    ]);
    assertEquals(store.people.resetLink("ada"), { at: 2, by: null });
    await commit(store, [{ kind: "reset.link", account: "ada", link: null }]);
    assertEquals(store.people.resetLink("ada"), undefined);
    assertEquals([5, 6].map((since) => store.people.accountOfStop("hash", since)), ["ada", undefined]);
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
    assertEquals(
      Array.from(store.people.profiles(["nobody", "ada", "bob"])),
      [["ada", store.people.profile("ada")]],
    );
    await commit(store, [{ kind: "status.set", account: "ada", availability: null, status: null }]);
    assertEquals(store.people.profile("ada"), { avatar: "picture" });
    await commit(store, [{ kind: "account.remove", account: "ada" }]);
    assertEquals([store.people.profile("ada"), store.people.avatar("picture")], [{}, undefined]);
  });
}
