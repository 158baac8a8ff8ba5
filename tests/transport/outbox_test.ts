/** The outbox: everything in order, one write at a time, never more than the bound. */
import fc from "fast-check";
import { Outbox } from "../../server/transport/connection/outbox.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";

const MAX = 64;
const encoder = new TextEncoder();

/** A peer's system: takes one write at a time and says when it has. */
class Sink {
  readonly taken: number[] = [];
  writes = 0;
  #done: (() => void) | undefined;

  readonly write = (bytes: Uint8Array, _raw: boolean, done: () => void): void => {
    assertEquals(this.#done, undefined, "one write at a time");
    assertTrue(bytes.length > 0, "no empty write");
    this.taken.push(...bytes);
    this.writes++;
    this.#done = done;
  };

  get busy(): boolean {
    return this.#done !== undefined;
  }

  complete(): void {
    const done = this.#done;
    this.#done = undefined;
    done?.();
  }
}

const words = fc.oneof(
  fc.string({ maxLength: 24 }),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.uint8Array({ maxLength: 40 }),
);
const step = fc.oneof(
  { weight: 4, arbitrary: words.map((push) => ({ push })) },
  { weight: 2, arbitrary: fc.constant("flush" as const) },
  { weight: 2, arbitrary: fc.constant("complete" as const) },
);

Deno.test("Outbox: bytes come out in order, whatever the pattern of pushes, flushes and writes", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const sink = new Sink();
      const outbox = new Outbox(sink.write, MAX);
      const accepted: number[] = [];
      let completed = 0;
      for (const each of steps) {
        if (each === "flush") outbox.flush();
        else if (each === "complete") {
          completed = sink.taken.length;
          sink.complete();
        } else {
          const bytes = typeof each.push === "string" ? encoder.encode(each.push) : each.push;
          const fits = accepted.length - completed + bytes.length <= MAX;
          assertEquals(outbox.push(each.push), fits, "what fits is taken, what does not is not");
          if (fits) accepted.push(...bytes);
        }
        assertEquals(outbox.size, accepted.length - completed);
        assertTrue(outbox.size <= MAX, `${outbox.size} wait`);
        assertEquals(outbox.behind, outbox.size > MAX / 2);
        assertEquals(sink.taken, accepted.slice(0, sink.taken.length));
      }
      let emptied = 0;
      outbox.whenEmpty(() => emptied++);
      outbox.flush();
      while (sink.busy) sink.complete();
      assertEquals(sink.taken, accepted);
      assertTrue(emptied > 0, "told when empty");
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("Outbox: what is pushed between two flushes goes in one write, and so does what came during a write", () => {
  const sink = new Sink();
  const outbox = new Outbox(sink.write, MAX);
  for (const words of ["one ", encoder.encode("two "), "three "]) outbox.push(words);
  assertEquals(sink.writes, 0);
  outbox.flush();
  assertEquals(sink.writes, 1);
  for (const words of ["four ", "five"]) {
    outbox.push(words);
    outbox.flush();
  }
  assertEquals(sink.writes, 1);
  sink.complete();
  assertEquals(sink.writes, 2);
  assertEquals(String.fromCharCode(...sink.taken), "one two three four five");
});

Deno.test("Outbox: counts bytes, not letters, and what is under way too", () => {
  const sink = new Sink();
  const outbox = new Outbox(sink.write, MAX);
  assertEquals(outbox.push("語".repeat(21)), true);
  assertEquals(outbox.size, 63);
  assertEquals(outbox.push("é"), false);
  outbox.flush();
  assertEquals(outbox.push("é"), false);
  sink.complete();
  assertEquals(outbox.push("é"), true);
});

Deno.test("Outbox: the last words find room even when nothing else does, and what is cleared is not written", () => {
  const sink = new Sink();
  const outbox = new Outbox(sink.write, MAX);
  outbox.push("x".repeat(MAX));
  assertEquals(outbox.push("y"), false);
  outbox.clear();
  outbox.pushLast("bye");
  outbox.flush();
  let empty = false;
  outbox.whenEmpty(() => empty = true);
  assertEquals(empty, false);
  sink.complete();
  assertEquals([String.fromCharCode(...sink.taken), empty], ["bye", true]);
});

Deno.test("Outbox: the last words also find room while a full write is under way", () => {
  const sink = new Sink();
  const outbox = new Outbox(sink.write, MAX);
  outbox.push("x".repeat(MAX));
  outbox.flush();
  outbox.pushLast("bye");
  outbox.flush();
  sink.complete();
  sink.complete();
  assertEquals([String.fromCharCode(...sink.taken.slice(MAX)), outbox.size], ["bye", 0]);
});

Deno.test("Outbox: a write is not stuck when it is looked at for the first time, and is when it was not taken since", () => {
  const outbox = new Outbox(new Sink().write, MAX);
  outbox.push("words");
  outbox.flush();
  const now = 1_000_000;
  assertEquals([now, now + 500, now + 1_500].map((at) => outbox.isStuck(at, 1_000)), [false, false, true]);
});
