/** The native dialect without a socket: nothing that comes in can break it, and the cutting of the stream does not matter. */
import fc from "fast-check";
import { FAULT_CODES } from "../../server/core/shared/faults.ts";
import { LIMITS } from "../../server/core/shared/limits.ts";
import type { Form, Inbound, PeerCodec } from "../../server/protocol/dialect.ts";
import { native } from "../../server/protocol/dialects/native/native.ts";
import { FIELDS } from "../../server/protocol/request_fields.ts";
import { assertEquals, assertMatches, assertTrue } from "../support/assert.ts";

const encoder = new TextEncoder();
const ops = Object.keys(FIELDS);
const fields = [
  ...new Set(
    Object.values(FIELDS).flatMap((schema) =>
      Object.keys("entries" in schema ? schema.entries as object : {})
    ),
  ),
];

/** Requests that are nearly right. */
const nearly = fc.record({
  id: fc.oneof(fc.nat(), fc.string(), fc.jsonValue()),
  op: fc.oneof(
    fc.constantFrom(...ops),
    fc.constantFrom("__proto__", "constructor", "toString", "SEND", ""),
    fc.jsonValue(),
  ),
  more: fc.dictionary(
    fc.oneof(fc.constantFrom(...fields, "__proto__", "constructor", "bytes"), fc.string()),
    fc.oneof(fc.string({ unit: "binary" }), fc.boolean(), fc.double(), fc.array(fc.string()), fc.jsonValue()),
  ),
}).map(({ id, op, more }) => ({ id, op, ...more }));

Deno.test("native: any JSON value is a request or is answered with a fault", () => {
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), nearly), (value) => {
      const codec = native.codec();
      const [asked, ...others] = codec.receive(lineOf(value), "stream");
      assertEquals(others, []);
      checkAnswer(codec, asked!);
      if ("command" in asked!) assertTrue(ops.includes(asked.command.op), asked.command.op);
      else assertTrue(FAULT_CODES.includes(asked!.fault.code), asked!.fault.code);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("native: any bytes are answered line by line", () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array(), { maxLength: 4 }),
      fc.constantFrom<Form>("stream", "text", "binary"),
      (chunks, form) => {
        const codec = native.codec();
        for (const chunk of chunks) {
          for (const asked of codec.receive(chunk, form)) checkAnswer(codec, asked);
        }
        const [asked] = [...codec.receive(encoder.encode('\n{"id":1,"op":"ping"}\n'), "stream")].slice(-1);
        assertMatches(asked, { tag: 1, command: { op: "ping" } });
      },
    ),
  );
});

Deno.test("native: a long list or a deep one is answered as quickly as a short one", () => {
  const depth = 20_000;
  const deep = `${"[".repeat(depth)}${"]".repeat(depth)}`;
  for (
    const text of [
      deep,
      `{"id":1,"op":"send","room":"lobby","text":${deep}}`,
      `{"id":1,"op":"send","to":${deep},"text":"x"}`,
    ]
  ) {
    const codec = native.codec();
    const [asked] = codec.receive(encoder.encode(`${text}\n`), "stream");
    assertMatches(asked, { command: undefined });
    checkAnswer(codec, asked!);
  }
});

const STREAM = [
  '{"id":1,"op":"guest","nickname":"ada"}\r\n',
  '{"id":"two","op":"send","room":"lobby","text":"你好, 👍 \\ud83d\\ude00"}\n',
  "\n",
  "nonsense\n",
  '{"id":3,"op":"fly"}\n',
  '{"id":4,"op":"recall","message":"01ARZ3NDEKTSV4RRFFQ69G5FAV"}\n',
  '{"id":5,"op":"react","message":"01ARZ3NDEKTSV4RRFFQ69G5FAV","emoji":"👩‍👩‍👧","on":true}\n',
].join("");

Deno.test("native: a stream torn at every byte, and into single bytes, asks the same", () => {
  const stream = encoder.encode(STREAM);
  const expected = heard(native.codec(), [stream]);
  assertEquals(expected.length, 6);
  for (let at = 0; at <= stream.length; at++) {
    assertEquals(heard(native.codec(), [stream.slice(0, at), stream.slice(at)]), expected);
  }
  assertEquals(heard(native.codec(), Array.from(stream, (byte) => Uint8Array.of(byte))), expected);
});

Deno.test("native: requests glued into one message ask the same as one by one, with and without a last newline", () => {
  const stream = encoder.encode(STREAM);
  const expected = heard(native.codec(), [stream]);
  const codec = native.codec();
  assertEquals(
    STREAM.split("\n").flatMap((line) => heard(codec, [encoder.encode(line)], "text")),
    expected,
  );
  assertEquals(heard(native.codec(), [stream], "text"), expected);
  assertEquals(heard(native.codec(), [stream.slice(0, -1)], "text"), expected);
});

