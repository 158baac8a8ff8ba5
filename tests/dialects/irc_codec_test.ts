/** The parts of the IRC codec by themselves, with any input. */
import * as fc from "fast-check";
import { sameName } from "../../server/core/shared/names.ts";
import { codesOf, markdownOf } from "../../server/protocol/dialects/irc/formatting.ts";
import { ircNick, ircRoom, nicknameOf, roomOf } from "../../server/protocol/dialects/irc/irc_names.ts";
import { LineReader } from "../../server/protocol/dialects/irc/line_reader.ts";
import { parseMessage, writeLine } from "../../server/protocol/dialects/irc/message.ts";
import { wrapped } from "../../server/protocol/dialects/irc/wrapping.ts";
import { checkNickname, checkRoomName } from "../../server/core/accounts/names.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";

const encoder = new TextEncoder();

function passes(check: (name: string) => unknown, name: string): boolean {
  try {
    check(name);
    return true;
  } catch {
    return false;
  }
}

/** Names with many marks that IRC can't have, and any others. */
const NAMES = fc.oneof(
  fc.string({
    unit: fc.constantFrom(..." ,*?!@.:#&~%+$41aÄ，％ж🎉-_[]{}\\|^`"),
    minLength: 1,
    maxLength: 12,
  }),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }),
);
const NICKNAMES = NAMES.filter((name) => passes(checkNickname, name));
const ROOMS = NAMES.filter((name) => passes(checkRoomName, name));

Deno.test("irc codec: any nickname can be said, and leads back to whom it means", () => {
  fc.assert(
    fc.property(NICKNAMES, (nickname) => {
      const nick = ircNick(nickname);
      assertTrue(!/[ ,*?!@.\r\n\0]/.test(nick) && !/^[#&~@%+$:]/.test(nick), nick);
      assertTrue(sameName(nicknameOf(nick), nickname), `${nick} → ${nicknameOf(nick)}`);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("irc codec: any room can be said, and leads back to where it means", () => {
  fc.assert(
    fc.property(ROOMS, (room) => {
      const channel = ircRoom(room);
      assertTrue(/^#[^ ,\r\n\0]+$/.test(channel), channel);
      assertTrue(sameName(roomOf(channel)!, room), `${channel} → ${roomOf(channel)}`);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("irc codec: two names that are not the same one are not written the same", () => {
  fc.assert(
    fc.property(NICKNAMES, NICKNAMES, (one, other) => {
      if (!sameName(one, other)) assertTrue(ircNick(one) !== ircNick(other), `${one} ${other}`);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("irc codec: what is hard to type may be written in hexadecimal", () => {
  assertEquals(roomOf("#release%20notes"), "release notes");
  assertEquals(roomOf("#release\u00a0notes"), "release notes");
  assertEquals(nicknameOf("J%2e%20Doe"), "J. Doe");
  assertEquals(nicknameOf("100%zz%0a"), "100%zz%0a");
  assertEquals(ircRoom("50%20off"), "#50\uff0520off");
  assertEquals(roomOf("#"), undefined);
  assertEquals(roomOf("lobby"), undefined);
});

Deno.test("irc codec: a line is read as it was written", () => {
  const word = fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }).filter((text) =>
    /^[^ :\r\n\0][^ \r\n\0]*$/.test(text)
  );
  const value = fc.string({
    unit: fc.oneof(fc.constantFrom(";", " ", "\\", "\r", "\n", "="), fc.constantFrom("a", "é", "🎉")),
    minLength: 1,
    maxLength: 12,
  });
  const last = fc.string({ unit: "grapheme", maxLength: 20 }).filter((text) => !/[\r\n\0]/.test(text));
  fc.assert(
    fc.property(value, fc.array(word, { maxLength: 5 }), last, (tag, words, text) => {
      const line = writeLine({
        tags: [["message-tags", "+x", tag], ["batch", "batch", "no"]],
        source: "a!u@h",
        command: "TEST",
        params: [...words, text],
      }, new Set(["message-tags"] as const));
      const read = parseMessage(line.slice(0, -2))!;
      assertEquals([read.command, read.params, [...read.tags]], ["TEST", [...words, text], [["+x", tag]]]);
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("irc codec: any bytes in any pieces give the same lines", () => {
  const bytes = fc.uint8Array({ maxLength: 2_000 }).map((each) =>
    each.map((byte) => byte % 13 === 0 ? 10 : byte)
  );
  fc.assert(
    fc.property(bytes, fc.integer({ min: 1, max: 50 }), (all, size) => {
      const read = (chunks: Uint8Array[]) => {
        const reader = new LineReader();
        return chunks.flatMap((chunk) =>
          Array.from(reader.push(chunk), (frame) => frame === "too_long" ? frame : frame.line.toHex())
        );
      };
      const pieces = Array.from(
        { length: Math.ceil(all.length / size) },
        (_, n) => all.subarray(n * size, (n + 1) * size),
      );
      assertEquals(read(pieces), read([all]));
    }),
    { numRuns: 300 },
  );
});

Deno.test("irc codec: anything can be parsed, and nothing that is written ends a line twice", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
      parseMessage(text);
      const line = writeLine({ command: "NOTICE", params: ["x", text] }, new Set<never>());
      assertTrue(/^[^\r\n\0]*\r\n$/.test(line), line);
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("irc codec: formatting means the same on both sides", () => {
  const cases: [codes: string, markdown: string][] = [
    ["plain", "plain"],
    ["\x02bold\x02 and \x1ditalic\x1d", "**bold** and *italic*"],
    ["a \x1estruck\x1e b", "a ~~struck~~ b"],
    ["run \x11deno task *\x11", "run `deno task *`"],
  ];
  for (const [codes, markdown] of cases) {
    assertEquals(markdownOf(codes), markdown);
    assertEquals(codesOf(markdown), codes);
  }
  assertEquals(
    markdownOf("\x0304red\x03 \x1funder\x1f \x04ff0000hex\x04 \x02open"),
    "red under hex **open**",
  );
  assertEquals(markdownOf("\x02 spaced \x02"), " **spaced** ");
  assertEquals(codesOf("a_b_c 2*3*4 snake_case __x__"), "a_b_c 2*3*4 snake_case __x__");
  assertEquals(codesOf("_so_ it is"), "\x1dso\x1d it is");
  assertEquals(codesOf("a\x01ACTION x\x01\x02\x03"), "a␁ACTION x␁␂␃");
});

Deno.test("irc codec: a long text is cut into lines that fit, and nothing of it is lost", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme", maxLength: 400 }),
      fc.integer({ min: 80, max: 400 }),
      (any, bytes) => {
        const text = any.replaceAll(/[\p{Cc}*_~`]/gu, "x");
        const lines = wrapped(text, bytes);
        for (const { text } of lines) assertTrue(encoder.encode(text).length <= bytes, text);
        assertEquals(lines.map((line) => line.text).join(""), text);
      },
    ),
    { numRuns: 500 },
  );
  assertEquals(wrapped(`**${"word ".repeat(30)}end**`, 100).map(({ text }) => text[0]), ["\x02", "\x02"]);
  assertEquals(wrapped("a\n```\n**b**\n```", 100).map(({ text }) => text), ["a", "```", "\x11**b**", "```"]);
});
