/**
 * A restart loses nothing: the real executable is stopped three times under load, everybody comes back by themselves
 * when they were asked to, and at each client every message has arrived once and in order.
 */
import type { Connection } from "../../client/connection/connection.ts";
import type { OpenLink } from "../../client/connection/link.ts";
import { tcpLink } from "../../client/node/tcp_link.ts";
import { upload } from "../../client/transfer/transfer.ts";
import { webSocketLink } from "../../client/connection/websocket_link.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { freePorts } from "../support/free_port.ts";
import { bytesOf, md5 } from "../support/file_lines.ts";
import { startServerProcess } from "../support/server_process.ts";
import { type Acknowledged, comeIn, Receiver, Sender, wholeHistory, wordsOf } from "../support/talkers.ts";

const RESTARTS = 3;
const ACKS_BETWEEN = 300;
/** Six kilobytes: a few hundred of these are more than a resume replays in one go. */
const PADDING = " and so on".repeat(600);
const STOP_MS = 10_000;

/** A link that can't be made while it is held back, and that tells what goes out on it. */
class HeldLink {
  readonly asked: string[] = [];
  #cut: () => void = () => {};
  #held: Promise<void> = Promise.resolve();
  #letGo: () => void = () => {};

  constructor(readonly real: OpenLink) {}

  readonly open: OpenLink = async (events) => {
    await this.#held;
    const link = await this.real(events);
    this.#cut = () => link.close();
    return {
      send: (line, raw) => {
        this.asked.push(JSON.parse(line).op);
        link.send(line, raw);
      },
      get unsent() {
        return link.unsent;
      },
      close: () => link.close(),
    };
  };

  hold(): void {
    this.#held = new Promise((resolve) => this.#letGo = resolve);
    this.#cut();
  }

  letGo(): void {
    this.#letGo();
  }
}

Deno.test("restart: stopped three times under load, nothing is lost and nothing doubled at any client", async () => {
  const data = await Deno.makeTempDir({ prefix: "switchboard-restart-" });
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
  const acknowledgements = (count: number) =>
    new Promise<void>((resolve) => {
      let left = count;
      onAcknowledged = () => --left === 0 && resolve();
    });
  const away = new HeldLink(overTcp);
  const receivers = [overTcp, overWebSocket, away.open].map((open) => new Receiver(open, PADDING));
  const manner = { keys: true, inFlight: 8, padding: PADDING, note };
  const senders = [
    new Sender(overTcp, { name: "tcp", ...manner }),
    new Sender(overWebSocket, { name: "websocket", ...manner }),
  ];
  const uploader = new Receiver(overTcp, PADDING).connection;
  const connections = [...receivers, ...senders].map((each) => each.connection);
  const silent = await Deno.connect({ hostname: tcp.host, port: tcp.port });
  try {
    for (const [index, { connection }] of receivers.entries()) await comeIn(connection, `hears-${index}`);
    for (const { connection, name } of senders) await comeIn(connection, name);
    await comeIn(uploader, "uploader");
    await silent.write(new TextEncoder().encode('{"id":1,"op":"guest","nickname":"never-reads"}\n'));
    const saying = senders.map((sender) => sender.sayMuch());
    const sending = sendSlowly(uploader, () => acknowledged.size);

    for (let restart = 1; restart <= RESTARTS; restart++) {
      if (restart === 2) away.hold();
      await acknowledgements(ACKS_BETWEEN);
      const began = performance.now();
      await server.end("SIGTERM");
      const took = performance.now() - began;
      assertTrue(took < STOP_MS, `it took ${Math.round(took)} ms to stop`);
      server = await start();
    }
    await acknowledgements(ACKS_BETWEEN);
    away.letGo();
    for (const sender of senders) sender.stop();
    await Promise.all(saying);
    await Promise.all(connections.map((connection) => connection.online()));

    const { id, md5: sum } = await sending;
    const history = await wholeHistory(senders[0]!.connection);
    const texts = history.filter(({ kind }) => kind === "text");
    const said = texts.map((message) => wordsOf(message, PADDING));
    assertEquals(said.length, new Set(said).size, "nothing is kept twice");
    assertEquals(
      said.length,
      acknowledged.size,
      "all that is kept was acknowledged, and all that was is kept",
    );
    for (const [index, { id }] of texts.entries()) assertEquals(acknowledged.get(said[index]!)?.id, id);
    for (const { connection, heard } of [...receivers, ...senders]) {
      await connection.ask("ping", {});
      const others = texts.filter(({ from }) => from !== connection.nickname);
      assertEquals(
        heard.filter((each) => each !== ""),
        others.map((message) => wordsOf(message, PADDING)),
        `what ${connection.nickname} heard`,
      );
    }
    assertTrue(away.asked.includes("missed"), "one was away for so long that it had to be told in portions");
    assertEquals(history.filter(({ file }) => file?.md5 === sum).map((message) => message.id), [id]);
  } finally {
    for (const connection of [...connections, uploader]) connection.close();
    silent.close();
    await server.end("SIGKILL");
    await Deno.remove(data, { recursive: true });
  }
});

/** Sends a file whose pieces take until the last restart is over. */
async function sendSlowly(connection: Connection, acknowledged: () => number) {
  const bytes = bytesOf(8_000_000);
  const size = bytes.length;
  const read = async (offset: number, length: number) => {
    const due = (offset / size) * ACKS_BETWEEN * (RESTARTS + 0.5);
    while (acknowledged() < due) await connection.ask("ping", {}).catch(() => connection.online());
    return bytes.subarray(offset, offset + length);
  };
  return await upload(connection, { name: "slow.bin", size, md5: md5(bytes), read }, { room: "lobby" });
}
