/** Both stores are told the same and asked the same: what one shows of conversations, the other shows. */
import fc from "fast-check";
import { nameKey } from "../../server/core/shared/names.ts";
import type { Recipient, Store, StoredMessage, Write } from "../../server/core/store/store.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { account, change, message, recipient, room } from "../support/stored_things.ts";
import { commit, STORES } from "../support/stores.ts";

const PEOPLE = ["ada", "bob", "cyd"];
const ROOMS = ["r", "s"];
const WORDS = ["hello", "help", "world", "北京开会", "开会", "ad4", "NUL\0"];
const WRITES = 300;
/** Shown when something differs: the same seed writes the same. */
const SEED = Date.now();

const person = fc.constantFrom(...PEOPLE);
const place = fc.constantFrom(...ROOMS);
const words = fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 3 }).map((some) =>
  some.join(" ")
);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("say" as const), person, place, words }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("tell" as const),
      person,
      to: fc.uniqueArray(person, { minLength: 1 }),
      waiting: fc.boolean(),
      words,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom("edit" as const, "recall" as const, "react" as const, "mark" as const),
      person,
      back: fc.nat({ max: 20 }),
      words,
      on: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom("kick" as const, "owner" as const), person, place }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("clear" as const), person, back: fc.nat({ max: 20 }) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

Deno.test("stores: what is kept is shown alike by both, page by page and search by search", async () => {
  await STORES.memory((memory) =>
    STORES.sqlite(async (sqlite) => {
      const stores = [memory, sqlite];
      const start: Write[] = [
        ...PEOPLE.map((name): Write => ({ kind: "account.add", account: account(name) })),
        ...ROOMS.map((id): Write => ({ kind: "room.add", room: room(id) })),
      ];
      for (const store of stores) await commit(store, start);
      const said: StoredMessage[] = [];
      let refused = 0;
      for (const [index, each] of fc.sample(step, { numRuns: WRITES, seed: SEED }).entries()) {
        const write = writeOf(each, index + 1, said);
        const [one, other] = await Promise.all(stores.map((store) => outcome(store, write)));
        assertEquals(one, other, `${JSON.stringify(write)}, seed ${SEED}`);
        if (one === "kept" && write.kind === "message.add") said.push(write.message);
        if (one === "Contradiction") refused++;
        if (index % 25 === 24) await compare(memory, sqlite, index + 1);
      }
      assertTrue(refused > 0 && refused < WRITES / 2, `${refused} of ${WRITES} were refused`);
    })
  );
});

