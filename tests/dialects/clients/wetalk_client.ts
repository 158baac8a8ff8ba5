/**
 * The client of WeTalk as the original program is: it deciphers each `recv(4096)` by itself from the IV, strips zero bytes, looks
 * for `__END___`, and takes as many raw bytes as it was told after a file or a picture. What it can't read breaks the test.
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { Buffer } from "node:buffer";
import type { Running } from "../../../server/run/serve.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";
import { until } from "./original_socket.ts";
import { PromptSocket, WRITES_APART_MS } from "./prompt_socket.ts";

const END = "__END___";
const DIV = "__DIV___";
const MARK_BYTES = 8;
const P = 1945555039024054273n;
const G = 5n;

/** What the window's page may come to; past it nothing new is shown, for as long as the program runs. */
const PAGE_BYTES_MAX = 2 * 1024 * 1024;
/** What stands around a line there, as an address has it. */
const AROUND_LINE_BYTES = 1_900;
/** Read alone by a window that it waits for. */
const HISTORY_BYTES_MAX = 64 * 1024;

/** A message without its end, and the bytes that came after it. */
interface Heard {
  readonly text: string;
  readonly bytes?: Uint8Array;
}

/** One program. */
export class WeTalkClient {
  readonly #heard: Heard[] = [];
  readonly #socket: PromptSocket;
  /** The next recv to be looked at, and what is left of the one before. */
  #next = 0;
  #rest: Uint8Array = new Uint8Array(0);
  /** What is left begins in the middle of what the machine has joined. */
  #piledUp = false;
  #key = Buffer.alloc(0);
  #iv = Buffer.alloc(0);
  #failed: unknown;
  /** What the page comes to. */
  #pageBytes = 0;
  #ended = false;
  #wake: (() => void)[] = [];

  private constructor(socket: PromptSocket) {
    this.#socket = socket;
  }

