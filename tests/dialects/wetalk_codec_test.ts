/** How WeTalk's bytes are read, whatever they are and however they come. What is said: wetalk_encoder_test.ts. */
import fc from "fast-check";
import { Fault } from "../../server/core/shared/faults.ts";
import type { PeerCodec } from "../../server/protocol/dialect.ts";
import { createWetalk } from "../../server/protocol/dialects/wetalk/wetalk.ts";
import {
  chooseSecret,
  exchangeKeys,
  type Frame,
  Framer,
  type Keys,
  openBlocks,
  readNumbers,
  seal,
  Unsealer,
} from "../../server/protocol/dialects/wetalk/framer.ts";
import { DIV, END, escaped, MARKS } from "../../server/protocol/dialects/wetalk/parser.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { cutAt, decoder, encoder, HELLO, joined, keys, P, power, words } from "./wetalk_samples.ts";

/** What a framer makes of a stream that comes in these pieces; files of so many bytes follow their announcement. */
function frames(pieces: readonly Uint8Array[]): (string | number[])[] {
  const framer = new Framer();
  const seen: (string | number[])[] = [];
  let raw: number[] | undefined;
  let left = 0;
  const take = (frame: Frame) => {
    if ("hello" in frame) framer.unlock(keys);
    if ("raw" in frame) {
      raw!.push(...frame.raw);
      left -= frame.raw.length;
      return;
    }
    const text = "message" in frame ? decoder.decode(frame.message) : JSON.stringify(frame);
    seen.push(text);
    if (!text.startsWith(MARKS.upload)) return;
    left = Number(text.split(DIV).at(-1));
    if (left > 0) framer.expectRaw(left);
    seen.push(raw = []);
  };
  for (const piece of pieces) for (const frame of framer.push(piece)) take(frame);
  assertEquals(left, 0);
  return seen;
}

/** What a program sends, and the frames it stands for. */
const talk = fc.array(
  fc.oneof(
    words.map((text) => ({ text: `${MARKS.message}a${DIV}${escaped(text)}`, raw: undefined })),
    fc.uint8Array({ maxLength: 70 }).map((raw) => ({ text: `${MARKS.upload}f${DIV}${raw.length}`, raw })),
  ),
  { maxLength: 5 },
);

Deno.test("wetalk: a stream is the same messages and files, however it is torn and glued", () => {
  fc.assert(fc.property(talk, fc.array(fc.nat(), { maxLength: 6 }), (sent, cuts) => {
    const stream = joined([
      encoder.encode(HELLO),
      ...sent.flatMap(({ text, raw }) => [seal(encoder.encode(text + END), keys), raw ?? new Uint8Array(0)]),
    ]);
    const [, ...heard] = frames(cutAt(stream, cuts));
    assertEquals(
      heard,
      sent.flatMap(({ text, raw }): (string | number[])[] => raw ? [text, [...raw]] : [text]),
    );
  }));
});

Deno.test("wetalk: torn at each byte it is the same", () => {
  const file = encoder.encode("0123456789abcdefABCDEF not hexadecimal at all");
  const stream = joined([
    encoder.encode(HELLO),
    seal(encoder.encode(`__LOGI__bob${END}`), keys),
    seal(encoder.encode(`${MARKS.upload}a.txt${DIV}${file.length}${END}`), keys),
    file,
    seal(encoder.encode(`${MARKS.message}bob${DIV}你好 👍${END}`), keys),
  ]);
  const whole = frames([stream]);
  assertEquals(whole.length, 5);
  for (let cut = 1; cut < stream.length; cut++) {
    assertEquals(frames([stream.slice(0, cut), stream.slice(cut)]), whole, `cut at ${cut}`);
  }
  assertEquals(frames(Array.from(stream, (byte) => new Uint8Array([byte]))), whole, "byte by byte");
});

Deno.test("wetalk: messages joined in one plaintext are read, wherever the blocks end", () => {
  for (let length = 0; length < 34; length++) {
    const texts = [`${MARKS.message}a${DIV}${"x".repeat(length)}`, MARKS.history, `${MARKS.recall}a`];
    const plain = encoder.encode(texts.map((text) => text + END).join(""));
    const after = seal(encoder.encode(`__LOGO__a${END}`), keys);
    const [, ...heard] = frames([encoder.encode(HELLO), joined([seal(plain, keys), after])]);
    assertEquals(heard, [...texts, "__LOGO__a"], `with ${length}`);
  }
});

