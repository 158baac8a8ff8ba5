/** A node that is cut off from NATS, or halted: its people are at another one in seconds, also those who only listen. */
import { Connection } from "../../client/connection/connection.ts";
import { webSocketLink } from "../../client/connection/websocket_link.ts";
import { Failover } from "../../client/connection/failover.ts";
import type { Config } from "../../server/config/config.ts";
import type { Event } from "../../server/core/shared/events.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { freePort } from "../support/free_port.ts";
import { PASSWORD, ROOMCHAT_PAGE } from "../support/harness.ts";
import { Terminal } from "../support/terminal.ts";
import { ChatHttpClient } from "../dialects/clients/chathttp_client.ts";
import { CodesClient } from "../dialects/clients/codes_client.ts";
import { IrcClient } from "../dialects/clients/irc_client.ts";
import { PersonTalkClient } from "../dialects/clients/persontalk_client.ts";
import { RoomchatClient } from "../dialects/clients/roomchat_client.ts";
import { WeTalkClient } from "../dialects/clients/wetalk_client.ts";
import { makeSelfSigned } from "../../server/tls/self_signed.ts";
import type { FaultProxy } from "./fault_proxy.ts";
import { untilReady, untilTrue } from "./polling.ts";
import { clusterTest, type TestNode } from "./cluster_scene.ts";

/** What is promised, and what other tests on the machine may take of it. */
const ELSEWHERE_MS = 5_000 + 2_000;

type Cluster = Parameters<Parameters<typeof clusterTest>[2]>[0];

/** A node that says where its page is, behind a way to NATS that can be cut. */
async function nodeBehind(
  cluster: Cluster,
  name: string,
  config: Partial<Config> = {},
): Promise<{ node: TestNode; way: FaultProxy }> {
  const way = await cluster.way();
  const http = await freePort();
  const nodeUrl = `${config.tlsCert ? "https" : "http"}://127.0.0.1:${http}`;
  const node = await cluster.node(name, {
    ...{ http, nodeUrl, cluster: [`nats://127.0.0.1:${way.port}`] },
    ...config,
  });
  return { node, way };
}

function bothBehind(cluster: Cluster, config?: Partial<Config>) {
  return Promise.all([nodeBehind(cluster, "one", config), nodeBehind(cluster, "two", config)]);
}

/** Somebody with the client of page and terminal who says nothing; knows these nodes. */
async function listener(nickname: string, ...nodes: { readonly http: string }[]) {
  const failover = new Failover(nodes.map(({ http }) => ({
    name: http,
    open: webSocketLink(`${http.replace("http", "ws")}/ws`),
  })));
  const heard: Event[] = [];
  let wake = () => {};
  const connection = new Connection({
    open: failover.open,
    hasOthers: () => failover.hasOthers,
    onEvent: (event) => void (heard.push(event), wake()),
    onState: () => wake(),
  });
  await connection.connect();
  await connection.ask("guest", { nickname });
  const until = async (isSo: () => boolean) => {
    while (!isSo()) await new Promise<void>((resolve) => wake = resolve);
  };
  return {
    heard,
    close: () => connection.close(),
    get at() {
      return failover.current;
    },
    /** Resolves once at another node than this one. */
    leaves: (http: string) => until(() => connection.state === "online" && failover.current !== http),
    hears: (text: string) =>
      until(() => heard.some((each) => each.event === "message" && each.text === text)),
  };
}

async function readyAt(
  { http }: { readonly http: string },
): Promise<{ status: number; said: { node?: string } }> {
  const response = await fetch(`${http}/ready`);
  return { status: response.status, said: await response.json() };
}

