/** What a page of somebody else's can open with the browser of someone who can reach this server: nothing, unless it was let in. */
import { assertEquals, assertLike } from "../support/assert.ts";
// @ts-types="npm:@types/ws@8.18.2"
import { WebSocket } from "ws";
import type { Config } from "../../server/config/config.ts";
import { withServer } from "../support/harness.ts";
import { run } from "../support/executable.ts";
import { RawHttp } from "../support/raw_http.ts";

const UPGRADE = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
const ROUTES = [
  "GET /",
  "GET /page.js",
  "GET /health",
  "GET /ready",
  "GET /session",
  "POST /session",
  "DELETE /session",
  "POST /ask",
  "GET /files/x",
  "PUT /files/x",
  "GET /nothing",
];
const SOCKETS = ["/ws", "/chat"];

/** The head of the answer to a request that says it is for this host, from a page of it. */
async function answerTo(url: string, request: string, host: string, more = ""): Promise<string> {
  const raw = await RawHttp.connect(url);
  const origin = `Origin: http://${host}\r\n`;
  await raw.says(`${request} HTTP/1.1\r\nHost: ${host}\r\n${origin}${more || "Connection: close\r\n"}\r\n`);
  if (more !== "") await raw.heard;
  else await raw.answer;
  await raw.close();
  return (await raw.answer).text;
}

/** Whether a name leads in at every route and every WebSocket path; undefined: at some. */
async function leadsIn(url: string, host: string): Promise<boolean | undefined> {
  const answers = await Promise.all([
    ...ROUTES.map((route) => answerTo(url, route, host)),
    ...SOCKETS.map((path) => answerTo(url, `GET ${path}`, host, UPGRADE)),
  ]);
  const refused = answers.filter((text) => text.startsWith("HTTP/1.1 421 "));
  for (const text of refused) assertLike(text, /not known as .*--public-url or --hosts/);
  return refused.length === 0 ? true : refused.length === answers.length ? false : undefined;
}

Deno.test("foreign pages: a name that was made to lead to this machine leads nowhere", async () => {
  await withServer({ publicUrl: "https://chat.example", hosts: ["inside.example"] }, async ({ running }) => {
    const port = new URL(running.http).port;
    const names: Record<string, boolean> = {
      [`127.0.0.1:${port}`]: true,
      [`localhost:${port}`]: true,
      [`LocalHost.:${port}`]: true,
      [`chat.localhost:${port}`]: true,
      [`127.8.9.1:${port}`]: true,
      [`[::1]:${port}`]: true,
      "chat.example": true,
      "Chat.Example:443": true,
      "inside.example:8080": true,
      [`evil.example:${port}`]: false,
      [`chat.example.evil.example:${port}`]: false,
      [`localhost.evil.example`]: false,
      [`127.0.0.1.evil.example`]: false,
      [`0.0.0.0:${port}`]: false,
      [`192.0.2.7:${port}`]: false,
    };
    for (const [host, leads] of Object.entries(names)) {
      assertEquals([host, await leadsIn(running.http, host)], [host, leads]);
    }
  });
});

Deno.test("foreign pages: beyond this machine every name leads in, unless --hosts says which", async () => {
  const at = (config: Partial<Config>, names: Record<string, boolean>) =>
    withServer({ host: "0.0.0.0", ...config }, async ({ running }) => {
      const url = running.http.replace("0.0.0.0", "127.0.0.1");
      for (const [host, leads] of Object.entries(names)) {
        assertEquals([host, await leadsIn(url, host)], [host, leads]);
      }
    });
  await at({}, { "evil.example": true, "192.0.2.7:8080": true });
  await at({ publicUrl: "http://chat.example" }, { "evil.example": true });
  const listed = { "evil.example": false, "localhost": true, "chat.example": true, "192.0.2.7:8080": true };
  await at({ publicUrl: "http://chat.example", hosts: ["192.0.2.7"] }, listed);
});

Deno.test("foreign pages: the figures have names of their own listener's", async () => {
  await withServer({ metricsPort: 0 }, async ({ running }) => {
    const { url } = running.urls.find(({ name }) => name === "metrics")!;
    for (const path of ["/metrics", "/health", "/ready"]) {
      assertLike(await answerTo(url, `GET ${path}`, "evil.example"), /^HTTP\/1\.1 421 /);
      assertLike(await answerTo(url, `GET ${path}`, "localhost"), /^HTTP\/1\.1 200 /);
    }
  });
});

