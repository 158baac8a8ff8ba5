/** The parts of the IRC codec by themselves, with any input. */
import * as fc from "fast-check";
import { Fault } from "../../server/core/shared/faults.ts";
import { sameName } from "../../server/core/shared/names.ts";
import { Capabilities, capabilitiesIn } from "../../server/protocol/dialects/irc/capabilities.ts";
import { maskOf } from "../../server/protocol/dialects/irc/channel_list.ts";
import { codesOf, markdownOf } from "../../server/protocol/dialects/irc/formatting.ts";
import { ircNick, ircRoom, nicknameOf, roomOf } from "../../server/protocol/dialects/irc/irc_names.ts";
import { LineReader } from "../../server/protocol/dialects/irc/line_reader.ts";
import { parseMessage, writeLine } from "../../server/protocol/dialects/irc/message.ts";
import { wrapped } from "../../server/protocol/dialects/irc/wrapping.ts";
import type { Inbound, PeerCodec } from "../../server/protocol/dialect.ts";
import { createDialects } from "../../server/protocol/dialects/index.ts";
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
    ["\x02\x1dboth\x02\x1d", "***both***"],
    ["\x02b*c\x02 2*3*4", "**b*c** 2*3*4"],
    ["\x02so \x1dthis\x1d is\x02", "**so *this* is**"],
    ["\x1dso \x02this\x02 is\x1d", "*so **this** is*"],
    ["  \x02indented\x02", "  **indented**"],
    ["\x02bold \x1dboth\x1d\x02 end", "**bold *both*** end"],
    ["\x02\x1dboth\x1d bold\x02", "***both* bold**"],
    ["\x1dso \x02both\x02\x1d", "*so **both***"],
    ["\x02b\x02\x1di\x1d", "**b**_i_"],
    ["\x1di\x1d\x02b\x02", "*i***b**"],
  ];
  for (const [codes, markdown] of cases) {
    assertEquals(markdownOf(codes), markdown);
    assertEquals(codesOf(markdown), codes);
  }
  // Many clients show these two as marks of their own, or not at all: they are told as they were written.
  const oneWay: [codes: string, markdown: string, told: string][] = [
    ["a \x1estruck\x1e b", "a ~~struck~~ b", "a ~~struck~~ b"],
    ["run \x11deno task *\x11", "run `deno task *`", "run `deno task *`"],
    ["\x02\x11*a*\x11 and \x11b\x11\x02", "**`*a*` and `b`**", "\x02`*a*` and `b`\x02"],
    [
      "\x11co`de\x11 and \x02\x11`a``\x11\x02",
      "``co`de`` and **``` `a`` ```**",
      "``co`de`` and \x02``` `a`` ```\x02",
    ],
  ];
  for (const [codes, markdown, told] of oneWay) {
    assertEquals(markdownOf(codes), markdown);
    assertEquals(codesOf(markdown), told);
  }
  assertEquals(
    markdownOf("\x0304red\x03 \x1funder\x1f \x04ff0000hex\x04 \x02open"),
    "red under hex **open**",
  );
  assertEquals(markdownOf("\x02 spaced \x02"), " **spaced** ");
  assertEquals(markdownOf("\x02bo\x1dth\x02 it\x1d, \x11a \x02b\x0f"), "**bo*th*** *it*, `a` **`b`**");
  assertEquals(codesOf("a_b_c 2*3*4 snake_case __x__"), "a_b_c 2*3*4 snake_case __x__");
  assertEquals(codesOf("_so_ it is"), "\x1dso\x1d it is");
  assertEquals(markdownOf("\x02bold \x1dboth\x0f end"), "**bold *both*** end");
  assertEquals(codesOf("***so** it* is"), "\x1d\x02so\x02 it\x1d is");
  assertEquals(codesOf("`a *b*` ``*c*"), "`a *b*` ``\x1dc\x1d");
  const address = "https://ex.org/_next_/**app**.js";
  for (const text of [address, `<${address}>`, `[_next_](${address})`, `(www.ex.org/*a*/b)`]) {
    const told = text.replace("[_next_]", "[\x1dnext\x1d]");
    assertEquals(codesOf(text), told);
    assertEquals(codesOf(`*so* **${text}**, _and_`), `\x1dso\x1d \x02${told}\x02, \x1dand\x1d`);
  }
  assertEquals(codesOf("_see https://ex.org/a_b_"), "\x1dsee https://ex.org/a_b\x1d");
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
});

Deno.test("irc codec: a block of code is its lines as they are, without its fences", () => {
  const cases: [text: string, lines: string[]][] = [
    ["a\n```ts\n**b**\n\n  c\n```\n**d**", ["a", "**b**", "", "  c", "\x02d\x02"]],
    ["~~~\n```\n~~~", ["```"]],
    ["````\n```\n````", ["```"]],
    ["```\nno end", ["```", "no end"]],
    ["```\n\n```", ["```", "", "```"]],
    ["```", ["```"]],
  ];
  for (const [text, lines] of cases) assertEquals(wrapped(text, 100).map((line) => line.text), lines, text);
});

Deno.test("irc codec: clients differ in what they are told by what they have asked for that changes its words", () => {
  const keyOf = (names: string) => {
    const capabilities = new Capabilities();
    assertTrue(capabilities.request(names.split(" ")), names);
    return capabilities.key;
  };
  const key = keyOf("message-tags server-time");
  for (
    const same of [
      "sasl server-time message-tags multi-prefix echo-message",
      "server-time batch message-tags -batch",
    ]
  ) {
    assertEquals(keyOf(same), key, same);
  }
  for (
    const other of ["message-tags", "message-tags server-time batch", "server-time message-tags account-tag"]
  ) {
    assertTrue(keyOf(other) !== key, other);
  }
  assertEquals(capabilitiesIn(key), new Set(["message-tags", "server-time"]));
});

Deno.test("irc codec: a mask fits what a regular expression would", () => {
  const text = fc.string({ unit: fc.constantFrom(..."ab🎉"), maxLength: 8 });
  const mask = fc.string({ unit: fc.constantFrom(..."ab🎉*?"), maxLength: 6 });
  fc.assert(
    fc.property(mask, text, (mask, text) => {
      const pattern = mask.replaceAll("*", ".*").replaceAll("?", ".");
      assertEquals(maskOf(mask)(text), new RegExp(`^${pattern}$`, "u").test(text), `${mask} ${text}`);
    }),
    { numRuns: 5_000 },
  );
});

Deno.test("irc codec: a room that is full is refused as clients know it", () => {
  const codec = createDialects({ pageUrl: () => "http://page" }).byName.irc.codec();
  const ask = (line: string, op: string) => asked(codec, line).find(({ command }) => command.op === op)!;
  codec.answer(ask("NICK ada\r\nUSER a 0 * :a\r\n", "guest"), { reply: { nickname: "ada", rooms: [] } });
  const fault = new Fault("room_full", "Cannot enter full: it has all its members");
  const { words } = codec.answer(ask("JOIN #full\r\n", "enter"), { fault });
  assertEquals(words, ":irc.switchboard 471 ada #full :Cannot join channel (+l)\r\n");
});

/** What a codec asks for when it is given a text. */
function asked(codec: PeerCodec, text: string): Extract<Inbound, { command: unknown }>[] {
  return Array.from(codec.receive(encoder.encode(text), "stream")).filter((each) => "command" in each);
}