for (const how of ["silent", "reset"] as const) {
  clusterTest(
    `who is at a node that is cut off (${how}) is at another one within 5 s`,
    1,
    async (cluster) => {
      const [one, two] = await bothBehind(cluster);
      const [first, second] = [one.node.running, two.node.running];
      assertEquals((await readyAt(first)).said.node, "one");
      const ada = await listener("ada", first, second);
      const dan = await one.node.guest("dan");
      const bob = await two.node.guest("bob");
      one.way.cut(how);
      const began = performance.now();
      const bye = await dan.hearsAtLast({ event: "bye", code: "shutting_down" });
      assertEquals(bye.nodes, [second.http]);
      await ada.leaves(first.http);
      assertTrue(performance.now() - began < ELSEWHERE_MS, `it took ${performance.now() - began} ms`);
      await bob.asks("send", { room: "lobby", text: "welcome here" });
      await ada.hears("welcome here");

      // Meanwhile: a balancer takes it out, whoever comes is sent on, and the page is there.
      assertEquals((await readyAt(first)).status, 503);
      const eve = await one.node.connect();
      assertEquals((await eve.hears({ event: "bye", code: "shutting_down" })).nodes, [second.http]);
      assertTrue((await (await fetch(first.http)).text()).includes("<!doctype html>"), "the page is served");

      one.way.mend();
      await untilReady(true, first);
      const cyd = await one.node.guest("cyd");
      await cyd.asks("send", { room: "lobby", text: "one is back" });
      await ada.hears("one is back");
      assertEquals(ada.at, second.http);
      ada.close();
      await cluster.agree([one.node, two.node]);
    },
  );
}

