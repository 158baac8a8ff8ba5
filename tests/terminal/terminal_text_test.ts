/** What the terminal client makes of texts: harmless, laid out, read as commands; each by itself, without a terminal. */
import fc from "fast-check";
import stringWidth from "string-width";
import { AddressError, addressName, parseAddress } from "../../client/terminal/address.ts";
import { PasteFilter } from "../../client/terminal/keys.ts";
import { cut, inColumns, withMargin } from "../../client/terminal/layout.ts";
import { safeName } from "../../client/terminal/local_files.ts";
import { paintWith, wantsColours } from "../../client/terminal/paint.ts";
import { Arguments, parseInput, quoteWord } from "../../client/terminal/input.ts";
import { sanitized, sanitizedLine } from "../../client/terminal/sanitize.ts";
import { putInOrder } from "../../client/terminal/windows.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";

/** Characters that a terminal obeys, that hide, or that reorder; among ordinary ones. */
const NASTY = fc.string({
  unit: fc.oneof(
    fc.integer({ min: 0, max: 0x9f }).map((code) => String.fromCharCode(code)),
    fc.constantFrom("\u202e", "\u2066", "\u200f", "\ufeff", "\u2028", "\u00ad", "\ud800", "\u{e0041}"),
    fc.constantFrom("\x1b[2J", "\x1b]0;title\x07", "\x9b31m", "\r\n", "中", "😀", "a", " "),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  ),
});

Deno.test("terminal: no control character of others reaches the terminal, whatever they write", () => {
  fc.assert(
    fc.property(NASTY, (text) => {
      const lines = sanitized(text).split("\n");
      for (const line of [...lines, sanitizedLine(text)]) {
        assertTrue(!/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(line), JSON.stringify(line));
        assertTrue(
          !/[\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\u00ad]|\u{e0041}/u.test(line),
          JSON.stringify(line),
        );
      }
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("terminal: what is not seen is shown as what it is", () => {
  assertEquals(sanitized("a\x1b[2Jb\x07\x7f"), "a␛[2Jb␇␡");
  assertEquals(sanitized("\x9b31m"), "<U+009B>31m");
  assertEquals(sanitized("gpj.\u202eexe"), "gpj.<U+202E>exe");
  assertEquals(sanitized("one\r\ntwo\rthree\tfour"), "one\ntwo␍three    four");
  assertEquals(sanitizedLine("one\ntwo"), "one␤two");
  const joined = "👩‍👩‍👧 नमस्ते می‌خواهم";
  assertEquals(sanitized(joined), joined);
});

Deno.test("terminal: no line is wider than the terminal, and nothing is lost by wrapping", () => {
  const words = fc.string({
    unit: fc.constantFrom("a", "b", " ", "中", "文", "😀", "é", "\n"),
    maxLength: 200,
  });
  fc.assert(
    fc.property(
      words,
      fc.integer({ min: 10, max: 120 }),
      fc.string({ maxLength: 30 }),
      (text, columns, margin) => {
        const plainMargin = margin.replaceAll(/[^ -~]/g, "x");
        const laidOut = withMargin(plainMargin, text, columns);
        for (const line of laidOut.split("\n")) {
          assertTrue(stringWidth(line) < columns, `${stringWidth(line)} of ${columns}: ${line}`);
        }
        const letters = (each: string) => each.replaceAll(/\s/g, "");
        assertEquals(letters(laidOut), letters(plainMargin + text));
      },
    ),
  );
  assertEquals(withMargin("12:00 ", "bob: 你好世界 and more", 20), "12:00 bob: 你好世界\n      and more");
});

Deno.test("terminal: what is cut says so, by columns and whole characters", () => {
  assertEquals([cut("hello", 5), cut("hello", 4), cut("你好吗", 4), cut("👩‍👩‍👧x", 2)], [
    "hello",
    "hel…",
    "你…",
    "…",
  ]);
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 40 }), (text, columns) => {
    assertTrue(stringWidth(cut(text, columns)) <= columns, text);
  }));
  assertEquals(inColumns(["one", "three", "two"], 20), "one    three\ntwo");
});

Deno.test("terminal: a command is read with its words, names with spaces in quotes", () => {
  assertEquals(parseInput("hello /there"), { kind: "text", text: "hello /there" });
  assertEquals(parseInput("//usr/bin"), { kind: "text", text: "/usr/bin" });
  assertEquals(parseInput("/MSG  bob hi\nyou "), { kind: "command", name: "msg", rest: "bob hi\nyou" });
  const words = new Arguments('"Ada \\"L\\"" #12 rest of it');
  assertEquals([words.next(), words.number(), words.rest], ['Ada "L"', 12, "rest of it"]);
  assertEquals([new Arguments("#12x").number(), new Arguments("engine room").whole()], [
    undefined,
    "engine room",
  ]);
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme", minLength: 1 }).filter((name) => name.trim() === name),
      (name) => {
        assertEquals(new Arguments(`${quoteWord(name)} more`).next(), name);
      },
    ),
  );
});

