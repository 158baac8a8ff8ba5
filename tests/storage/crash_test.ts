/**
 * A reply means that it is on disk (docs/design.md, section "The life of a line"), against the real executable: killed
 * with SIGKILL under load, 20 times, it loses nothing that it acknowledged, doubles nothing, and everybody who comes
 * back has seen what history shows.
 */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { freePorts } from "../support/free_port.ts";
import { startServerProcess } from "../support/server_process.ts";
import { tcpLink } from "../../client/node/tcp_link.ts";
import { webSocketLink } from "../../client/connection/websocket_link.ts";
import { type Acknowledged, comeIn, Receiver, Sender, wholeHistory, wordsOf } from "../support/talkers.ts";

const KILLS = 20;
/** Acknowledgements between two kills: few enough to be quick, of different number to hit different moments. */
const ACKS_BETWEEN = { least: 20, most: 140 };
const IN_FLIGHT = 16;
/** Texts are long, so that a commit takes long enough to be hit. */
const PADDING = " and so on".repeat(800);

Deno.test("crash: killed 20 times under load, every acknowledged message is there once, in order", async () => {
  const data = await Deno.makeTempDir({ prefix: "switchboard-crash-" });
  // It is found again where it was.
  const [httpPort, tcpPort] = await freePorts(2);
  const start = () => startServerProcess({ data, http: httpPort!, tcp: tcpPort! });
  let server = await start();
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
  const receivers = [overTcp, overWebSocket].map((open) => new Receiver(open, PADDING));
  const manner = { inFlight: IN_FLIGHT, padding: PADDING, note };
  const senders = [
    new Sender(overTcp, { name: "tcp-keys", keys: true, ...manner }),
    new Sender(overWebSocket, { name: "websocket-keys", keys: true, ...manner }),
    new Sender(overTcp, { name: "tcp-plain", keys: false, ...manner }),
    new Sender(overWebSocket, { name: "websocket-plain", keys: false, ...manner }),
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
      server = await start();
      for (const connection of connections) connection.reconnectNow();
    }
    for (const sender of senders) sender.stop();
    await Promise.all(saying);

    const history = await wholeHistory(senders[0]!.connection);
    const seqs = history.map((message) => message.seq);
    assertEquals(seqs, seqs.toSorted((a, b) => a - b), "history is in the order of seq");
    const said = history.map((message) => wordsOf(message, PADDING));
    assertEquals(said.length, new Set(said).size, "nothing is there twice");
    const kept = new Map(history.map((message) => [wordsOf(message, PADDING), message]));
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
