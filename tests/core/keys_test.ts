/** Asking again with the same key: a client that lost a reply does not say a thing twice. */
import { assertEquals } from "../support/assert.ts";
import { type Line, type Peer, TRANSPORTS, withServer } from "../support/harness.ts";
import { HOUR, TestClock } from "../support/clock.ts";

for (const transport of TRANSPORTS) {
  Deno.test(`keys over ${transport}: the same key is the same message, one after the other or both at once`, async () => {
    await withServer({}, async (server) => {
      const alice = await server.guest("alice", transport);
      const bob = await (await server.guest("bob")).forgets();
      const first = await alice.asks("send", { room: "lobby", text: "once", key: "k1" });
      await bob.hears({ event: "message", id: first.id });
      assertEquals(
        sentOf(await alice.asks("send", { room: "lobby", text: "once", key: "k1" })),
        sentOf(first),
      );

      const line = (id: number) =>
        `${JSON.stringify({ id, op: "send", room: "lobby", text: "twin", key: "k2" })}\n`;
      alice.wire.write(line(901) + line(902) + line(903));
      const twins = [await alice.stray(), await alice.stray(), await alice.stray()];
      assertEquals(twins.map(({ re, ok }) => ({ re, ok })), [901, 902, 903].map((re) => ({ re, ok: true })));
      assertEquals(new Set(twins.map((twin) => twin.id)).size, 1);
      await bob.hears({ event: "message", id: twins[0]!.id, text: "twin" });
      await bob.hearsNothing();
      assertEquals(await texts(bob), ["once", "twin"]);
    });
  });
}

Deno.test("keys: hold after a restart, and from another connection of the same account", async () => {
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    const carol = await server.member("carol");
    const sent = await alice.asks("send", { to: "carol", text: "are you there?", key: "once" });
    await carol.hearsAtLast({ event: "message", id: sent.id });
    await carol.asks("ping");
    await server.restart();
    const again = await server.member("alice");
    const phone = await server.member("alice");
    for (const peer of [again, phone]) {
      const reply = await peer.asks("send", { to: "carol", text: "are you there?", key: "once" });
      assertEquals(sentOf(reply), sentOf(sent));
    }
    await (await server.member("carol")).hearsNothing();
  });
});

Deno.test("keys: are each person's own, and another key is another message", async () => {
  await withServer({}, async (server) => {
    const alice = await server.guest("alice");
    const bob = await server.guest("bob");
    await alice.asks("send", { room: "lobby", text: "alice 1", key: "k" });
    await bob.asks("send", { room: "lobby", text: "bob 1", key: "k" });
    await alice.asks("send", { room: "lobby", text: "alice 2", key: "K" });
    await alice.asks("send", { room: "lobby", text: "no key" });
    await alice.asks("send", { room: "lobby", text: "no key" });
    assertEquals(await texts(alice), ["alice 1", "bob 1", "alice 2", "no key", "no key"]);
    for (const key of ["", "x".repeat(65)]) {
      await alice.fails("send", { room: "lobby", text: "odd key", key }, "bad_request");
    }
    // A guest of the same name is somebody else.
    await bob.asks("logout");
    const other = await server.guest("bob");
    await other.asks("send", { room: "lobby", text: "bob 2", key: "k" });
    assertEquals((await texts(alice)).at(-1), "bob 2");
  });
});

Deno.test("keys: one that was refused is free, one that was recalled is not", async () => {
  await withServer({}, async (server) => {
    const alice = await server.guest("alice");
    await alice.fails("send", { to: "bob", text: "hello", key: "k" }, "unknown_nickname");
    const bob = await (await server.guest("bob")).forgets();
    const { id } = await alice.asks("send", { to: "bob", text: "hello", key: "k" });
    await bob.hears({ event: "message", id });
    await alice.asks("recall", { message: id });
    await bob.hears({ event: "recalled", id });
    assertEquals((await alice.asks("send", { to: "bob", text: "hello", key: "k" })).id, id);
    await bob.hearsNothing();
  });
});

Deno.test("keys: after a day the same key is a new message, once", async () => {
  const clock = new TestClock();
  await withServer({}, async (server) => {
    const alice = await server.guest("alice");
    const send = () => alice.asks("send", { room: "lobby", text: "good morning", key: "daily" });
    const first = await send();
    clock.advance(24 * HOUR - 1);
    assertEquals((await send()).id, first.id);
    clock.advance(1);
    const [second, third] = await Promise.all([send(), send()]);
    assertEquals(second!.id === first.id, false);
    assertEquals(third!.id, second!.id);
    assertEquals(await texts(alice), ["good morning", "good morning"]);
  }, { clock: clock.read });
});

function sentOf({ id, at, seq }: Line): Line {
  return { id, at, seq };
}

async function texts(peer: Peer): Promise<string[]> {
  const { messages } = await peer.asks("history", { room: "lobby" });
  return messages.map((message: Line) => message.text);
}