Deno.test("native: a line that is too long is fatal, one that is just not is read", () => {
  const room = LIMITS.lineBytesMax - '{"op":"ping","x":""}'.length;
  const fits = encoder.encode(`{"op":"ping","x":"${"x".repeat(room)}"}\n`);
  assertMatches([...native.codec().receive(fits, "stream")][0], { command: { op: "ping" } });
  const over = encoder.encode(`{"op":"ping","x":"${"x".repeat(room + 1)}"}\n`);
  for (const chunks of [[over], [over.slice(0, 100), over.slice(100)]]) {
    const codec = native.codec();
    const [asked, ...others] = chunks.flatMap((chunk) => [...codec.receive(chunk, "stream")]);
    assertMatches(asked, { fatal: true, tag: null });
    assertEquals("fault" in asked! && asked.fault.code, "too_large");
    assertEquals(others, []);
  }
});

Deno.test("native: faults say what is wrong in one short line", () => {
  const cases: [line: string, message: string][] = [
    ["hello", "it is not JSON"],
    ["[1]", "a request is a JSON object"],
    ['{"id":1}', '"op" is missing'],
    ['{"id":1,"op":"fly"}', 'Cannot do "fly"'],
    ['{"op":"edit","message":"x"}', 'Cannot edit: "text" is missing'],
    ['{"tag":1,"op":"edit","id":"x","text":"y"}', 'Cannot edit: "message" is missing'],
    ['{"tag":1,"op":"recall","id":"x"}', 'Cannot recall: "message" is missing'],
    ['{"tag":1,"op":"react","id":"x","emoji":"👍","on":true}', 'Cannot react: "message" is missing'],
    ['{"tag":1,"op":"read","room":"lobby","id":"x"}', 'Cannot read: "message" is missing'],
    ['{"op":"send","room":1,"text":"x"}', 'Cannot send: "room" must be string, not 1'],
    [
      '{"op":"react","message":"x","emoji":"👍","on":"yes\\n"}',
      'Cannot react: "on" must be boolean, not "yes\\n"',
    ],
    [
      `{"op":"react","message":"x","emoji":"👍","on":"${"y".repeat(9_999)}"}`,
      'Cannot react: "on" must be boolean, not "yyy',
    ],
    ['{"op":"resume","token":"x","since":1.5}', 'Cannot resume: "since" must be integer, not 1.5'],
    [
      '{"op":"kick","room":"lobby","nickname":"x","minutes":0.5}',
      'Cannot kick: "minutes" must be integer, not 0.5',
    ],
    ['{"op":"rooms","limit":0.5}', 'Cannot rooms: "limit" must be integer, not 0.5'],
    ['{"op":"conversations","limit":0.5}', 'Cannot conversations: "limit" must be integer, not 0.5'],
    ['{"op":"history","room":"lobby","limit":1.5}', 'Cannot history: "limit" must be integer, not 1.5'],
    ['{"op":"search","text":"x","limit":1.5}', 'Cannot search: "limit" must be integer, not 1.5'],
    ['{"op":"files","room":"lobby","limit":1.5}', 'Cannot files: "limit" must be integer, not 1.5'],
    [
      '{"op":"upload","room":"lobby","name":"x","size":1.5}',
      'Cannot upload: "size" must be integer, not 1.5',
    ],
    ['{"op":"download","file":"x","offset":1.5}', 'Cannot download: "offset" must be integer, not 1.5'],
    ["x".repeat(9_999), "it is not JSON"],
  ];
  for (const [line, words] of cases) {
    const [asked] = native.codec().receive(encoder.encode(`${line}\n`), "stream");
    const message = "fault" in asked! ? asked.fault.message : "no fault";
    assertTrue(message.includes(words), `${message} includes ${words}`);
    assertTrue(message.length < 250 && !message.includes("\n"), message);
  }
});

Deno.test("native: an event is one line of JSON whatever its text, and nothing to the one whose doing it is", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    const event = {
      event: "message",
      id: "1",
      seq: 1,
      at: 1,
      from: "ada",
      room: "lobby",
      text,
      kind: "text",
    } as const;
    const words = String(native.encode(event, false));
    assertEquals(words.indexOf("\n"), words.length - 1);
    assertEquals(JSON.parse(words), event);
    assertEquals(native.encode(event, true), undefined);
  }));
});

function lineOf(value: unknown): Uint8Array {
  return encoder.encode(`${JSON.stringify(value)}\n`);
}

function heard(codec: PeerCodec, chunks: readonly Uint8Array[], form: Form = "stream"): unknown[] {
  const asked = chunks.flatMap((chunk) => [...codec.receive(chunk, form)]);
  return asked.map((each) =>
    "command" in each ? { ...each } : { tag: each.tag, code: each.fault.code, message: each.fault.message }
  );
}

/** Both kinds of answer are one line of JSON that names the request. */
function checkAnswer(codec: PeerCodec, asked: Inbound): void {
  const result = "fault" in asked ? { fault: asked.fault } : { reply: { text: "a\nb" } };
  const { words = "" } = codec.answer(asked, result);
  assertEquals(words.indexOf("\n"), words.length - 1);
  const reply = JSON.parse(words);
  assertMatches(reply, { re: asked.tag, ok: "command" in asked });
  assertTrue(["number", "string", "object"].includes(typeof reply.re), words);
}
