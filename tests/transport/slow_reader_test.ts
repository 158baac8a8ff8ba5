/** A peer that stops reading harms only itself: it is bounded, told why, dropped, and finds everything again. */
import { LIMITS } from "../../server/core/shared/limits.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { type Line, type Peer, type TestServer, TRANSPORTS, WAYS, withServer } from "../support/harness.ts";

const WORDS = "x".repeat(12_000);
const KIB = 1024;

for (const { transport, config, way } of WAYS) {
  const sizes = [[true, 512 * KIB], [false, 4 * 1024 * KIB]] as const;
  for (const [recovered, outboxBytesMax] of config.tlsSelfSigned ? sizes.slice(0, 1) : sizes) {
    const how = recovered ? "its resume replays" : "history has";
    Deno.test(`slow readers over ${way}: one is told bye, nobody waits for it, and ${how} the rest`, async () => {
      await withServer(config, async (server) => {
        const [alice, carol] = [
          await server.guest("alice", transport),
          await server.guest("carol", transport),
        ];
        const bob = await server.connect(transport);
        const { token, epoch } = await bob.asks("guest", { nickname: "bob" });
        const said = await talkUntilDropped(server, alice, bob);
        assertTrue(said.most <= outboxBytesMax, `${said.most} bytes waited for one peer`);

        bob.wire.readOn();
        await bob.ended;
        assertEquals(bob.lines.at(-1)?.code, "slow_reader");
        await alice.hearsAtLast({ event: "offline", nickname: "bob" });
        await carol.asks("ping");
        assertEquals(textsOf(carol.lines), said.texts);

        const seen = messagesOf(bob.lines);
        const back = await server.connect(transport);
        const since = seen.at(-1)!;
        const resumed = await back.asks("resume", { token, epoch, since: since.seq });
        assertEquals(resumed.recovered, recovered);
        await back.asks("ping");
        const rest = recovered ? messagesOf(back.lines) : await historyAfter(back, since.id);
        assertEquals([...textsOf(seen), ...textsOf(rest)], said.texts);
      }, { limits: { outboxBytesMax, lingerMs: 20_000 } });
    });
  }

  Deno.test(`slow readers over ${way}: one that never reads its farewell is cut`, async () => {
    await withServer(config, async (server) => {
      const [alice, bob] = [await server.guest("alice", transport), await server.guest("bob", transport)];
      await talkUntilDropped(server, alice, bob);
      await alice.hearsAtLast({ event: "offline", nickname: "bob" });
      assertEquals(server.running.figures().connections, 1);
      bob.wire.readOn();
      await bob.ended;
    }, { limits: { outboxBytesMax: 512 * KIB, lingerMs: 100 } });
  });

  Deno.test(`slow readers over ${way}: one that has fallen behind hears no typing, and every message`, async () => {
    const outboxBytesMax = 1024 * KIB;
    await withServer(config, async (server) => {
      const [alice, bob] = [await server.guest("alice", transport), await server.guest("bob", transport)];
      await bob.forgets();
      const heard: string[] = [];
      const say = async (text: string) => {
        await alice.asks("send", { room: "lobby", text });
        heard.push(`message ${text}`);
      };
      await alice.asks("typing", { room: "lobby" });
      heard.push("typing");

      bob.wire.stopReading();
      while (server.running.figures().queuedBytes < outboxBytesMax * 0.6) await say(WORDS);
      await alice.asks("typing", { room: "lobby" });
      const carol = await server.guest("carol", transport);
      await carol.asks("send", { to: "bob", text: "are you there?" });
      await say("the last one");
      bob.wire.readOn();

      await bob.hearsAtLast({ event: "message", text: "the last one" });
      await alice.asks("typing", { room: "lobby" });
      await bob.asks("ping");
      const events = bob.lines.filter((line) => line.event).map((line) =>
        `${line.event} ${line.text ?? ""}`.trim()
      );
      heard.splice(-1, 0, "message are you there?");
      assertEquals(events.slice(-heard.length - 1), [...heard, "typing"]);
    }, { limits: { outboxBytesMax } });
  });
}

for (const transport of TRANSPORTS) {
  Deno.test(`slow readers over ${transport}: a stop waits for one no longer than it may, and who reads gets everything`, async () => {
    await withServer({}, async (server) => {
      const [alice, bob, carol] = [
        await server.guest("alice", transport),
        await server.guest("bob", transport),
        await server.guest("carol", transport),
      ];
      bob.wire.stopReading();
      const texts: string[] = [];
      while (server.running.figures().queuedBytes < 2048 * KIB) {
        texts.push(`${texts.length} ${WORDS}`);
        await alice.asks("send", { room: "lobby", text: texts.at(-1) });
      }
      const last = alice.says("send", { room: "lobby", text: "under way" });
      const began = performance.now();
      await alice.asks("ping");
      await server.running.stop();
      const took = performance.now() - began;
      assertTrue(took >= 500 && took < 500 + LIMITS.stopMs / 2, `${Math.round(took)} ms`);
      assertEquals((await last).ok, true);
      await carol.ended;
      assertEquals(textsOf(carol.lines.filter((line) => line.event === "message")), [...texts, "under way"]);
      assertEquals(carol.lines.at(-1)?.code, "shutting_down");
      bob.wire.readOn();
      await bob.ended;
    }, { limits: { drainMs: 500 } });
  });
}

/** Has alice talk while bob does not read, until what waited for him is given up. */
async function talkUntilDropped(server: TestServer, alice: Peer, bob: Peer) {
  bob.wire.stopReading();
  const texts: string[] = [];
  let most = 0;
  for (let before = 0;;) {
    const text = `${texts.length} ${WORDS}`;
    await alice.asks("send", { room: "lobby", text });
    texts.push(text);
    const { queuedBytes } = server.running.figures();
    if (queuedBytes < before - WORDS.length) return { texts, most };
    before = queuedBytes;
    most = Math.max(most, queuedBytes);
    assertTrue(texts.length < 3_000, `nothing was given up while ${queuedBytes} bytes waited`);
  }
}

/** Everything said in the lobby after a message, as a client reads it. */
async function historyAfter(peer: Peer, id: string): Promise<Line[]> {
  const found: Line[] = [];
  for (let after = id;;) {
    const { messages, more } = await peer.asks("history", { room: "lobby", after, limit: LIMITS.historyMax });
    found.push(...messages);
    if (!more) return found;
    after = messages.at(-1).id;
  }
}

function messagesOf(lines: Line[]): Line[] {
  return lines.filter((line) => line.event === "message");
}

function textsOf(messages: Line[]): string[] {
  return messages.filter((line) => line.text).map((message) => message.text);
}
