/**
 * The client of the codes as the original program is: each `sendall` is one message, and so is whatever one `recv(4096)` gives. Its
 * user leaves time between two of them.
 */
import { Buffer } from "node:buffer";
import type { Running } from "../../server/serve.ts";
import { assertEquals } from "../assert.ts";
import { PASSWORD, type TestServer, withServer } from "../harness.ts";
import { RECV_BYTES } from "./original_socket.ts";
import { PromptSocket } from "./prompt_socket.ts";

/** The server leaves 30 ms between two writes; a program kept from reading for this long may find two of them. */
const STALL_MS = 20;
/** What the user leaves between two messages. */
const GAP_MS = 60;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Runs a body against a server with a port of the codes' own. */
export function withCodes(
  body: (server: TestServer) => Promise<void>,
  given: Parameters<typeof withServer>[2] = {},
): Promise<void> {
  return withServer({ listen: [{ port: 0, dialect: "codes" }] }, body, given);
}

/** One program. */
export class CodesClient {
  readonly #socket: PromptSocket;
  readonly #separator: string;
  /** The next recv to be looked at, and what more it gave. */
  #next = 0;
  #more: Uint8Array[] = [];
  /** Whether the last recv that was looked at came late, so that several writes may be in it. */
  #late = false;
  #sent: Promise<void> = Promise.resolve();

  private constructor(socket: PromptSocket, separator: string) {
    this.#socket = socket;
    this.#separator = separator;
  }

  /** Connects to the port of this dialect, or to the main one. */
  static async connect({ urls }: Running, { port = "codes", separator = "\r\n" } = {}): Promise<CodesClient> {
    const [hostname, number] = urls.find(({ name }) => name === port)!.url.split(":");
    const socket = await PromptSocket.open({ hostname: hostname!, port: Number(number) });
    return new CodesClient(socket, separator);
  }

  /** Connects and signs in to an account, which is made if it is not there. */
  static async enter(running: Running, name: string, separator = "\r\n"): Promise<CodesClient> {
    const client = await CodesClient.connect(running, { separator });
    client.says("102", name, PASSWORD);
    const { code } = await client.next();
    assertEquals(["206", "207"].includes(code), true, code);
    client.says("101", name, PASSWORD);
    await client.hears("204", name);
    return client;
  }

  /** Sends one message. */
  says(...fields: string[]): void {
    this.sends(fields.join(this.#separator));
  }

  /** Sends one message as it is. */
  sends(data: string | Uint8Array): void {
    this.writes(data);
    this.#sent = this.#sent.then(() => new Promise((resolve) => setTimeout(resolve, GAP_MS)));
  }

  /** Sends bytes without leaving any time behind them. */
  writes(data: string | Uint8Array): void {
    this.#sent = this.#sent.then(() => this.#socket.send(Buffer.from(data)));
  }

  /** What one recv gave; nothing at the end of the connection. */
  async recv(): Promise<Uint8Array> {
    while (this.#more.length === 0) {
      while (this.#next === this.#socket.received.length) {
        if (this.#socket.over) return new Uint8Array(0);
        await this.#socket.news();
      }
      const { bytes, stalledMs } = this.#socket.received[this.#next++]!;
      this.#late = stalledMs >= STALL_MS;
      this.#more = this.#late ? apart(bytes, this.#separator) : [bytes];
    }
    return this.#more.shift()!;
  }

  /** The next message: its code and its fields. */
  async next(): Promise<{ code: string; fields: string[] }> {
    const [code = "", ...fields] = decoder.decode(await this.recv()).split(this.#separator);
    return { code, fields };
  }

  /** The next message is this one. */
  async hears(...expected: string[]): Promise<void> {
    const { code, fields } = await this.next();
    assertEquals([code, ...fields], expected);
  }

  /** The next message is a file of this length, which begins so; gives its bytes, however many reads they take. */
  async hearsFile(head: string, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(head.length + length);
    for (let at = 0; at < bytes.length;) {
      const read = await this.recv();
      if (read.length === 0) throw new Error(`the connection ended after ${at} of ${bytes.length} bytes`);
      const part = read.subarray(0, bytes.length - at);
      const rest = read.subarray(part.length);
      // Only who is behind finds something behind a file, and only this length tells where it begins.
      if (rest.length > 0 && !this.#late && bytes.length <= RECV_BYTES) {
        throw new Error(`${rest.length} bytes came with the end of a file`);
      }
      if (rest.length > 0) this.#more.unshift(...apart(rest, this.#separator));
      bytes.set(part, at);
      at += part.length;
      assertEquals(Buffer.from(bytes.subarray(0, head.length)).toString("latin1"), head);
    }
    return bytes.subarray(head.length);
  }

  /** Nothing was said before the list of who is there. */
  async hearsNothing(...online: string[]): Promise<void> {
    this.says("108");
    await this.hears("210", ...online);
  }

  /** Forgets what was heard up to now. */
  async forgets(): Promise<this> {
    this.says("108");
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

/** Messages that a reader found together because it could not read. */
function apart(bytes: Uint8Array, separator: string): Uint8Array[] {
  const text = Buffer.from(bytes).toString("latin1");
  if (text.startsWith("200")) return [bytes];
  return text.split(new RegExp(`(?=20[0-9]${separator}|210${separator}|20[1-8]$)`)).map((part) =>
    Buffer.from(part, "latin1")
  );
}
