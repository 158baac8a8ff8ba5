/**
 * The client of RoomChat as its page is: a WebSocket from a page of another server, one JSON object a message, and what
 * `onmessage` shows of each.
 */
// @ts-types="npm:@types/ws@8.18.2"
import { WebSocket } from "ws";
import type { Config } from "../../../server/config/config.ts";
import type { Running, StartOptions } from "../../../server/run/serve.ts";
import { assertEquals, assertTrue } from "../../support/assert.ts";
import { ROOMCHAT_PAGE, type TestServer, withServer } from "../../support/harness.ts";

/** What the page is told. */
interface Told {
  Type: string;
  Sender: string;
  Self_send: number;
  Text: string;
}

/** One page. */
export class RoomchatClient {
  /** Told and not yet looked at. */
  readonly told: Told[] = [];
  readonly #socket: WebSocket;
  /** Resolves at the end of the connection. */
  readonly ended: Promise<void>;
  #isOver = false;
  #wake: (() => void)[] = [];

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data, isBinary) => {
      assertTrue(!isBinary, "every message is text");
      this.told.push(JSON.parse(String(data)));
      this.#wakeAll();
    });
    this.ended = new Promise((resolve) =>
      socket.on("close", () => {
        this.#isOver = true;
        this.#wakeAll();
        resolve();
      })
    );
  }

  /** Opens the page, which connects; `from`: from this address of this machine. */
  static open({ http }: Pick<Running, "http">, from?: string): Promise<RoomchatClient> {
    const localAddress = from === undefined ? {} : { localAddress: from };
    const socket = new WebSocket(`${http.replace("http", "ws")}/chat`, {
      origin: ROOMCHAT_PAGE,
      ...localAddress,
    });
    const client = new RoomchatClient(socket);
    return new Promise((resolve, reject) => {
      socket.on("error", reject);
      socket.on("open", () => resolve(client));
    });
  }

  /** Asks for something, as every button of the page does. */
  asks(type: string, content = ""): void {
    this.sends(JSON.stringify({ Content: content, Type: type }));
  }

  /** Sends a message that the page itself never would, in pieces if there are several. */
  sends(...pieces: (string | Uint8Array)[]): void {
    for (const [index, piece] of pieces.entries()) {
      this.#socket.send(piece, { binary: false, fin: index === pieces.length - 1 });
    }
  }

  /** The next message, whatever it is. */
  async next(): Promise<Told> {
    while (this.told.length === 0 && !this.#isOver) {
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
    const told = this.told.shift();
    if (!told) throw new Error("the connection ended before the next message");
    return told;
  }

  /** The next message is this. */
  async hears(Type: string, Sender: string, Self_send: 0 | 1, Text = ""): Promise<void> {
    assertEquals(await this.next(), { Type, Sender, Self_send, Text });
  }

  /** The next message is a line of the server's own that has this in it: the page shows it. */
  async isTold(words: RegExp): Promise<void> {
    const { Text, ...others } = await this.next();
    assertEquals(others, { Type: "Talk", Sender: "@switchboard", Self_send: 1 }, Text);
    assertTrue(words.test(Text), `${Text} is not ${words}`);
  }

  /** The next message is an error whose text has this in it: the page shows it to nobody. */
  async hearsError(words: RegExp): Promise<void> {
    const { Type, Text, ...others } = await this.next();
    assertEquals([Type, others], ["Error", {}]);
    assertTrue(words.test(Text), `${Text} is not ${words}`);
  }

  /** What is said to nonsense comes after everything decided before it; then nothing else may be there. */
  async hearsNothing(): Promise<void> {
    this.asks("Nonsense");
    await this.hearsError(/Nonsense/);
    assertEquals(this.told, []);
  }

  stopReading(): void {
    this.#socket.pause();
  }

  readOn(): void {
    this.#socket.resume();
  }

  /** Loses the connection when it has sent this much of a message. */
  async dropsAfter(piece: string): Promise<void> {
    await new Promise((resolve) => this.#socket.send(piece, { binary: false, fin: false }, resolve));
    await this.drops();
  }

  /** Loses the connection. */
  async drops(): Promise<void> {
    this.#socket.terminate();
    await this.ended;
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}

/** What a transcript plays in. */
interface Scene extends TestServer {
  /** A page that has connected. */
  page(): Promise<RoomchatClient>;
  /** A page whose user has entered a room and was told so. */
  enters(room: string, nickname: string): Promise<RoomchatClient>;
}

/** Plays a scene, at the end of which every page is closed. */
export async function scene(
  body: (scene: Scene) => Promise<void>,
  config: Partial<Config> = {},
  options?: StartOptions,
): Promise<void> {
  const pages: RoomchatClient[] = [];
  await withServer(config, async (server) => {
    const page = async () => {
      const opened = await RoomchatClient.open(server.running);
      pages.push(opened);
      return opened;
    };
    const enters = async (room: string, nickname: string) => {
      const entering = await page();
      entering.asks("Enter", `${room};${nickname};`);
      await entering.hears("Enter", nickname, 0);
      return entering;
    };
    try {
      await body({ ...server, page, enters });
    } finally {
      await Promise.all(pages.map((each) => each.drops()));
    }
  }, options);
}
