/** What waits for a program of the codes, and what is written of it: one message for each read, lines together, files in their places. */
import fc from "fast-check";
import { Transfer } from "../../server/protocol/dialects/codes/files.ts";
import { FILE_MARK, JoinedLines, queued, READS } from "../../server/protocol/dialects/codes/encoder.ts";
import type { Separator } from "../../server/protocol/dialects/codes/parser.ts";
import { Outgoing, ToldNames } from "../../server/protocol/dialects/codes/outgoing.ts";
import type { Raw } from "../../server/protocol/dialect.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const separator = fc.constantFrom<Separator[]>("\r\n", "\r\r");

/** Everything that is written of what waits, until nothing more can be. */
function drain(outgoing: Outgoing, waiting: (string | Raw)[]): string[] {
  const writes: string[] = [];
  for (let write = waiting.length > 0 ? outgoing.pack(waiting) : undefined; write;) {
    if (write.bytes.length > 0) {
      assertEquals(write.pauseMs, undefined, "there is as much time to read it as the dialect has declared");
      assertTrue(write.bytes.length <= READS.bytesMax, "one read takes it");
      writes.push(decoder.decode(write.bytes));
    }
    waiting.splice(write.from ?? 0, write.taken);
    write = waiting.length > 0 ? outgoing.pack(waiting) : undefined;
  }
  return writes;
}

Deno.test("Outgoing: a file keeps its place among the messages, whenever its bytes come, or is named instead", () => {
  const outgoing = new Outgoing();
  const files = ["first", "lost", "third"].map((id) => new Transfer(id, 5, encoder.encode("200")));
  const waiting: (string | Raw)[] = [queued(["209", "a", "one"])];
  for (const file of files) {
    outgoing.expect(file);
    waiting.push(queued(["209", "a", `with ${file.file}`], [FILE_MARK, "a", `${file.file} is there`]));
    waiting.push(queued(["209", "a", `after ${file.file}`]));
  }
  const comes = (file: string, piece: string) => {
    const { raw } = outgoing.take({ file }, encoder.encode(piece));
    if (raw) waiting.push({ raw });
    return drain(outgoing, waiting);
  };
  assertEquals(drain(outgoing, waiting), ["209\r\na\r\none\nwith first"]);
  assertEquals(comes("first", "12"), []);
  waiting.push(queued(["203", "b"]));
  files[1]!.fail();
  assertEquals(comes("first", "345"), [
    "20012345",
    "209\r\na\r\nafter first\nwith lost",
    "209\r\na\r\nlost is there",
    "209\r\na\r\nafter lost\nwith third",
  ]);
  const error = { code: "file_gone", message: "Cannot send the rest of this file." } as const;
  outgoing.take({ file: "third", error }, new Uint8Array(0));
  assertEquals(drain(outgoing, waiting), [
    "209\r\na\r\nthird is there",
    "209\r\na\r\nafter third",
    "203\r\nb",
  ]);
  assertEquals(waiting, []);
});

Deno.test("Outgoing: what was forgotten leaves nothing behind", () => {
  const outgoing = new Outgoing();
  const waiting = [queued(["209", "a", "x".repeat(10_000)])];
  outgoing.pack(waiting);
  const file = new Transfer("gone", 1, encoder.encode("200"));
  outgoing.expect(file);
  const { raw } = outgoing.take({ file: "gone" }, encoder.encode("1"));
  assertEquals(drain(outgoing, [{ raw: raw! }, queued(["209", "@switchboard", "bye"])]), [
    "209\r\n@switchboard\r\nbye",
  ]);
});