Deno.test("wetalk: what can't be read ends it, once", () => {
  const ends = (...pieces: (string | Uint8Array)[]) => {
    const bytes = pieces.map((piece) => typeof piece === "string" ? encoder.encode(piece) : piece);
    const [last, before] = frames(bytes).toReversed();
    assertTrue(String(last).includes("unreadable"), JSON.stringify(last));
    assertTrue(!String(before).includes("unreadable"), "told twice");
  };
  ends("GET / HTTP/1.1\r\n");
  ends("__KEY__x");
  ends(`__KEY___${"9".repeat(5_000)}`);
  ends(HELLO, "not hexadecimal", "nor this");
  ends(HELLO, "0123456789abcdef0123456789abcdeg");
  ends(HELLO, seal(encoder.encode(MARKS.message + "x".repeat(70_000)), keys), "00".repeat(100));
});

Deno.test("wetalk: both sides of a key exchange have the same key", () => {
  fc.assert(fc.property(fc.bigInt(1n, P - 2n), fc.bigInt(2n, P - 2n), (ours, secret) => {
    const theirs = power(5n, secret);
    fc.pre(theirs >= 2n && theirs <= P - 2n && String(power(theirs, ours)).length >= 16);
    const exchanged = exchangeKeys([5n, P, theirs], () => ours);
    const shared = String(power(BigInt(exchanged.reply.slice(8, -8)), secret));
    assertEquals(decoder.decode(exchanged.keys.key), shared.slice(0, 16));
    assertEquals(decoder.decode(exchanged.keys.iv), shared.slice(-16));
  }));
});

Deno.test("wetalk: with a shared number of fewer than 16 digits, another exponent is chosen", () => {
  const tried: number[] = [];
  const { keys: { key } } = exchangeKeys([5n, P, 10n], () => {
    tried.push(tried.length);
    return tried.length < 4 ? BigInt(tried.length) : 17n;
  });
  assertEquals(tried.length, 4);
  assertEquals(
    decoder.decode(key),
    "1000000000000000".length === 16 ? String(power(10n, 17n)).slice(0, 16) : "",
  );
});

Deno.test("wetalk: numbers that no key comes of are refused, and large ones cost little", () => {
  const large = (1n << 4096n) - 1n;
  const refused = [
    `5${DIV}2${DIV}1`,
    `5${DIV}${P}${DIV}0`,
    `5${DIV}${P}${DIV}1`,
    `5${DIV}${P}${DIV}${P - 1n}`,
    `5${DIV}${P}${DIV}${P}`,
    `5${DIV}${P}${DIV}-3`,
    `5${DIV}23${DIV}7`,
    `5${DIV}${1n << 4096n}${DIV}7`,
    `5${DIV}${P}`,
    `5${DIV}${P}${DIV}7${DIV}7`,
    `5 ${DIV}${P}${DIV}7`,
    `0x5${DIV}${P}${DIV}7`,
    `${"9".repeat(1_300)}${DIV}${P}${DIV}7`,
    // All powers of 8 are 1 and 8 here: no exponent gives a key, and it is not tried for ever.
    `5${DIV}${8n ** 20n}${DIV}${8n ** 10n}`,
    "",
  ];
  for (const numbers of refused) {
    let code = "";
    try {
      exchangeKeys(readNumbers(numbers));
    } catch (error) {
      code = (error as { code: string }).code;
    }
    assertEquals(code, "bad_request", numbers);
  }
  for (const prime of [P, large]) {
    for (let count = 0; count < 20; count++) {
      const secret = chooseSecret(prime);
      assertTrue(secret >= 1n && secret <= prime - 2n && secret < 1n << 256n, `${secret} for ${prime}`);
    }
  }
  assertTrue(
    BigInt(exchangeKeys([3n, large, large - 12345n]).reply.slice(8, -8)) > 0n,
    "it is taken",
  );
});

