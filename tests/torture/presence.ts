/** Who is there and who owns what, as each node says it; and people who do not come back, in rooms of their own. */
import { Connection } from "../../client/connection/connection.ts";
import { tcpLink } from "../../client/node/tcp_link.ts";
import { PASSWORD } from "../support/harness.ts";
import type { Person } from "./person.ts";
import type { TorturedNode } from "./tortured_cluster.ts";

const PROBE = "probe";
/** Whoever does not answer for so long is looked at again. */
const ANSWER_MS = 2_000;
/** An account's password takes its time on a busy machine, and nobody tries again. */
const REGISTERED_MS = 30_000;

/** Comes to a node by themselves, for one thing. */
export async function visit<Found>(
  node: TorturedNode,
  work: (connection: Connection) => Promise<Found>,
  withinMs = ANSWER_MS,
): Promise<Found> {
  const connection = new Connection({
    open: tcpLink({ host: "127.0.0.1", port: node.tcp }),
    reconnect: false,
  });
  const late = setTimeout(() => connection.close(), withinMs);
  try {
    await connection.connect();
    await connection.ask("guest", { nickname: `${PROBE}${++visits}` });
    return await work(connection);
  } finally {
    clearTimeout(late);
    connection.close();
  }
}

/** Makes an account. */
export function register(node: TorturedNode, name: string): Promise<unknown> {
  const account = { username: name, nickname: name, password: PASSWORD, email: `${name}@example.org` };
  return visit(node, (connection) => connection.ask("register", account), REGISTERED_MS);
}

let visits = 0;

/** Who is online, as a node says it, in the order of the alphabet; without those who only look. */
export function onlineAt(node: TorturedNode): Promise<string[]> {
  return visit(node, async (connection) => {
    const { online } = await connection.ask("who", {});
    return online.filter((name) => !name.startsWith(PROBE)).sort();
  });
}

/** Somebody who will not come back, and owns a room that somebody of another node is in. */
export class Ghost {
  readonly room: string;
  #connection: Connection | undefined;

  constructor(readonly name: string, readonly node: TorturedNode, readonly heir: Person) {
    this.room = `den of ${name}`;
  }

  async come(): Promise<void> {
    const { node: { tcp }, name, room } = this;
    const connection = new Connection({ open: tcpLink({ host: "127.0.0.1", port: tcp }), reconnect: false });
    this.#connection = connection;
    await connection.connect();
    await connection.ask("guest", { nickname: name });
    await connection.ask("enter", { room });
    await this.heir.enter(room);
  }

  /** What is not so yet on a node where this one is to be gone. */
  async stillAt(node: TorturedNode): Promise<string | undefined> {
    return await visit(node, async (connection) => {
      const { online } = await connection.ask("who", {});
      if (online.includes(this.name)) return `${node.name} still has ${this.name}`;
      const { rooms } = await connection.ask("rooms", {});
      const owner = rooms.find(({ room }) => room === this.room)?.owner;
      return owner === this.heir.name ? undefined : `at ${node.name} "${this.room}" is ${owner}'s`;
    });
  }

  /** The heir goes, too: nobody is in more than a hundred rooms. */
  close(): void {
    this.#connection?.close();
    void this.heir.leave(this.room);
  }
}