  /** Connects to the port of this dialect, or the main one, and exchanges keys; `lateMs`: it reads so late, each time. */
  static async connect({ urls }: Running, port = "wetalk", lateMs = 0): Promise<WeTalkClient> {
    const [hostname, number] = urls.find(({ name }) => name === port)!.url.split(":");
    const opening = { hostname: hostname!, port: Number(number), lateMs };
    const client = new WeTalkClient(await PromptSocket.open(opening));
    await client.#exchangeKeys();
    void client.#read().catch((error) => client.#failed = error).then(() => {
      client.#ended = true;
      client.#wakeAll();
    });
    return client;
  }

  /** Sends one message. */
  says(mark: string, ...fields: string[]): void {
    this.sends(sealed(mark + fields.join(DIV) + END, this.#key, this.#iv));
  }

  /** Sends bytes as they are. */
  sends(bytes: Uint8Array): void {
    this.#socket.send(bytes);
  }

  /** A plaintext as this program would send it. */
  sealed(plain: string | Uint8Array): Uint8Array {
    return sealed(plain, this.#key, this.#iv);
  }

  /** The next message, which must be this one; gives what came after it. */
  async hears(mark: string, ...fields: string[]): Promise<Uint8Array> {
    const heard = await this.next();
    assertEquals(heard.text, mark + fields.join(DIV));
    return heard.bytes ?? new Uint8Array(0);
  }

  /** The next message. */
  async next(): Promise<Heard> {
    await until(() => this.#heard.length > 0 || this.#ended, this.#wake, "the next message");
    if (this.#failed) throw this.#failed;
    const heard = this.#heard.shift();
    if (!heard) throw new Error("the connection ended before the next message");
    return heard;
  }

  /** The next message with this mark, which must come before anything else; what follows the mark. */
  async nextOf(mark: string): Promise<string> {
    const { text } = await this.next();
    assertEquals(text.slice(0, MARK_BYTES), mark, text);
    return text.slice(MARK_BYTES);
  }

  /** What was asked before has been answered when history comes; nothing may come before it. */
  async hearsNothing(): Promise<void> {
    this.says("__HIS___");
    await this.nextOf("__HIS___");
  }

  /** Forgets what was heard up to now. */
  async forgets(): Promise<this> {
    this.says("__HIS___");
    while (!(await this.next()).text.startsWith("__HIS___"));
    return this;
  }

  /** The connection ends, and nothing more was said. */
  async hearsTheEnd(): Promise<void> {
    await until(() => this.#ended, this.#wake, "the connection ended");
    if (this.#failed) throw this.#failed;
    assertEquals(this.#heard, []);
  }

  close(): Promise<void> {
    return this.#socket.close();
  }

  async #exchangeKeys(): Promise<void> {
    const a = BigInt(`0x${randomBytes(8).toString("hex")}`) % P;
    this.sends(Buffer.from(`__KEY___${G}${DIV}${P}${DIV}${power(G, a)}${END}`));
    let text = "";
    while (!text.includes(END)) text += Buffer.from(await this.#recv(4_096)).toString();
    const B = BigInt(text.slice(text.indexOf("__KEY___") + MARK_BYTES, text.indexOf(END)));
    const K = String(power(B, a));
    this.#key = Buffer.from(K.slice(0, 16));
    this.#iv = Buffer.from(K.slice(-16));
  }

  async #read(): Promise<void> {
    let held = Buffer.alloc(0);
    while (true) {
      const bytes = await this.#recvWrite();
      if (bytes.length === 0) return;
      held = Buffer.concat([held, opened(bytes, this.#key, this.#iv)]);
      let end = held.indexOf(END);
      if (end === -1) continue;
      for (; end !== -1; end = held.indexOf(END)) {
        const text = decoder.decode(held.subarray(0, end));
        held = held.subarray(end + MARK_BYTES);
        const { bytes } = await this.#bytesAfter(text);
        this.#show(text, bytes);
        this.#heard.push({ text, ...(bytes && { bytes }) });
        this.#wakeAll();
      }
      // The original forgets what it has not understood by now.
      assertEquals(held.toString(), "", "a message began behind another one and was not complete");
    }
  }

  /** Puts what came into the page as it is, which is HTML. */
  #show(text: string, bytes: Uint8Array = new Uint8Array(0)): void {
    const mark = text.slice(0, MARK_BYTES);
    asText(text);
    if (mark === "__HIS___") {
      assertTrue(encoder.encode(text).length <= HISTORY_BYTES_MAX, `${text.length} characters of history`);
    }
    if (mark === "__FACE__") {
      const head = String.fromCharCode(...bytes.subarray(0, 4));
      assertTrue(/^(?:\x89PNG|\xff\xd8|GIF8|BM|RIFF)/.test(head), "it shows a broken picture");
    }
    if (mark !== "__FACE__" && mark !== "__MSG___") return;
    this.#pageBytes += AROUND_LINE_BYTES +
      encodeURIComponent(mark === "__FACE__" ? bytes.toBase64() : text).length;
    assertTrue(this.#pageBytes <= PAGE_BYTES_MAX, `a page of ${this.#pageBytes} bytes shows nothing new`);
  }

  async #bytesAfter(text: string): Promise<{ bytes?: Uint8Array }> {
    if (!text.startsWith("__FACE__") && !text.startsWith("__FILE__")) return {};
    const total = Number(text.split(DIV).at(-1));
    const bytes = new Uint8Array(total);
    for (let at = 0; at < total;) {
      const part = await this.#recv(total - at);
      if (part.length === 0) throw new Error(`the connection ended after ${at} of ${total} bytes of ${text}`);
      bytes.set(part, at);
      at += part.length;
    }
    return { bytes };
  }

  /**
   * What one recv gave, which is one write of the server. Only where this program did not read for about as long as the server
   * leaves between two writes, it is looked for in what has piled up.
   */
  async #recvWrite(): Promise<Uint8Array> {
    let bytes = await this.#recv(4_096);
    const { awayMs } = this.#socket.received[this.#next - 1] ?? { awayMs: 0 };
    if (awayMs < WRITES_APART_MS && !this.#piledUp) return bytes;
    let end: number;
    while ((end = this.#endOfWrite(bytes)) === -1) {
      const more = await this.#recv(4_096);
      if (more.length === 0) return bytes;
      bytes = Buffer.concat([bytes, more]);
    }
    this.#rest = Buffer.concat([bytes.subarray(end), this.#rest]);
    this.#piledUp = this.#rest.length > 0;
    return bytes.subarray(0, end);
  }

  /** Where the first write ends in what may be several; -1 when more of it is to come. */
  #endOfWrite(bytes: Uint8Array): number {
    const open = (part: Uint8Array) => opened(part, this.#key, this.#iv, false).toString();
    for (let end = 32; end <= bytes.length; end += 32) {
      if (end === 4_096) return end;
      if (!open(bytes.subarray(0, end)).endsWith(END)) continue;
      const next = bytes.subarray(end, end + 32);
      if (next.length === 0 || !/^[0-9a-f]+$/.test(Buffer.from(next).toString())) return end;
      if (open(next).startsWith("__")) return end;
    }
    return -1;
  }

  async #recv(max: number): Promise<Uint8Array> {
    if (this.#rest.length === 0) {
      while (this.#next === this.#socket.received.length) {
        if (this.#socket.over) return this.#rest;
        await this.#socket.news();
      }
      this.#rest = this.#socket.received[this.#next++]!.bytes;
    }
    const taken = this.#rest.subarray(0, max);
    this.#rest = this.#rest.subarray(taken.length);
    return taken;
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}

/** What a window shows of this, which is HTML: nothing in it may be anything but text. */
export function asText(html: string): string {
  assertEquals(/[<>]|&(?!(?:amp|lt|gt);)/.exec(html), null, `the window runs this, or loses it: ${html}`);
  return html.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** How the server writes a text for a window to show it. */
export function asHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function sealed(plain: string | Uint8Array, key: Uint8Array, iv: Uint8Array): Uint8Array {
  const bytes = Buffer.from(plain);
  const padded = Buffer.concat([bytes, Buffer.alloc((16 - bytes.length % 16) % 16)]);
  const cipher = createCipheriv("aes-128-cbc", key, iv).setAutoPadding(false);
  return Buffer.from(Buffer.concat([cipher.update(padded), cipher.final()]).toString("hex"));
}

function opened(hex: Uint8Array, key: Uint8Array, iv: Uint8Array, whole = true): Buffer {
  const text = Buffer.from(hex).toString();
  if (!/^(?:[0-9a-f]{32})+$/.test(text)) {
    throw new Error(`one recv gave ${text.slice(0, 99)}: no whole blocks`);
  }
  const cipher = createDecipheriv("aes-128-cbc", key, iv).setAutoPadding(false);
  const plain = Buffer.concat([cipher.update(Buffer.from(text, "hex")), cipher.final()]);
  let end = plain.length;
  while (plain[end - 1] === 0) end--;
  if (whole) decoder.decode(plain.subarray(0, end));
  return plain.subarray(0, end);
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n, square = square * square % P) {
    if (rest & 1n) result = result * square % P;
  }
  return result;
}
