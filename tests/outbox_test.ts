/** What waits for one peer: in order, one write at a time, bounded, and the last words always go. */
import { Outbox } from "../server/transport/outbox.ts";
import { assertEquals } from "./assert.ts";

/** An outbox before a system that takes bytes only when told to. */
function slowly(bytesMax: number) {
  const written: string[] = [];
  const takes: (() => void)[] = [];
  const decoder = new TextDecoder();
  const outbox = new Outbox((bytes, _raw, done) => {
    written.push(decoder.decode(bytes));
    takes.push(done);
  }, bytesMax);
  return { outbox, written, take: () => takes.shift()!() };
}

Deno.test("outbox: what is pushed in a round goes in one write, text and bytes in order", () => {
  const { outbox, written, take } = slowly(100);
  for (const words of ["one ", new TextEncoder().encode("zwei, drü "), "三"]) outbox.push(words);
  outbox.flush();
  outbox.push("later");
  outbox.flush();
  assertEquals(written, ["one zwei, drü 三"]);
  take();
  assertEquals(written, ["one zwei, drü 三", "later"]);
});

Deno.test("outbox: it counts bytes, those on their way too, and refuses what is too much", () => {
  const { outbox, take } = slowly(10);
  assertEquals([outbox.push("三三"), outbox.behind], [true, true]);
  outbox.flush();
  assertEquals([outbox.push("12345"), outbox.size], [false, 6]);
  assertEquals([outbox.push("1234"), outbox.size], [true, 10]);
  take();
  assertEquals([outbox.size, outbox.behind], [4, false]);
});

Deno.test("outbox: the last words go even when the rest is full, and then it is empty", () => {
  const { outbox, written, take } = slowly(10);
  outbox.push("1234567890");
  outbox.flush();
  outbox.pushLast("bye");
  outbox.flush();
  let empty = false;
  outbox.whenEmpty(() => empty = true);
  take();
  assertEquals([written.at(-1), empty], ["bye", false]);
  take();
  assertEquals(empty, true);
});
