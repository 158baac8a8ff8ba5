/** A new version, or a new kernel: one node after the other is stopped and started, and nobody loses anything. */
import { Connection } from "../../client/connection/connection.ts";
import type { OpenLink } from "../../client/connection/link.ts";
import { tcpLink } from "../../client/node/tcp_link.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { clusterTest, type TestNode } from "./cluster_scene.ts";

/** What a balancer does: the next node that answers. */
function balanced(nodes: readonly TestNode[], first: number): OpenLink {
  const addresses = nodes.map(({ running: { tcp: { host, port } } }) => ({ host, port }));
  let next = first;
  return async (events) => {
    for (let tries = addresses.length;; tries--) {
      try {
        return await tcpLink(addresses[next++ % addresses.length]!)(events);
      } catch (error) {
        if (tries === 1) throw error;
      }
    }
  };
}

clusterTest(
  "three nodes are restarted one after the other while people talk, and nobody is away for 5 s",
  1,
  async (cluster) => {
    const nodes = await Promise.all(["one", "two", "three"].map((name) => cluster.node(name)));
    const said = new Map<string, number>();
    let longest = 0;
    let isOver = false;
    const talk = async (name: string, first: number) => {
      const connection = await new Connection({ open: balanced(nodes, first) }).connect();
      await connection.ask("guest", { nickname: name });
      for (let count = 1; !isOver; count++) {
        const text = `${name} ${count}`;
        const began = performance.now();
        const { seq } = await connection.ask("send", { room: "lobby", text, key: text });
        longest = Math.max(longest, performance.now() - began);
        said.set(text, seq);
      }
      connection.close();
    };
    const talking = Promise.all(["ada", "bob", "cyd"].map(talk));
    for (const node of nodes) {
      await node.stop();
      await node.start();
    }
    isOver = true;
    await talking;
    assertTrue(longest < 5_000, `nobody waited for long: ${longest}`);
    assertTrue(said.size > 10, `they talked: ${said.size}`);
    const reader = await nodes[0]!.guest("reader");
    const { messages } = await reader.asks("history", { room: "lobby", limit: 200 });
    const there = messages.map(({ text, seq }: { text: string; seq: number }) => [text, seq]);
    assertEquals(
      there,
      [...said].sort(([, one], [, other]) => one - other).slice(-200),
      "each is there once",
    );
    await cluster.agree(nodes);
  },
);
