/** `--classic`: the original programs find their ports, and two of them share one. */
import { createServer } from "node:net";
import { Command } from "commander";
import { commandLineOptions, type Config, configWith, resolveConfig } from "../../server/config/config.ts";
import { CLASSIC } from "../../server/protocol/dialects/index.ts";
import { start } from "../../server/run/serve.ts";
import { beginsHttp } from "../../server/protocol/http_detection.ts";
import type { WireLimits } from "../../server/transport/wire_limits.ts";
import { portOf } from "../../server/transport/listening.ts";
import { assertEquals, assertRejects } from "../support/assert.ts";
import { ChatHttpClient } from "./clients/chathttp_client.ts";
import { CodesClient } from "./clients/codes_client.ts";
import { PersonTalkClient } from "./clients/persontalk_client.ts";
import { PersonTalkProgram } from "./clients/persontalk_program.ts";
import { RoomchatClient } from "./clients/roomchat_client.ts";
import { WeTalkClient } from "./clients/wetalk_client.ts";
import { bytesOf, md5, sendFile } from "../support/file_lines.ts";
import { type TestServer, withServer } from "../support/harness.ts";
import { RawHttp } from "../support/raw_http.ts";

/** Runs a body against a server whose classic ports are free ones. */
function withClassic(
  body: (server: TestServer, shared: string) => Promise<void>,
  config: Partial<Config> = {},
  limits: Partial<WireLimits> = {},
): Promise<void> {
  return withServer({ classic: true, ...config }, (server) => {
    const { url } = server.running.urls.find(({ name }) => name === "codes")!;
    return body(server, url);
  }, { classicPort: () => 0, limits: { channelsPendingMs: 55_000, ...limits } });
}

Deno.test("classic: every original program has its port, and without the option there is none", async () => {
  assertEquals(CLASSIC.map(({ port, dialect, channels = [] }) => [port, dialect, ...channels].join(" ")), [
    "9994 chathttp",
    "8888 codes",
    "5555 wetalk",
    "9997 persontalk 9996 9995",
  ]);
  const asked: number[] = [];
  const classicPort = (original: number) => {
    asked.push(original);
    return 0;
  };
  await withServer({ classic: true }, ({ running }) => {
    assertEquals(running.urls.map(({ name }) => name), [
      "http",
      "tcp",
      "chathttp",
      "codes",
      "roomchat",
      "wetalk",
      "persontalk",
      "persontalk-chat",
      "persontalk-files",
    ]);
    return Promise.resolve();
  }, { classicPort });
  assertEquals(asked, [9994, 8888, 5555, 9997, 9996, 9995]);
  await withServer({}, ({ running }) => {
    assertEquals(running.urls.map(({ name }) => name), ["http", "tcp"]);
    return Promise.resolve();
  }, { classicPort });
  assertEquals(asked.length, 6);
});

Deno.test("classic: the five original programs and a native one meet in the lobby", () =>
  withClassic(async (server, shared) => {
    const dave = await (await server.guest("dave")).forgets();
    const said = async (from: string, text: string) => {
      await dave.hearsAtLast({ event: "message", from, room: "lobby", text });
    };
    const alice = await ChatHttpClient.enter(server.running, "alice");
    await alice.post("from 9994");
    await said("alice", "from 9994");
    const bob = await WeTalkClient.connect(server.running);
    bob.says("__LOGI__", "bob");
    bob.says("__MSG___", "bob", "from 5555");
    await said("bob", "from 5555");
    const carol = await PersonTalkProgram.comesIn(server.running, "carol", "a long word 7");
    carol.chat.says("from 9996");
    await said("carol", "from 9996");
    const frank = await (await PersonTalkClient.connect(server.running, "length", "persontalk")).comesIn(
      "frank",
      "a long word 7",
    );
    frank.says("all on 9997");
    await said("frank", "all on 9997");
    const mary = await CodesClient.enter(server.running, "mary");
    mary.says("106", "dave", "from 8888");
    await dave.hearsAtLast({ event: "message", from: "mary", to: "dave", text: "from 8888" });
    const page = await RoomchatClient.open({ http: `http://${shared}` });
    page.asks("Enter", "lobby;eve;");
    page.asks("Talk", "from the page");
    await said("eve", "from the page");
    carol.close();
    frank.socket.close();
    await Promise.all([bob.close(), alice.close(), mary.close(), page.drops()]);
    await dave.hearsAtLast({ event: "offline", nickname: "eve" });
  }));

Deno.test("classic: on the shared port a browser's request goes to the page's listener", () =>
  withClassic(async (_server, shared) => {
    const health = await fetch(`http://${shared}/health`);
    assertEquals([health.status, (await health.json()).ok], [200, true]);
    const torn = await RawHttp.connect(`http://${shared}`);
    for (
      const piece of ["G", "E", "T /health HTTP/1.1\r\nHost: localhost\r\n", "Connection: close\r\n\r\n"]
    ) {
      await torn.says(piece);
    }
    assertEquals((await torn.answer).status, 200);
    await torn.close();
    const head = await fetch(`http://${shared}/health`, { method: "HEAD" });
    assertEquals(head.status, 200);
    const asked = await fetch(`http://${shared}/ask`, { method: "POST", body: "{}" });
    assertEquals((await asked.json()).ok, false);
    const verdicts = {
      more: ["", "G", "GET", "P", "POS", "OPTIONS"],
      yes: ["GET ", "GET /chat", "POST /ask", "HEAD / HTTP/1.1", "OPTIONS *", "DELETE /session"],
      no: ["108", "1", "GEL ", "get ", " GET", "PUSH ", "\xff"],
    };
    for (const [verdict, heads] of Object.entries(verdicts)) {
      for (const each of heads) assertEquals(beginsHttp(new TextEncoder().encode(each)), verdict, each);
    }
  }));