Deno.test("JoinedLines: everything said is in it, in one read, and each line is shown as whose it is", () => {
  const said = fc.tuple(
    fc.constantFrom("Zoë", "bob", "a: b", "[x]"),
    fc.array(fc.constantFrom("hello", "bob: I resign", "a: b: c", "", "see: this", "x : y", "😀"), {
      minLength: 1,
      maxLength: 3,
    }).map((lines) => lines.join("\n")),
  );
  fc.assert(
    fc.property(fc.array(said, { minLength: 1, maxLength: 12 }), separator, (all, between) => {
      const joined = new JoinedLines(between);
      const taken = all.filter((each) => joined.add(["209", ...each]));
      assertEquals(taken, all, "so little goes into one read");
      const [code, sender, text = ""] = decoder.decode(joined.bytes).split(between);
      assertEquals([code, sender], ["209", all[0]![0]]);
      const expected = all.flatMap(([from, words]) => words.split("\n").map((line) => [from, line]));
      const names = ["Zoë", "bob", "a\\: b", "[x]"];
      const like = /^\S(?:.*\S)?: /;
      // Whose line it is shows a name before it that is known, and otherwise that it stands below its sender.
      const shown = text.split("\n").map((line, index) => {
        const name = index > 0 && names.find((each) => line.startsWith(`${each}: `));
        if (name) return [name.replaceAll("\\", ""), line.slice(name.length + 2)];
        assertTrue(index === 0 || line.startsWith("> ") || !like.test(line), text);
        return [sender, index > 0 && line.startsWith("> ") ? line.slice(2) : line];
      });
      assertEquals(shown, expected);
    }),
    { numRuns: 500 },
  );
  const joined = new JoinedLines("\r\n");
  const long = "x".repeat(2_000);
  assertEquals([1, 2, 3].map(() => joined.add(["209", "bob", long])), [true, true, false]);
  assertTrue(joined.bytes.length <= READS.bytesMax, "what does not go in is not in it");
  assertEquals(new JoinedLines("\r\n").add(["209", "bob", "x".repeat(5_000)]), false);
});

Deno.test("codes: lines that wait together are one message, and the others keep their places", () => {
  const outgoing = new Outgoing();
  const line = (from: string, text: string) => queued(["209", from, text]);
  const waiting = [
    line("bob", "one"),
    line("bob", "two"),
    queued(["209", "eve", "three"], ["203", "eve"], ["209", "bob", "four"]),
    line("dan", "five"),
    line("dan", "y".repeat(4_085)),
    line("dan", "x".repeat(4_000)),
    line("dan", "x".repeat(4_000)),
    queued(["208"]),
  ];
  assertEquals(drain(outgoing, waiting), [
    "209\r\nbob\r\none\ntwo\neve: three",
    "203\r\neve",
    "209\r\nbob\r\nfour\ndan: five",
    `209\r\ndan\r\n${"y".repeat(4_085)}`,
    `209\r\ndan\r\n${"x".repeat(4_000)}`,
    `209\r\ndan\r\n${"x".repeat(4_000)}`,
    "208",
  ]);
});

Deno.test("ToldNames: everybody is who was told of last, with or without many, as far as the window shows them", () => {
  const told = new ToldNames();
  const isAll = (...names: string[]) => told.isEverybody(names);
  told.note(["205", "Mary"]);
  assertEquals(isAll("Mary"), false, "no list was told");
  told.note(["210", "Mary"]);
  assertEquals([isAll("mary"), isAll("John"), isAll()], [true, false, false]);
  told.note(["205", "John"]);
  assertEquals([isAll("Mary"), isAll("John", "Mary"), isAll("Mary", "John", "elsewhere")], [
    false,
    true,
    true,
  ]);
  assertEquals(told.unknownOf(["Mary", "elsewhere"]), ["elsewhere"]);
  told.note(["203", "Mary"]);
  assertEquals([isAll("John"), isAll("Mary")], [true, false]);
  const many = Array.from({ length: 11 }, (_, n) => `n${n}`);
  told.note(["210", ...many]);
  assertEquals([7, 8, 9, 11].map((count) => isAll(...many.slice(0, count))), [false, true, false, false]);
  assertEquals(isAll(...many.slice(3, 11)), true, "whichever eight those are");
  assertEquals(isAll(...many, "John"), true);
  assertEquals(isAll(...many.slice(0, 7), "elsewhere"), false);
  told.note(["204", "me"]);
  assertEquals(isAll(...many, "John"), false, "another user has another window");
});
