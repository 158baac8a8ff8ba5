/** RoomChat's messages, read and written: whatever is in them, wherever they are torn, whatever nobody's page sends. */
import fc from "fast-check";
import type { Event, Message } from "../../server/core/shared/events.ts";
import { Fault } from "../../server/core/shared/faults.ts";
import type { Inbound, Output, PeerCodec, Raw } from "../../server/protocol/dialect.ts";
import { createRoomchat } from "../../server/protocol/dialects/roomchat/roomchat.ts";
import { readMessage, say, wishOf } from "../../server/protocol/dialects/roomchat/parser.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { scene } from "./clients/roomchat_client.ts";
import { bytesOf, pngOf } from "../support/sample_files.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });
const PAGE = "http://localhost";
const text = fc.string({ unit: "grapheme" });
const readWish = (message: Uint8Array) => wishOf(readMessage(message));
const read = (Type: string, Content: unknown) => readWish(encoder.encode(JSON.stringify({ Type, Content })));

Deno.test("roomchat: what a page writes is read as it was meant", () => {
  fc.assert(fc.property(text, text, (first, second) => {
    assertEquals(read("Talk", first), { type: "Talk", text: first });
    const room = first.replaceAll(";", "");
    assertEquals(read("Enter", `${room};${second};`), { type: "Enter", room, nickname: second });
    const open = second.replace(/;+$/, "");
    assertEquals(read("Enter", `${room};${open}`), { type: "Enter", room, nickname: open });
  }));
  fc.assert(fc.property(fc.uint8Array({ minLength: 1 }), fc.boolean(), (bytes, prefixed) => {
    const content = `${prefixed ? "data:image/png;base64," : ""}${bytes.toBase64()}`;
    for (const Type of ["Picture", "Video"]) {
      const wish = read(Type, content);
      assertTrue("bytes" in wish, "has bytes");
      assertEquals([wish.type, "bytes" in wish && wish.bytes], [Type, bytes]);
    }
  }));
});

Deno.test("roomchat: whatever people write or are called arrives in its own field", () => {
  fc.assert(fc.property(text, text, fc.boolean(), (Sender, Text, own) => {
    assertEquals(JSON.parse(say("Talk", Sender, own, Text)), {
      Type: "Talk",
      Sender,
      Self_send: own ? 0 : 1,
      Text,
    });
  }));
});

/** A codec that has entered, and a way to read all that it makes of what waits. */
function entered(): {
  codec: PeerCodec;
  takes(said: Output): void;
  asked: Inbound[];
  messages(): unknown[];
} {
  const codec = createRoomchat({ pageUrl: () => PAGE }).codec();
  const [guest, enter] = codec.receive(encoder.encode('{"Type":"Enter","Content":"101;bob;"}'), "text");
  codec.answer(guest!, { reply: { nickname: "bob" } });
  codec.answer(enter!, { reply: { members: ["bob"] } });
  const waiting: (string | Raw)[] = [];
  const asked: Inbound[] = [];
  const done: unknown[] = [];
  let open = "";
  return {
    codec,
    asked,
    takes({ words, raw, ask = [] }) {
      if (words !== undefined) waiting.push(words);
      if (raw) waiting.push({ raw });
      asked.push(...ask);
    },
    messages() {
      while (waiting.length > 0) {
        const write = codec.pack!(waiting);
        if (!write) break;
        waiting.splice(write.from ?? 0, write.taken);
        open += decoder.decode(write.bytes);
        if (write.more || open === "") continue;
        done.push(JSON.parse(open));
        open = "";
      }
      return done;
    },
  };
}

function picture(size: number, more: Partial<Message> = {}): Event<"message"> {
  const file = { id: "F", name: "a.png", size, md5: "", sha256: "", type: "image/png" };
  return {
    event: "message",
    id: "M",
    seq: 1,
    at: 1,
    from: 'al"i',
    room: "101",
    text: "",
    kind: "image",
    file,
    ...more,
  };
}