clusterTest(
  "while NATS is away for everybody nobody is sent anywhere, and everybody reads",
  1,
  async (cluster) => {
    const [one, two] = await bothBehind(cluster);
    const [ada, bob] = [await one.node.guest("ada"), await two.node.guest("bob")];
    await ada.asks("send", { room: "lobby", text: "before" });
    await ada.forgets();
    await bob.forgets();
    // The first notices it while the other one still takes itself for well.
    two.way.cut("silent");
    one.way.cut("reset");
    for (const { node } of [one, two]) await untilReady(false, node.running);
    // Longer than it takes to find somebody who takes people.
    const until = performance.now() + 2_000;
    while (performance.now() < until) {
      for (const peer of [ada, bob]) {
        assertEquals((await peer.asks("history", { room: "lobby" })).messages.length, 1);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assertEquals((await (await one.node.connect()).asks("ping")).ok, true);
    one.way.mend();
    two.way.mend();
    for (const { node } of [one, two]) await untilReady(true, node.running);
  },
);

clusterTest("nodes with certificates of their own making hand over, too", 1, async (cluster) => {
  const pem = `${cluster.folder}/own.pem`;
  await makeSelfSigned(pem, Date.now());
  const [one, two] = await bothBehind(cluster, { tlsCert: pem, tlsKey: pem });
  const http = one.node.running.http;
  assertTrue(http.startsWith("https:"), http);
  await using ada = new Terminal(
    [
      "chat",
      `tls://127.0.0.1:${one.node.running.tcp.port},tls://127.0.0.1:${two.node.running.tcp.port}`,
      "--ca",
      pem,
      "--guest",
      "ada",
    ],
    { cwd: cluster.folder, env: { XDG_CONFIG_HOME: `${cluster.folder}/config`, NO_COLOR: "1" } },
  );
  await ada.shows(/── 1 lobby ─+[^]*lobby>$/);
  one.way.cut("silent");
  const caCerts = [await Deno.readTextFile(pem)];
  const { port } = one.node.running.tcp;
  // As long as it lets people in, it says nothing before it is asked.
  const line = async () => {
    const connection = await Deno.connectTls({ hostname: "127.0.0.1", port, caCerts });
    const timer = setTimeout(() => connection.close(), 500);
    const bytes = new Uint8Array(1_000);
    const count = await connection.read(bytes).catch(() => null);
    clearTimeout(timer);
    if (count !== null) connection.close();
    return new TextDecoder().decode(bytes.subarray(0, count ?? 0));
  };
  const refuses = async () => {
    const said = await line();
    return said.includes("cut off from the others") ? undefined : `it says "${said}"`;
  };
  const refused = await untilTrue(refuses, 30_000);
  assertTrue("ms" in refused, JSON.stringify(refused));
  await ada.shows("-- connected again");
  await ada.enters("elsewhere");
  await ada.shows("ada: elsewhere");
  one.way.mend();
  while ((await line()) !== "");
});

clusterTest("who only listens to a node that is halted is at another one within 5 s", 1, async (cluster) => {
  const [one, two] = await Promise.all(["one", "two"].map((name) => cluster.process(name)));
  const [first, second] = [one!.process, two!.process];
  const ada = await listener("ada", first, second);
  const bob = await two!.guest("bob");
  Deno.kill(first.pid, "SIGSTOP");
  const began = performance.now();
  await ada.leaves(first.http);
  assertTrue(performance.now() - began < ELSEWHERE_MS, `it took ${performance.now() - began} ms`);
  await bob.asks("send", { room: "lobby", text: "heard" });
  await ada.hears("heard");
  ada.close();
  Deno.kill(first.pid, "SIGCONT");
});

clusterTest(
  "IRC clients and programs of old are told why they have to go, and come in elsewhere",
  1,
  async (cluster) => {
    const dialects = ["irc", "chathttp", "codes", "wetalk", "persontalk"] as const;
    const listen = dialects.map((dialect) => ({ port: 0, dialect }));
    const [{ node: one, way }, { node: two }] = await bothBehind(cluster, {
      listen,
      chatOrigins: [ROOMCHAT_PAGE],
    });
    await two.member("ada");
    const { running } = one;
    const irc = await IrcClient.member(running, "ada");
    const chathttp = await ChatHttpClient.enter(running, "bob");
    const codes = await CodesClient.enter(running, "cyd");
    const wetalk = await WeTalkClient.connect(running);
    wetalk.says("__LOGI__", "dan");
    const persontalk = await (await PersonTalkClient.connect(running)).comesIn("eve", "a long word 7");
    const roomchat = await RoomchatClient.open(running);
    roomchat.asks("Enter", "lobby;fay;");
    roomchat.asks("Talk", "all are there");
    await irc.hearsAtLast(/^:fay!\S+ PRIVMSG #lobby :all are there$/);

    way.cut("silent");
    const words = "This server is cut off from the others. Connect again.";
    const says = async (next: () => Promise<string>) => {
      while (!(await next()).includes(words));
    };
    await irc.hearsAtLast(new RegExp(`^ERROR :${words}$`));
    await irc.hearsTheEnd();
    await says(() => chathttp.line());
    await says(async () => (await codes.next()).fields.join(" "));
    await codes.hearsTheEnd();
    await says(async () => (await wetalk.next()).text);
    await wetalk.hearsTheEnd();
    await says(() => persontalk.next());
    await persontalk.isOver();
    await says(async () => JSON.stringify(await roomchat.next()));
    await roomchat.ended;

    // Whoever comes meanwhile learns the same, in the words of the port.
    const late = await IrcClient.connect(running);
    await late.hears(`ERROR :${words}`);
    await late.hearsTheEnd();
    const lateCodes = await CodesClient.connect(running);
    await lateCodes.hears("209", "@switchboard", words);
    await lateCodes.hearsTheEnd();

    const again = await IrcClient.member(two.running, "ada");
    again.says("PRIVMSG #lobby :here now");
    // A program that wants nobody else under its account comes in once the others take its node for lost.
    const inAgain = async () => {
      const client = await CodesClient.connect(two.running);
      client.says("101", "cyd", PASSWORD);
      const { code } = await client.next();
      if (code === "204") return client;
      await client.close();
    };
    let codesAgain = await inAgain();
    while (!codesAgain) codesAgain = await inAgain();
    again.says("PRIVMSG #lobby :and you, too");
    while (!(await codesAgain.next()).fields.includes("and you, too"));
    await Promise.all([
      ...[chathttp, codes, wetalk, lateCodes, codesAgain].map((client) => client.close()),
      roomchat.drops(),
    ]);
    persontalk.socket.close();
    again.close();
    way.mend();
    await untilReady(true, one.running);
  },
);
