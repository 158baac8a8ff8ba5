/** Who writes when: a large room in portions, with input in between, and everybody in order all the same. */
import { LIMITS } from "../server/core/limits.ts";
import { native } from "../server/protocol/dialects/native.ts";
import { FanOut } from "../server/protocol/fan_out.ts";
import type { Listener } from "../server/protocol/listener.ts";
import { assertEquals, assertTrue } from "./assert.ts";
import { withServer } from "./harness.ts";

/** A fan-out whose turns are given by hand. */
function fanOutByHand() {
  const turns: (() => void)[] = [];
  const written: number[] = [];
  const fanOut = new FanOut((callback) => void turns.push(callback));
  const listeners = Array.from({ length: 150 }, (_, index): Listener => ({
    dialect: native,
    session: undefined,
    push: () => {},
    flush: () => void written.push(index),
    end: () => {},
  }));
  const turn = () => {
    written.length = 0;
    turns.shift()!();
    return written;
  };
  return { fanOut, listeners, written, turns, turn };
}

const upTo = (end: number, start = 0) => Array.from({ length: end - start }, (_, index) => start + index);

Deno.test("FanOut: a small room writes at once, and no turn is asked for", () => {
  const { fanOut, listeners, written, turns } = fanOutByHand();
  fanOut.add(listeners.slice(0, 64), 100);
  assertEquals(written, upTo(64));
  assertEquals(turns.length, 0);
});

Deno.test("FanOut: a large room writes in portions, each after a turn", () => {
  const { fanOut, listeners, written, turns, turn } = fanOutByHand();
  fanOut.add(listeners, 100);
  assertEquals(written, upTo(64));
  assertEquals(turn(), upTo(128, 64));
  assertEquals(turn(), upTo(150, 128));
  assertEquals(turns.length, 0);
});

Deno.test("FanOut: who is told more meanwhile keeps its place, who has written queues up again", () => {
  const { fanOut, listeners, turns, turn } = fanOutByHand();
  fanOut.add(listeners, 100);
  fanOut.add([...listeners].reverse(), 100);
  assertEquals(turns.length, 1, "one turn is asked for at a time");
  assertEquals(turn(), upTo(128, 64));
  assertEquals(turn(), [...upTo(150, 128), ...upTo(64, 22).reverse()]);
  assertEquals(turn(), upTo(22).reverse());
  assertEquals(turns.length, 0);
});

Deno.test("FanOut: when much would wait, all write at once", () => {
  const { fanOut, listeners, written, turn } = fanOutByHand();
  fanOut.add(listeners, LIMITS.fanOutBytesMax);
  assertEquals(written.length, 64);
  fanOut.add(listeners.slice(0, 10), 1);
  assertEquals(written, [...upTo(150), ...upTo(10)]);
  assertEquals(turn(), [], "the turn that was asked for finds nothing left");
  written.length = 0;
  fanOut.add(listeners, LIMITS.fanOutBytesMax);
  assertEquals(written.length, 64, "and then it is as before");
});

Deno.test("a room of 140: all hear everything in the order of history, whoever says it at the same time", async () => {
  await withServer({}, async (server) => {
    const members = await Promise.all(
      upTo(140).map((index) => server.guest(`guest${index}`, index % 2 === 0 ? "tcp" : "websocket")),
    );
    for (const member of members) await member.asks("ping");
    for (const member of members) await member.forgets();
    const [alice, bob] = members;
    const texts = upTo(60).map(String);
    await Promise.all(
      [alice!, bob!].flatMap((sender) => texts.map((text) => sender.asks("send", { room: "lobby", text }))),
    );
    const { messages } = await alice!.asks("history", { room: "lobby", limit: 200 });
    assertEquals(messages.length, 120);
    const order = messages.map(({ id }: { id: string }) => id);
    for (const member of members.slice(2)) {
      await member.asks("ping");
      assertEquals(member.events.map(({ id }) => id), order);
    }
    assertTrue(server.running.figures().deliveries >= 140 * 120 - 120, "they were delivered");
  });
});
