/** Long texts of old programs: how they are cut. */
import { LIMITS } from "../../server/core/shared/limits.ts";
import { partsOfText } from "../../server/protocol/long_text.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text).length;

Deno.test("partsOfText: what one message may hold stays whole, to the byte", () => {
  for (const text of ["", " ", "hello", "x".repeat(LIMITS.textBytesMax), "你".repeat(5_461)]) {
    assertEquals(partsOfText(text), [text]);
  }
});

Deno.test("partsOfText: nothing is lost and nothing is torn, whatever the text is of", () => {
  for (const character of ["x", "你", "👍", "👩‍👩‍👧‍👦", "e\u0301", "ab👍你"]) {
    const text = character.repeat(Math.ceil(20_000 / character.length));
    const parts = partsOfText(text);
    assertTrue(parts.length > 1, "several");
    assertEquals(parts.join(""), text);
    for (const part of parts) assertTrue(bytesOf(part) <= LIMITS.textBytesMax && part.isWellFormed(), "fits");
    assertTrue(parts.slice(1).every((part) => !/^[\u0300-\u036f\u200d]/.test(part)), "whole characters");
  }
});

Deno.test("partsOfText: a text is cut between its lines, else between its words", () => {
  const lines = Array.from({ length: 400 }, (_, n) => `line ${n} of what was pasted, and a few words more`);
  assertEquals(partsOfText(lines.join("\n")).flatMap((part) => part.split("\n")), lines);
  const words = Array.from({ length: 4_000 }, (_, n) => `word${n}`);
  assertEquals(partsOfText(words.join(" ")).flatMap((part) => part.split(" ")), words);
});

Deno.test("partsOfText: what would be too many messages, or is no text, is left for the answer to say", () => {
  for (
    const text of ["x".repeat(LIMITS.textBytesMax * 17), `${"x".repeat(20_000)}\ud800`, " ".repeat(20_000)]
  ) {
    assertEquals(partsOfText(text).length, 1);
  }
});
