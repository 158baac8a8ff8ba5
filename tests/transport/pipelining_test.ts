/** Many requests without waiting: answered in order, carried out in order, and never more than the server can hold. */
import { LIMITS } from "../../server/core/shared/limits.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { type Line, type Peer, type Transport, TRANSPORTS, WAYS, withServer } from "../support/harness.ts";

for (const transport of TRANSPORTS) {
  Deno.test(`pipelining over ${transport}: 10,000 requests in one go are answered in order`, async () => {
    await withServer({}, async (server) => {
      const alice = await server.guest("alice", transport);
      const seen = alice.lines.length;
      const ids = Array.from({ length: 10_000 }, (_, id) => id);
      write(alice, transport, ids.map((id) => ({ id: `p${id}`, op: id % 100 === 0 ? "who" : "ping" })));
      await alice.lineAfter(seen + ids.length - 1);
      assertEquals(alice.lines.slice(seen).map((line) => line.re), ids.map((id) => `p${id}`));
    });
  });

  Deno.test(`pipelining over ${transport}: a sign of life waits for nothing that takes its time`, async () => {
    await withServer({}, async (server) => {
      const alice = await server.guest("alice", transport);
      const seen = alice.lines.length;
      const account = { username: "ada", nickname: "ada", password: "plug-jack-cord-7" };
      write(alice, transport, [
        { id: "account", op: "register", ...account, email: "ada@example.org" },
        { id: "behind it", op: "ping" },
        { id: "alive", op: "ping", now: true },
      ]);
      await alice.lineAfter(seen + 2);
      const replies = alice.lines.slice(seen).map(({ re, ok }) => [re, ok]);
      assertEquals(replies, [["alive", true], ["account", true], ["behind it", true]]);
    });
  });

  Deno.test(`pipelining over ${transport}: 2,000 times into a room and out again, in order for everybody`, async () => {
    await withServer({}, async (server) => {
      const bob = await server.guest("bob", transport);
      await bob.asks("enter", { room: "den" });
      const alice = await server.guest("alice", transport);
      await Promise.all([alice.forgets(), bob.forgets()]);
      const seen = alice.lines.length;
      const asked = Array.from(
        { length: 4_000 },
        (_, id) => ({ id: `d${id}`, op: id % 2 === 0 ? "enter" : "leave", room: "den" }),
      );
      write(alice, transport, asked);
      await alice.lineAfter(seen + asked.length - 1);
      const replies = alice.lines.slice(seen);
      assertEquals(replies.map((line) => line.re), asked.map((each) => each.id));
      assertEquals(replies.filter((line) => !line.ok), []);
      assertEquals(replies.filter((line) => line.members && line.members.join() !== "bob,alice"), []);
      await bob.asks("ping");
      const expected = asked.map(({ op }) => op === "enter" ? "entered" : "left");
      assertEquals(
        bob.events.filter((line) => line.nickname === "alice").map((line) => line.event),
        expected,
      );
      assertEquals((await bob.asks("members", { room: "den" })).members, ["bob"]);
    });
  });

  Deno.test(`pipelining over ${transport}: messages keep their order among other requests`, async () => {
    await withServer({}, async (server) => {
      const [alice, bob] = [await server.guest("alice", transport), await server.guest("bob", transport)];
      await Promise.all([alice.forgets(), bob.forgets()]);
      const seen = alice.lines.length;
      const asked = Array.from({ length: 1_000 }, (_, n) => {
        const id = `m${n}`;
        if (n % 10 === 9) return { id, op: "history", room: "lobby", limit: 1 };
        return n % 5 === 0 ? { id, op: "ping" } : { id, op: "send", room: "lobby", text: id };
      });
      write(alice, transport, asked);
      await alice.lineAfter(seen + asked.length - 1);
      const replies = alice.lines.slice(seen);
      assertEquals(replies.map((line) => line.re), asked.map((each) => each.id));
      // A page holds what was said before it was asked for, and not what was said after.
      assertEquals(
        replies.filter((line) => line.messages).map((line) => line.messages.at(-1).text),
        asked.flatMap(({ op }, n) => op === "history" ? [`m${n - 1}`] : []),
      );
      await bob.asks("ping");
      assertEquals(
        bob.events.filter((line) => line.event === "message").map((line) => line.text),
        asked.flatMap(({ id, op }) => op === "send" ? [id] : []),
      );
    });
  });
}

for (const { transport, config, way } of WAYS) {
  Deno.test(`pipelining over ${way}: who asks faster than it can be done is read no further, and harms nobody`, async () => {
    await withServer(config, async (server) => {
      const bob = await server.guest("bob", transport);
      const flood = await server.connect(transport);
      const asked = {
        op: "login",
        username: "nobody",
        password: "takes a while",
        padding: "x".repeat(16_000),
      };
      const line = new TextEncoder().encode(`${JSON.stringify(asked)}\n`);
      let taken = 0;
      const many = LIMITS.unansweredCommandsMax * 4;
      for (let n = 0; n < many; n++) flood.wire.write(line, () => taken++);
      await flood.lineAfter(8);
      assertTrue(taken > 0 && taken < many / 2, `${taken} of ${many} requests were taken`);
      await bob.asks("send", { room: "lobby", text: "business as usual" });
      flood.close();
      await flood.ended;
      await bob.asks("ping");
    });
  });
}

/** Sends requests in one go; over WebSocket in messages as long as they may be. */
function write(peer: Peer, transport: Transport, asked: Line[]): void {
  let piece = "";
  for (const line of asked.map((each) => `${JSON.stringify(each)}\n`)) {
    if (transport === "websocket" && piece.length + line.length > LIMITS.lineBytesMax) {
      peer.wire.write(piece);
      piece = "";
    }
    piece += line;
  }
  peer.wire.write(piece);
}
