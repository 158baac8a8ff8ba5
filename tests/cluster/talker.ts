/** People who talk while something goes wrong, and what has to be there of it afterwards. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { PASSWORD, type Peer } from "../support/harness.ts";
import type { ProcessNode, TestNode } from "./cluster_scene.ts";

/** What lies between two messages: other tests want their part of the machine. */
const PAUSE_MS = 5;

/** Sends one message after the other until it is stopped, each again with its key until it is acknowledged. */
export class Talker {
  /** Id → what it was sent with. */
  readonly acknowledged: { readonly id: string; readonly seq: number; readonly text: string }[] = [];
  #stopping = false;
  readonly #talking: Promise<void>;
  #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  constructor(readonly name: string, peer: Peer, readonly again: () => Promise<Peer>) {
    this.#talking = this.#talk(peer);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#talking;
  }

  /** Resolves when so many more are acknowledged. */
  more(count: number): Promise<void> {
    const reached = new Promise<void>((resolve) => {
      this.#waiting.push({ count: this.acknowledged.length + count, resolve });
    });
    return Promise.race([reached, this.#talking]);
  }

  #note(acknowledged: { id: string; seq: number; text: string }): void {
    this.acknowledged.push(acknowledged);
    const { length } = this.acknowledged;
    for (const { count, resolve } of this.#waiting) if (count <= length) resolve();
  }

  async #talk(first: Peer): Promise<void> {
    let peer = first;
    for (let count = 1; !this.#stopping; count++) {
      const text = `${this.name} ${count}`;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      while (true) {
        const reply = await peer.says("send", { room: "lobby", text, key: text });
        if (reply.ok) {
          this.#note({ id: reply.id, seq: reply.seq, text });
          break;
        } else if (reply.error.code === "ended" || reply.error.code === "shutting_down") {
          peer = await this.again();
        } else assertEquals(reply.error.code, "unavailable");
      }
    }
  }
}

/** Everything that was ever said in the lobby, oldest first. */
export async function wholeHistory(peer: Peer): Promise<{ id: string; seq: number; text: string }[]> {
  const all: { id: string; seq: number; text: string }[] = [];
  let before: string | undefined;
  while (true) {
    const page = { room: "lobby", limit: 200, ...(before !== undefined && { before }) };
    const { messages, more } = await peer.asks("history", page);
    all.unshift(
      ...messages.map(({ id, seq, text }: { id: string; seq: number; text: string }) => ({ id, seq, text })),
    );
    if (!more) return all;
    before = all[0]!.id;
  }
}

/** Nothing acknowledged is missing, nothing is there twice, and each talker's own are in order. */
export function assertWhole(
  history: readonly { id: string; seq: number; text: string }[],
  talkers: readonly Talker[],
): void {
  const bySeq = new Map(history.map((each) => [each.seq, each]));
  for (const { name, acknowledged } of talkers) {
    assertTrue(acknowledged.length > 20, `${name} was heard: ${acknowledged.length}`);
    assertEquals(acknowledged.map(({ seq }) => bySeq.get(seq)), acknowledged);
    const own = history.filter(({ text }) => text.startsWith(`${name} `)).map(({ text }) =>
      Number(text.split(" ")[1])
    );
    assertEquals(own, own.map((_, index) => index + 1), `what ${name} said is there once, in its order`);
  }
}

export async function register(
  node: TestNode | ProcessNode,
  name: string,
): Promise<{ peer: Peer; token: string }> {
  const peer = await node.connect();
  const account = { username: name, nickname: name, password: PASSWORD, email: `${name}@example.org` };
  await peer.asks("register", account);
  const { token } = await peer.asks("login", { username: name, password: PASSWORD });
  return { peer, token };
}
