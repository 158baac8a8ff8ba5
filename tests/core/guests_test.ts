/** Guests are marked as guests wherever a name stands, for everybody, also later. */
import { paintWith } from "../../client/terminal/paint.ts";
import { messageInWords } from "../../client/terminal/wording.ts";
import { assertEquals } from "../support/assert.ts";
import { TRANSPORTS, withServer } from "../support/harness.ts";

for (const transport of TRANSPORTS) {
  Deno.test(`guests over ${transport}: events, lists and stored messages say who is one`, async () => {
    await withServer({}, async (server) => {
      const alice = await server.member("alice", transport);
      await alice.forgets();
      const bob = await server.guest("bob", transport);
      assertEquals((await alice.hears({ event: "online", nickname: "bob" })).guest, true);
      assertEquals((await alice.hears({ event: "entered", nickname: "bob" })).guest, true);
      const carol = await server.member("carol", transport);
      assertEquals("guest" in (await alice.hears({ event: "online", nickname: "carol" })), false);
      for (const peer of [alice, bob, carol]) {
        assertEquals((await peer.asks("who")).guests, ["bob"]);
        assertEquals((await peer.asks("members", { room: "lobby" })).guests, ["bob"]);
      }
      assertEquals((await alice.asks("enter", { room: "lobby" })).guests, ["bob"]);
      await alice.forgets();
      await bob.asks("typing", { room: "lobby" });
      assertEquals((await alice.hears({ event: "typing", from: "bob" })).guest, true);
      for (
        const [peer, target] of [[bob, { room: "lobby" }], [bob, { to: "alice" }], [carol, {
          room: "lobby",
        }]] as const
      ) {
        await peer.asks("send", { ...target, text: "hello" });
        const told = await alice.hearsAtLast({ event: "message", text: "hello" });
        assertEquals(told.guest, peer === bob ? true : undefined);
      }
      const { private: [conversationName] } = await alice.asks("conversations");
      assertEquals([conversationName.with, conversationName.guest, conversationName.last.guest], [
        "bob",
        true,
        true,
      ]);
      await server.restart();
      const again = await server.member("alice", transport);
      const { messages } = await again.asks("history", { room: "lobby" });
      assertEquals(messages.map(({ from, guest }: Record<string, unknown>) => [from, guest]), [
        ["bob", true],
        ["carol", undefined],
      ]);
      const found = await again.asks("search", { text: "hello", with: "bob" });
      assertEquals(found.messages[0].guest, true);
    });
  });
}

Deno.test("guests: the terminal says it behind a name, but not behind one's own", () => {
  const message = {
    id: "m",
    seq: 1,
    at: 1,
    from: "bob",
    guest: true as const,
    room: "lobby",
    text: "hi",
    kind: "text" as const,
  };
  const shown = (me: string) => messageInWords(message, { paint: paintWith(false), me, numberOf: () => 7 });
  assertEquals([shown("alice"), shown("bob")], ["#7 bob (guest): hi", "#7 bob: hi"]);
});
