/** ChatHTTP's grammar: what is written is read, however it was torn, and nothing that is sent does harm. */
import fc from "fast-check";
import { createChatHttp } from "../../server/protocol/dialects/chathttp/chathttp.ts";
import {
  type ChatRequest,
  type Garbage,
  RequestReader,
} from "../../server/protocol/dialects/chathttp/parser.ts";
import { lines, whole } from "../../server/protocol/dialects/chathttp/encoder.ts";
import type { PeerCodec } from "../../server/protocol/dialect.ts";
import { Fault } from "../../server/core/shared/faults.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { pack, unpack } from "./clients/chathttp_client.ts";

const encoder = new TextEncoder();
const dialect = createChatHttp({ pageUrl: () => "http://page" });

/** Everything that a reader makes of these pieces. */
function read(pieces: readonly Uint8Array[]): (ChatRequest | Garbage)[] {
  const reader = new RequestReader();
  const found: (ChatRequest | Garbage)[] = [];
  for (const piece of pieces) {
    for (const each of reader.push(piece)) {
      found.push(each);
      if ("fatal" in each) return found;
    }
  }
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

function glued(all: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(all.flatMap((bytes) => Array.from(bytes)));
}

const lineEnd = fc.constantFrom("\n", "\r\n") as fc.Arbitrary<"\n" | "\r\n">;
const request = fc.record({
  method: fc.constantFrom("ADD", "POST", "GET", "DELETE", "PUT"),
  name: fc.string({ unit: "grapheme", maxLength: 20 }).map((name) =>
    name.replaceAll(/[\r\n\v\f\x85]/g, "").trim()
  ),
  entity: fc.string({ unit: "binary", maxLength: 60 }),
  lineEnd,
}, { noNullPrototype: true });
const places = fc.array(fc.nat(2_000), { maxLength: 12 });

Deno.test("RequestReader: requests come out as they were written, wherever they are cut and however glued", () => {
  fc.assert(
    fc.property(fc.array(request, { minLength: 1, maxLength: 5 }), places, (requests, at) => {
      const bytes = glued(requests.map((each) => pack(each.method, each.name, each.entity, each.lineEnd)));
      assertEquals(read(cut(bytes, at)), requests);
    }),
    { numRuns: 500 },
  );
});

Deno.test("RequestReader: a request torn at every byte is the same request", () => {
  for (const end of ["\n", "\r\n"] as const) {
    const bytes = pack("POST", "Zoë", "h\u00e9llo 😀\n\nPOST 1 HTTP/1.1\n", end);
    const whole = read([bytes]);
    assertEquals(whole.length, 1);
    for (let at = 0; at <= bytes.length; at++) {
      assertEquals(read([bytes.subarray(0, at), bytes.subarray(at)]), whole);
    }
    assertEquals(read(Array.from(bytes, (byte) => new Uint8Array([byte]))), whole);
  }
});

Deno.test("RequestReader: whatever comes, it neither throws nor keeps more than its bounds", () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.string({
      unit: fc.constantFrom(
        "\n",
        "\r",
        ":",
        " ",
        "ADD 1 HTTP/1.1",
        "POST 1 HTTP/1.1",
        "Content_Length: 7",
        "\n\n",
        "é",
        "User_Agent: x",
      ),
    })
      .map((text) => encoder.encode(text)),
  );
  fc.assert(fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => void read(pieces)), {
    numRuns: 1_000,
  });
  const endless = Array.from({ length: 100 }, () => encoder.encode("x".repeat(1_000)));
  assertEquals(read(endless).map((each) => "fatal" in each), [true]);
  const head = encoder.encode("ADD 1 HTTP/1.1\n");
  assertEquals(read([head, ...endless]).map((each) => "fatal" in each), [true]);
  const unmeasured = encoder.encode("POST 1 HTTP/1.1\nUser_Agent: x\n\n");
  assertEquals(read([unmeasured, ...endless]).map((each) => "fatal" in each), [true]);
});