/** Every read there is, of a state up to this `seq`. */
async function compare(memory: Store, sqlite: Store, seq: number): Promise<void> {
  const same = <Answer>(what: string, read: (store: Store) => Answer) =>
    assertEquals(read(sqlite), read(memory), `${what} at ${seq}, seed ${SEED}`);
  const sameLater = async <Answer>(what: string, read: (store: Store) => Promise<Answer>) =>
    assertEquals(await read(sqlite), await read(memory), `${what} at ${seq}, seed ${SEED}`);
  const [before, after] = [Math.floor(seq / 2), Math.floor(seq / 3)];
  const ranges = [{ limit: 500 }, { limit: 7 }, { limit: 7, before }, { limit: 7, after }, {
    limit: 500,
    after,
  }, { limit: 1 }];
  for (const at of [0, before, after, after + 0.5, seq, seq + 1]) {
    same(`the last before ${at}`, (store) => store.seqBefore(at));
  }
  for (const upTo of [seq, before]) {
    for (const reader of PEOPLE) {
      for (const range of ranges) {
        for (const id of ROOMS) {
          same(`room ${id}`, (store) => store.page({ room: id, ...range, upTo }, reader));
        }
        for (const peer of PEOPLE) {
          same(
            `${reader} with ${peer}`,
            (store) => store.page({ between: [reader, peer], ...range, upTo }, reader),
          );
        }
      }
      for (const text of ["hello", "hel", "help world", "开会", "北京", "京北", "AD4", "h", "nothing"]) {
        const query = { text, person: reader, limit: 5, upTo };
        await sameLater(`search ${text}`, (store) => store.search({ ...query, rooms: ROOMS, private: true }));
        await sameLater(
          `search ${text} in r`,
          (store) => store.search({ ...query, rooms: ["r"], private: false, before }),
        );
        await sameLater(
          `search ${text} with bob`,
          (store) => store.search({ ...query, rooms: [], private: true, peer: "bob" }),
        );
      }
      same(`waiting for ${reader}`, (store) => store.waiting(reader, upTo));
      const rooms = [{ room: "r", since: after }];
      for (const limit of [3, 1_000]) {
        same(
          `replay to ${reader}`,
          (store) => store.replay({ person: reader, rooms, after: after - 5, upTo, limit }),
        );
        for (const place of ROOMS) {
          same(`events of ${place}`, (store) => store.roomEvents({ room: place, after, upTo, limit }));
        }
      }
    }
  }
  same("last", (store) => store.lastSeq());
  same("rooms", (store) => store.rooms());
  for (const reader of PEOPLE) {
    const lists = <Answer>(what: string, read: (list: Store["conversations"]) => Answer) =>
      same(`${what} of ${reader}`, (store) => read(store.conversations));
    lists("conversations", (list) => list.latest(reader, undefined, 100));
    for (const name of PEOPLE) {
      const after = { seq: before, name: nameKey(name) };
      lists(`conversations after ${name}`, (list) => list.latest(reader, after, 2));
    }
    for (const upTo of [seq, before]) {
      for (const max of [100, 3]) {
        const bounds = { reader, after, upTo, max };
        for (const room of ROOMS) lists(`unread in ${room}`, (list) => list.unread({ ...bounds, room }));
        for (const peer of PEOPLE) lists(`unread with ${peer}`, (list) => list.unread({ ...bounds, peer }));
        for (const room of ROOMS) lists(`first in ${room}`, (list) => list.firstUnread({ ...bounds, room }));
        for (const peer of PEOPLE) {
          lists(`first with ${peer}`, (list) => list.firstUnread({ ...bounds, peer }));
        }
      }
      const rooms = [{ room: "r", after }, { room: "s", after: before }];
      const query = { reader, nickname: "开会", rooms, upTo, max: 1_000 };
      lists("named", (list) => list.named(query).map(({ room, text }) => `${room} ${text}`).toSorted());
    }
    for (const name of PEOPLE) lists(`with ${name}`, (list) => list.withName(reader, nameKey(name)));
    for (const name of PEOPLE) lists(`with person ${name}`, (list) => list.withPeer(reader, name));
    for (const where of [...ROOMS, ...PEOPLE]) same("mark", (store) => store.readCursor(reader, where));
    same("waiting count", (store) => store.waitingCount(reader, 3));
  }
}

function writeOf(each: Step, seq: number, said: StoredMessage[]): Write {
  switch (each.kind) {
    case "say":
      return add(message(seq, { author: each.person, room: each.place, text: each.words }), []);
    case "tell": {
      const recipients = each.to.map((name) => recipient(name, each.waiting && name !== each.person));
      return add(message(seq, { author: each.person, to: each.to, text: each.words }), recipients);
    }
    case "kick":
    case "owner": {
      const by = each.kind === "kick" ? "ada" : null;
      const minutes = each.kind === "kick" && seq % 2 === 0 ? 5 : null;
      const about = { room: each.place, subject: each.person, nickname: each.person, by, minutes };
      return {
        kind: "room.event",
        event: { seq, at: seq, kind: each.kind === "kick" ? "kicked" : "owner", ...about },
      };
    }
    case "clear":
      return { kind: "waiting.clear", person: each.person, upTo: seq - each.back };
  }
  const about = said.at(-1 - each.back) ?? message(9_999); // or one that nobody said
  const by = change(seq, about, each.person);
  if (each.kind === "edit") return { kind: "message.edit", change: by, text: each.words };
  if (each.kind === "recall") return { kind: "message.recall", change: by };
  if (each.kind === "react") return { kind: "message.react", change: by, emoji: "👍", on: each.on };
  return {
    kind: "cursor.set",
    person: each.person,
    conversation: about.room ?? about.author,
    seq: about.seq,
  };
}

function add(kept: StoredMessage, recipients: Recipient[]): Write {
  return { kind: "message.add", message: kept, recipients };
}

function outcome(store: Store, write: Write): Promise<string> {
  return commit(store, [write]).then(() => "kept", (error) => (error as Error).name);
}
