/** What the core may expect of a store, once for both that there are. */
import { nameKey } from "../../server/core/shared/names.ts";
import {
  type Ban,
  Contradiction,
  type Store,
  type StoredMessage,
  type Write,
} from "../../server/core/store/store.ts";
import { assertEquals, assertMatches, assertRejects, assertTrue } from "../support/assert.ts";
import { account, change, message, recipient, room } from "../support/stored_things.ts";
import { commit, STORES } from "../support/stores.ts";

for (const [name, withStore] of Object.entries(STORES)) {
  const contract = (promise: string, body: (store: Store) => Promise<void>) =>
    Deno.test(`${name} store: ${promise}`, () => withStore(body));

  contract("is empty at first, and knows its name", (store) => {
    assertEquals([store.epoch, store.lastSeq()], [name, 0]);
    assertEquals([store.rooms(), store.bans("bans", 0), store.membershipsOf("p"), store.waiting("p", 9)], [
      [],
      [],
      [],
      [],
    ]);
    assertEquals(
      [store.accountById("a"), store.token("t"), store.reset("r"), store.message("m")],
      Array(4).fill(undefined),
    );
    return Promise.resolve();
  });

  contract("a list of writes is kept whole or not at all, and the others beside it stand", async (store) => {
    await commit(store, [{ kind: "account.add", account: account("ada") }]);
    const lists: Write[][] = [
      [{ kind: "room.add", room: room("a") }],
      [{ kind: "room.add", room: room("b") }, { kind: "account.add", account: account("ada") }],
      [{ kind: "room.add", room: room("c") }, {
        kind: "account.password",
        account: "nobody",
        hash: "x",
        md5Hash: "x",
      }],
      [{ kind: "room.add", room: room("d") }],
    ];
    const results = await Promise.allSettled(lists.map((writes) => commit(store, writes)));
    assertEquals(results.map((result) => result.status), ["fulfilled", "rejected", "rejected", "fulfilled"]);
    for (const result of results) {
      if (result.status === "rejected") assertTrue(result.reason instanceof Contradiction, result.reason);
    }
    assertEquals(store.rooms().map((each) => each.id), ["a", "d"]);
  });

  contract("lists take effect in the order of the calls", async (store) => {
    await commit(store, [{ kind: "room.add", room: room("r") }]);
    const owners = Array.from({ length: 100 }, (_, n) => `person-${n}`);
    await Promise.all(owners.map((owner) => commit(store, [{ kind: "room.owner", room: "r", owner }])));
    assertEquals(store.rooms()[0]!.owner, "person-99");
  });

  contract("settings: the last values count, and without any there is none", async (store) => {
    const guests = { name: "guests", set: "on", standard: null };
    const registration = { name: "registration", set: null, standard: "invite" };
    await commit(store, [
      { kind: "setting.put", setting: registration },
      { kind: "setting.put", setting: { ...guests, set: "off" } },
      { kind: "setting.put", setting: guests },
    ]);
    assertEquals(store.settings(), [guests, registration]);
    await commit(store, [{ kind: "setting.put", setting: { ...guests, set: null } }]);
    assertEquals(store.settings(), [registration]);
  });

  contract("rooms, places, bans and marks", async (store) => {
    const ban: Ban = {
      room: "r",
      person: "eve",
      nickname: "Eve",
      until: 60,
      by: "Ada",
      byGuest: true,
      network: "192.0.2.1",
      networkUntil: 55,
    };
    await commit(store, ["r", "s"].map((id): Write => ({ kind: "room.add", room: room(id) })));
    await assertRejects(
      commit(store, [{ kind: "room.add", room: { ...room("x"), name: "R" } }]),
      /^Contradiction/,
    );
    await commit(store, [
      { kind: "membership.add", person: "ada", room: "s", since: 7 },
      { kind: "membership.add", person: "ada", room: "r", since: 3 },
      { kind: "membership.add", person: "ada", room: "r", since: 9 },
      { kind: "membership.add", person: "bob", room: "r", since: 4 },
      { kind: "ban.add", of: "bans", ban: { ...ban, nickname: "EVE", until: 50 } },
      { kind: "ban.add", of: "bans", ban },
      { kind: "message.add", message: message(1, { room: "r" }), recipients: [] },
      { kind: "message.add", message: message(2, { room: "r" }), recipients: [] },
      { kind: "cursor.set", person: "ada", conversation: "r", seq: 2 },
      { kind: "cursor.set", person: "ada", conversation: "r", seq: 1 },
    ]);
    assertEquals(store.membershipsOf("ada"), [
      { room: "r", since: 3, notify: "all" },
      { room: "s", since: 7, notify: "all" },
    ]);
    assertEquals([store.membershipIn("s", "ada"), store.membershipIn("s", "bob")], [
      { room: "s", since: 7, notify: "all" },
      undefined,
    ]);
    assertEquals([4, 5].map((seq) => [...store.whoCameBefore("r", seq)].sort()), [["ada"], ["ada", "bob"]]);
    assertEquals(store.bans("bans", 59), [ban]);
    assertEquals(store.bans("bans", 60), []);
    const zoe = { ...ban, nickname: "Zoe", person: null, network: null, by: null, byGuest: false };
    await commit(store, [{ kind: "ban.add", of: "bans", ban: zoe }, {
      kind: "ban.remove",
      of: "bans",
      room: "r",
      nickname: nameKey("eve"),
    }]);
    assertEquals(store.bans("bans", 59), [zoe]);
    await commit(store, [{ kind: "ban.add", of: "bans", ban: { ...zoe, nickname: "Yan", until: 59 } }]);
    await commit(store, [{ kind: "bans.expire", of: "bans", at: 59 }, {
      kind: "bans.expire",
      of: "mutes",
      at: 99,
    }]);
    assertEquals(store.bans("bans", 0), [zoe]);
    assertEquals([store.readCursor("ada", "r"), store.readCursor("bob", "r")], [
      { id: "m2", seq: 2 },
      undefined,
    ]);
    assertEquals(store.rooms().map(({ id, spoken }) => ({ id, spoken })), [{ id: "r", spoken: true }, {
      id: "s",
      spoken: false,
    }]);

    await commit(store, [{ kind: "membership.remove", person: "ada", room: "r" }]);
    assertEquals([store.membershipsOf("ada").length, store.readCursor("ada", "r")], [1, undefined]);
    await commit(store, [{ kind: "room.remove", room: "r" }]);
    assertEquals([store.membershipsOf("bob"), store.bans("bans", 0), store.message("m1")], [
      [],
      [],
      undefined,
    ]);
    assertEquals(store.lastSeq(), 2); // a number is never given twice
    await commit(store, [{ kind: "room.remove", room: "nothing" }]);
    assertEquals(store.lastSeq(), 2);
    await assertRejects(
      commit(store, [{ kind: "message.add", message: message(3, { room: "r" }), recipients: [] }]),
      /./,
    );
    await assertRejects(
      commit(store, [{ kind: "membership.add", person: "ada", room: "r", since: 1 }]),
      /^Contradiction/,
    );
    await commit(store, [{ kind: "membership.clear", person: "ada" }]);
    assertEquals(store.membershipsOf("ada"), []);
    await commit(store, [
      { kind: "account.add", account: account("ada") },
      { kind: "membership.add", person: "ada", room: "s", since: 7 },
      { kind: "membership.add", person: "gus", room: "s", since: 8 },
      { kind: "membership.guests", room: "s" },
    ]);
    assertEquals([store.membershipsOf("ada").length, store.membershipsOf("gus")], [1, []]);
  });

  contract("what a room was called before is known, each name once", async (store) => {
    await commit(store, ["r", "s"].map((id): Write => ({ kind: "room.add", room: room(id) })));
    const names = [["r", "Old"], ["r", undefined], ["r", "older"], ["r", "Old"], ["s", "other"]] as const;
    await commit(
      store,
      names.map(([id, was], index): Write => ({
        kind: "room.event",
        event: {
          ...{ seq: index + 1, at: 1, room: id, kind: "room", by: "Ada" },
          ...{ subject: null, nickname: null, minutes: null },
          detail: { changed: [], ...(was !== undefined && { was }) },
        },
      })),
    );
    assertEquals([store.namesBefore("r").sort(), store.namesBefore("x")], [["Old", "older"], []]);
  });

  contract("who is invited into a room is so once, known to them or not", async (store) => {
    const invite = { room: "r", person: "bob", byId: "eve", by: "Eve", at: 1, hidden: true };
    const second = { ...invite, byId: "ada", by: "Ada", at: 2, hidden: false };
    await commit(store, [{ kind: "room.add", room: room("r") }, { kind: "invite.add", invite }]);
    assertEquals([store.invites(), store.invitesOf("bob")], [[invite], [invite]]);
    await commit(store, [{ kind: "invite.add", invite: second }]);
    assertEquals([store.invites(), store.invitesOf("bob")], [[second], [second]]);
    await commit(store, [{ kind: "invite.remove", room: "r", person: "bob" }]);
    assertEquals(store.invites(), []);
  });

  contract("messages come back as they were kept", async (store) => {
    const kept: StoredMessage[] = [
      message(1, { room: "r", text: "NUL \0, half a line \r, 👍 \uffff \ufeff", key: "k" }),
      message(2, { author: "bob", to: ["ada", "Cyd"], reply: "m1", notice: true }),
    ];
    await commit(store, [
      { kind: "room.add", room: room("r") },
      { kind: "message.add", message: kept[0]!, recipients: [] },
      { kind: "message.add", message: kept[1]!, recipients: [recipient("ada"), recipient("cyd")] },
    ]);
    assertEquals([store.message("m1"), store.message("m2"), store.lastSeq()], [...kept, 2]);
    assertEquals(store.messageWithKey("ada", "k"), kept[0]);
    assertEquals([store.messageWithKey("ada", "K"), store.messageWithKey("bob", "k")], [
      undefined,
      undefined,
    ]);
    assertEquals(store.recipientsOf(2).map((each) => each.person).sort(), ["ada", "cyd"]);
    assertEquals(store.recipientsOf(1), []);
    for (const twin of [{ key: "k" }, { id: "m2" }, { seq: 2 }]) {
      const write: Write = {
        kind: "message.add",
        message: { ...message(9, { room: "r" }), ...twin },
        recipients: [],
      };
      await assertRejects(commit(store, [write]), /^Contradiction/);
    }
    await commit(store, [{ kind: "key.clear", seq: 1 }]);
    assertEquals(store.messageWithKey("ada", "k"), undefined);
  });

  contract(
    "a room knows who made it, what lasts, and what was said last; its oldest messages go",
    async (store) => {
      const made = { ...room("r"), maker: "ada", network: "192.0.2.1" };
      await commit(store, [{ kind: "room.add", room: made }]);
      assertEquals(store.rooms(), [made]);
      for (const seq of [1, 2, 3]) {
        await commit(store, [{ kind: "message.add", message: message(seq, { room: "r" }), recipients: [] }]);
      }
      await commit(store, [{ kind: "room.lasts", room: "r" }]);
      assertEquals(store.rooms(), [{ ...made, lasting: true, spoken: true, lastAt: 300 }]);
      const ids = () => store.page({ room: "r", limit: 9, upTo: 9 }, "ada").messages.map(({ id }) => id);
      await commit(store, [{ kind: "room.thin", room: "r", atMost: 2 }]);
      assertEquals(ids(), ["m3"]);
      await commit(store, [{ kind: "room.thin", room: "r", atMost: 2 }]);
      assertEquals([ids(), store.lastSeq()], [[], 3]);
    },
  );

  contract("what waits for somebody is theirs, in order, until it is cleared", async (store) => {
    for (const seq of [1, 2, 3]) {
      const recipients = [recipient("bob", seq !== 2), recipient("cyd", true)];
      await commit(store, [{
        kind: "message.add",
        message: message(seq, { to: ["bob", "cyd"] }),
        recipients,
      }]);
    }
    assertEquals([store.waitingCount("bob", 9), store.waitingCount("cyd", 2), store.waitingCount("ada", 9)], [
      2,
      2,
      0,
    ]);
    assertEquals(store.waiting("bob", 9).map(({ id, to }) => ({ id, to })), [{ id: "m1", to: "bob" }, {
      id: "m3",
      to: "bob",
    }]);
    assertEquals(store.waiting("bob", 2).map(({ id }) => id), ["m1"]);
    await commit(store, [{ kind: "waiting.clear", person: "cyd", upTo: 2 }]);
    assertEquals(store.waiting("cyd", 9).map(({ id }) => id), ["m3"]);
    assertEquals(store.waitingCount("bob", 9), 2);
    assertEquals(store.waitingCount("bob", 9, { author: "ada" }), 2);
    assertEquals(store.waitingCount("bob", 9, { author: "cyd" }), 0);
    assertEquals(store.waitingCount("bob", 9, { guests: true }), 0);
    const guests = message(4, { author: "gus", guest: true, to: ["bob"] });
    await commit(store, [{ kind: "message.add", message: guests, recipients: [recipient("bob", true)] }]);
    assertEquals(store.waitingCount("bob", 9, { guests: true }), 1);
    await commit(store, [{ kind: "waiting.clear", person: "bob", upTo: 0 }]);
    assertEquals(store.waiting("bob", 9).map(({ id }) => id), ["m1", "m3", "m4"]);
  });

  contract("what somebody was told waits for them after all, as far as it is not long ago", async (store) => {
    for (
      const [seq, author, to] of [[1, "ada", "bob"], [2, "ada", "bob"], [3, "bob", "ada"], [
        4,
        "ada",
        "bob",
      ]] as const
    ) {
      const said = message(seq, { author, to: [to] });
      await commit(store, [{ kind: "message.add", message: said, recipients: [recipient(to, false)] }]);
    }
    const waits = () => store.waiting("bob", 9).map(({ id }) => id);
    const since = (at: number, latest: number) =>
      commit(store, [{ kind: "waiting.since", person: "bob", at: message(at).at, latest }]);
    await since(1, 1);
    assertEquals(waits(), ["m4"]);
    await since(2, 9);
    assertEquals(waits(), ["m2", "m4"]);
    assertEquals(store.waiting("ada", 9), []);
  });

  contract("a change needs a message that stands, and a reaction is there once", async (store) => {
    const said = message(1, { room: "r" });
    await commit(store, [{ kind: "room.add", room: room("r") }, {
      kind: "message.add",
      message: said,
      recipients: [],
    }]);
    const react = (seq: number, on: boolean, author = "bob"): Promise<void> =>
      commit(store, [{ kind: "message.react", change: change(seq, said, author), emoji: "👍", on }]);
    await assertRejects(react(2, false), /^Contradiction/);
    await react(3, true);
    await assertRejects(react(4, true), /^Contradiction/);
    await react(5, true, "ada");
    assertEquals(store.page({ room: "r", limit: 9, upTo: 9 }, "ada").messages[0]!.reactions, {
      "👍": ["bob", "ada"],
    });
    await react(6, false);
    assertEquals(store.reactionsOn(1), [{ emoji: "👍", person: "ada" }]);
    await commit(store, [{ kind: "message.edit", change: change(7, said), text: "better" }]);
    assertMatches(store.message("m1"), { text: "better", edited: 700 });
    await commit(store, [{ kind: "message.recall", change: change(8, said) }]);
    assertMatches(store.message("m1"), { text: "", recalled: 800 });
    assertEquals([store.reactionsOn(1), store.lastSeq()], [[], 8]);
    await assertRejects(react(9, true), /^Contradiction/);
    await assertRejects(
      commit(store, [{ kind: "message.edit", change: change(9, said), text: "no" }]),
      /^Contradiction/,
    );
    await assertRejects(
      commit(store, [{ kind: "message.recall", change: change(9, said) }]),
      /^Contradiction/,
    );
  });
}
