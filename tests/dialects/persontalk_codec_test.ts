/** PersonTalk's bytes: however they are torn or glued they mean the same, and malformed input harms nobody. */
import fc from "fast-check";
import type { Form } from "../../server/protocol/dialect.ts";
import { Framer } from "../../server/protocol/dialects/persontalk/framer.ts";
import { createDialects } from "../../server/protocol/dialects/index.ts";
import { line, notice, object } from "../../server/protocol/dialects/persontalk/encoder.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { framed } from "./clients/persontalk_client.ts";
import { scene } from "./persontalk_scene.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

interface Item {
  readonly text: string;
  readonly raw: Uint8Array;
}

const anObject = fc.dictionary(fc.string({ unit: "binary", maxLength: 8 }), fc.string({ unit: "binary" }), {
  maxKeys: 3,
}).map((value) => JSON.stringify(value));
const items = fc.array(
  fc.record({ text: anObject, raw: fc.uint8Array({ maxLength: 40 }) }, { noNullPrototype: true }),
  {
    minLength: 1,
    maxLength: 5,
  },
);

/** Reads chunks; each message is followed by as many raw bytes as its number says. */
function read(chunks: readonly Uint8Array[], sizes: readonly number[], form: Form = "stream"): Item[] {
  const framer = new Framer();
  const found: { text: string; raw: number[] }[] = [];
  for (const chunk of chunks) {
    for (const frame of framer.push(chunk, form)) {
      if ("message" in frame) {
        framer.expectRaw(sizes[found.length] ?? 0);
        found.push({ text: decoder.decode(frame.message), raw: [] });
      } else if ("raw" in frame) found.at(-1)!.raw.push(...frame.raw);
      else throw new Error(frame.unreadable);
    }
  }
  return found.map(({ text, raw }) => ({ text, raw: Uint8Array.from(raw) }));
}

function bytesOf(all: readonly Item[], frame: (text: string) => Uint8Array): Uint8Array {
  return Uint8Array.from(all.flatMap(({ text, raw }) => [...frame(text), ...raw]));
}

const FRAMINGS = {
  length: framed,
  lines: (text: string) => encoder.encode(`${text}\n`),
  glued: (text: string) => encoder.encode(text),
};

for (const [framing, frame] of Object.entries(FRAMINGS)) {
  Deno.test(`persontalk codec: ${framing}: the same whole, torn in two anywhere, and byte by byte`, () => {
    fc.assert(
      fc.property(items, (given) => {
        // A peer shows how its objects end before it sends a file.
        const all = [{ text: "{}", raw: new Uint8Array(0) }, ...given];
        const bytes = bytesOf(all, frame);
        const sizes = all.map(({ raw }) => raw.length);
        assertEquals(read([bytes], sizes), all);
        assertEquals(read(Array.from(bytes, (byte) => Uint8Array.of(byte)), sizes), all);
        for (let at = 1; at < bytes.length; at++) {
          assertEquals(read([bytes.subarray(0, at), bytes.subarray(at)], sizes), all);
        }
      }),
      { numRuns: 30 },
    );
  });
}

Deno.test("persontalk codec: no value of an object holds a word of the protocol, and each is read back", () => {
  const words = [
    "down_file",
    "finish",
    "file_complete",
    "send_to_recv",
    "active_people",
    "up_line",
    "\\",
    '"',
    "f",
    "\finish",
  ];
  const text = fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ unit: "binary" }))).map((all) =>
    all.join("")
  );
  fc.assert(fc.property(text, fc.array(text), (value, list) => {
    const said = object({ value, list }).slice(0, -1);
    assertEquals(JSON.parse(said), { value, list });
    for (const word of words.slice(0, 6)) assertTrue(!said.includes(word), said);
  }));
});

