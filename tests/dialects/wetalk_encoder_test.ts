/** What WeTalk programs are told: words that make no markers, lists that Python reads, writes that decipher by themselves. */
import fc from "fast-check";
import type { Raw, Write } from "../../server/protocol/dialect.ts";
import { PER_PEER } from "../../server/protocol/dialect.ts";
import { createWetalk } from "../../server/protocol/dialects/wetalk/wetalk.ts";
import { openBlocks } from "../../server/protocol/dialects/wetalk/framer.ts";
import { FileList } from "../../server/protocol/dialects/wetalk/files.ts";
import * as grammar from "../../server/protocol/dialects/wetalk/parser.ts";
import { ifShown, Outgoing, type Transfer } from "../../server/protocol/dialects/wetalk/encoder.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { readPythonList, readWithPython } from "./clients/python_literal.ts";
import { cutAt, decoder, keys, tricky, words } from "./wetalk_samples.ts";

const { DIV, END, escaped, MARKS, nameOf, nicknameOf, pythonList, say } = grammar;

Deno.test("wetalk: whatever people write and are called, messages and fields are what they are", () => {
  const nickname = tricky.map((name) => name.replaceAll(/[@\0]/g, "")).filter((name) => name !== "");
  fc.assert(
    fc.property(fc.array(fc.tuple(nickname, words, words), { maxLength: 4 }), (lines) => {
      const sent = lines.flatMap(([name, text, file]) => [
        say(MARKS.message, nameOf(name), escaped(text)),
        say(MARKS.person, `+${nameOf(name)}`),
        say(MARKS.fileName, escaped(file)),
        say(MARKS.picture, nameOf(name), "ID", "7"),
        say(MARKS.recall, nameOf(name)),
      ]);
      const messages = sent.join("").split(END);
      assertEquals(messages.pop(), "");
      assertEquals(messages.map((message) => message + END), sent);
      for (const [index, [name, text]] of lines.entries()) {
        assertEquals(messages[index * 5]!.slice(8).split(DIV), [nameOf(name), escaped(text)]);
        assertEquals(messages[index * 5 + 3]!.slice(8).split(DIV), [nameOf(name), "ID", "7"]);
        assertEquals(nicknameOf(nameOf(name)), name);
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("wetalk: only markers are changed, and visibly", () => {
  for (const text of ["THE END", "the __END__ is near", "SEND_MAIL", "a __ b", "__init__", "__FRIEND___"]) {
    assertEquals(escaped(text), text);
  }
  assertEquals(escaped("a__END___b"), "a__@END___b");
  assertEquals(escaped("__DIV___"), "__@DIV___");
  assertEquals(escaped("END___ at the start, at the end __END_"), "@END___ at the start, at the end __@END_");
  assertEquals(escaped("\0"), "␀");
});

Deno.test("wetalk: Python reads the lists back", async () => {
  const lists: string[][] = [
    [],
    ["+Bob", "+Eve"],
    [
      "O'Brien",
      '"',
      "\\",
      "\\n",
      "a\nb\r\nc\td",
      "\u0001\x7f\u0085",
      "\u2028\u2029\ufeff",
      "👩‍👩‍👧‍👦",
      "你好",
      "'''",
      "\\'",
      "{}%s",
    ],
    ["NOTE__DIV___[==This Message Has Been Withdrawed.==]"],
  ];
  fc.assert(fc.property(fc.array(fc.string({ unit: "binary", maxLength: 20 }), { maxLength: 4 }), (items) => {
    lists.push(items);
    assertEquals(readPythonList(pythonList(items)), items);
  }));
  for (const items of lists) assertEquals(readPythonList(pythonList(items)), items);
  const byPython = await readWithPython(lists.map(pythonList));
  if (byPython) assertEquals(byPython, lists);
});

Deno.test("wetalk: the second file of a name is listed beside the first", () => {
  const list = new FileList();
  const add = (id: string, name: string) => list.add({ id, name, size: 1, md5: "", sha256: "", type: "" });
  assertEquals(add("1", "a.tar.gz"), "a.tar.gz");
  assertEquals(add("2", "a.tar.gz"), "a.tar (2).gz");
  assertEquals(add("3", "a.tar.gz"), "a.tar (3).gz");
  assertEquals(add("3", "a.tar.gz"), undefined);
  assertEquals(add("4", "a.tar (2).gz"), "a.tar (2) (2).gz");
  assertEquals(["5", "6"].map((id) => add(id, "README")), ["README", "README (2)"]);
  assertEquals(["7", "8"].map((id) => add(id, ".profile")), [".profile", ".profile (2)"]);
  assertEquals(add("9", "__END___.txt"), "__@END___.txt");
  assertEquals(list.named("a.tar (2).gz")?.id, "2");
});

/** Everything that is written, write by write; files come when nothing else can be written. */
function written(outgoing: Outgoing, waiting: (string | Raw)[], files: Uint8Array[] = []): Write[] {
  const writes: Write[] = [];
  while (waiting.length > 0) {
    const write = outgoing.pack(waiting);
    if (!write) {
      const file = files.shift();
      assertTrue(file !== undefined, "it waits for nothing");
      for (const half of cutAt(file!, [file!.length >> 1])) if (half.length > 0) waiting.push({ raw: half });
      continue;
    }
    writes.push(write);
    waiting.splice(write.from ?? 0, write.taken);
  }
  return writes;
}

function opened(hex: Uint8Array): string {
  const sealed = Uint8Array.fromHex(decoder.decode(hex));
  const open = openBlocks(sealed, keys);
  const chained = open.map((byte, index) => byte ^ (index < 16 ? keys.iv[index]! : sealed[index - 16]!));
  return decoder.decode(chained.subarray(0, chained.findLastIndex((byte) => byte !== 0) + 1));
}

const message = fc.oneof(
  { weight: 4, arbitrary: words },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 500, max: 5_000 }).chain((length) =>
      fc.constantFrom("x", "é", "语", "👍").map((char) => char.repeat(length))
    ),
  },
).map((text) => say(MARKS.message, "a", escaped(text)));

Deno.test("wetalk: each write deciphers by itself, and holds whole messages or a part of one", () => {
  fc.assert(fc.property(fc.array(message, { maxLength: 8 }), (messages) => {
    const outgoing = new Outgoing();
    outgoing.unlock(keys);
    let all = "";
    let full = 0;
    for (const { bytes, pauseMs } of written(outgoing, [...messages])) {
      assertTrue(bytes.length <= 4_096, `${bytes.length} bytes in one write`);
      if (bytes.length === 4_096) full++;
      // What it is behind by then, when it was late at each part.
      const behindMs = bytes.length === 4_096 ? 0 : full * (150 - 32);
      assertEquals(pauseMs, bytes.length === 4_096 ? 32 : behindMs > 0 ? 250 + behindMs : undefined);
      if (bytes.length < 4_096) full = 0;
      const plain = opened(bytes);
      const rest = plain.split(END).slice(1).at(-1) ?? "";
      assertEquals(rest, "", "a message begins behind another one and is not complete");
      all += plain;
    }
    assertEquals(all, messages.join(""));
  }));
});

Deno.test("wetalk: a file comes whole after its announcement, and words wait for it", () => {
  const announcement = say(MARKS.file, "a.bin", "3000");
  const transfer: Transfer = {
    id: "1",
    isPicture: false,
    announcement,
    size: 3_000,
    state: "asked",
    instead: undefined,
  };
  const outgoing = new Outgoing();
  outgoing.unlock(keys);
  outgoing.expect(transfer);
  const [before, after] = [say(MARKS.recall, "before"), say(MARKS.recall, "after")];
  const waiting: (string | Raw)[] = [before, announcement, after];
  const first = outgoing.pack(waiting)!;
  assertEquals([opened(first.bytes), first.taken], [before, 1]);
  waiting.shift();
  assertEquals(outgoing.pack(waiting), undefined, "it is not known yet whether the file can be had");
  transfer.state = "coming";
  const [announced, ...rest] = written(outgoing, waiting, [new Uint8Array(3_000).fill(7)]);
  assertEquals([opened(announced!.bytes), announced!.pauseMs], [announcement, 500]);
  assertEquals(rest.map(({ bytes }) => bytes.length === 1_500 ? "raw" : opened(bytes)), [
    "raw",
    "raw",
    after,
  ]);
  assertEquals(rest.map(({ pauseMs }) => pauseMs), [0, undefined, undefined]);
});

Deno.test("wetalk: a file that can't be had is not announced, nor taken away", () => {
  const announcement = say(MARKS.file, "a.bin", "3000");
  const instead = say(MARKS.message, "@switchboard", "gone");
  const outgoing = new Outgoing();
  outgoing.unlock(keys);
  outgoing.expect({ id: "1", isPicture: true, announcement, size: 3_000, state: "refused", instead });
  const takenAway = say(MARKS.recall, "a");
  const waiting = [announcement, "after" + END, ifShown("1", takenAway), ifShown("2", takenAway)];
  assertEquals(written(outgoing, waiting).map(({ bytes }) => opened(bytes)), [
    instead,
    "after" + END + takenAway,
  ], "what stands there instead is not taken away, as a picture is");
});

Deno.test("wetalk: before keys are exchanged nothing is said", () => {
  const outgoing = new Outgoing();
  assertEquals(outgoing.pack([grammar.notice("bye")])?.bytes.length, 0);
});

Deno.test("wetalk: whether a recalled line was the last depends on what was before, whoever is asked when", () => {
  const { encode, codec: speaker } = createWetalk({ pageUrl: () => "" });
  const said = (seq: number) => {
    const text = String(seq);
    return {
      event: "message",
      id: `m${seq}`,
      seq,
      at: 0,
      from: "a",
      room: "lobby",
      text,
      kind: "text",
    } as const;
  };
  const recalled = (id: string, seq: number) =>
    ({ event: "recalled", id, seq, at: 0, from: "a", room: "lobby" }) as const;
  const events = [said(1), said(2), recalled("m2", 3), said(4), recalled("m1", 5), recalled("m4", 6)];
  const rolled = say(MARKS.recall, "a");
  const earlier = grammar.notice("a took back an earlier message");
  const words = [
    ...["1", "2"].map((text) => grammar.line("a", text)),
    rolled,
    grammar.line("a", "4"),
    earlier,
    rolled,
  ];
  // First for whoever did it, all in one go; then for the others.
  for (const own of [true, false]) {
    assertEquals(events.map((event) => encode(event, own)), events.map(() => PER_PEER));
    const program = speaker();
    assertEquals(events.map((event) => program.hear?.(event).words), words);
  }
});