Deno.test("terminal: an address is read in every form, and nonsense is refused with the way out", () => {
  const pin = "ab".repeat(32);
  assertEquals(parseAddress("chat.example"), { host: "chat.example", port: 8023, tls: false });
  assertEquals(parseAddress(":9000"), { host: "127.0.0.1", port: 9000, tls: false });
  assertEquals(parseAddress("[::1]:9000"), { host: "::1", port: 9000, tls: false });
  assertEquals(parseAddress("::1"), { host: "::1", port: 8023, tls: false });
  assertEquals(parseAddress("tls://h:1#sha256=" + pin.toUpperCase()), { host: "h", port: 1, tls: true, pin });
  assertEquals(parseAddress(`tls://h#sha256=${pin.replaceAll(/..(?!$)/g, "$&:")}`).pin, pin);
  assertEquals(addressName(parseAddress("tls://[::1]#sha256=" + pin)), "tls://[::1]:8023");
  const refused: [string, RegExp][] = [
    ["http://h:8080", /TCP port/],
    ["h:0", /1 to 65535/],
    ["h:99999", /1 to 65535/],
    ["h#sha256=" + pin, /belongs to tls/],
    ["tls://h#sha256=abc", /64 hex digits/],
    ["tls://h#md5=abc", /64 hex digits/],
    ["ftp://h", /HOST:PORT/],
    ["a b:1", /no sense/],
    ["h:1:2", /HOST:PORT/],
  ];
  for (const [text, why] of refused) {
    let error: unknown;
    try {
      parseAddress(text);
    } catch (thrown) {
      error = thrown;
    }
    assertTrue(error instanceof AddressError && why.test(error.message), `${text}: ${error}`);
  }
});

Deno.test("terminal: what is pasted is told from what is typed, however it is torn", () => {
  const input = "ab\x1b[A\x1b[200~one\rtwo\x1b[201~c\x1b[200~\x1b[201~\x1b";
  const parts = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 40, maxLength: 40 });
  fc.assert(fc.property(parts, (lengths) => {
    let typed = "";
    const pasted: string[] = [];
    const filter = new PasteFilter((text) => void (typed += text), (text) => void pasted.push(text));
    let at = 0;
    // A lone Escape is a key, so a terminal's chunks never end between it and what belongs to it.
    for (const length of lengths) {
      let end = at + length;
      while (input[end - 1] === "\x1b" && end < input.length) end++;
      filter.take(input.slice(at, end));
      at = Math.min(input.length, end);
    }
    assertEquals([typed, pasted], ["ab\x1b[Ac\x1b", ["one\rtwo", ""]]);
  }));
});

Deno.test("terminal: a file of others gets a harmless name", () => {
  const names: [string, string][] = [
    ["note.txt", "note.txt"],
    ["../../etc/passwd", "_._.._etc_passwd"],
    [".bashrc", "_bashrc"],
    ["-rf", "_rf"],
    ["a\x1b]0;x\x07.txt", "a_]0;x_.txt"],
    ["gpj.\u202eexe", "gpj._exe"],
    ["...", "_.."],
    ["  ", "file"],
    ["报告 1.pdf", "报告 1.pdf"],
    ["Meeting 10:30?.txt", "Meeting 10:30?.txt"],
    ["aux.c", "aux.c"],
  ];
  assertEquals(names.map(([name]) => [name, safeName(name, "linux")]), names);
  const onWindows: [string, string][] = [
    ["C:\\x", "C__x"],
    ["...", "___"],
    ["Meeting 10:30?.txt", "Meeting 10_30_.txt"],
    ["aux.c", "_aux.c"],
    ["note.", "note_"],
  ];
  assertEquals(onWindows.map(([name]) => [name, safeName(name, "windows")]), onWindows);
});

Deno.test("terminal: colours only on a terminal that wants them", () => {
  assertEquals(
    [
      wantsColours(true, { TERM: "xterm" }),
      wantsColours(false, { TERM: "xterm" }),
      wantsColours(true, { TERM: "xterm", NO_COLOR: "1" }),
      wantsColours(true, { TERM: "xterm", NO_COLOR: "" }),
      wantsColours(true, { TERM: "dumb" }),
    ],
    [true, false, false, true, false],
  );
  assertEquals(paintWith(false).name("bob"), "bob");
  assertTrue(paintWith(true).name("bob").startsWith("\x1b["), "a name has its colour");
});

Deno.test("terminal: what is heard a little late still stands in the server's order", () => {
  const list: { seq?: number; text: string }[] = [];
  for (const item of [{ seq: 2, text: "b" }, { text: "-" }, { seq: 3, text: "c" }, { seq: 1, text: "a" }]) {
    putInOrder(list, item);
  }
  assertEquals(list.map(({ text }) => text).join(""), "b-ac");
  const messages: { seq: number }[] = [];
  for (const seq of [3, 1, 2]) putInOrder(messages, { seq });
  assertEquals(messages.map(({ seq }) => seq), [1, 2, 3]);
});