const SHOWN = { Type: "Picture", Sender: 'al"i', Self_send: 1 };
const LINE = say("Talk", "eve", false, "later");

function chunk(data: Uint8Array, offset: number): Event<"chunk"> {
  return { event: "chunk", file: "F", offset, bytes: data.length };
}

Deno.test("roomchat: a picture is whole however its bytes come, and what comes meanwhile follows it", () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 9 }), { minLength: 1 }),
      fc.nat(),
      (pieces, at) => {
        const data = new Uint8Array(pieces.flatMap((piece) => [...piece]));
        const { codec, takes, asked, messages } = entered();
        takes(codec.hear!(picture(data.length, { text: "look" })));
        takes(codec.hear!(picture(1, { from: "dan" })));
        takes({ words: LINE });
        assertEquals(messages().length, 1, "the caption");
        assertEquals(asked.length, 1, "one at a time");
        takes(codec.answer(asked[0]!, { reply: {} }));
        let offset = 0;
        for (const [index, piece] of pieces.entries()) {
          takes(codec.piece!(chunk(piece, offset), piece));
          offset += piece.length;
          if (index === at % pieces.length) messages();
        }
        assertEquals(asked.length, 2);
        takes(codec.answer(asked[1]!, { reply: {} }));
        takes(codec.piece!(chunk(new Uint8Array([7]), 0), new Uint8Array([7])));
        assertEquals(messages(), [
          { Type: "Talk", Sender: 'al"i', Self_send: 1, Text: "look" },
          { ...SHOWN, Text: data.toBase64() },
          { ...SHOWN, Sender: "dan", Text: "Bw==" },
          JSON.parse(LINE),
        ]);
      },
    ),
  );
});

Deno.test("roomchat: a picture that breaks off is an error, and one that can't be had its address", () => {
  for (const count of [0, 1, 2, 3]) {
    const { codec, takes, asked, messages } = entered();
    takes(codec.hear!(picture(10)));
    takes(codec.hear!(picture(1)));
    takes({ words: LINE });
    takes(codec.answer(asked[0]!, { reply: {} }));
    for (let at = 0; at < count; at++) {
      takes(codec.piece!(chunk(new Uint8Array([7]), at), new Uint8Array([7])));
    }
    if (count !== 1) messages();
    const error = { code: "file_gone", message: 'it was "taken back"' } as const;
    takes(codec.piece!({ ...chunk(new Uint8Array(0), count), error }, new Uint8Array(0)));
    takes(codec.answer(asked[1]!, { fault: new Fault("file_gone", "gone") }));
    const [first, second, third] = messages() as Record<string, unknown>[];
    assertEquals([first?.Type, first?.Text], ["Error", error.message], `after ${count}`);
    assertEquals(second, {
      ...SHOWN,
      Type: "Talk",
      Sender: 'al"i@file',
      Text: `has sent a picture, a.png: ${PAGE}/files/F`,
    });
    assertEquals(third, JSON.parse(LINE));
  }
});

Deno.test("roomchat: a farewell in the middle of a picture is a message of its own", () => {
  const { codec, takes, asked } = entered();
  takes(codec.hear!(picture(10)));
  codec.answer(asked[0]!, { reply: {} });
  const begun = codec.pack!(["picture 1"]);
  assertEquals([begun?.more, begun?.taken], [true, 0]);
  const ended = codec.pack!([LINE]);
  assertEquals(JSON.parse(decoder.decode(begun!.bytes) + decoder.decode(ended!.bytes)).Type, "Error");
  assertEquals(ended?.taken, 0);
  assertEquals(decoder.decode(codec.pack!([LINE])!.bytes), LINE);
});