Deno.test("RequestReader: hyphens serve as underscores, and the case of a header does not matter", () => {
  const [found] = read([encoder.encode("POST 1 HTTP/1.1\nuser-agent:  alice \nCONTENT-LENGTH: 2\n\nhi")]);
  assertEquals(found, { method: "POST", name: "alice", entity: "hi", lineEnd: "\n" });
});

/** Everything that a codec writes of what waits, and how long it waits in between. */
function written(
  codec: PeerCodec,
  waiting: string[],
): { entity: string; status: string; pauseMs: number | undefined }[] {
  const responses = [];
  while (waiting.length > 0) {
    const { bytes, taken, pauseMs } = codec.pack!(waiting)!;
    assertTrue(bytes.length <= 4_096, `${bytes.length} bytes`);
    waiting.splice(0, taken);
    responses.push({ ...unpack(bytes), pauseMs });
  }
  return responses;
}

function signedIn(): PeerCodec {
  const codec = dialect.codec();
  const [asked] = codec.receive(pack("ADD", "alice", ""), "stream");
  codec.answer(asked!, { reply: { nickname: "alice" } });
  return codec;
}

Deno.test("chathttp: lines come out whole and in order, whatever their lengths, in as few responses as can be", () => {
  const text = fc.oneof(
    { weight: 5, arbitrary: fc.string({ unit: "grapheme", maxLength: 80 }) },
    {
      weight: 1,
      arbitrary: fc.string({ unit: fc.constantFrom("a", "é", "語", "😀"), minLength: 900, maxLength: 3_000 }),
    },
  );
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 40 }), (texts) => {
      const responses = written(signedIn(), texts.map((each) => lines(each)));
      const all = texts.map((each) => `${each}\n`).join("");
      assertEquals(responses.map(({ entity }) => entity).join(""), all.replaceAll(/\p{Cs}/gu, "\ufffd"));
      assertTrue(
        responses.every(({ status, pauseMs }) => status === "200" && pauseMs === undefined),
        "200, with the pause that the dialect declares",
      );
      assertTrue(
        responses.length <= Math.ceil(encoder.encode(all).length / 3_800) + 1,
        `${responses.length}`,
      );
    }),
    { numRuns: 200 },
  );
});

Deno.test("chathttp: what has a response to itself is shown with nothing else", () => {
  const waiting = [whole(200, "OK...^.^"), lines("a"), lines("b"), whole(400, "no\n"), lines("c")];
  assertEquals(written(signedIn(), waiting).map(({ status, entity }) => [status, entity]), [
    ["200", "OK...^.^"],
    ["200", "a\nb\n"],
    ["400", "no\n"],
    ["200", "c\n"],
  ]);
});

Deno.test("chathttp: before signing in there is no pause, and an error of the server's own is a 500", () => {
  const codec = dialect.codec();
  const [asked] = codec.receive(pack("ADD", "alice", ""), "stream");
  const { words } = codec.answer(asked!, { fault: new Fault("internal", "Cannot do this now.") });
  const [response] = written(codec, [words!]);
  assertEquals([response!.status, response!.entity, response!.pauseMs], ["500", "Cannot do this now.\n", 0]);
});

Deno.test("chathttp: it is detected by its methods, and never takes a browser for its own", () => {
  const verdicts = (text: string) =>
    Array.from({ length: text.length }, (_, at) => dialect.detect(encoder.encode(text.slice(0, at + 1))));
  for (const method of ["ADD", "POST", "GET", "DELETE"]) {
    const own = verdicts(`${method} 127`);
    assertEquals(own, [...Array(method.length + 1).fill("more"), "yes", "yes", "yes"]);
    assertEquals(verdicts(`${method} /`).at(-1), "no");
  }
  for (const other of ["{", "HEAD /", "PUT 1", "add 1", "10", "\n", "GETTING 1", "__KEY___"]) {
    assertEquals(verdicts(other).at(-1), "no", other);
  }
});
