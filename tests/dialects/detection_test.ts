/** Who speaks what: found out from what a peer says first, on the main port and over WebSocket, or settled by the port. */
// @ts-types="npm:@types/ws@8.18.2"
import { WebSocket } from "ws";
import { DIALECT_NAMES, type DialectName } from "../../server/protocol/dialects/index.ts";
import type { Running } from "../../server/run/serve.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { pack } from "./clients/chathttp_client.ts";
import { OriginalSocket } from "./clients/original_socket.ts";
import { framed } from "./clients/persontalk_client.ts";
import { RoomchatClient } from "./clients/roomchat_client.ts";
import { type TestServer, withServer } from "../support/harness.ts";
import { HELLO } from "./wetalk_samples.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const PAGE = await Deno.readTextFile(new URL("../../docs/dialects.md", import.meta.url));
const UNKNOWN = { user_name: "nobody", password: "plug-jack-cord-7" };

/** What somebody says first, and how the answer begins that only their own language gives. */
const FIRST_WORDS: readonly { dialect: DialectName; says: Uint8Array | string; answer: RegExp }[] = [
  { dialect: "native", says: '{"id":1,"op":"ping"}\n', answer: /^{"re":1,"ok":true}\n$/ },
  { dialect: "native", says: '\r\n {"op":"who"}\n', answer: /^{"re":null,"ok":false,.*"not_signed_in"/ },
  { dialect: "chathttp", says: pack("GET", "alice", ""), answer: /^HTTP\/1\.1 400 Bad Request\nDatetime/ },
  {
    dialect: "browser",
    says: "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    answer: /^HTTP\/1\.1 200 OK\r\n.*<a href="http/s,
  },
  { dialect: "browser", says: "HEAD /x HTTP/1.1\r\n\r\n", answer: /^HTTP\/1\.1 200 OK\r\n/ },
  { dialect: "codes", says: "101\r\nnobody\r\nplug-jack-cord-7", answer: /^201$/ },
  { dialect: "codes", says: "101\r\rnobody\r\rplug-jack-cord-7", answer: /^201$/ },
  {
    dialect: "persontalk",
    says: framed(JSON.stringify({ login: 1, args: UNKNOWN })),
    answer: /^\d+ +{"login": 1, "return": 1}$/,
  },
  {
    dialect: "persontalk",
    says: `${JSON.stringify({ login: 1, args: UNKNOWN })}\n`,
    answer: /^{"login": 1, "return": 1}\n$/,
  },
  {
    dialect: "persontalk",
    says: JSON.stringify({ args: UNKNOWN, login: 1 }),
    answer: /^{"login": 1, "return": 1}\n$/,
  },
  { dialect: "irc", says: "CAP LS 302\r\n", answer: /^:irc\.switchboard CAP \* LS (?:\* )?:/ },
  {
    dialect: "irc",
    says: "NICK ada\r\nPING x\r\n",
    answer: /^:irc\.switchboard PONG irc\.switchboard x\r\n$/,
  },
  { dialect: "wetalk", says: HELLO, answer: /^__KEY___\d+__END___$/ },
];

/** What a peer is told first when it says this, in so many pieces. */
async function answerTo(running: Running, port: string, pieces: readonly Uint8Array[]): Promise<string> {
  const socket = await OriginalSocket.open(running, port);
  await Promise.all(pieces.map((piece) => socket.sendall(piece)));
  const answer = decoder.decode(await socket.recv());
  socket.close();
  return answer;
}

function bytesOf(says: Uint8Array | string): Uint8Array {
  return typeof says === "string" ? encoder.encode(says) : says;
}

Deno.test("detection: the main port knows each language by its first words, whole and torn into single bytes", () =>
  withServer({}, async ({ running }) => {
    for (const { dialect, says, answer } of FIRST_WORDS) {
      const bytes = bytesOf(says);
      for (const pieces of [[bytes], Array.from(bytes, (byte) => Uint8Array.of(byte))]) {
        const told = await answerTo(running, "tcp", pieces);
        assertTrue(answer.test(told), `${dialect}: ${told}`);
      }
    }
  }));

Deno.test("detection: every language is there that is spoken over TCP", () => {
  const known = new Set(FIRST_WORDS.map(({ dialect }) => dialect));
  assertEquals(DIALECT_NAMES.filter((name) => !known.has(name)), ["roomchat"]);
});

Deno.test("detection: whoever says anything else gets one line of help and the end, and nobody else notices", () =>
  withServer({}, async (server) => {
    const alice = await (await server.guest("alice")).forgets();
    const [, help] = /```text\n(This is Switchboard.*\n)```/.exec(PAGE)!;
    assertEquals(help!.split("\n").length, 2, "one line");
    const strange = [
      "hello\n",
      "SSH-2.0-OpenSSH_9\r\n",
      "[1]\n",
      "\0",
      "999\r\n",
      "__KEY__\n",
      "PUT me\n",
      "12345678901234567890",
      "é",
      " ".repeat(300),
    ];
    for (const words of strange) {
      const socket = await OriginalSocket.open(server.running, "tcp");
      await socket.sendall(words);
      let told = "";
      for (let bytes = await socket.recv(); bytes.length > 0; bytes = await socket.recv()) {
        told += decoder.decode(bytes);
      }
      assertEquals(told, help, JSON.stringify(words));
    }
    await alice.hearsNothing();
  }));

Deno.test("detection: who says too little to be known and no more is let go without a word", () =>
  withServer({}, async ({ running }) => {
    for (const words of ["", "GE", "10", "__KEY_", "\n \n", "2   "]) {
      const socket = await OriginalSocket.open(running, "tcp");
      if (words !== "") await socket.sendall(words);
      socket.finish();
      assertEquals(decoder.decode(await socket.recv()), "", JSON.stringify(words));
    }
  }));

Deno.test("detection: over WebSocket the first message tells, whole or in fragments", () =>
  withServer({}, async (server) => {
    const cases: [words: string, answer: RegExp][] = [
      ['{"id":1,"op":"ping"}', /^{"re":1,"ok":true}\n$/],
      ['{"login":1,"args":{"user_name":"nobody","password":"x"}}', /^{"login": 1, "return": 1}$/],
      ["hello?", /^{"re":null,"ok":false,"error":{"code":"bad_request"/],
      ["101\r\nnobody\r\nx", /^{"re":null,"ok":false/],
      ["", /^{"re":7,"ok":true}\n$/],
    ];
    for (const [words, answer] of cases) {
      for (const fragments of [[words], Array.from(words)]) {
        const told = await firstWordOver(server, fragments);
        assertTrue(answer.test(told), `${words}: ${told}`);
      }
    }
  }));

Deno.test("detection: on a port of its own each language is spoken to everybody", () => {
  return withServer(
    { listen: DIALECT_NAMES.map((dialect) => ({ port: 0, dialect })) },
    async ({ running }) => {
      for (const { dialect, says, answer } of FIRST_WORDS.filter((each) => each.dialect !== "chathttp")) {
        const told = await answerTo(running, dialect, [bytesOf(says)]);
        assertTrue(answer.test(told), `${dialect}: ${told}`);
      }
      const malformed: [name: DialectName, answer: RegExp][] = [
        ["native", /^{"re":null,"ok":false,"error":{"code":"bad_request"/],
        ["chathttp", /^HTTP\/1\.1 202 Accept\n/],
        ["codes", /^208$/],
        ["persontalk", /^\* Cannot do this before signing in|^\d+ +\* Cannot/],
        ["wetalk", /^$/],
        ["irc", /^:irc\.switchboard 451 \* :You have not registered\r\n$/],
        ["browser", /^HTTP\/1\.1 200 OK/],
      ];
      for (const [name, answer] of malformed) {
        const told = await answerTo(running, name, [encoder.encode("hello?\n")]);
        assertTrue(answer.test(told), `${name}: ${told}`);
      }
      const { url } = running.urls.find(({ name }) => name === "roomchat")!;
      const page = await RoomchatClient.open({ http: new URL(url.replace("ws", "http")).origin });
      page.asks("Enter", "lobby;eve;");
      assertEquals(await page.next(), { Type: "Enter", Sender: "eve", Self_send: 0, Text: "" });
    },
  );
});

/** What comes first over WebSocket when this is said first; after nothing at all, a ping is. */
async function firstWordOver({ running }: TestServer, fragments: readonly string[]): Promise<string> {
  const socket = new WebSocket(`${running.http.replace("http", "ws")}/ws`);
  await new Promise((resolve, reject) => socket.on("open", resolve).on("error", reject));
  const told = new Promise<string>((resolve) => socket.on("message", (data) => resolve(String(data))));
  for (const [index, part] of fragments.entries()) socket.send(part, { fin: index === fragments.length - 1 });
  if (fragments.join("") === "") socket.send('{"id":7,"op":"ping"}');
  const words = await told;
  socket.terminate();
  return words;
}