/** A codec after the key exchange, and the keys. */
function exchanged(): { codec: PeerCodec; keys: Keys } {
  const codec = createWetalk({ pageUrl: () => "http://localhost" }).codec();
  const secret = 12_345_678_901_234_567n;
  const hello = `__KEY___5${DIV}${P}${DIV}${power(5n, secret)}${END}`;
  const [exchange, glance] = codec.receive(encoder.encode(hello), "stream");
  const { words = "" } = codec.answer(exchange!, { reply: {} });
  const shared = String(power(BigInt(words.slice(8, -8)), secret));
  codec.answer(glance!, { reply: { members: [], owner: null, files: [] } });
  return {
    codec,
    keys: { key: encoder.encode(shared.slice(0, 16)), iv: encoder.encode(shared.slice(-16)) },
  };
}

Deno.test("wetalk: no input makes the dialect fail", () => {
  const number = fc.constantFrom(
    "1e9",
    "-1",
    "99999999999999999999",
    "0x10",
    "",
    " 7",
    "9007199254740993",
    "0",
    "3",
    "20",
  );
  const fields = fc.array(fc.oneof(words, fc.integer().map(String), number), { maxLength: 4 });
  const mark = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...Object.values(MARKS)) }, {
    weight: 1,
    arbitrary: words,
  });
  const asked = fc.tuple(mark, fields).map(([first, rest]) => ({
    plain: encoder.encode(first + rest.join(DIV) + END),
  }));
  const announced = fc.tuple(fc.constantFrom(MARKS.upload, MARKS.picture), fc.nat(40)).map((
    [first, size],
  ) => ({
    plain: encoder.encode(`${first}a${DIV}${size}${END}`),
  }));
  const bytes = fc.uint8Array({ maxLength: 60 });
  const input = fc.oneof(
    { weight: 6, arbitrary: asked },
    { weight: 2, arbitrary: announced },
    { weight: 1, arbitrary: bytes.map((each) => ({ plain: joined([each, encoder.encode(END)]) })) },
    { weight: 1, arbitrary: bytes.map((raw) => ({ raw })) },
  );
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.boolean(), fc.array(input, { maxLength: 12 }), (signsIn, inputs) => {
      const { codec, keys } = exchanged();
      const signIn = { plain: encoder.encode(`${MARKS.login}eve${END}`) };
      for (const each of signsIn ? [signIn, ...inputs] : inputs) {
        for (const asked of codec.receive("plain" in each ? seal(each.plain, keys) : each.raw, "stream")) {
          seen.add("fault" in asked ? asked.fault.code : asked.command.op);
          if ("fault" in asked && asked.fatal) return;
          const { words: told = "" } = codec.answer(asked, { fault: new Fault("internal", `no ${END}!`) });
          assertTrue(told === "" || told.indexOf(END) === told.length - END.length, told);
        }
      }
    }),
    { numRuns: 300 },
  );
  for (
    const each of [
      "guest",
      "send",
      "history",
      "kick",
      "upload",
      "finish",
      "bad_request",
      "bad_utf8",
      "bad_file",
    ]
  ) {
    assertTrue(seen.has(each), `${each} never came up in ${[...seen]}`);
  }
});

Deno.test("wetalk: it is detected by its first marker and by nothing else", () => {
  const { detect } = createWetalk({ pageUrl: () => "" });
  for (let length = 0; length < 8; length++) {
    assertEquals(detect(encoder.encode(HELLO.slice(0, length))), "more");
  }
  assertEquals(detect(encoder.encode(HELLO)), "yes");
  for (const other of ["{", "__LOGI__bob", "GET /", "_x", "106\r\n", "\x16\x03\x01"]) {
    assertEquals(detect(encoder.encode(other)), "no", other);
  }
});

Deno.test("wetalk: a block's padding is taken off, and only there a message ends", () => {
  const unsealer = new Unsealer(keys);
  const plain = encoder.encode(`${MARKS.message}a${DIV}${END.slice(0, 7)} ${END}`);
  const sealed = Uint8Array.fromHex(decoder.decode(seal(plain, keys)));
  const open = openBlocks(sealed, keys);
  const results: (string | undefined)[] = [];
  for (let at = 0; at < sealed.length; at += 16) {
    const whole = unsealer.add(sealed.subarray(at, at + 16), open.subarray(at, at + 16));
    results.push(whole && decoder.decode(whole));
  }
  assertEquals(results, [undefined, undefined, decoder.decode(plain)]);
});
