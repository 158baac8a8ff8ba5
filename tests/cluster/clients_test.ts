/** Clients of several nodes: who loses one goes on at another, without signing in; the server says where. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { freePort } from "../support/free_port.ts";
import { PASSWORD } from "../support/harness.ts";
import { run } from "../support/executable.ts";
import { Terminal } from "../support/terminal.ts";
import { clusterTest, type TestNode } from "./cluster_scene.ts";

/** The configuration of a node that says where its page is. */
async function withUrl(): Promise<{ http: number; nodeUrl: string }> {
  const http = await freePort();
  return { http, nodeUrl: `http://127.0.0.1:${http}` };
}

clusterTest("clients are told where the other nodes are, and never of their own", 1, async (cluster) => {
  const urls = [await withUrl(), await withUrl(), await withUrl()] as const;
  const one = await cluster.node("one", urls[0]);
  const ada = await one.connect();
  const alone = await ada.asks("guest", { nickname: "ada" });
  assertEquals([alone.nodes, alone.other_nodes], [undefined, undefined]);
  const two = await cluster.node("two", urls[1]);
  await ada.hearsAtLast({ event: "nodes", urls: [urls[1].nodeUrl], other_nodes: 1 });
  const bob = await two.connect();
  // What is not known when one comes is told right after.
  const { nodes } = await bob.asks("guest", { nickname: "bob" });
  if (!nodes) await bob.hearsAtLast({ event: "nodes", urls: [urls[0].nodeUrl] });
  else assertEquals(nodes, [urls[0].nodeUrl]);
  const three = await cluster.node("three", urls[2]);
  await bob.hearsAtLast({ event: "nodes", urls: [urls[0].nodeUrl, urls[2].nodeUrl] });
  // One without an address of its own is counted, and named by nobody.
  await cluster.node("four");
  await bob.hearsAtLast({ event: "nodes", urls: [urls[0].nodeUrl, urls[2].nodeUrl], other_nodes: 3 });
  await two.stop();
  const bye = await bob.hearsAtLast({ event: "bye", code: "shutting_down" });
  assertEquals(bye.nodes, [urls[0].nodeUrl, urls[2].nodeUrl]);
  await ada.hearsAtLast({ event: "nodes", urls: [urls[2].nodeUrl] });
  await three.stop();
});

function addressOf({ running }: Pick<TestNode, "running">): string {
  return `127.0.0.1:${running.tcp.port}`;
}

/** A terminal of a guest who was given these addresses. */
async function guestAt(folder: string, addresses: string, nickname: string): Promise<Terminal> {
  const env = { XDG_CONFIG_HOME: `${folder}/config`, NO_COLOR: "1" };
  const terminal = new Terminal(["chat", addresses, "--guest", nickname], { cwd: folder, env });
  await terminal.shows(`${addresses}, you are ${nickname}`);
  await terminal.shows(/── 1 lobby ─+[^]*lobby>$/);
  return terminal;
}

clusterTest("a terminal with several addresses goes on at the next", 1, async (cluster) => {
  const [one, two] = [await cluster.node("one"), await cluster.node("two")];
  const bob = await two.guest("bob");
  // Where nobody answers is passed over.
  const addresses = [`127.0.0.1:${await freePort()}`, addressOf(one), addressOf(two)].join(",");
  await using ada = await guestAt(cluster.folder, addresses, "ada");
  await ada.enters("from one");
  await bob.hearsAtLast({ event: "message", from: "ada", text: "from one" });
  const stopping = one.stop();
  await ada.shows("-- connected again");
  await bob.asks("send", { room: "lobby", text: "now both on two" });
  await ada.shows("bob (guest): now both on two");
  await ada.enters("yes");
  await bob.hearsAtLast({ event: "message", from: "ada", text: "yes" });
  assertTrue(!ada.screen.includes("[s/r/g]"), "nobody signs in again");
  await stopping;
});

clusterTest("a terminal with one address goes on where the server says", 1, async (cluster) => {
  const [one, two] = [await cluster.node("one", await withUrl()), await cluster.node("two", await withUrl())];
  const bob = await two.guest("bob");
  await using ada = await guestAt(cluster.folder, addressOf(one), "ada");
  const stopping = one.stop();
  await ada.shows("-- connected again");
  await ada.enters("at the other one");
  await bob.hearsAtLast({ event: "message", from: "ada", text: "at the other one" });
  await stopping;
});

clusterTest("a script's message goes to whichever node answers", 1, async (cluster) => {
  const [one, two] = [await cluster.node("one"), await cluster.node("two")];
  const ada = await two.member("ada");
  const server = `${addressOf(one)},${addressOf(two)}`;
  await one.stop();
  await ada.forgets();
  const env = { SWITCHBOARD_PASSWORD: PASSWORD };
  const args = ["send", "--server", server, "--user", "ada", "--room", "lobby", "done"];
  assertEquals((await run(args, { env }).ended).code, 0);
  await ada.hearsAtLast({ event: "message", from: "ada", text: "done" });
});

clusterTest("who asks a node that is halted is elsewhere within 5 s", 1, async (cluster) => {
  const [one, two] = await Promise.all(["one", "two"].map((name) => cluster.process(name)));
  const bob = await two!.guest("bob");
  const { host, port } = one!.process.tcp;
  const addresses = `${host}:${port},${two!.process.tcp.host}:${two!.process.tcp.port}`;
  await using ada = await guestAt(cluster.folder, addresses, "ada");
  Deno.kill(one!.process.pid, "SIGSTOP");
  const began = performance.now();
  await ada.enters("into the void");
  await bob.hearsAtLast({ event: "message", from: "ada", text: "into the void" });
  assertTrue(performance.now() - began < 6_000, `it took ${performance.now() - began} ms`);
  Deno.kill(one!.process.pid, "SIGCONT");
});
