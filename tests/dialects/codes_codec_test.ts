/** The grammar of the codes: whatever comes, and wherever it is cut. */
import fc from "fast-check";
import { createCodes } from "../../server/protocol/dialects/codes/codes.ts";
import { FileBytes } from "../../server/protocol/dialects/codes/files.ts";
import { READS, written } from "../../server/protocol/dialects/codes/encoder.ts";
import {
  begins,
  fieldsOf,
  type Message,
  MessageReader,
  type Separator,
  type Unreadable,
} from "../../server/protocol/dialects/codes/parser.ts";
import { extensionOf } from "../../server/protocol/magic.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const LONG_MAX = 10_000;

/** What a reader makes of pieces that come without a pause. */
function read(pieces: readonly Uint8Array[]): (Message | Unreadable)[] {
  const reader = new MessageReader(() => LONG_MAX);
  const found = pieces.flatMap((piece) => Array.from(reader.push(piece)));
  return [...found, ...reader.end()];
}

function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const sorted = [
    0,
    ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b),
    bytes.length,
  ];
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
}

const separator = fc.constantFrom<Separator[]>("\r\n", "\r\r");
const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 10 }).filter((text) =>
  !/[\r\n\t]/.test(text)
);
const text = fc.string({ unit: "binary", maxLength: 60 });

Deno.test("MessageReader: a message that may go on is one, wherever it is cut", () => {
  const message = fc.tuple(fc.constantFrom("101", "102", "106"), name, text, separator);
  fc.assert(
    fc.property(message, fc.array(fc.nat(200), { maxLength: 8 }), ([code, first, rest, between], at) => {
      fc.pre(code === "106" || !/10[012689]/.test(rest + first));
      const bytes = encoder.encode([code, first, rest].join(between));
      const [found, ...more] = read(cut(bytes, at));
      assertEquals(more, []);
      assertEquals((found as Message).code, code);
      assertEquals(fieldsOf(found as Message), [first, rest]);
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("MessageReader: a file is what its bytes are, wherever it is cut", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.option(separator, { nil: undefined }),
      fc.array(fc.nat(400), { maxLength: 8 }),
      (data, between, at) => {
        fc.pre(between !== undefined || !/^\r[\r\n]/.test(decoder.decode(data.subarray(0, 2))));
        const bytes = new Uint8Array([...encoder.encode(`109${between ?? ""}`), ...data]);
        const after = bytes.subarray(3);
        assertEquals(read(cut(bytes, at)), [{ code: "109", separator: between, body: data, after }]);
      },
    ),
    { numRuns: 1_000 },
  );
});

Deno.test("MessageReader: what can't go on is whole at once, and what comes with it is the next message", () => {
  const reader = new MessageReader(() => LONG_MAX);
  const codes = (data: string) =>
    Array.from(reader.push(encoder.encode(data)), (each) => "code" in each ? each.code : each.fault);
  assertEquals(codes("108"), ["108"]);
  assertEquals(codes("100\r\nJohn"), ["100"]);
  assertEquals(codes("999\r\n"), ["999"]);
  assertEquals(codes("108108100"), ["108", "108", "100"]);
  assertEquals(codes("108101\r\nJohn\r\n"), ["108"]);
  assertEquals(codes("secret"), []);
  assertEquals(codes("108"), ["101", "108"]);
  assertEquals(codes("10"), []);
  assertEquals(codes("x"), ["bad_request"]);
  assertEquals([codes("xyz"), codes("1é"), codes("-10")], [["bad_request"], ["bad_request"], [
    "bad_request",
  ]]);
  assertEquals(reader.idleMs, undefined);
});

Deno.test("MessageReader: whatever comes, it neither throws nor keeps more than it may", () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.constantFrom("1", "0", "106", "109", "101", "108", "\r\n", "\r\r", "\r", "\t", "John").map((each) =>
      encoder.encode(each)
    ),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      for (const each of read(pieces)) if ("code" in each) fieldsOf(each);
    }),
    { numRuns: 2_000 },
  );
  const endless = Array.from({ length: 300 }, () => encoder.encode("x".repeat(1_000)));
  const found = read([encoder.encode("106\r\nJohn\r\n"), ...endless]);
  assertEquals(found.map((each) => "fault" in each && each.fault), ["too_large"]);
});