Deno.test("roomchat: no input makes the dialect fail", () => {
  const type = fc.oneof(
    fc.constantFrom("Enter", "Quit", "Talk", "Picture", "Video", "Error"),
    fc.jsonValue(),
  );
  const content = fc.oneof(
    fc.string(),
    fc.constantFrom(";", ";;", "101;bob;", "AAAA", "data:,", "data:;base64,QQ"),
    fc.jsonValue(),
  );
  const input = fc.oneof(
    fc.record({ Type: type, Content: content }, { requiredKeys: [] }).map((each) =>
      encoder.encode(JSON.stringify(each))
    ),
    fc.json().map((each) => encoder.encode(each)),
    fc.uint8Array(),
  );
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.array(input, { maxLength: 12 }), fc.boolean(), (inputs, begins) => {
      const codec = createRoomchat({ pageUrl: () => PAGE }).codec();
      const enter = encoder.encode('{"Type":"Enter","Content":"101;bob;"}');
      for (const each of begins ? [enter, ...inputs] : inputs) {
        for (const asked of codec.receive(each, "text")) {
          seen.add("fault" in asked ? asked.fault.code : asked.command.op);
          const letIn = "command" in asked && ["guest", "enter"].includes(asked.command.op);
          const fault = new Fault("internal", 'no "} no');
          const { words } = codec.answer(
            asked,
            letIn ? { reply: { nickname: "bob", members: ["bob"] } } : { fault },
          );
          const { Type, Sender } = JSON.parse(words ?? '{"Type":"Error"}');
          assertTrue(Type === "Error" || (Type === "Talk" && Sender === "@switchboard"), words ?? "");
        }
      }
    }),
    { numRuns: 500 },
  );
  for (
    const each of ["guest", "enter", "send", "upload", "finish", "bad_request", "bad_utf8", "not_signed_in"]
  ) {
    assertTrue(seen.has(each), `${each} never came up in ${[...seen]}`);
  }
});

Deno.test("roomchat: a message torn at any byte is the same message, two in one are none", () =>
  scene(async ({ enters }) => {
    const bob = await enters("101", "bob");
    const said = '{"Content":"你好 👍","Type":"Talk"}';
    const bytes = encoder.encode(said);
    for (let cut = 0; cut <= bytes.length; cut++) bob.sends(bytes.subarray(0, cut), bytes.subarray(cut));
    bob.sends(...Array.from(bytes, (byte) => new Uint8Array([byte])));
    for (let count = 0; count <= bytes.length + 1; count++) await bob.hears("Talk", "bob", 0, "你好 👍");
    bob.sends(said + said);
    await bob.hearsError(/not JSON/);
    await bob.hearsNothing();
  }));

Deno.test("roomchat: a file whose bytes vanish on the way is told, and the page stays connected", () =>
  scene(
    async ({ enters, guest }) => {
      const bob = await enters("lobby", "bob");
      const alice = await guest("alice");
      await bob.hears("Enter", "alice", 1);
      bob.asks("Picture", new Uint8Array([...pngOf(9, 9), ...bytesOf(400_000)]).toBase64());
      const { Type, Text } = await bob.next();
      assertEquals([Type, Text], ["Error", "Its bytes have vanished"]);
      await alice.asks("send", { room: "lobby", text: "still there?" });
      await bob.hears("Talk", "alice", 1, "still there?");
    },
    {},
    {
      blobs: (real) => ({
        ...real,
        async *read(id: string, from: number, to: number) {
          for await (const block of real.read(id, from, to)) {
            yield block;
            throw new Fault("file_gone", "Its bytes have vanished");
          }
        },
      }),
    },
  ));

Deno.test("roomchat: a page may be silent before its user enters a room, longer than others", () =>
  scene(
    async ({ page, connect }) => {
      const bob = await page();
      const other = await connect("websocket");
      await other.ended;
      bob.asks("Enter", "101;bob;");
      await bob.hears("Enter", "bob", 0);
    },
    {},
    { limits: { silenceMs: 200 } },
  ));

Deno.test("roomchat: over TCP there are no messages, and it says so", () => {
  const [asked] = createRoomchat({ pageUrl: () => PAGE }).codec().receive(encoder.encode("{}"), "stream");
  assertTrue("fault" in asked! && asked.fatal === true && /WebSocket/.test(asked.fault.message), "refused");
});
