/** What monitoring is told: whether the server lives, whether it takes newcomers, and its figures. */
import { readFile } from "node:fs/promises";
import { notReady, type ReadinessSources } from "../../server/monitoring/readiness.ts";
import { assertEquals, assertLike, assertMatches, assertTrue } from "../support/assert.ts";
import { announcement, bytesOf, chunk, fetchFile, sendFile } from "../support/file_lines.ts";
import { PASSWORD, type TestServer, withServer } from "../support/harness.ts";

const OWN_PORT = { metricsPort: 0 };
const TOKEN = "a-token-of-some-length";

/** The address of the port of its own. */
function ownPort({ running }: TestServer): string {
  return running.urls.find(({ name }) => name === "metrics")!.url.replace(/\/metrics$/, "");
}

/** Sample → value, as they are now. */
async function figures(server: TestServer): Promise<Map<string, number>> {
  const text = await (await fetch(`${ownPort(server)}/metrics`)).text();
  const samples = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    samples.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]),
  );
}

async function statusOf(url: string, headers: Record<string, string> = {}): Promise<number> {
  const response = await fetch(url, { headers });
  await response.body?.cancel();
  return response.status;
}

Deno.test("metrics: nobody is shown any unless an option says so", async () => {
  await withServer({}, async (server) => {
    assertEquals(await statusOf(`${server.running.http}/metrics`), 404);
    assertEquals(server.running.urls.map(({ name }) => name), ["http", "tcp"]);
  });
});