Deno.test("written: a text and a list come out whole in messages of one read each", () => {
  const long = fc.string({ unit: fc.constantFrom("a", "é", "语", "😀", " ", "\n"), maxLength: 12_000 });
  fc.assert(
    fc.property(long, separator, (said, between) => {
      const parts = written(["209", "Zoë", said], between);
      const head = `209${between}Zoë${between}`;
      assertTrue(parts.every((part) => part.length <= READS.bytesMax), "one read each");
      const texts = parts.map((part) => decoder.decode(part));
      assertTrue(texts.every((each) => each.startsWith(head)), "each says who");
      assertEquals(texts.map((each) => each.slice(head.length)).join(""), said);
    }),
    { numRuns: 100 },
  );
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 900 }), separator, (names, between) => {
      const parts = written(["210", ...names], between);
      assertTrue(parts.every((part) => part.length <= READS.bytesMax), "one read each");
      const lists = parts.map((part) => decoder.decode(part).split(between));
      const named = (rest: string[]) => between === "\r\n" ? rest : rest[0]!.split("\t").slice(0, -1);
      assertEquals(lists.flatMap(([code, ...rest]) => code === "210" ? named(rest) : [code]), names);
    }),
    { numRuns: 100 },
  );
});

Deno.test("codes: what may go on is given 20 ms, a file 500 ms, and everything else is taken at once", () => {
  const codec = createCodes({ pageUrl: () => "http://page" }).codec();
  const takes = (data: string) => [
    Array.from(codec.receive(encoder.encode(data), "stream")).length,
    codec.idleMs,
  ];
  assertEquals(takes("108"), [1, undefined]);
  for (const open of ["10", "6\r\nJohn\r\nhi", " there"]) assertEquals(takes(open), [0, 20]);
  assertEquals(Array.from(codec.onIdle!()).length, 1);
  assertEquals(codec.idleMs, undefined);
  assertEquals(takes("999"), [1, undefined]);
  for (const open of ["109", "bytes", "101\r\nmore bytes"]) assertEquals(takes(open), [0, 500]);
  assertEquals(Array.from(codec.onIdle!()).length, 3, "announced, sent and finished");
  for (const open of ["105\r\rJohn\t\r\ra.txt\t", "text"]) assertEquals(takes(open), [0, 500]);
});

Deno.test("FileBytes: a separator behind 109 is a separator only where the program's first file had one", () => {
  const png = "\x89PNG\r\n\x1a\n";
  const bytes = (files: FileBytes, data: string) => {
    const [found] = read([Uint8Array.from(`109${data}`, (char) => char.charCodeAt(0))]);
    return String.fromCharCode(...files.of(found as Message));
  };
  const separating = new FileBytes();
  for (const between of ["\r\n", "\r\r", "\r\n"]) assertEquals(bytes(separating, between + png), png);
  assertEquals(bytes(separating, `\r\ntext`), `\r\ntext`, "nothing tells that it was none of the text");
  assertEquals(bytes(separating, png), png);
  const direct = new FileBytes();
  for (const data of ["", png, `\r\n${png}`, "\r\n", `\r\r${png}`]) assertEquals(bytes(direct, data), data);
});

Deno.test("codes: they are detected by a code and a separator, and nothing else is", () => {
  const verdicts = (head: string) =>
    Array.from({ length: head.length }, (_, at) => begins(encoder.encode(head.slice(0, at + 1))));
  for (const head of ["101\r\n", "102\r\r", "106\r\n"]) {
    assertEquals(verdicts(head), ["more", "more", "more", "more", "yes"]);
  }
  // The last is how a message of another dialect begins, which tells its length.
  for (const other of ["{", "103\r", "1 ", "201", "109x", "101\n", "106            {"]) {
    assertEquals(verdicts(other).at(-1), "no", other);
  }
});

Deno.test("extensionOf: pictures, films, archives, texts, anything else", () => {
  const kinds: Record<string, string> = {
    png: "89504e470d0a1a0a",
    jpg: "ffd8ffe000104a464946",
    gif: "474946383961",
    webp: "524946460000000057454250",
    mp4: "0000002066747970697362f0",
    mov: "00000014667479707174202020",
    webm: "1a45dfa3",
    pdf: "255044462d312e37",
    zip: "504b0304",
    txt: "e4bda0e5a5bd0a",
    bin: "000102fe",
  };
  for (const [extension, hex] of Object.entries(kinds)) {
    assertEquals(extensionOf(Uint8Array.fromHex(hex)), extension);
  }
});
