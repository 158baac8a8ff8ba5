/** Somebody of the matrix with an IRC client, which asks for no capability. */
import { ircNick } from "../../server/protocol/dialects/irc/irc_names.ts";
import { assertEquals } from "../support/assert.ts";
import { PASSWORD, type TestServer } from "../support/harness.ts";
import { IrcClient } from "./clients/irc_client.ts";
import { assertShown, filled, type Given, type Shown, shownOf } from "./dialect_words.ts";
import { type Deeds, listOf, type Person } from "./matrix_person.ts";

/** Somebody with an account. */
export class IrcPerson implements Person {
  readonly language = "irc";
  readonly presence = "room";
  #client!: IrcClient;
  #isRegistered = false;
  readonly does: Deeds = {
    message: (text) => this.#client.says(`PRIVMSG #lobby :${text}`),
    "private message": (to, text) => this.#client.says(`PRIVMSG ${ircNick(to)} :${text}`),
    kick: (nickname) => this.#client.says(`KICK #lobby ${ircNick(nickname)}`),
    topic: (topic) => this.#client.says(`TOPIC #lobby :${topic}`),
    invitation: (room, nickname) => this.#client.says(`INVITE ${ircNick(nickname)} #${room}`),
  };

  constructor(readonly server: TestServer, readonly name: string) {}

  /** A line has one. */
  cannotSay(text: string): boolean {
    return text.includes("\n");
  }

  async comes(_: readonly string[], lobby: readonly string[]): Promise<void> {
    if (!this.#isRegistered) {
      const peer = await this.server.connect();
      await peer.asks("register", { username: this.name, nickname: this.name, password: PASSWORD });
      peer.close();
      this.#isRegistered = true;
    }
    const client = this.#client = await IrcClient.connect(this.server.running);
    client.says("CAP REQ :sasl", "AUTHENTICATE PLAIN");
    client.says(`AUTHENTICATE ${new TextEncoder().encode(`\0${this.name}\0${PASSWORD}`).toBase64()}`);
    client.says("NICK irc", "USER irc 0 * :irc", "CAP END");
    const names = await client.hearsAtLast(/ 353 /);
    assertEquals(names.replaceAll(/(?<=[: ])[~@%]/g, ""), this.#listOf(lobby));
    await client.hearsAtLast(/ 366 /);
    // What was said before follows.
    await client.forgets();
  }

  async goes(): Promise<void> {
    this.#client.says("QUIT");
    await this.#client.hears("ERROR :Closing Link: Client Quit");
    await this.#client.hearsTheEnd();
  }

  close(): void {
    this.#client?.close();
  }

  async breaksOff(): Promise<undefined> {
    await this.#client.sends("PRIVMSG #lobby :half a li");
    this.close();
  }

  async hearsTheEnd(): Promise<void> {
    await this.#client.hears(...texts("bye"));
    await this.#client.hearsTheEnd();
  }

  echoes(event: string): boolean {
    return event === "owner";
  }

  nameShown(name: string): string {
    return ircNick(name);
  }

  async hears([template = ""]: Shown, given: Given): Promise<void> {
    const words = this.#isMe(template).replaceAll("␁", "\x01");
    const named = { bob: ircNick(this.name), ...given };
    // Several lines of a text are as many messages.
    for (const hello of given.hello?.split("\n") ?? [""]) {
      const expected = filled(words, { ...named, ...(given.hello !== undefined && { hello }) });
      assertShown(await this.#client.next(), expected);
    }
  }

  async hearsNothing(_: readonly string[], lobby: readonly string[]): Promise<void> {
    this.#client.says("NAMES #lobby");
    const names = await this.#client.next();
    assertEquals(names.replaceAll(/(?<=[: ])[~@%]/g, ""), this.#listOf(lobby));
    await this.#client.hears(`:irc.switchboard 366 ${ircNick(this.name)} #lobby :End of /NAMES list`);
  }

  async errs(): Promise<void> {
    this.#client.says("PRIVMSG nobody :x");
    await this.#client.hears(...texts("error").map((words) => this.#isMe(words)));
  }

  async wants(wanted: string): Promise<undefined> {
    const another = await IrcClient.connect(this.server.running);
    another.says(`NICK ${ircNick(wanted)}`, "USER x 0 * :x");
    const [words = ""] = texts("rename");
    assertShown(await another.next(), filled(words, { alice: ircNick(wanted) }));
    another.close();
  }

  #isMe(words: string): string {
    return words.replace(/(?<=\d{3} )me(?= )/, ircNick(this.name));
  }

  #listOf(names: readonly string[]): string {
    const [template = ""] = texts("online list");
    return listOf(this.#isMe(template), names.map(ircNick));
  }
}

function texts(event: string): string[] {
  return shownOf("irc", event).map(([text = ""]) => text);
}
