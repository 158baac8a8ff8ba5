/** One person of each of the three programs that read with a single `recv` in the lobby: ChatHTTP, the codes, WeTalk. */
import { assertEquals } from "../support/assert.ts";
import { ChatHttpClient, pack } from "./clients/chathttp_client.ts";
import { CodesClient } from "./clients/codes_client.ts";
import { readPythonList } from "./clients/python_literal.ts";
import { asHtml, WeTalkClient } from "./clients/wetalk_client.ts";
import { assertShown, filled, type Given, type Shown, shownOf } from "./dialect_words.ts";
import { PASSWORD, type TestServer } from "../support/harness.ts";
import { type Deeds, listOf, type Person, type Seen, type Visitor } from "./matrix_person.ts";

/** Somebody with a program of ChatHTTP. */
export class ChatHttpPerson implements Person {
  readonly language = "chathttp";
  readonly presence = "room";
  #client!: ChatHttpClient;
  readonly does: Deeds = { message: (text) => this.#client.post(text) };

  constructor(readonly server: TestServer, readonly name: string) {}

  async comes(online: readonly string[]): Promise<void> {
    this.#client = await ChatHttpClient.enter(this.server.running, this.name);
    await this.hearsNothing(online);
  }

  goes(): Promise<void> {
    return this.#client.leave();
  }

  async close(): Promise<void> {
    await this.#client?.close();
  }

  async breaksOff(_: string, bytes: Uint8Array): Promise<undefined> {
    const request = pack("POST", this.name, bytes.toBase64());
    await this.#client.socket.sendall(request.subarray(0, request.length - (bytes.length >> 1)));
    await this.close();
  }

  async hearsTheEnd(): Promise<void> {
    await this.#client.shows("The server is stopping. Connect again soon.");
    assertEquals(this.#client.responses.at(-1)!.status, "500");
  }

  echoes(event: string): boolean {
    return event === "message" || event === "owner";
  }

  /** The bracket ends the name. */
  nameShown(name: string): string {
    return name.replaceAll(/[[\]]/g, "\\$&");
  }

  async hears([template = ""]: Shown, given: Given): Promise<void> {
    const words = filled(template, given);
    if (words.includes("/files/ID")) assertShown(await this.#client.line(), words);
    else await this.#client.shows(words);
  }

  async hearsNothing(online: readonly string[]): Promise<void> {
    await this.#client.get();
    await this.#client.shows(listOf(texts("chathttp", "online list").join("\n"), online));
  }

  async errs(): Promise<void> {
    await this.#client.socket.sendall(pack("PATCH", this.name, ""));
    const [status, words = ""] = texts("chathttp", "error");
    assertShown(await this.#client.line(), words);
    assertEquals(this.#client.responses.at(-1)!.status, status);
  }

  async wants(wanted: string): Promise<undefined> {
    const another = await ChatHttpClient.connect(this.server.running, wanted);
    const { status, entity } = await another.add();
    assertEquals([status, entity], texts("chathttp", "rename"));
    await another.close();
  }
}

/** What a program of the codes takes as a file: one read, without the code. */
const FILE_BYTES_MAX = 4_093;

/** Somebody with a program of the codes. */
export class CodesPerson implements Person {
  readonly language = "codes";
  readonly presence = "room";
  readonly oneByOne = true;
  #client!: CodesClient;
  readonly #sends = (_: string, bytes: Uint8Array) => this.#client.sendsFile(bytes);
  readonly does: Deeds = {
    message: (text, others) => this.#client.says("106", others.join("\t"), text),
    "private message": (to, text) => this.#client.says("106", to, text),
    picture: this.#sends,
    video: this.#sends,
    file: this.#sends,
  };

  constructor(readonly server: TestServer, readonly name: string) {}

  async comes(_: readonly string[], lobby: readonly string[]): Promise<void> {
    this.#client = await (await CodesClient.enter(this.server.running, this.name)).forgets();
    await this.hearsNothing(_, lobby);
  }

  async goes(): Promise<void> {
    this.#client.says("100", this.name);
    await this.#client.hears("203", this.name);
    await this.#client.close();
  }

  async close(): Promise<void> {
    await this.#client?.close();
  }

  /** No length tells that it is not whole. */
  async breaksOff(_: string, bytes: Uint8Array): Promise<Uint8Array> {
    const half = bytes.subarray(0, bytes.length >> 1);
    this.#client.sendsFile(half);
    await this.close();
    return half;
  }

  async hearsTheEnd(): Promise<void> {
    await this.#client.hears("209", "@switchboard", "The server is stopping. Connect again soon.");
    await this.#client.hearsTheEnd();
  }

  echoes(event: string): boolean {
    return event === "owner";
  }

  async hears([template = ""]: Shown, given: Given, { bytes }: Partial<Seen>): Promise<void> {
    const [code = "", ...fields] = template.split("|").map((field) => filled(field, given));
    if (bytes && bytes.length <= FILE_BYTES_MAX && !template.includes("a folder")) {
      return assertEquals(await this.#client.file(), bytes);
    }
    if (code !== "209") return await this.#client.hears(code, ...fields);
    const [from = "", text = ""] = fields;
    assertShown(await this.#client.line(from, text.split("\n").length), text);
  }

  async hearsNothing(_: readonly string[], lobby: readonly string[]): Promise<void> {
    this.#client.says("108");
    const [list = ""] = texts("codes", "online list");
    const others = lobby.filter((name) => name !== this.name);
    await this.#client.hears(...listOf(list.replaceAll("|", "\r\n"), others).split("\r\n"));
  }

  async errs(): Promise<void> {
    this.#client.says("106", "nobody", "x");
    await this.hears(shownOf("codes", "error")[0]!, {}, {});
  }

  async wants(wanted: string): Promise<undefined> {
    const another = await CodesClient.connect(this.server.running);
    another.says("102", wanted, PASSWORD);
    await another.hears(...texts("codes", "rename"));
    await another.close();
  }
}

/** Somebody with a program of WeTalk. */
export class WeTalkPerson implements Person {
  readonly language = "wetalk";
  readonly presence = "room";
  #client!: WeTalkClient;
  readonly #sends = (file: string, bytes: Uint8Array) => {
    this.#client.says("__UPL___", file, String(bytes.length));
    this.#client.sends(bytes);
  };
  readonly does: Deeds = {
    message: (text) => this.#client.says("__MSG___", this.name, text),
    // Sent so it has no name.
    picture: (_, bytes) => {
      this.#client.says("__FACE__", this.name, String(bytes.length));
      this.#client.sends(bytes);
    },
    video: this.#sends,
    file: this.#sends,
    "offer accepted": async (name, bytes) => {
      this.#client.says("__DOWNL_", name);
      assertEquals(await this.#client.hears("__FILE__", name, String(bytes.length)), bytes);
    },
    recall: () => this.#client.says("__ROLL__", this.name),
    kick: (nickname) => this.#client.says("__KICK__", this.nameShown(nickname)),
  };
  readonly whenPutOut = [["__KICK__"]];
  /** The files that it was told of. */
  #listed = new Set<string>();

  constructor(readonly server: TestServer, readonly name: string) {}

  /** These end its own messages and fields. */
  cannotSay(text: string): boolean {
    return /__(END|DIV)___/.test(text);
  }

  async comes(_: readonly string[], lobby: readonly string[]): Promise<void> {
    this.#client = await WeTalkClient.connect(this.server.running);
    const [[template = ""] = []] = shownOf("wetalk", "online list");
    // As Python writes a name between quotes.
    const others = lobby.slice(0, -1).map((each) => each.replaceAll(/[\\']/g, "\\$&"));
    const [people, files = ""] = (await this.#client.next()).text.split("__DIV___");
    assertEquals(people, listOf(template, others).split("__DIV___")[0]);
    this.#listed = new Set(readPythonList(files).map((name) => `__FNAME_${name}`));
    this.#client.says("__LOGI__", this.name);
    while ((await this.#client.next()).text !== `__USER__+${this.nameShown(this.name)}`);
    await this.#client.forgets();
  }

  async goes(): Promise<void> {
    this.#client.says("__LOGO__", this.name);
    await this.#client.hearsTheEnd();
    await this.#client.close();
  }

  async close(): Promise<void> {
    await this.#client?.close();
  }

  async breaksOff(name: string, bytes: Uint8Array): Promise<undefined> {
    this.#client.says("__UPL___", name, String(bytes.length));
    this.#client.sends(bytes.subarray(0, bytes.length >> 1));
    await this.close();
  }

  async hearsTheEnd(): Promise<void> {
    const { text } = await this.#client.next();
    assertEquals(text, "__MSG___@switchboard__DIV___The server is stopping. Connect again soon.");
    await this.#client.hearsTheEnd();
  }

  echoes(): boolean {
    return true;
  }

  ownWords(event: string): readonly Shown[] | undefined {
    if (event === "owner") return [["__GRANT_"]];
    // What has no name is in no list.
    return event === "picture" ? shownOf("wetalk", "picture").slice(1) : undefined;
  }

  nameShown(name: string): string {
    return asHtml(name.replaceAll(/(?<=__)(?=(?:END|DIV)___)/g, "@"));
  }

  async hears([template = ""]: Shown, given: Given, { bytes }: Seen): Promise<void> {
    const heard = await this.#client.next();
    const words = filled(template, { ...given, ...(given.hello && { hello: asHtml(given.hello) }) });
    assertShown(heard.text, words.startsWith("__FNAME_") ? this.#lists(words) : words);
    if (heard.bytes) assertEquals(heard.bytes, bytes);
  }

  /** The second file of a name gets a number. */
  #lists(words: string): string {
    let numbered = words;
    for (let n = 2; this.#listed.has(numbered); n++) numbered = words.replace(/(?=\.\w+$)/, ` (${n})`);
    this.#listed.add(numbered);
    return numbered;
  }

  hearsNothing(): Promise<void> {
    return this.#client.hearsNothing();
  }

  async errs(): Promise<void> {
    this.#client.says("__XXX___");
    assertShown((await this.#client.next()).text, texts("wetalk", "error")[0]!);
  }

  async wants(wanted: string): Promise<Visitor> {
    const another = await WeTalkClient.connect(this.server.running);
    another.says("__LOGI__", wanted);
    await another.nextOf("__INIT__");
    const [words = ""] = texts("wetalk", "rename").map((each) => filled(each, { alice: wanted }));
    assertEquals((await another.next()).text, words);
    return { name: words.slice("__NAME__".length), goes: () => another.close() };
  }
}

/** What is shown of an event in languages where each thing is one piece of text. */
function texts(language: string, event: string): string[] {
  return shownOf(language, event).map(([text = ""]) => text);
}
