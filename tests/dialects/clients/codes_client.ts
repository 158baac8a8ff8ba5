/**
 * The client of the codes as the original programs are, with `\r\n` and with `\r\r`: each `sendall` is one message, and so is whatever
 * one `recv(4096)` gives. It is decoded as a whole and read by position; where a program's thread would end, the test fails.
 */
import { Buffer } from "node:buffer";
import { setTimeout as delay } from "node:timers/promises";
import type { Running } from "../../../server/run/serve.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";
import { PASSWORD, type TestServer, withServer } from "../../support/harness.ts";
import { PromptSocket, WRITES_APART_MS } from "./prompt_socket.ts";

/** What the user leaves between two messages, and behind a file. */
const GAP_MS = 60;
const GAP_BEHIND_FILE_MS = 600;
const STEP_MS = 20;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Runs a body against a server with a port of the codes' own. */
export function withCodes(
  body: (server: TestServer) => Promise<void>,
  given: Parameters<typeof withServer>[2] = {},
): Promise<void> {
  return withServer({ listen: [{ port: 0, dialect: "codes" }] }, body, given);
}

/** How a program is. */
interface CodesOptions {
  /** The port that it connects to. */
  port?: string;
  separator?: string;
  /** How late it reads, each time; milliseconds. */
  lateMs?: number;
}

/** One message as a program has read it. */
interface CodesMessage {
  readonly code: string;
  readonly fields: readonly string[];
  /** What it saves, of a file. */
  readonly file?: Uint8Array;
}

/** One program. */
export class CodesClient {
  readonly #socket: PromptSocket;
  readonly #separator: string;
  /** The next recv to be looked at, and what more it gave. */
  #next = 0;
  #more: Uint8Array[] = [];
  /** What of the last message's lines was not looked at, and who they stand below. */
  #sender = "";
  #lines: string[] = [];
  #sent: Promise<void> = Promise.resolve();

  private constructor(socket: PromptSocket, separator: string) {
    this.#socket = socket;
    this.#separator = separator;
  }

  /** Connects to the port of this dialect, or to the main one. */
  static async connect(
    { urls }: Running,
    { port = "codes", separator = "\r\n", lateMs = 0 }: CodesOptions = {},
  ): Promise<CodesClient> {
    const [hostname, number] = urls.find(({ name }) => name === port)!.url.split(":");
    const socket = await PromptSocket.open({ hostname: hostname!, port: Number(number), lateMs });
    return new CodesClient(socket, separator);
  }

  /** Connects and signs in to an account, which is made if it is not there. */
  static async enter(running: Running, name: string, options: CodesOptions = {}): Promise<CodesClient> {
    const client = await CodesClient.connect(running, options);
    client.says("102", name, PASSWORD);
    const { code } = await client.next();
    assertTrue(["206", "207"].includes(code), code);
    client.says("101", name, PASSWORD);
    await client.hears("204", name);
    return client;
  }

  /** How many recvs have given something. */
  get reads(): number {
    return this.#socket.received.length;
  }

  /** Sends one message. */
  says(...fields: string[]): void {
    this.sends(fields.join(this.#separator));
  }

  /** Sends one message as it is. */
  sends(data: string | Uint8Array): void {
    this.writes(data);
    const isFile = ["109", "105"].includes(Buffer.from(data).subarray(0, 3).toString("latin1"));
    this.waits(isFile ? GAP_BEHIND_FILE_MS : GAP_MS);
  }

  /** Sends a file to everybody, as the program with `\r\n` does. */
  sendsFile(bytes: Uint8Array, between = ""): void {
    this.sends(Buffer.concat([Buffer.from(`109${between}`), bytes]));
  }

  /** Sends bytes without leaving any time behind them. */
  writes(data: string | Uint8Array): void {
    this.#sent = this.#sent.then(() => this.#socket.send(Buffer.from(data)));
  }

  /** Says nothing for so long, in steps: while client and server, one process, are both held up, no more than one passes. */
  waits(ms: number): void {
    this.#sent = this.#sent.then(async () => {
      for (let left = ms; left > 0; left -= STEP_MS) await delay(Math.min(left, STEP_MS));
    });
  }

