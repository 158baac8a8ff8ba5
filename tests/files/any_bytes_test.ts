/** Any bytes, in any pieces, to any dialect: it never fails, asks for nothing without end, and can still say why not. */
import fc from "fast-check";
import { Fault } from "../../server/core/shared/faults.ts";
import type { Form, Inbound, Output, PeerCodec, Raw, Result } from "../../server/protocol/dialect.ts";
import { createDialects } from "../../server/protocol/dialects/index.ts";
import { assertTrue } from "../support/assert.ts";
import { pack } from "../dialects/clients/chathttp_client.ts";
import { framed } from "../dialects/clients/persontalk_client.ts";
import { encoder, HELLO } from "../dialects/wetalk_samples.ts";

/** What makes sense to somebody, whole and broken off, with numbers that are none or too large. */
const TOKENS: readonly (string | Uint8Array)[] = [
  '{"op":"send","room":"lobby","text":"x"}\n',
  '{"op":"upload","bytes":5}\n',
  '{"bytes":-1}\n',
  '{"bytes":9007199254740993}\n',
  pack("ADD", "bob", ""),
  pack("POST", "bob", "hello\n"),
  "POST 1 HTTP/1.1\nContent_Length: -1\n\n",
  "POST 1 HTTP/1.1\nContent_Length: 99999999999999999999\n\n",
  "GET / HTTP/1.1\r\n\r\n",
  "101\r\nbob\r\nsecret",
  "106\r\nbob\tcarol\r\nhi",
  "109\r\n\x89PNG",
  "108",
  "999\r\n",
  framed('{"login":1,"args":{"user_name":"bob","password":"x"}}'),
  framed('{"up_files":"everyone","files_information":{"files_name":"a/b","files_size":3,"files_md5":"x"}}'),
  framed('{"up_files":"everyone","files_information":{"files_name":"a","files_size":-7}}'),
  framed('{"up_files":"bob","dirs_information":{"dirs_name":"d","dirs_size":"-1"}}'),
  framed('{"down_files":"everyone","files_name":"a"}'),
  framed('{"refuse_files":"a"}'),
  "-5             {}",
  "99999          {",
  HELLO,
  "__KEY___5__DIV___23__DIV___1__END___",
  "00112233445566778899aabbccddeeff",
  "zz",
  '{"Type":"Enter","Content":"lobby;bob;"}',
  '{"Type":"Talk","Content":7}',
  '{"Type":"Picture","Content":"no base64"}',
  '{"Type":"Picture","Content":"iVBORw0KGgo="}',
  "\r\n",
  "\0",
  "\xff\xfe",
];
const piece = fc.oneof(
  fc.constantFrom(...TOKENS).map((token) => typeof token === "string" ? encoder.encode(token) : token),
  fc.tuple(fc.constantFrom(...TOKENS), fc.nat(60)).map(([token, end]) =>
    (typeof token === "string" ? encoder.encode(token) : token).subarray(0, end)
  ),
  fc.uint8Array({ maxLength: 40 }),
);
const form = fc.constantFrom<Form[]>("stream", "text", "binary");

/** How many things may come of one piece. */
const THINGS_MAX = 1_000;

/** A conversation in which nothing succeeds. */
class Refusal {
  readonly #waiting: (string | Raw)[] = [];
  #things = 0;

  constructor(readonly codec: PeerCodec, readonly refuse: (asked: Inbound) => Result) {}

  hears(bytes: Uint8Array, form: Form): void {
    this.#things = 0;
    for (const asked of this.codec.receive(bytes, form)) this.#answer(asked);
    if (this.codec.idleMs !== undefined) {
      for (const asked of this.codec.onIdle?.() ?? []) this.#answer(asked);
    }
    this.#write();
  }

  #answer(asked: Inbound): void {
    this.#count();
    const { words, raw, ask = [] }: Output = this.codec.answer(asked, this.refuse(asked));
    if (words !== undefined) this.#waiting.push(words);
    if (raw) this.#waiting.push({ raw });
    for (const next of ask) this.#answer(next);
  }

  #write(): void {
    while (this.codec.pack && this.#waiting.length > 0) {
      this.#count();
      const write = this.codec.pack(this.#waiting);
      if (!write) return;
      this.#waiting.splice(write.from ?? 0, write.taken);
    }
  }

  #count(): void {
    assertTrue(++this.#things < THINGS_MAX, "it goes on without end");
  }
}

for (const dialect of Object.values(createDialects({ pageUrl: () => "http://page" }).byName)) {
  Deno.test(`any bytes: ${dialect.name} takes whatever comes, and always has an answer`, () => {
    const refused = (asked: Inbound) => ({
      fault: "fault" in asked ? asked.fault : new Fault("unknown_nickname", 'Cannot do this: "x" is unknown'),
    });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), form, (pieces, form) => {
        const talk = new Refusal(dialect.codec(), refused);
        for (const each of pieces) {
          dialect.detect(each);
          talk.hears(each, form);
        }
      }),
      { numRuns: 1_000 },
    );
  });
}
