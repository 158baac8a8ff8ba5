/**
 * The client of ChatHTTP as the original program is: it reads each response with one `recv(4096)` and by the position of its
 * lines, and once signed in it sleeps half a second before each read and shows what it finds as it is.
 */
import { Buffer } from "node:buffer";
import type { Running } from "../../../server/run/serve.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";
import { type TestServer, withServer } from "../../support/harness.ts";
import { OriginalSocket, until } from "./original_socket.ts";

const QUIET_MS_MAX = 600_000;
const SLEEP_MS = 500;
/** The server leaves 750 ms between two writes; a program that was away for longer than this may find both. */
const WRITES_APART_MS = 700;
const decoder = new TextDecoder("utf-8", { fatal: true });
const encoder = new TextEncoder();

/** Runs a body against a server with a port of ChatHTTP's own. */
export function withChatHttp(
  body: (server: TestServer) => Promise<void>,
  given: Parameters<typeof withServer>[2] = {},
): Promise<void> {
  return withServer({ listen: [{ port: 0, dialect: "chathttp" }] }, body, given);
}

/** A response, read by the position of its lines. */
interface Response {
  status: string;
  reason: string;
  /** Names of the headers, in their three groups. */
  headers: [general: string[], response: string[], entity: string[]];
  entity: string;
  bytes: number;
}

/** Reads a response as the original program does. */
export function unpack(raw: Uint8Array, lineEnd = "\n"): Response {
  const lines = decoder.decode(raw).split(lineEnd);
  const [, status = "", ...reason] = lines[0]!.split(" ");
  const names = (from: number, to: number) => lines.slice(from, to).map((line) => line.split(": ")[0]!);
  assertEquals(lines[8], "", `the ninth line is blank in ${JSON.stringify(lines)}`);
  const entity = lines.slice(9).join(lineEnd);
  const length = lines.slice(4, 8).find((line) => line.startsWith("Content_Length: "));
  assertEquals(length, `Content_Length: ${encoder.encode(entity).length}`, `one response alone: ${entity}`);
  return {
    status,
    reason: reason.join(" "),
    headers: [names(1, 2), names(2, 4).sort(), names(4, 8).sort()],
    entity,
    bytes: raw.length,
  };
}

/** A request as the original program writes it. */
export function pack(method: string, name: string, entity: string, lineEnd = "\n"): Uint8Array {
  const lines = [
    `${method} 127.0.0.1 HTTP/1.1`,
    "Datetime: 2015-11-29 10:07:40",
    `User_Agent: ${name}`,
    "Host: 127.0.0.1",
    "Accept_Language: en",
    "Accept: text",
    "Accept_Encoding: utf-8",
    `Content_Length: ${encoder.encode(entity).length}`,
    "Content_Language: en",
    "Content_Encoding: utf-8",
    "Content_Type: text",
    "",
    entity,
  ];
  return encoder.encode(lines.join(lineEnd));
}

/** One program. */
export class ChatHttpClient {
  /** Everything that was shown in the chat window. */
  shown = "";
  readonly responses: Response[] = [];
  /** Ends with the thread that reads. */
  #reading: Promise<void> = Promise.resolve();
  #read = 0;
  #wake: (() => void)[] = [];
  #failed: unknown;

  private constructor(readonly socket: OriginalSocket, readonly name: string, readonly lateMs: number) {}

  /** Connects, is greeted and signs in; `lateMs`: from then on it reads so late, each time. */
  static async enter(running: Running, name: string, lateMs = 0): Promise<ChatHttpClient> {
    const client = await ChatHttpClient.connect(running, name, lateMs);
    const response = await client.add();
    assertEquals([response.status, response.entity], ["200", "OK...^.^"]);
    return client;
  }

  /** Connects and is greeted. */
  static async connect(running: Running, name: string, lateMs = 0): Promise<ChatHttpClient> {
    const client = new ChatHttpClient(await OriginalSocket.open(running, "chathttp"), name, lateMs);
    const greeting = await client.response();
    assertEquals([greeting.status, greeting.entity], ["202", "test"]);
    return client;
  }

  /** Asks to come in and reads the answer; once in, the chat window opens. */
  async add(name = this.name): Promise<Response> {
    await this.socket.sendall(pack("ADD", name, ""));
    const response = await this.response();
    if (response.status === "200") this.#reading = this.#readOn();
    return response;
  }

  post(text: string): Promise<void> {
    return this.socket.sendall(pack("POST", this.name, `${text}\n`));
  }

  get(): Promise<void> {
    return this.socket.sendall(pack("GET", this.name, ""));
  }

  /** Signs out and closes, as the button does. */
  async leave(): Promise<void> {
    await this.socket.sendall(pack("DELETE", this.name, ""));
    await this.close();
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.#reading;
    if (this.#failed) throw this.#failed;
  }

  /** One response. */
  async response(): Promise<Response> {
    const response = unpack(await this.socket.recv());
    this.responses.push(response);
    return response;
  }

  /** The next that the chat window shows are these lines. */
  async shows(...lines: string[]): Promise<void> {
    const expected = lines.map((line) => `${line}\n`).join("");
    const there = () => this.shown.length - this.#read >= expected.length || this.#failed !== undefined;
    await until(there, this.#wake, `${this.name} saw ${JSON.stringify(expected)}`);
    if (this.#failed) throw this.#failed;
    assertEquals(this.shown.slice(this.#read, this.#read + expected.length), expected);
    this.#read += expected.length;
  }

  /** The next line that the chat window shows. */
  async line(): Promise<string> {
    const end = () => this.shown.indexOf("\n", this.#read);
    await until(() => end() !== -1 || this.#failed !== undefined, this.#wake, `${this.name} saw a line`);
    if (this.#failed) throw this.#failed;
    const line = this.shown.slice(this.#read, end());
    this.#read += line.length + 1;
    return line;
  }

  /** Nothing more is shown: the answer to `GET` comes after everything before it. */
  async showsNothing(...online: string[]): Promise<void> {
    await this.get();
    await this.shows("Online users:", ...online);
    assertEquals(this.shown.slice(this.#read), "");
  }

  /** The thread that reads, from half a second after signing in to the end of the connection. */
  async #readOn(): Promise<void> {
    try {
      while (true) {
        const left = performance.now();
        await new Promise((resolve) => setTimeout(resolve, SLEEP_MS + this.lateMs));
        const isAway = performance.now() - left > WRITES_APART_MS;
        // As long as it takes: in a quiet room nothing comes.
        const raw = await this.socket.recv(QUIET_MS_MAX);
        if (raw.length === 0) return;
        for (const each of isAway ? apart(raw) : [raw]) {
          const response = unpack(each);
          this.responses.push(response);
          this.shown += response.entity;
        }
        this.#wakeAll();
      }
    } catch (error) {
      this.#failed = error;
    } finally {
      this.#wakeAll();
    }
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}

/** Responses that a program found together because it was away for longer than the server waits. */
function apart(raw: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let rest = Buffer.from(raw); rest.length > 0; rest = rest.subarray(parts.at(-1)!.length)) {
    const [head = "", length] = /^[^]*?\nContent_Length: (\d+)\n[^]*?\n\n/.exec(rest.toString("latin1")) ??
      [];
    assertTrue(head.length > 0, `no response begins with ${rest.toString()}`);
    parts.push(rest.subarray(0, head.length + Number(length)));
  }
  return parts;
}