  /** What one recv gave; nothing at the end of the connection. */
  async recv(): Promise<Uint8Array> {
    assertEquals(this.#lines, [], "a message has more lines");
    while (this.#more.length === 0) {
      while (this.#next === this.#socket.received.length) {
        if (this.#socket.over) return new Uint8Array(0);
        await this.#socket.news();
      }
      const { bytes, awayMs } = this.#socket.received[this.#next++]!;
      this.#more = awayMs >= WRITES_APART_MS ? apart(bytes, this.#separator) : [bytes];
    }
    return this.#more.shift()!;
  }

  /** The next message, read as this program reads it. */
  async next(): Promise<CodesMessage> {
    const bytes = await this.recv();
    return this.#separator === "\r\n" ? parsed(bytes) : parsedByOther(bytes);
  }

  /** The next message is this one; of a line its next lines are. */
  async hears(...expected: string[]): Promise<void> {
    if (expected[0] === "209") {
      const [, from = "", text = ""] = expected;
      assertEquals(await this.line(from, text.split("\n").length), text);
      return;
    }
    const { code, fields } = await this.next();
    assertEquals([code, ...fields], expected);
  }

  /** The next lines that the window shows as somebody's. */
  async line(from: string, count = 1): Promise<string> {
    const begins = this.#lines.length === 0;
    if (begins) {
      const { code, fields: [sender = "", text = ""] } = await this.next();
      assertEquals(code, "209", `${sender} ${text}`);
      [this.#sender, this.#lines] = [sender, text.split("\n")];
    }
    const lines = this.#lines.splice(0, count);
    if (this.#sender === from) return lines.join("\n");
    assertTrue(!begins, `${this.#sender} says ${lines[0]}, and not ${from}`);
    const named = `${from.replaceAll(":", "\\:")}: `;
    return lines.map((line) => {
      assertTrue(line.startsWith(named), `${line} is not a line of ${from}`);
      return line.slice(named.length);
    }).join("\n");
  }

  /** The next message is a file; what the program saves. */
  async file(): Promise<Uint8Array> {
    const { code, fields, file } = await this.next();
    assertEquals(code, "200", String(fields));
    return file!;
  }

  /** Nothing was said before the list of who else is there. */
  async hearsNothing(...online: string[]): Promise<void> {
    this.says(this.#separator === "\r\n" ? "108" : "104");
    await this.hears("210", ...online);
  }

  /** Forgets what was heard up to now. */
  async forgets(): Promise<this> {
    this.says(this.#separator === "\r\n" ? "108" : "104");
    while ((await this.next()).code !== "210");
    return this;
  }

  /** The connection ends, and nothing more was said. */
  async hearsTheEnd(): Promise<void> {
    assertEquals((await this.recv()).length, 0);
  }

  async close(): Promise<void> {
    await this.#sent;
    await this.#socket.close();
  }
}

/** What each code has behind it. */
const FIELDS: Readonly<Record<string, number>> = {
  201: 0,
  202: 0,
  203: 1,
  204: 1,
  205: 1,
  206: 0,
  207: 0,
  208: 0,
  209: 2,
};

/** A recv as the program with `\r\n` takes it. */
function parsed(bytes: Uint8Array): CodesMessage {
  if (decoder.decode(bytes.subarray(0, 3)) === "200") {
    return { code: "200", fields: [], file: bytes.subarray(3) };
  }
  const [code = "", ...fields] = decoder.decode(bytes).split("\r\n");
  if (code !== "210") assertShape(code, fields);
  return { code, fields };
}

/** A recv as the program with `\r\r` takes it. */
function parsedByOther(bytes: Uint8Array): CodesMessage {
  const [code = "", ...fields] = decoder.decode(bytes).split("\r\r");
  if (code !== "200" && code !== "210") {
    assertShape(code, fields);
    return { code, fields };
  }
  assertEquals(fields.length, 1, `${code} has one field: ${JSON.stringify(fields)}`);
  const parts = fields[0]!.split("\t");
  if (code === "210") return { code, fields: parts.filter((name) => name !== "") };
  assertEquals(parts.length, 2, `a file is a name and a text: ${JSON.stringify(fields[0])}`);
  return { code, fields: [parts[0]!], file: new TextEncoder().encode(parts[1]) };
}

/** By position a program would take something else, or find nothing there; or show what is none of it. */
function assertShape(code: string, fields: readonly string[]): void {
  assertTrue(code in FIELDS, `${JSON.stringify(code)} is no code`);
  assertEquals(fields.length, FIELDS[code], `${code} ${JSON.stringify(fields)}`);
}

/** Messages that a reader found together because it was away for longer than the server waits. */
function apart(bytes: Uint8Array, separator: string): Uint8Array[] {
  const text = Buffer.from(bytes).toString("latin1");
  if (text.startsWith("200")) return [bytes];
  return text.split(new RegExp(`(?=20[0-9]${separator}|210${separator}|20[1-8]$)`)).map((part) =>
    Uint8Array.from(Buffer.from(part, "latin1"))
  );
}
