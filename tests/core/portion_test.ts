/** Much text at once: it comes in portions that an outbox has room for, and nothing of it is lost. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { type Line, type Peer, TRANSPORTS, withServer } from "../support/harness.ts";

/** In JSON each of these is six bytes, which makes a line of nearly 64 KiB. */
const WIDE = "\u0001".repeat(10_800);
const MANY = 200;
const TEXTS = Array.from({ length: MANY }, (_, n) => `${n} ${WIDE}`);

for (const transport of TRANSPORTS) {
  Deno.test(`portions over ${transport}: a page ends early when its texts are long, and pages meet without a gap`, async () => {
    await withServer({}, async (server) => {
      const alice = await server.guest("alice", transport);
      const bob = await server.connect(transport);
      await say(alice, { room: "lobby" });
      await bob.asks("guest", { nickname: "bob" });

      const backwards = await pages(bob, (page) => ({ before: page[0]!.id }));
      assertEquals(numbers(backwards.toReversed().flat()), numbers(TEXTS));
      const { messages: [first] } = await bob.asks("history", {
        room: "lobby",
        before: backwards.at(-1)![1]!.id,
      });
      const forwards = await pages(bob, (page) => ({ after: page.at(-1)!.id }), { after: first.id });
      assertEquals(numbers(forwards.flat()), numbers(TEXTS.slice(1)));
      assertTrue(backwards.length > 1 && forwards.length > 1, "everything came on one page");
    });
  });

  Deno.test(`portions over ${transport}: a full mailbox is handed over command by command, in order, once`, async () => {
    await withServer({}, async (server) => {
      const away = await server.member("alice", transport);
      await away.asks("logout");
      // One alone may not fill it.
      const bob = await server.guest("bob", transport);
      await say(bob, { to: "alice" }, TEXTS.slice(0, MANY / 2));
      await say(await server.guest("carol", transport), { to: "alice" }, TEXTS.slice(MANY / 2));

      const alice = await server.member("alice", transport);
      await alice.asks("ping");
      assertTrue(received(alice).length < MANY, "everything came at once");
      while (received(alice).length < MANY) await alice.asks("ping");
      assertEquals(numbers(received(alice)), numbers(TEXTS));
      await alice.asks("ping");
      alice.close();
      await bob.hearsAtLast({ event: "offline", nickname: "alice" });
      const again = await (await server.member("alice", transport)).forgets();
      assertEquals(received(again), []);
    });
  });

  Deno.test(`portions over ${transport}: a resume that would replay too much text says so`, async () => {
    await withServer({}, async (server) => {
      const alice = await server.guest("alice", transport);
      const bob = await server.connect(transport);
      const { token, epoch, last } = await bob.asks("guest", { nickname: "bob" });
      bob.close();
      await alice.hearsAtLast({ event: "offline", nickname: "bob" });
      await say(alice, { room: "lobby" });

      const back = await server.connect(transport);
      const reply = await back.asks("resume", { token, epoch, since: last });
      assertEquals(reply.recovered, false);
      await back.hearsNothing();
      const [page] = await pages(back, () => ({}));
      assertEquals(numbers(page!).at(-1), String(MANY - 1));
    });
  });
}

async function say(peer: Peer, where: Line, texts: readonly string[] = TEXTS): Promise<void> {
  await Promise.all(texts.map((text) => peer.asks("send", { ...where, text })));
}

/** Pages of the lobby until there are no more. */
async function pages(peer: Peer, further: (page: Line[]) => Line, start: Line = {}): Promise<Line[][]> {
  const found: Line[][] = [];
  for (let from = start;;) {
    const { messages, more } = await peer.asks("history", { room: "lobby", limit: MANY, ...from });
    found.push(messages);
    if (!more || Object.keys(from = further(messages)).length === 0) return found;
  }
}

function received(peer: Peer): Line[] {
  return peer.lines.filter((line) => line.event === "message");
}

function numbers(messages: (Line | string)[]): string[] {
  return messages.map((each) => (typeof each === "string" ? each : each.text).split(" ")[0]);
}