Deno.test("metrics: on the page's port they are for those with the token, on their own as well", async () => {
  await withServer({ ...OWN_PORT, metricsToken: TOKEN }, async (server) => {
    for (const root of [server.running.http, ownPort(server)]) {
      const url = `${root}/metrics`;
      assertEquals(await statusOf(url), 401);
      assertEquals(await statusOf(url, { Authorization: "Bearer another-token-of-length" }), 401);
      assertEquals(await statusOf(url, { Authorization: `Bearer ${TOKEN}` }), 200);
    }
  });
  await withServer(OWN_PORT, async (server) => {
    assertEquals(await statusOf(`${server.running.http}/metrics`), 404);
    const response = await fetch(`${ownPort(server)}/metrics`);
    assertLike(response.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
    await response.body?.cancel();
    for (const path of ["/", "/session", "/index.html"]) {
      assertEquals(await statusOf(`${ownPort(server)}${path}`), 404);
    }
  });
});

Deno.test("metrics: people, what they say and what they send are counted", async () => {
  await withServer(OWN_PORT, async (server) => {
    const alice = await server.member("alice");
    const bob = await server.guest("bob", "websocket");
    await (await server.connect()).fails("login", { username: "alice", password: "wrong" }, "bad_password");
    await alice.asks("send", { room: "lobby", text: "one" });
    await alice.asks("send", { room: "lobby", text: "two" });
    await bob.asks("send", { to: "alice", text: "three" });
    await bob.fails("send", { room: "nowhere", text: "four" }, "unknown_room");
    bob.wire.write("nonsense\n");
    await bob.stray();
    const { file } = await sendFile(alice, { room: "lobby" }, "a.bin", bytesOf(300_000));
    await fetchFile(bob, file);
    const now = await figures(server);
    const expected = {
      'switchboard_connections{transport="tcp",dialect="native"}': 2,
      'switchboard_connections{transport="websocket",dialect="native"}': 1,
      'switchboard_connections_opened_total{transport="tcp"}': 2,
      "switchboard_people_online": 2,
      "switchboard_rooms": 1,
      'switchboard_sign_ins_total{method="password",outcome="ok"}': 1,
      'switchboard_sign_ins_total{method="password",outcome="bad_password"}': 1,
      'switchboard_sign_ins_total{method="nickname",outcome="ok"}': 1,
      'switchboard_requests_total{op="send",outcome="ok"}': 3,
      'switchboard_requests_total{op="send",outcome="unknown_room"}': 1,
      'switchboard_requests_total{op="unreadable",outcome="bad_request"}': 1,
      'switchboard_messages_total{place="room"}': 2,
      'switchboard_messages_total{place="private"}': 1,
      'switchboard_transfer_bytes_total{direction="up"}': 300_000,
      'switchboard_transfer_bytes_total{direction="down"}': 300_000,
      'switchboard_transfers{direction="down"}': 0,
      "switchboard_outbox_bytes": 0,
      "switchboard_writes_waiting": 0,
      "switchboard_ready": 1,
    };
    assertMatches(Object.fromEntries(now), expected);
    for (
      const name of ["deliveries_total", "commit_seconds_count", "commit_seconds_sum", "disk_free_bytes"]
    ) {
      assertTrue(now.get(`switchboard_${name}`)! > 0, name);
    }
    await alice.asks("send", { room: "lobby", text: "five" });
    const then = await figures(server);
    assertEquals(then.get('switchboard_messages_total{place="room"}'), 3);
    assertTrue(
      then.get("switchboard_commit_seconds_count")! > now.get("switchboard_commit_seconds_count")!,
      "counters go on",
    );
    assertTrue(!/alice|bob|lobby|127\.0/.test([...then.keys()].join()), "they name nobody and no place");
  });
});

Deno.test("metrics: each budget shows how much of it is used, and how much there is", async () => {
  await withServer({ ...OWN_PORT, maxConnections: 7, uploads: 3, quotaAll: 1_000 }, async (server) => {
    const alice = await server.guest("alice");
    await server.connect();
    await sendFile(alice, { room: "lobby" }, "a.bin", bytesOf(10));
    const { file } = await alice.asks("upload", announcement({ room: "lobby" }, "b.bin", bytesOf(30)));
    await chunk(alice, file, 0, bytesOf(30).subarray(0, 20));
    await alice.asks("enter", { room: "den" });
    const now = await figures(server);
    const budget = (name: string) =>
      ["used", "max"].map((each) => now.get(`switchboard_budget_${each}{budget="${name}"}`));
    assertEquals(budget("connections"), [2, 7]);
    assertEquals(budget("connections_of_one_address")[0], 2);
    assertEquals(budget("strangers_of_one_address")[0], 1);
    assertEquals(budget("uploads"), [1, 3]);
    assertEquals(budget("unfinished_bytes"), [20, 1_000]);
    assertEquals(budget("kept_bytes"), [30, 1_000]);
    assertEquals(budget("rooms"), [2, 10_000]);
    assertEquals(budget("rooms_of_one_maker"), [1, 1_000]);
    for (const waiting of ["questions", "hashes", "writes", "buffers", "http_connections", "http_requests"]) {
      const [used, max] = budget(waiting);
      assertTrue(used! >= 0 && used! < max!, `${waiting}: ${used} of ${max}`);
    }
    const [left, free] = budget("disk");
    assertTrue(left! > 0 && free! > 0, `disk: ${left} of ${free}`);
    const documented = await readFile(new URL("../../docs/metrics.md", import.meta.url), "utf8");
    const names = Array.from(now.keys(), (key) => /budget_used\{budget="(\w+)"/.exec(key)?.[1]).filter(
      Boolean,
    );
    assertEquals(
      names.toSorted(),
      Array.from(documented.matchAll(/^ {2}\| `(\w+)`/gm), ([, name]) => name).toSorted(),
    );
  });
});

Deno.test("metrics: who is let go and who is not let in is counted with the reason", async () => {
  await withServer({ ...OWN_PORT, maxConnections: 2 }, async (server) => {
    const alice = await server.member("alice");
    const bob = await server.guest("bob");
    await (await server.connect()).hearsAtLast({ event: "bye", code: "too_many_connections" });
    for (let n = 0; n < 21; n++) bob.wire.write("{nonsense\n");
    await bob.hearsAtLast({ event: "bye", code: "too_much_nonsense" });
    await alice.hearsAtLast({ event: "offline", nickname: "bob" });
    const other = await server.connect();
    await other.asks("login", { username: "alice", password: PASSWORD });
    await other.asks("password.change", { old: PASSWORD, new: "another-word-for-it-7" });
    await alice.hearsAtLast({ event: "bye", code: "password_changed" });
    const now = await figures(server);
    assertEquals(now.get('switchboard_peers_refused_total{reason="too_many_connections"}'), 1);
    assertEquals(now.get('switchboard_peers_dropped_total{reason="too_much_nonsense"}'), 1);
    assertEquals(now.get('switchboard_peers_dropped_total{reason="password_changed"}'), 1);
  });
});

Deno.test("metrics: docs/metrics.md has each with its type and labels, and no other", async () => {
  await withServer({ ...OWN_PORT, tlsSelfSigned: true, tlsCert: undefined }, async (server) => {
    const alice = await server.guest("alice");
    await alice.asks("send", { room: "lobby", text: "one" });
    await sendFile(alice, { room: "lobby" }, "a.bin", bytesOf(10));
    (await server.guest("bob")).close();
    await server.connect().then((peer) => peer.wire.write("{nonsense\n".repeat(21)));
    const text = await (await fetch(`${ownPort(server)}/metrics`)).text();
    const types = Array.from(text.matchAll(/^# TYPE (\S+) (\S+)$/gm), ([, name, type]) => `${name} ${type}`);
    const table = (await readFile(new URL("../../docs/metrics.md", import.meta.url), "utf8")).split(
      "## Metrics",
    )[1]!;
    const rows = Array.from(
      table.matchAll(/^\| `(\w+)` +\| (\w+) +\| ([^|]*)\|/gm),
      ([, name, type, labels]) => ({
        named: `${name} ${type}`,
        name,
        labels: Array.from(labels!.matchAll(/`(\w+)`/g), ([, label]) => label!),
      }),
    );
    // Those of a cluster: tests/cluster/metrics_test.ts.
    const alone = rows.filter(({ name }) => !name!.startsWith("switchboard_cluster_"));
    assertEquals(alone.map(({ named }) => named).toSorted(), types.toSorted());
    for (const { name, labels } of rows) {
      const sample = new RegExp(`^${name}(?:_count)?\\{([^}]*)\\}`, "m").exec(text)?.[1] ?? "";
      const shown = Array.from(sample.matchAll(/(\w+)="/g), ([, label]) => label!);
      if (sample !== "") assertEquals(shown, labels, name);
    }
    for (const [line] of text.matchAll(/^# HELP .*$/gm)) assertLike(line, /^# HELP \S+ [A-Z].*\.$/);
  });
});

Deno.test("ready: not while the server is full, while its disk is, and not once it stops; health tells only of life", async () => {
  let free = Infinity;
  await withServer({ ...OWN_PORT, maxConnections: 1 }, async (server) => {
    const ask = async () => {
      const response = await fetch(`${ownPort(server)}/ready`);
      return [response.status, (await response.json()).error?.code];
    };
    assertEquals(await ask(), [200, undefined]);
    assertEquals(await statusOf(`${server.running.http}/ready`), 200);
    free = 1_000_000;
    assertEquals(await ask(), [507, "disk_full"]);
    assertEquals(await statusOf(`${ownPort(server)}/health`), 200);
    free = Infinity;
    assertEquals(await ask(), [200, undefined]);
    const alice = await server.guest("alice");
    assertEquals(await ask(), [503, "busy"]);
    alice.wire.stopReading();
    const stopped = server.running.stop();
    assertEquals(await ask(), [503, "shutting_down"]);
    assertEquals(await statusOf(`${ownPort(server)}/health`), 200);
    alice.wire.readOn();
    await stopped;
  }, { blobs: (real) => ({ ...real, free: () => Promise.resolve(free) }) });
});

Deno.test("ready: not while it starts, nor when no file can be opened, nor after the disk refused a write", async () => {
  const well: ReadinessSources = {
    started: () => true,
    stopping: () => false,
    trouble: () => undefined,
    diskRefused: () => false,
    diskFull: () => Promise.resolve(false),
    connections: () => 0,
    connectionsMax: 1,
    file: new URL(import.meta.url).pathname,
  };
  const codeOf = async (ill: Partial<ReadinessSources>) => (await notReady({ ...well, ...ill }))?.code;
  assertEquals(await codeOf({}), undefined);
  assertEquals(await codeOf({ started: () => false }), "busy");
  assertEquals(await codeOf({ file: "/nowhere/at/all" }), "busy");
  assertEquals(await codeOf({ diskRefused: () => true }), "storage_failed");
  assertEquals(await codeOf({ diskFull: () => Promise.resolve(true) }), "disk_full");
});
