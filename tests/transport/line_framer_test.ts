/** Lines: the same frames however the bytes come, and never more than the bound. */
import fc from "fast-check";
import { type Frame, LineFramer } from "../../server/protocol/lines.ts";
import { assertEquals } from "../support/assert.ts";

const MAX = 16;
const encoder = new TextEncoder();
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 2 * MAX }).map((line) => line.filter((byte) => byte !== 10)),
  fc.constantFrom(
    "",
    "\r",
    "a\r",
    "\r\r",
    "x".repeat(MAX - 1),
    "x".repeat(MAX),
    `${"x".repeat(MAX)}\r`,
    "x".repeat(MAX + 1),
  )
    .map((text) => encoder.encode(text)),
);
const lines = fc.array(bytes, { maxLength: 8 });
const cuts = fc.array(fc.nat({ max: 300 }), { maxLength: 12 });

Deno.test("LineFramer: any split of any lines gives the same frames", () => {
  fc.assert(
    fc.property(lines, bytes, cuts, (whole, rest, at) => {
      const stream = joined([...whole, rest]);
      const framer = new LineFramer(MAX);
      const frames = pieces(stream, at).flatMap((piece) => shown(framer.push(piece)));
      const expected = whole.map(frameOf);
      assertEquals(frames.slice(0, whole.length), expected);
      assertEquals(frames.slice(whole.length), rest.length > MAX ? ["too_long"] : []);
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("LineFramer: torn at every byte, and all in one", () => {
  const text = 'one\r\ntwo\n\n{"text":"你好 👍"}\nlast';
  const stream = encoder.encode(text);
  for (let at = 0; at <= stream.length; at++) {
    const framer = new LineFramer(64);
    const frames = [
      ...shown(framer.push(stream.subarray(0, at))),
      ...shown(framer.push(stream.subarray(at))),
    ];
    const decoded = [...frames, ...shown(framer.end())].map((frame) =>
      new TextDecoder().decode(Uint8Array.from(frame as number[]))
    );
    assertEquals(decoded, ["one", "two", "", '{"text":"你好 👍"}', "last"]);
  }
});

Deno.test("LineFramer: the end of a message ends its line, and what follows is a new one", () => {
  fc.assert(fc.property(fc.array(lines, { maxLength: 4 }), (messages) => {
    const framer = new LineFramer(MAX);
    for (const message of messages) {
      const frames = [...shown(framer.push(joined(message))), ...shown(framer.end())];
      const last = message.at(-1);
      const expected = message.map(frameOf);
      assertEquals(frames, last?.length === 0 ? expected.slice(0, -1) : expected);
    }
  }));
});

Deno.test("LineFramer: a hundred megabytes without an end are told once, and the next line is read", () => {
  const framer = new LineFramer(64 * 1024);
  const chunk = new Uint8Array(64 * 1024).fill(120);
  const frames: unknown[] = [];
  for (let count = 0; count < 1_600; count++) frames.push(...shown(framer.push(chunk)));
  assertEquals(frames, ["too_long"]);
  assertEquals(shown(framer.push(encoder.encode("tail\nnext\n"))), [[...encoder.encode("next")]]);
});

Deno.test("LineFramer: what is kept between two chunks is its own, not the caller's buffer", () => {
  const framer = new LineFramer(MAX);
  const buffer = encoder.encode("first");
  assertEquals(shown(framer.push(buffer)), []);
  buffer.fill(0);
  assertEquals(shown(framer.push(encoder.encode("\n"))), [[...encoder.encode("first")]]);
});

/** What a line is to come out as. */
function frameOf(line: Uint8Array): number[] | "too_long" {
  if (line.length > MAX) return "too_long";
  return [...(line.at(-1) === 13 ? line.subarray(0, -1) : line)];
}

/** Frames as plain values, looked at when they come, as a dialect does. */
function shown(frames: Iterable<Frame>): (number[] | "too_long")[] {
  return Array.from(
    frames,
    (frame) => frame === "too_long" ? frame : [...("line" in frame ? frame.line : frame.raw)],
  );
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part, index) => index === 0 ? [...part] : [10, ...part]));
}

function pieces(stream: Uint8Array, at: readonly number[]): Uint8Array[] {
  const places = [0, ...at.filter((place) => place < stream.length).toSorted((a, b) => a - b), stream.length];
  return places.slice(1).map((end, index) => stream.slice(places[index], end));
}
