/** One order for everybody, the same as history's, however many speak at once; and few transactions for many messages. */
import { LIMITS } from "../../server/core/shared/limits.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { type Line, type Peer, type TestServer, TRANSPORTS, withServer } from "../support/harness.ts";

const EACH = 200;
const SENDERS = ["ada", "bob", "cyd", "dan", "eve"];

for (const transport of TRANSPORTS) {
  Deno.test(`order over ${transport}: five speak at once, and everybody sees what history shows`, async () => {
    await withServer({}, async (server) => {
      const senders = await peersOf(server, SENDERS, transport);
      const [listener, other] = await peersOf(
        server,
        ["lis", "oth"],
        transport === "tcp" ? "websocket" : "tcp",
      );
      for (const peer of [...senders, listener!, other!]) await peer.forgets();

      const replies = await Promise.all(
        senders.flatMap((peer, who) =>
          Array.from(
            { length: EACH },
            (_, n) => peer.asks("send", { room: "lobby", text: `${SENDERS[who]} ${n}` }),
          )
        ),
      );
      for (const peer of [...senders, listener!, other!]) await peer.asks("ping");

      const history = await wholeHistory(listener!, { room: "lobby" });
      assertEquals(history.length, SENDERS.length * EACH);
      const texts = history.map((message) => message.text);
      assertEquals(heard(listener!), texts);
      assertEquals(heard(other!), texts);
      senders.forEach((peer, who) => {
        const own = (text: string) => text.startsWith(`${SENDERS[who]} `);
        assertEquals(heard(peer), texts.filter((text) => !own(text)));
        assertEquals(texts.filter(own), Array.from({ length: EACH }, (_, n) => `${SENDERS[who]} ${n}`));
      });

      const seqs = history.map((message) => message.seq);
      assertEquals(seqs, seqs.toSorted((a, b) => a - b));
      assertEquals(new Set(seqs), new Set(replies.map((reply) => reply.seq)));
      const ids = history.map((message) => message.id);
      assertEquals(ids, ids.toSorted());
    });
  });
}

Deno.test("order: one's own replies keep their place among the events that one hears", async () => {
  await withServer({}, async (server) => {
    const [ada, bob] = await peersOf(server, ["ada", "bob"], "tcp") as [Peer, Peer];
    const lines = transcriptOf(ada);
    await Promise.all(
      [ada, bob].flatMap((peer) =>
        Array.from({ length: EACH }, (_, n) => peer.asks("send", { room: "lobby", text: `${n}` }))
      ),
    );
    await ada.asks("ping");
    const seqs = lines.filter((line) => "seq" in line).map((line) => line.seq);
    assertEquals(seqs.length, 2 * EACH);
    assertEquals(seqs, seqs.toSorted((a, b) => a - b));
  });
});

Deno.test("order: private messages between two, edits and reactions have one order as well", async () => {
  await withServer({}, async (server) => {
    const [ada, bob] = await peersOf(server, ["ada", "bob"], "tcp") as [Peer, Peer];
    const { id } = await ada.asks("send", { to: "bob", text: "start" });
    for (const peer of [ada, bob]) await peer.forgets();
    const lines = [ada, bob].map(transcriptOf);
    await Promise.all(
      Array.from({ length: 50 }, (_, n) => [
        ada.asks("send", { to: "bob", text: `ada ${n}` }),
        ada.asks("edit", { message: id, text: `start ${n}` }),
        bob.asks("send", { to: "ada", text: `bob ${n}` }),
        bob.asks("react", { message: id, emoji: "👍", on: n % 2 === 0 }),
      ]).flat(),
    );
    for (const peer of [ada, bob]) await peer.asks("ping");
    const [one, two] = lines.map((seen) => seen.filter((line) => "seq" in line).map((line) => line.seq));
    assertEquals(one!.length, 200);
    assertEquals(one, two);
    assertEquals(one, one!.toSorted((a, b) => a - b));
    assertEquals((await ada.asks("history", { with: "bob", limit: 200 })).messages[0].text, "start 49");
  });
});

for (const transport of TRANSPORTS) {
  Deno.test(`grouping over ${transport}: a thousand messages in flight cost a few dozen transactions`, async () => {
    await withServer({}, async (server) => {
      const [ada, bob] = await peersOf(server, ["ada", "bob"], transport) as [Peer, Peer];
      for (const peer of [ada, bob]) await peer.forgets();
      const before = server.running.figures().transactions;
      await Promise.all(
        Array.from({ length: 1_000 }, (_, n) => ada.asks("send", { room: "lobby", text: `${n}` })),
      );
      const cost = server.running.figures().transactions - before;
      assertTrue(cost >= 1 && cost <= 50, `1,000 messages took ${cost} transactions`);
      await bob.asks("ping");
      assertEquals(heard(bob), Array.from({ length: 1_000 }, (_, n) => `${n}`));
    });
  });
}

Deno.test("grouping: what is committed and told together leaves room in an outbox, however long the messages are", async () => {
  await withServer({}, async (server) => {
    const [ada, bob] = await peersOf(server, ["ada", "bob"], "tcp") as [Peer, Peer];
    const text = "x".repeat(LIMITS.textBytesMax);
    const before = server.running.figures().transactions;
    await Promise.all(Array.from({ length: 200 }, () => ada.asks("send", { room: "lobby", text })));
    const cost = server.running.figures().transactions - before;
    const most = LIMITS.batchTextCharsMax + LIMITS.textBytesMax;
    assertTrue(cost >= 200 * LIMITS.textBytesMax / most, `200 long messages took ${cost} transactions`);
    await bob.asks("ping");
    assertEquals(heard(bob).length, 200);
  });
});

function heard(peer: Peer): string[] {
  return peer.events.filter((event) => event.event === "message").map((event) => event.text);
}

/** Every line that a peer gets from now on. */
function transcriptOf(peer: Peer): Line[] {
  const lines: Line[] = [];
  const take = peer.take.bind(peer);
  peer.take = (text) => {
    lines.push(JSON.parse(text));
    return take(text);
  };
  return lines;
}

async function wholeHistory(peer: Peer, place: Line): Promise<Line[]> {
  const pages: Line[][] = [];
  let page = await peer.asks("history", { ...place, limit: 200 });
  pages.unshift(page.messages);
  while (page.more) {
    page = await peer.asks("history", { ...place, limit: 200, before: page.messages[0].id });
    pages.unshift(page.messages);
  }
  return pages.flat();
}

async function peersOf(server: TestServer, names: string[], transport: "tcp" | "websocket"): Promise<Peer[]> {
  const peers: Peer[] = [];
  for (const name of names) peers.push(await server.guest(name, transport));
  return peers;
}
