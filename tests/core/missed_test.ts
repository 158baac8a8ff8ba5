/** Coming back after so long that what was missed does not go in one go: it is told in portions, and nothing else before. */
import fc from "fast-check";
import { LIMITS } from "../../server/core/shared/limits.ts";
import { assertEquals, assertMatches, assertTrue } from "../support/assert.ts";
import { type Line, type Peer, type TestServer, TRANSPORTS, withServer } from "../support/harness.ts";

const LONG = "x".repeat(15_000);
/** More texts of this length than go in one go. */
const MANY = Math.ceil(LIMITS.textBytesAtOnceMax / LONG.length) + 20;

/** Somebody with an account whose connection is lost, and what they had seen. */
async function lost(server: TestServer, nickname: string): Promise<Line> {
  const peer = await server.member(nickname);
  peer.close();
  await peer.ended;
  const { token, epoch, last } = peer.lines.findLast((line) => line.token)!;
  return { token, epoch, since: last };
}

/** Asks for portions to the last; gives what was in each. */
async function catchesUp(peer: Peer): Promise<Line[][]> {
  const portions: Line[][] = [];
  for (let more = true; more;) {
    const reply = await peer.asks("missed");
    portions.push(reply.events);
    more = reply.more;
  }
  return portions;
}

function textsOf(events: Line[]): string[] {
  return events.filter(({ event }) => event === "message").map(({ text }) => text.replace(LONG, ""));
}

for (const transport of TRANSPORTS) {
  Deno.test(`missed over ${transport}: all of it comes in portions, in order, and then what happens`, async () => {
    await withServer({}, async (server) => {
      const seen = await lost(server, "bob");
      const alice = await server.guest("alice", transport);
      const said: string[] = [];
      const say = async (text: string) => {
        await alice.asks("send", { room: "lobby", text: `${text}${LONG}` });
        said.push(text);
      };
      for (let n = 0; n < MANY; n++) await say(`${n}`);
      await alice.asks("send", { to: "bob", text: "between us" });
      said.push("between us");

      const bob = await server.connect(transport);
      assertMatches(await bob.asks("resume", { ...seen, portions: true }), { recovered: true, more: true });
      await say("while he is behind");
      await bob.hearsNothing();
      const first = await bob.asks("missed");
      assertEquals(first.more, true);
      await say("while he catches up");
      const rest = await catchesUp(bob);
      assertEquals(bob.events, []);
      await say("and now he is back");
      await bob.hearsAtLast({ event: "message", text: `and now he is back${LONG}` });
      const heard = [first.events, ...rest, bob.lines.filter(({ event }) => event)].flat();
      assertEquals(textsOf(heard), said);
      assertTrue(rest.length < 4, "portions are as large as they may be");
      await bob.fails("missed", {}, "bad_request");
      const again = await server.connect(transport);
      await again.asks("resume", { ...seen, since: heard.at(-1).seq });
      await again.hearsNothing(); // what waited in private has arrived
    });
  });
}

Deno.test("missed: only who asks for portions gets them, and not after very long", async () => {
  await withServer({}, async (server) => {
    const seen = await lost(server, "bob");
    const alice = await server.guest("alice");
    for (let n = 0; n < MANY; n++) await alice.asks("send", { room: "lobby", text: `${n}${LONG}` });
    const plain = await server.connect();
    const reply = await plain.asks("resume", seen);
    assertMatches(reply, { recovered: false });
    assertEquals("more" in reply, false);
    await alice.asks("send", { room: "lobby", text: "as ever" });
    await plain.hearsAtLast({ event: "message", text: "as ever" });
    plain.close();
    const other = await server.connect();
    const { epoch: _epoch, ...without } = seen;
    assertMatches(await other.asks("resume", { ...without, portions: true }), { recovered: false });
  });
});

Deno.test("missed: one who is behind is still cut off when the password changes", async () => {
  await withServer({}, async (server) => {
    const seen = await lost(server, "bob");
    const alice = await server.guest("alice");
    for (let n = 0; n < MANY; n++) await alice.asks("send", { room: "lobby", text: `${n}${LONG}` });
    const behind = await server.connect();
    assertEquals((await behind.asks("resume", { ...seen, portions: true })).more, true);
    const here = await server.member("bob");
    await here.asks("password.change", { old: "plug-jack-cord-7", new: "another-word-for-it-7" });
    await behind.hearsAtLast({ event: "bye", code: "password_changed" });
    await behind.ended;
  });
});

Deno.test("missed: whatever is said while somebody catches up, they hear it once and in order", async () => {
  await withServer({}, async (server) => {
    const alice = await server.guest("alice");
    const steps = fc.array(fc.constantFrom("say", "say long", "ask", "tell"), {
      minLength: 5,
      maxLength: 40,
    });
    let round = 0;
    await fc.assert(
      fc.asyncProperty(steps, async (steps) => {
        const seen = await lost(server, `bob-${round++}`);
        const said: string[] = [];
        const heard: Line[] = [];
        const say = (text: string, where: Line) => {
          said.push(text.replace(LONG, ""));
          return alice.asks("send", { ...where, text });
        };
        for (let n = 0; n < MANY; n++) await say(`${n}${LONG}`, { room: "lobby" });
        const bob = await server.connect();
        await bob.asks("resume", { ...seen, portions: true });
        let more = true;
        const ask = async () => {
          const reply = more ? await bob.asks("missed") : { events: [], more };
          heard.push(...reply.events);
          more = reply.more;
        };
        for (const [index, step] of steps.entries()) {
          const text = `${round}-${index}`;
          // Not awaited: asking and saying meet in the server.
          if (step === "ask") await ask();
          else if (step === "tell") void say(text, { to: `bob-${round - 1}` });
          else void say(step === "say" ? text : `${text}${LONG}`, { room: "lobby" });
        }
        await alice.asks("ping");
        while (more) await ask();
        await bob.asks("ping");
        heard.push(...bob.lines.filter(({ event }) => event === "message"));
        assertEquals(textsOf(heard), said);
        bob.close();
        await bob.ended;
      }),
      { numRuns: 8 },
    );
  });
});
