/** A PersonTalk program on one connection: it puts a length before what it sends, and decides by words what it was sent. */
import { createHash } from "node:crypto";
import type { Running } from "../../../server/run/serve.ts";
import { assertEquals } from "../../support/assert.ts";
import type { Line } from "../../support/harness.ts";
import { OriginalSocket } from "./original_socket.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Words of which the program looks whether they occur anywhere in what came, before it reads that as JSON: where it talks. */
const CHAT_WORDS = ["active_people", "down_line", "up_line", "person_talk", "welcome_uppeople"];
/** Likewise, where its files come. */
const FILE_WORDS = ["down_file", "finish", "file_complete", "send_to_recv"];

/** What the program takes a text for, it is. */
function checkWords(text: string): void {
  const isObject = text.startsWith("{");
  const [kind = text] = isObject ? Object.keys(JSON.parse(text)) : [];
  // Lines come where it talks.
  const found = [...CHAT_WORDS, ...isObject ? FILE_WORDS : []].filter((word) => text.includes(word));
  assertEquals(
    found.filter((word) => word !== kind),
    [],
    `the program takes this for another thing: ${text}`,
  );
}

/** How a program tells one message from the next. */
export type Framing = "length" | "lines" | "glued";

/** The upper-case hex MD5, as these programs send passwords and check files. */
export function md5(data: string | Uint8Array): string {
  return createHash("md5").update(data).digest("hex").toUpperCase();
}

/** A message before which its length stands. */
export function framed(text: string): Uint8Array {
  const bytes = encoder.encode(text);
  return encoder.encode(String(bytes.length).padEnd(15) + text);
}

/** One program. */
export class PersonTalkClient {
  #held: Uint8Array = new Uint8Array(0);

  private constructor(readonly socket: OriginalSocket, readonly framing: Framing) {}

  static async connect(running: Running, framing: Framing = "length", port = "persontalk") {
    return new PersonTalkClient(await OriginalSocket.open(running, port), framing);
  }

  /** Sends an object, or a line for everybody. */
  says(said: Line | string): void {
    const text = typeof said === "string" ? said : JSON.stringify(said);
    const end = this.framing === "lines" || typeof said === "string" ? "\n" : "";
    void this.socket.sendall(this.framing === "length" ? framed(text) : encoder.encode(text + end));
  }

  /** Sends bytes as they are. */
  sends(bytes: Uint8Array): void {
    void this.socket.sendall(bytes);
  }

  /** Asks with a password, and is answered with this number. */
  async login(login: number, args: Line, expected: number): Promise<Line> {
    this.says({ login, args });
    const answer = await this.object();
    assertEquals([answer.login, answer.return], [login, expected], JSON.stringify(answer));
    return answer;
  }

  /** Asks likewise, whatever the answer. */
  async asks(login: number, args: Line): Promise<Line> {
    this.says({ login, args });
    return await this.object();
  }

  /** Registers and signs in; hears the list. */
  async comesIn(name: string, password: string): Promise<this> {
    const account = { user_name: name, password: md5(password) };
    await this.login(2, { ...account, nick_name: name, phone: "", email: `${name}@example.org` }, 0);
    await this.login(1, account, 0);
    await this.hears({ welcome_uppeople: name });
    await this.object();
    await this.hears({ up_line: name });
    return this;
  }

  /** Announces a file and sends its bytes; gives the answer. */
  async uploads(to: string, name: string, bytes: Uint8Array, hash = md5(bytes)): Promise<Line> {
    this.says({
      up_files: to,
      files_information: { files_name: name, files_size: bytes.length, files_md5: hash },
    });
    this.sends(bytes);
    return await this.object();
  }

  /** The next message, which the program takes for what it is. */
  async next(): Promise<string> {
    const text = await this.#text();
    checkWords(text);
    return text;
  }

  async #text(): Promise<string> {
    if (this.framing === "length") {
      const length = decoder.decode(await this.#take(15));
      if (!/^\d+ *$/.test(length)) throw new Error(`int(${JSON.stringify(length)}) ends the thread`);
      return decoder.decode(await this.#take(Number(length)));
    }
    const line: number[] = [];
    while (line.at(-1) !== 10) line.push(...await this.#take(1));
    return decoder.decode(Uint8Array.from(line.slice(0, -1)));
  }

  /** The next message, which is an object. */
  async object(): Promise<Line> {
    const text = await this.next();
    try {
      return JSON.parse(text);
    } catch {
      throw new Error(`no object: ${text}`);
    }
  }

  /** The next message is this. */
  async hears(expected: Line | string): Promise<void> {
    const text = await this.next();
    if (typeof expected === "string") assertEquals(text, expected);
    else assertEquals(text.startsWith("{") ? JSON.parse(text) : text, expected);
  }

  /** Somebody comes or goes. */
  async seesPeople(people: string[], change: Line): Promise<void> {
    await this.hears({ active_people: people });
    await this.hears(change);
  }

  /** A file that was announced: what the announcement said, and its bytes, which have the MD5 that it said. */
  async file(): Promise<{ announced: Line; bytes: Uint8Array }> {
    const announced = await this.object();
    const bytes = await this.#take(Math.max(0, announced.files_size));
    if (announced.files_size >= 0) assertEquals(announced.files_md5, md5(bytes));
    return { announced, bytes };
  }

  /** The next bytes, as they are. */
  raw(count: number): Promise<Uint8Array> {
    return this.#take(count);
  }

  /** What follows is this object, and nothing after its last brace belongs to it. */
  async hearsGlued(expected: Line): Promise<void> {
    let text = "";
    while (!text.endsWith("}")) text += decoder.decode(await this.#take(1));
    assertEquals(JSON.parse(text), expected);
  }

  /** The server has ended the connection, and said nothing more. */
  async isOver(): Promise<void> {
    assertEquals(decoder.decode(await this.socket.recv()), "");
  }

  /** What was said before this has been answered, and this is the next that comes. */
  async hearsNothing(): Promise<void> {
    this.says({ person_talk: "", oneTOone_news: "?" });
    const text = await this.next();
    assertEquals(text.startsWith('* Cannot send to ""'), true, text);
  }

  async #take(count: number): Promise<Uint8Array> {
    while (this.#held.length < count) {
      const more = await this.socket.recv();
      if (more.length === 0) throw new Error(`the connection ended; left was ${decoder.decode(this.#held)}`);
      const whole = new Uint8Array(this.#held.length + more.length);
      whole.set(this.#held);
      whole.set(more, this.#held.length);
      this.#held = whole;
    }
    const taken = this.#held.slice(0, count);
    this.#held = this.#held.slice(count);
    return taken;
  }
}
