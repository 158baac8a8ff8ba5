/** Bytes in pieces: the same bytes, in memory that grows with them and not with the number of pieces. */
import fc from "fast-check";
import { Buffer } from "node:buffer";
import { appended, ByteBuffer } from "../../server/protocol/byte_buffer.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";

const pieces = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 40 });

Deno.test("byte buffer: what comes in pieces is what was sent, and nothing stays after it is taken", () => {
  fc.assert(fc.property(fc.array(pieces, { maxLength: 4 }), (messages) => {
    const buffer = new ByteBuffer();
    const taken = messages.map((message) => {
      for (const piece of message) buffer.add(piece);
      const whole = buffer.take();
      assertEquals(buffer.length, 0);
      return whole;
    });
    // Also what was taken before is as it was.
    assertEquals(taken.map((each) => Buffer.from(each)), messages.map((each) => Buffer.concat(each)));
  }));
});

Deno.test("byte buffer: what is held stays as it is, whoever adds to it", () => {
  fc.assert(fc.property(fc.uint8Array(), fc.uint8Array(), fc.uint8Array(), (held, one, other) => {
    const own = appended(held, new Uint8Array(0));
    const [first, second] = [appended(own, one), appended(own, other)];
    assertEquals(Buffer.from(first), Buffer.concat([held, one]));
    assertEquals(Buffer.from(second), Buffer.concat([held, other]));
    assertEquals(Buffer.from(own), Buffer.from(held));
  }));
});

Deno.test("byte buffer: 64 KiB byte by byte take no more than twice as much, and no chunk stays", () => {
  const chunk = new Uint8Array(64 * 1024).fill(1);
  let held: Uint8Array = new Uint8Array(0);
  let copied = 0;
  let buffer: ArrayBufferLike | undefined;
  for (let at = 0; at < chunk.length; at++) {
    held = appended(held, chunk.subarray(at, at + 1));
    if (held.buffer !== buffer) copied += held.length;
    buffer = held.buffer;
  }
  assertEquals(held.length, chunk.length);
  assertTrue(held.buffer.byteLength <= chunk.length * 2, `${held.buffer.byteLength} bytes are kept`);
  assertTrue(copied <= chunk.length * 2, `${copied} bytes were copied`);
});
