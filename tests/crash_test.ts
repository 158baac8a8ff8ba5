/**
 * Promise 1 of design.md §4 against the real executable: killed with SIGKILL under load, 20 times, it loses nothing
 * that it acknowledged, doubles nothing, and everybody who comes back has seen what history shows.
 */
import { assertEquals, assertTrue } from "./assert.ts";
import { startServerProcess } from "./server_process.ts";
import { Connection } from "../client/connection.ts";
import { RequestError } from "../client/request_error.ts";
import type { OpenLink } from "../client/link.ts";
import { tcpLink } from "../client/tcp_link.ts";
import { webSocketLink } from "../client/websocket_link.ts";
import type { Message } from "../server/core/events.ts";
import { LIMITS } from "../server/core/limits.ts";

const KILLS = 20;
/** Acknowledgements between two kills: few enough to be quick, of different number to hit different moments. */
const ACKS_BETWEEN = { least: 20, most: 140 };
const IN_FLIGHT = 16;
/** Texts are long, so that a commit takes long enough to be hit. */
const PADDING = " and so on".repeat(800);

/** What a sender was told of one text. */
interface Acknowledged {
  id: string;
  seq: number;
}

Deno.test("crash: killed 20 times under load, every acknowledged message is there once, in order", async () => {
  const data = await Deno.makeTempDir({ prefix: "switchboard-crash-" });
  let server = await startServerProcess({ data });
  const { tcp, http } = server;
  const overTcp = tcpLink(tcp);
  const overWebSocket = webSocketLink(`${http.replace("http", "ws")}/ws`);
  const acknowledged = new Map<string, Acknowledged>();
  let onAcknowledged = () => {};
  const note = (words: string, answer: Acknowledged) => {
    assertTrue(!acknowledged.has(words), `"${words}" is acknowledged once`);
    acknowledged.set(words, answer);
    onAcknowledged();
  };
  const receivers = [new Receiver(overTcp), new Receiver(overWebSocket)];
  const senders = [
    new Sender(overTcp, { name: "tcp-keys", keys: true, note }),
    new Sender(overWebSocket, { name: "websocket-keys", keys: true, note }),
    new Sender(overTcp, { name: "tcp-plain", keys: false, note }),
    new Sender(overWebSocket, { name: "websocket-plain", keys: false, note }),
  ];
  const connections = [...receivers, ...senders].map((each) => each.connection);
  try {
    for (const [index, receiver] of receivers.entries()) await comeIn(receiver.connection, `hears-${index}`);
    for (const { connection, name } of senders) await comeIn(connection, name);
    const saying = senders.map((sender) => sender.sayMuch());

    for (let kill = 1; kill <= KILLS; kill++) {
      let left = ACKS_BETWEEN.least + Math.floor(Math.random() * (ACKS_BETWEEN.most - ACKS_BETWEEN.least));
      // Killed from within an acknowledgement, while others are on their way.
      await new Promise<void>((resolve) => {
        onAcknowledged = () => {
          if (--left === 0) resolve(server.end("SIGKILL"));
        };
      });
      server = await startServerProcess({ data, tcp: tcp.port, http: Number(new URL(http).port) });
      for (const connection of connections) connection.comeBackNow();
    }
    for (const sender of senders) sender.stop();
    await Promise.all(saying);

    const history = await wholeHistory(senders[0]!.connection);
    const seqs = history.map((message) => message.seq);
    assertEquals(seqs, seqs.toSorted((a, b) => a - b), "history is in the order of seq");
    const said = history.map(wordsOf);
    assertEquals(said.length, new Set(said).size, "nothing is there twice");
    const kept = new Map(history.map((message) => [wordsOf(message), message]));
    for (const [words, { id, seq }] of acknowledged) {
      const found = kept.get(words);
      assertEquals([words, found?.id, found?.seq], [words, id, seq]);
    }
    assertTrue(acknowledged.size > KILLS * ACKS_BETWEEN.least, "there was load");
    for (const { connection, heard } of receivers) {
      await connection.ask("ping", {});
      assertEquals(heard, said, `what ${connection.nickname} heard`);
    }
  } finally {
    for (const connection of connections) connection.close();
    await server.end("SIGKILL");
    await Deno.remove(data, { recursive: true });
  }
});

/** Listens in the lobby, and notes the texts in the order of hearing them. */
class Receiver {
  readonly heard: string[] = [];
  readonly connection: Connection;

  constructor(open: OpenLink) {
    this.connection = new Connection({
      open,
      onEvent: (event) => event.event === "message" && this.heard.push(wordsOf(event)),
      onResumed: ({ recovered }) => assertTrue(recovered, "who comes back is told what was missed"),
    });
  }
}

/** Keeps saying something new, several at a time; with keys, what was not answered is asked again. */
class Sender {
  readonly connection: Connection;
  readonly name: string;
  readonly #keys: boolean;
  readonly #note: (words: string, answer: Acknowledged) => void;
  #said = 0;
  #stopped = false;

  constructor(
    open: OpenLink,
    { name, keys, note }: { name: string; keys: boolean; note(words: string, answer: Acknowledged): void },
  ) {
    this.connection = new Connection({ open });
    this.name = name;
    this.#keys = keys;
    this.#note = note;
  }

  /** Resolves when it was told to stop and everything is answered or lost. */
  async sayMuch(): Promise<void> {
    await Promise.all(Array.from({ length: IN_FLIGHT }, async () => {
      while (!this.#stopped) await this.#say(`${this.name} ${this.#said++}`);
    }));
  }

  stop(): void {
    this.#stopped = true;
  }

  async #say(words: string): Promise<void> {
    const key = this.#keys ? { key: words } : {};
    try {
      this.#note(words, await this.connection.ask("send", { room: "lobby", text: words + PADDING, ...key }));
    } catch (error) {
      // Without a key nobody can know whether it was kept; with one there is no such doubt.
      if (!(error instanceof RequestError && error.code === "connection_lost" && !this.#keys)) throw error;
    }
  }
}

async function comeIn(connection: Connection, nickname: string): Promise<void> {
  await connection.connect();
  await connection.ask("guest", { nickname });
}

function wordsOf({ text }: { text: string }): string {
  return text.slice(0, -PADDING.length);
}

/** Everything said in the lobby, oldest first. */
async function wholeHistory(connection: Connection): Promise<Message[]> {
  const found: Message[] = [];
  for (let more = true; more;) {
    const before = found[0] ? { before: found[0].id } : {};
    const page = await connection.ask("history", { room: "lobby", limit: LIMITS.historyMax, ...before });
    found.unshift(...page.messages);
    more = page.more;
  }
  return found;
}
