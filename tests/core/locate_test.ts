/** Where a message is now, for whoever has a link to it; and for nobody who may not read it. */
import { DELETED_NAME } from "../../server/core/shared/names.ts";
import { assertEquals } from "../support/assert.ts";
import { type Line, PASSWORD, type Peer, TRANSPORTS, withServer } from "../support/harness.ts";

async function placeOf(peer: Peer, message: string): Promise<Line> {
  const { ok: _ok, re: _re, ...place } = await peer.asks("locate", { message });
  return place;
}

for (const transport of TRANSPORTS) {
  Deno.test(`locate over ${transport}: a room that is called otherwise now is found by a message of it, by its members`, async () => {
    await withServer({}, async (server) => {
      const alice = await server.member("alice", transport);
      const bob = await server.member("bob", transport);
      await alice.asks("enter", { room: "plans", private: true });
      const { id } = await alice.asks("send", { room: "plans", text: "it begins" });
      assertEquals(await placeOf(alice, id), { room: "plans" });
      await alice.asks("room.set", { room: "plans", name: "autumn" });
      assertEquals(await placeOf(alice, id), { room: "autumn" });
      await bob.fails("locate", { message: id }, "unknown_message");
      await bob.fails("locate", { message: "none" }, "unknown_message");

      await alice.asks("room.set", { room: "autumn", history: "joined" });
      await alice.asks("invite", { room: "autumn", nickname: "bob" });
      await bob.asks("enter", { room: "autumn" });
      await bob.fails("locate", { message: id }, "unknown_message");
      const { id: later } = await alice.asks("send", { room: "autumn", text: "it goes on" });
      assertEquals(await placeOf(bob, later), { room: "autumn" });
      await bob.asks("leave", { room: "autumn" });
      await bob.fails("locate", { message: later }, "unknown_message");
    });
  });
}

Deno.test("locate: a private message is with the other person, whatever they are called now", async () => {
  await withServer({}, async (server) => {
    const [alice, bob] = [await server.member("alice"), await server.member("bob")];
    const carol = await server.member("carol");
    const { id } = await alice.asks("send", { to: "bob", text: "for you" });
    assertEquals([await placeOf(alice, id), await placeOf(bob, id)], [{ with: "bob" }, { with: "alice" }]);
    await carol.fails("locate", { message: id }, "unknown_message");
    await bob.asks("account.nickname", { nickname: "Robert" });
    assertEquals(await placeOf(alice, id), { with: "Robert" });
    await bob.asks("account.delete", { password: PASSWORD });
    const { person, ...place } = await placeOf(alice, id);
    assertEquals(place, { with: DELETED_NAME });
    assertEquals((await alice.asks("history", { person })).messages.map((each: Line) => each.id), [id]);
  });
});
