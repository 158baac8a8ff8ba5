/** One person of each newer language in the lobby: native over TCP and over WebSocket, PersonTalk, RoomChat. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { framed, md5, PersonTalkClient } from "./clients/persontalk_client.ts";
import { RoomchatClient } from "./clients/roomchat_client.ts";
import { assertShown, filled, filledJson, type Given, type Shown, shownOf } from "./dialect_words.ts";
import { announcement, chunk, fetchFile, sendFile } from "../support/file_lines.ts";
import { type Line, PASSWORD, type Peer, type TestServer, type Transport } from "../support/harness.ts";
import { type Deeds, listOf, type Person, type Seen, type Visitor } from "./matrix_person.ts";

const LOBBY = { room: "lobby" };

/** Somebody with the native protocol. */
export class NativePerson implements Person {
  readonly language = "native";
  readonly presence = "both";
  #peer!: Peer;
  /** Files by their names. */
  readonly #offered = new Map<string, string>();
  readonly #sends = (file: string, bytes: Uint8Array) => sendFile(this.#peer, LOBBY, file, bytes);
  readonly does: Deeds = {
    message: (text) => this.#peer.asks("send", { ...LOBBY, text }),
    "private message": (to, text) => this.#peer.asks("send", { to, text }),
    picture: this.#sends,
    video: this.#sends,
    file: this.#sends,
    folder: async (name, bytes) => {
      const { file: folder } = await this.#peer.asks("upload", { ...LOBBY, name, folder: true });
      await sendFile(this.#peer, { folder }, "inside.txt", bytes);
      await this.#peer.asks("finish", { file: folder });
    },
    offer: (to, file, bytes) => sendFile(this.#peer, { to }, file, bytes),
    "offer accepted": async (name) => {
      const file = this.#offered.get(name)!;
      await this.#peer.asks("accept", { file });
      await fetchFile(this.#peer, file);
    },
    "offer refused": (name) => this.#peer.asks("refuse", { file: this.#offered.get(name) }),
    recall: (id) => this.#peer.asks("recall", { message: id }),
    edit: (id, text) => this.#peer.asks("edit", { message: id, text }),
    reaction: (id, emoji) => this.#peer.asks("react", { message: id, emoji, on: true }),
    "reaction taken back": (id, emoji) => this.#peer.asks("react", { message: id, emoji, on: false }),
    kick: (nickname) => this.#peer.asks("kick", { ...LOBBY, nickname }),
    "new nickname": (nickname) => this.#peer.asks("account.nickname", { nickname }),
    topic: (topic) => this.#peer.asks("room.set", { ...LOBBY, topic }),
    mute: (nickname) => this.#peer.asks("mute", { ...LOBBY, nickname, minutes: 5 }),
    pin: (message) => this.#peer.asks("pin", { message, on: true }),
    removal: (message) => this.#peer.asks("recall", { message }),
    invitation: async (room, nickname) => {
      await this.#peer.asks("enter", { room, private: true });
      await this.#peer.asks("invite", { room, nickname });
    },
  };

  constructor(
    readonly server: TestServer,
    readonly name: string,
    readonly transport: Transport,
    readonly comesAs: "guest" | "member",
  ) {}

  async comes(online: readonly string[]): Promise<void> {
    this.#peer = await (await this.server[this.comesAs](this.name, this.transport)).forgets();
    const [[list = ""] = []] = shownOf("native", "online list");
    const expected = JSON.parse(listOf(list, online.map((each) => JSON.stringify(each).slice(1, -1))));
    assertWithin(await this.#peer.asks("who"), expected);
  }

  async goes(): Promise<void> {
    this.close();
    await this.#peer.ended;
  }

  close(): void {
    this.#peer?.close();
  }

  async breaksOff(name: string, bytes: Uint8Array): Promise<undefined> {
    const { file } = await this.#peer.asks("upload", announcement(LOBBY, name, bytes));
    await chunk(this.#peer, file, 0, bytes.subarray(0, bytes.length >> 1));
    await this.goes();
  }

  async hearsTheEnd(): Promise<void> {
    await this.#peer.hears({ event: "bye", code: "shutting_down" });
    await this.#peer.ended;
  }

  echoes(event: string): boolean {
    return event === "owner" || event === "offer fetched";
  }

  async hears([json = ""]: Shown, given: Given, { bytes }: Seen): Promise<void> {
    const expected = filledJson(json, given);
    let event: Line;
    do event = await this.#peer.hears({}); while (PASSED_OVER.has(event.event));
    assertWithin(event, expected);
    if (event.event === "offer") this.#offered.set(event.file.name, event.file.id);
    if (bytes && event.file.type !== "inode/directory") {
      assertEquals(await fetchFile(this.#peer, event.file.id), bytes);
    }
  }

  async hearsNothing(): Promise<void> {
    await this.#peer.asks("ping");
    assertEquals(this.#peer.events.filter(({ event }) => !PASSED_OVER.has(event)), []);
  }

  async errs(): Promise<void> {
    const [[json = ""] = []] = shownOf("native", "error");
    assertWithin(await this.#peer.says("send", { to: "nobody", text: "x" }), JSON.parse(json));
  }

  async wants(nickname: string): Promise<undefined> {
    const [[json = ""] = []] = shownOf("native", "rename");
    const another = await this.server.connect(this.transport);
    assertWithin(await another.says("guest", { nickname }), JSON.parse(json));
    another.close();
  }
}

/** Of the moment, as the page tells that somebody types; and what only this one may do from now on. */
const PASSED_OVER = new Set(["typing", "privileges"]);

/** Everything that is expected is there and equal, however deep. */
function assertWithin(actual: Line, expected: Line): void {
  assertEquals(within(actual, expected), expected);
}

function within(actual: unknown, expected: Line): Line {
  const seen = (actual ?? {}) as Line;
  const isObject = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
  return Object.fromEntries(
    Object.entries(expected).map(([name, value]) => [
      name,
      isObject(value) ? within(seen[name], value) : seen[name],
    ]),
  );
}

/** Somebody with a PersonTalk program. */
export class PersontalkPerson implements Person {
  readonly language = "persontalk";
  readonly presence = "online";
  #client!: PersonTalkClient;
  #accounts = 0;
  readonly #sends = (file: string, bytes: Uint8Array) => this.#uploads("everyone", file, bytes);
  readonly does: Deeds = {
    // Without the newline that ends a line in the other framing: here the length says where it ends.
    message: (text) => this.#client.sends(framed(text)),
    "private message": (to, text) => this.#client.says({ person_talk: to, oneTOone_news: text }),
    picture: this.#sends,
    video: this.#sends,
    file: this.#sends,
    folder: async (folder, bytes) => {
      await this.#sends(`${folder}/inside.txt`, bytes);
      // Whatever else it says, its folder is complete.
      this.#client.says({ down_file_list: "files_list" });
      await this.#client.object();
    },
    offer: (to, file, bytes) => this.#uploads(to, file, bytes),
    "offer accepted": async (name, bytes) => {
      this.#client.says({ down_files: this.name, files_name: name });
      assertEquals((await this.#client.file()).bytes, bytes);
      await this.#client.hears("file_complete");
    },
    "offer refused": (name) => this.#client.says({ refuse_files: name }),
  };

  constructor(readonly server: TestServer, readonly name: string) {}

  /** It would be asking for something. */
  cannotSay(text: string): boolean {
    return text.startsWith("{");
  }

  async comes(online: readonly string[]): Promise<void> {
    const account = { user_name: this.name, password: md5(PASSWORD) };
    this.#client = await PersonTalkClient.connect(this.server.running);
    if (this.#accounts++ === 0) {
      await this.#client.login(2, { ...account, nick_name: this.name, phone: "", email: "" }, 0);
    }
    await this.#client.login(1, account, 0);
    for (const shown of shownOf("persontalk", "online list")) {
      await this.hears(shown, { bob: this.name }, { own: true, online });
    }
  }

  async goes(): Promise<void> {
    this.#client.says({ login: 0, args: "exit" });
    await this.#client.isOver();
  }

  close(): void {
    this.#client?.socket.close();
  }

  async breaksOff(name: string, bytes: Uint8Array): Promise<undefined> {
    const files_information = { files_name: name, files_size: bytes.length, files_md5: md5(bytes) };
    this.#client.says({ up_files: "everyone", files_information });
    await this.#client.socket.sendall(bytes.subarray(0, bytes.length >> 1));
    this.close();
  }

  async hearsTheEnd(): Promise<void> {
    assertTrue(/^\* .*stopping/.test(await this.#client.next()), "it says why");
    await this.#client.isOver();
  }

  echoes(event: string): boolean {
    return event === "owner";
  }

  async hears([words = ""]: Shown, given: Given, { online }: Pick<Seen, "own" | "online">): Promise<void> {
    const text = await this.#client.next();
    if (words.startsWith("{")) {
      const expected = filledJson(words, given);
      assertEquals(JSON.parse(text), "active_people" in expected ? { active_people: online } : expected);
    } else if (words.startsWith("alice:")) {
      const alice = given.alice?.replaceAll(/^[{*>]|:/g, "\\$&") ?? "";
      assertShown(text, filled(words, { ...given, alice }));
    } else assertShown(text, filled(words, given));
  }

  hearsNothing(): Promise<void> {
    return this.errs();
  }

  async errs(): Promise<void> {
    this.#client.says({ nonsense: 1 });
    const [[words = ""] = []] = shownOf("persontalk", "error");
    assertShown(await this.#client.next(), words);
  }

  async wants(wanted: string): Promise<undefined> {
    const another = await PersonTalkClient.connect(this.server.running);
    const account = { user_name: `${this.name}${++this.#accounts}`, password: md5(PASSWORD) };
    another.says({ login: 2, args: { ...account, nick_name: wanted, phone: "", email: "" } });
    const [[words = ""] = []] = shownOf("persontalk", "rename");
    assertEquals(await another.object(), JSON.parse(words));
    another.socket.close();
  }

  async #uploads(to: string, file: string, bytes: Uint8Array): Promise<void> {
    const answer = await this.#client.uploads(to, file, bytes);
    assertEquals(answer.return, 0, JSON.stringify(answer));
  }
}

/** Somebody with RoomChat's page. */
export class RoomchatPerson implements Person {
  readonly language = "roomchat";
  readonly presence = "room";
  #client!: RoomchatClient;
  readonly does: Deeds = {
    message: (text) => this.#client.asks("Talk", text),
    picture: (_, bytes) => this.#client.asks("Picture", bytes.toBase64()),
    video: (_, bytes) => this.#client.asks("Video", bytes.toBase64()),
  };

  constructor(readonly server: TestServer, readonly name: string) {}

  async comes(): Promise<void> {
    this.#client = await this.#enter(this.name, this.name);
  }

  async goes(): Promise<void> {
    this.#client.asks("Quit");
    await this.#client.hears("Quit", this.name, 0);
    await this.#client.drops();
  }

  async close(): Promise<void> {
    await this.#client?.drops();
  }

  async breaksOff(_: string, bytes: Uint8Array): Promise<undefined> {
    const message = JSON.stringify({ Type: "Picture", Content: bytes.toBase64() });
    await this.#client.dropsAfter(message.slice(0, message.length >> 1));
  }

  async hearsTheEnd(): Promise<void> {
    await this.#client.hears("Talk", "@switchboard", 1, "The server is stopping. Connect again soon.");
    await this.#client.ended;
  }

  echoes(): boolean {
    return true;
  }

  async hears([type = "", sender = "", text = ""]: Shown, given: Given, { own, bytes }: Seen): Promise<void> {
    const { Text, ...others } = await this.#client.next();
    assertEquals(others, { Type: type, Sender: filled(sender, given), Self_send: own ? 0 : 1 });
    if (text === "BYTES") assertTrue(Text === bytes?.toBase64(), `another ${type} came`);
    else assertShown(Text, filled(text, given));
  }

  hearsNothing(): Promise<void> {
    return this.#client.hearsNothing();
  }

  async errs(): Promise<void> {
    this.#client.asks("Nonsense");
    const [[type = "", , words = ""] = []] = shownOf("roomchat", "error");
    const { Type, Text, ...others } = await this.#client.next();
    assertEquals([Type, others], [type, {}]);
    assertShown(Text, words);
  }

  async wants(wanted: string): Promise<Visitor> {
    const [[type, sender = ""] = []] = shownOf("roomchat", "rename");
    assertEquals(type, "Enter");
    const name = filled(sender, { alice: wanted });
    const another = await this.#enter(wanted, name);
    return { name, goes: () => another.drops() };
  }

  async #enter(wanted: string, got: string): Promise<RoomchatClient> {
    const page = await RoomchatClient.open(this.server.running);
    page.asks("Enter", `lobby;${wanted};`);
    await page.hears("Enter", got, 0);
    return page;
  }
}