Deno.test("persontalk codec: no line is taken for an object, for two lines, or for another one's", () => {
  const odd = fc.array(
    fc.constantFrom("{", '"', "a", ":", "1", "}", "\n", "\r", "\0", "\x01", "*", ">", "person_talk"),
  );
  fc.assert(fc.property(odd, odd, (name, text) => {
    const nickname = name.filter((each) => !"\n\r\0\x01".includes(each)).join("");
    for (
      const said of [line(nickname, text.join("")), notice(text.join(""))].map((each) => each.slice(0, -1))
    ) {
      assertTrue(
        ![..."\0\x01\x02"].some((each) => said.includes(each)) && !said.includes("person_talk"),
        said,
      );
      assertTrue(!said.startsWith("{"), said);
      for (const further of said.split(/\r\n|[\n\r]/).slice(1)) assertTrue(further.startsWith("> "), said);
    }
    assertEquals(line(nickname, "x").replaceAll("\\:", "").indexOf(":") >= 0, true);
  }));
});

Deno.test("persontalk codec: recognised torn at every byte, and never for the native protocol's", () => {
  const { byName: { persontalk } } = createDialects({ pageUrl: () => "http://page" });
  for (
    const head of [framed('{"login":1}'), encoder.encode(' {"login": 1}'), encoder.encode('{"args":{}}')]
  ) {
    const verdicts = Array.from(head, (_, at) => persontalk.detect(head.subarray(0, at + 1)));
    assertTrue(!verdicts.includes("no") && verdicts.at(-1) === "yes", verdicts.join());
    assertEquals(verdicts.toSorted(), verdicts, "once sure it stays sure");
  }
  for (
    const head of ['{"id":1', '{"op":"login"', "100\r\n", "GET / ", "hello", '{"log"', "1234567890123456"]
  ) {
    assertEquals(persontalk.detect(encoder.encode(head)), "no", head);
  }
});

Deno.test("persontalk codec: after a wrong length, or a file of no size, it ends; others go on", () =>
  scene(async ({ program, comesIn }) => {
    const bob = await comesIn("bob");
    const heads = [
      "-5             {}",
      "999999999999999{}",
      "12x            {}",
      "1e3            {}",
      "               {}",
    ];
    for (const head of heads) {
      const wrong = await program();
      wrong.sends(framed('{"login":9}'));
      await wrong.next();
      wrong.sends(encoder.encode(head));
      while ((await wrong.socket.recv()).length > 0);
    }
    for (const files_size of [-2, 1e300, "many", 0.5, null]) {
      const wrong = await program();
      wrong.says({ up_files: "everyone", files_information: { files_name: "a", files_size } });
      while ((await wrong.socket.recv()).length > 0);
    }
    bob.says("still here");
    await bob.hearsNothing();
  }));

Deno.test("persontalk codec: what can't be done is said, and the conversation goes on", () =>
  scene(async ({ comesIn, program, native }) => {
    const bob = await comesIn("bob");
    const alice = await native("alice");
    await bob.seesPeople(["bob", "alice"], { up_line: "alice" });
    bob.says({ strange: 1 });
    assertTrue((await bob.next()).startsWith('* Cannot do "strange"'), "says what");
    bob.sends(Uint8Array.of(...encoder.encode("2".padEnd(15)), 0xff, 0xfe));
    assertTrue((await bob.next()).startsWith("* Cannot read this: it is not UTF-8"), "says why");
    bob.sends(framed("{lol}"));
    await alice.hears({ event: "message", from: "bob", text: "{lol}" });
    const up = await bob.uploads("everyone", "../../etc/passwd", encoder.encode("x"));
    assertEquals(up.return, 1);
    bob.says({ login: 1, args: null });
    assertEquals((await bob.object()).return, 3);
    const unauthenticated = await program();
    unauthenticated.says("hello?");
    assertTrue((await unauthenticated.next()).startsWith("* Cannot do this before signing in"), "says why");
    assertEquals((await unauthenticated.uploads("everyone", "a", encoder.encode("x"))).return, 1);
    unauthenticated.says({ down_files: "everyone", files_type: "files", files_name: "a" });
    assertTrue((await unauthenticated.next()).startsWith("* Cannot do this before signing in"), "says why");
  }));