Deno.test("foreign pages: at /chat only those come in that are listed, at its own port and 8888 too", async () => {
  const listen = [{ port: 0, dialect: "roomchat" as const }];
  const config = { chatOrigins: ["http://flask.example:5000", "null"], listen, classic: true };
  await withServer(config, async (server) => {
    const { http } = server.running;
    const own = server.running.urls.filter(({ name }) => name === "roomchat").map(({ url }) => url);
    assertEquals(own.length, 2);
    for (const url of [`${http.replace("http", "ws")}/chat`, ...own]) {
      const own = new URL(url).host;
      const comes: Record<string, boolean> = {
        "http://flask.example:5000": true,
        "null": true, // a page that is a file
        [`http://${own}`]: true,
        "http://flask.example": false,
        "http://evil.example": false,
        "https://flask.example:5000": false,
        [`http://${own}.evil.example`]: false,
      };
      for (const [origin, leads] of Object.entries(comes)) {
        assertEquals([url, origin, await opens(url, origin)], [url, origin, leads ? "open" : 403]);
      }
      assertEquals([url, await opens(url, undefined)], [url, "open"]); // a program
    }
  }, { classicPort: () => 0 });
  await withServer({ chatOrigins: [] }, async ({ running: { http } }) => {
    const url = `${http.replace("http", "ws")}/chat`;
    for (const origin of ["null", "http://flask.example:5000"]) assertEquals(await opens(url, origin), 403);
  });
  await withServer({ chatOrigins: [], classic: true, tlsSelfSigned: true }, async ({ running }) => {
    const plain = running.urls.find(({ name }) => name === "roomchat")!.url;
    assertEquals(await opens(plain, "http://evil.example"), 403);
    assertEquals(await opens(plain, undefined, "evil.example"), 421);
  }, { classicPort: () => 0 });
});

Deno.test("foreign pages: a request to a port of one language is none in it, whatever its body says", async () => {
  const listen = (["native", "persontalk", "codes", "wetalk", "chathttp"] as const).map((dialect) => ({
    port: 0,
    dialect,
  }));
  await withServer({ listen }, async (server) => {
    const dave = await (await server.guest("dave")).forgets();
    const body = [
      '{"op":"guest","nickname":"mallory"}',
      '{"op":"enter","room":"lobby"}',
      '{"op":"send","room":"lobby","text":"said by a page"}',
      "",
    ].join("\n");
    const head = `Content-Type: text/plain\r\nContent-Length: ${body.length}\r\n`;
    for (const { dialect } of listen) {
      const { url } = server.running.urls.find(({ name }) => name === dialect)!;
      const answer = await answerTo(`http://${url}`, "POST /", "evil.example", `${head}\r\n${body}`);
      assertLike(answer, /HTTP\/1\.1 400 Bad Request\r\n/);
      const looking = await answerTo(`http://${url}`, "GET /", "evil.example", "\r\n");
      assertLike(looking, /HTTP\/1\.1 400 Bad Request\r\n/);
    }
    await dave.hearsNothing();
  });
});

Deno.test("foreign pages: the log says once what was refused and what would let it in", async () => {
  const data = await Deno.makeTempDir({ prefix: "switchboard-" });
  {
    await using server = run(["--http", "0", "--tcp", "0", "--data", data]);
    const [http] = await server.lines(2);
    const url = http!.split(/\s+/)[1]!;
    for (let n = 0; n < 3; n++) assertEquals(await leadsIn(url, "evil.example"), false);
    for (let n = 0; n < 3; n++) assertEquals(await opens(`${url.replace("http", "ws")}/chat`, "null"), 403);
    await server.logs(/refused a request for "evil\.example": see --public-url and --hosts/);
    await server.logs(/refused a page of "null"/);
    server.signal("SIGTERM");
    const { stderr } = await server.ended;
    assertEquals(stderr.filter((line) => line.includes("refused a ")).length, 2, stderr.join("\n"));
  }
  await Deno.remove(data, { recursive: true });
});

Deno.test("foreign pages: names and origins that can't be are said in one line", async () => {
  for (
    const [option, value, why] of [
      ["--hosts", "http://chat.example", /names without ports/],
      ["--hosts", "chat.example:8080", /names without ports/],
      ["--chat-origins", "chat.example", /origins such as/],
      ["--chat-origins", "http://chat.example/page", /origins such as/],
      ["--chat-origins", "*", /origins such as/],
    ] as const
  ) {
    const { code, stderr } = await run([option, value]).ended;
    assertEquals([code, stderr.length], [1, 1]);
    assertLike(stderr[0], why);
  }
});

/** What comes of opening a WebSocket from a page of this origin. */
function opens(url: string, origin: string | undefined, host?: string): Promise<"open" | number> {
  const headers = host === undefined ? {} : { headers: { host } };
  const socket = new WebSocket(url, { ...(origin !== undefined && { origin }), ...headers });
  return new Promise((resolve, reject) => {
    socket.on("open", () => {
      socket.terminate();
      resolve("open");
    });
    socket.on("unexpected-response", (request, { statusCode }) => {
      request.destroy();
      resolve(statusCode ?? 0);
    });
    socket.on("error", reject);
  });
}