Deno.test("classic: who comes through the shared port counts as coming from where they are", () =>
  withClassic(
    async (_server, shared) => {
      const open = (from: string) => RoomchatClient.open({ http: `http://${shared}` }, from);
      const pages = [await open("127.0.0.2"), await open("127.0.0.2"), await open("127.0.0.3")];
      // Told so in the words of the codes, because it has not shown its own.
      await assertRejects(open("127.0.0.2"), /Parse Error/);
      pages[2]!.asks("Enter", "lobby;eve;");
      await pages[2]!.hears("Enter", "eve", 0);
      await Promise.all(pages.map((page) => page.drops()));
    },
    { rateLimits: true },
    { unauthenticatedPerAddressMax: 2 },
  ));

Deno.test("classic: whoever leaves the shared port early leaves nothing there", () =>
  withClassic(async (server, shared) => {
    for (const head of ["", "GE", "108", "GET /chat HTTP/1.1\r\n"]) {
      const early = await RawHttp.connect(`http://${shared}`);
      await early.says(head);
      await early.close();
    }
    const page = await RoomchatClient.open({ http: `http://${shared}` });
    page.asks("Enter", "lobby;eve;");
    await page.hears("Enter", "eve", 0);
    const dave = await (await server.guest("dave")).forgets();
    await page.drops();
    await dave.hearsAtLast({ event: "offline", nickname: "eve" });
    assertEquals(server.running.figures().connections, 1);
  }));

Deno.test("classic: a reader who takes its time gets every byte of a large answer", () =>
  withClassic(async (server, shared) => {
    const dave = await server.connect();
    const { token } = await dave.asks("guest", { nickname: "dave" });
    const bytes = bytesOf(16 * 2 ** 20);
    const { file } = await sendFile(dave, { room: "lobby" }, "a.bin", bytes);
    const [hostname, port] = shared.split(":");
    const reader = await Deno.connect({ hostname: hostname!, port: Number(port) });
    const head = [
      `GET /files/${file} HTTP/1.1`,
      "Host: localhost",
      "Connection: close",
      `Authorization: Bearer ${token}`,
    ];
    await reader.write(new TextEncoder().encode(`${head.join("\r\n")}\r\n\r\n`));
    await dave.forgets();
    const answer = await new Response(reader.readable).bytes();
    assertEquals(md5(answer.subarray(-bytes.length)), md5(bytes));
  }));

Deno.test("classic: when the server stops, both who share the port are told and let go", async () => {
  await withClassic(async (server, shared) => {
    const mary = await CodesClient.enter(server.running, "mary");
    const page = await RoomchatClient.open({ http: `http://${shared}` });
    await page.hearsNothing();
    await server.running.stop();
    await page.isTold(/stopping/);
    await page.ended;
    await mary.close();
  });
});

Deno.test("classic: a port that another program has is named in one line, with what to do", async () => {
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(0, "127.0.0.1", resolve));
  const folder = await Deno.makeTempDir({ prefix: "switchboard-" });
  const config = configWith({ http: 0, tcp: 0, classic: true, data: `${folder}/data` });
  const classicPort = (original: number) => original === 5555 ? portOf(blocker) : 0;
  const line = new RegExp(
    `: Cannot listen on port ${portOf(blocker)}: another program has it; .*--listen.*$`,
  );
  await assertRejects(start(config, { classicPort }), line);
  await new Promise((resolve) => blocker.close(resolve));
  await (await start(config, { classicPort: () => 0 })).stop(); // nothing of the first try is left
  await Deno.remove(folder, { recursive: true });
});

/** The configuration that arguments come to. */
function configOf(...args: string[]): Config {
  const command = new Command().exitOverride().configureOutput({ writeErr() {} });
  for (const option of commandLineOptions()) command.addOption(option);
  return resolveConfig(command.parse(args, { from: "user" }).opts());
}

Deno.test("classic: --listen gives a program's three ports together, or one to those that keep to one", async () => {
  assertEquals(configOf("--listen", "7997+7996+7995=persontalk,5555=wetalk,7=persontalk").listen, [
    { port: 7997, dialect: "persontalk", channels: [7996, 7995] },
    { port: 5555, dialect: "wetalk" },
    { port: 7, dialect: "persontalk" },
  ]);
  for (
    const wrong of ["1+2=persontalk", "1+2+3+4=persontalk", "1+2+3=wetalk", "1++3=persontalk", "+=codes"]
  ) {
    await assertRejects(Promise.resolve().then(() => configOf("--listen", wrong)), /Write it as|0 to 65535/);
  }
  await withServer(
    { listen: [{ port: 0, dialect: "persontalk", channels: [0, 0] }] },
    async ({ running }) => {
      const names = running.urls.map(({ name }) => name);
      assertEquals(names, ["http", "tcp", "persontalk", "persontalk-chat", "persontalk-files"]);
      const bob = await PersonTalkProgram.comesIn(running, "bob", "a long word 7");
      await bob.chat.hearsNothing();
      bob.close();
    },
  );
});

Deno.test("classic: the flag alone is enough; the file and the flag may say on or off", async () => {
  const read = (...args: string[]) => configOf(...args).classic;
  const folder = await Deno.makeTempDir({ prefix: "switchboard-" });
  const file = `${folder}/config.json`;
  await Deno.writeTextFile(file, '{"classic": true}');
  assertEquals([read(), read("--classic"), read("--classic", "off"), read("--classic", "on")], [
    false,
    true,
    false,
    true,
  ]);
  assertEquals([read("--config", file), read("--config", file, "--classic", "off")], [true, false]);
  await Deno.remove(folder, { recursive: true });
});
