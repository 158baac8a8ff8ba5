import { assertEquals } from "./assert.ts";
import { TRANSPORTS, withServer } from "./harness.ts";

for (const transport of TRANSPORTS) {
  Deno.test(`messages over ${transport}: a room hears what is said, in one order, and history shows the same`, async () => {
    await withServer({}, async (server) => {
      const alice = await server.member("alice", transport);
      const bob = await (await server.guest("bob", transport)).forgets();
      await alice.forgets();

      const sent = await alice.asks("send", { room: "lobby", text: "你好\nworld" });
      await bob.hears({
        event: "message",
        id: sent.id,
        seq: sent.seq,
        from: "alice",
        room: "lobby",
        text: "你好\nworld",
        kind: "text",
      });
      await alice.hearsNothing();
      const { messages } = await bob.asks("history", { room: "lobby" });
      assertEquals(messages.map((message: { id: string }) => message.id), [sent.id]);
    });
  });
}
