/** Behind a reverse proxy: people are told apart by what a trusted proxy says, and by nothing else. */
import { assertEquals, assertLike, assertTrue } from "../support/assert.ts";
import { TestClock } from "../support/clock.ts";
import { run } from "../support/executable.ts";
import { type TestServer, withServer } from "../support/harness.ts";
import { RawHttp } from "../support/raw_http.ts";

/** Each time for another name, as guesses at one count wherever they come from. */
const wrong = () => ({ op: "login", username: crypto.randomUUID(), password: "not the right one" });

Deno.test("proxy: what it says of a client counts where it is trusted", async () => {
  await withServer({ rateLimits: true, trustedProxies: ["loopback"] }, async (server) => {
    assertEquals(await wrongUntilRefused(server, "203.0.113.7"), "rate_limited");
    assertEquals(await signIn(server, { "X-Forwarded-For": "203.0.113.8" }), "bad_password");
    // Whoever comes through two proxies, of which only the nearer is ours, is who that one saw.
    assertEquals(await signIn(server, { "X-Forwarded-For": "198.51.100.1, 203.0.113.7" }), "rate_limited");
  }, { clock: new TestClock().read });
});

Deno.test("proxy: what anybody else says of themselves counts for nothing", async () => {
  await withServer({ rateLimits: true }, async (server) => {
    assertEquals(await wrongUntilRefused(server, "203.0.113.7"), "rate_limited");
    assertEquals(await signIn(server, { "X-Forwarded-For": "203.0.113.8" }), "rate_limited");
  }, { clock: new TestClock().read });
});

Deno.test("proxy: the cookie is for https alone where people come over https", async () => {
  await withServer({ trustedProxies: ["127.0.0.0/8"] }, async (server) => {
    const cookie = async (headers: Record<string, string>) => {
      const answer = await post(
        server,
        { op: "guest", nickname: `g${crypto.randomUUID().slice(0, 6)}` },
        headers,
      );
      await answer.body?.cancel();
      return answer.headers.get("set-cookie")!.includes("Secure");
    };
    assertEquals([await cookie({}), await cookie({ "X-Forwarded-Proto": "https" })], [false, true]);
  });
});

Deno.test("proxy: its Host is the page's own, whatever port or name it puts there", async () => {
  await withServer({ publicUrl: "https://chat.example", hosts: ["inside"] }, async (server) => {
    const cases: [origin: string, host: string, ok: boolean][] = [
      ["https://chat.example", "chat.example", true],
      ["https://chat.example", "chat.example:443", true],
      ["https://chat.example", "CHAT.example", true],
      ["https://chat.example", "127.0.0.1:8080", true],
      ["http://inside", "inside:80", true],
      ["http://inside:8080", "inside:8080", true],
      ["https://chat.example:444", "127.0.0.1:8080", false],
      ["http://chat.example", "127.0.0.1:8080", false],
      ["https://evil.example", "chat.example", false],
      ["https://chat.example.evil", "chat.example", false],
      ["null", "chat.example", false],
    ];
    for (const [origin, host, ok] of cases) {
      const raw = await RawHttp.connect(server.running.http);
      const body = JSON.stringify({ op: "guest", nickname: `g${crypto.randomUUID().slice(0, 6)}` });
      const head = `Host: ${host}\r\nOrigin: ${origin}\r\nConnection: close\r\n`;
      await raw.says(`POST /session HTTP/1.1\r\n${head}Content-Length: ${body.length}\r\n\r\n${body}`);
      const { status, text } = await raw.answer;
      await raw.close();
      assertEquals([origin, host, status], [origin, host, ok ? 200 : 403]);
      if (!ok) assertTrue(text.includes("the server expects"), text);
    }
  });
});

Deno.test("proxy: a page that is refused is in the log, with what was expected", async () => {
  const data = await Deno.makeTempDir({ prefix: "switchboard-" });
  const options = ["--http", "0", "--tcp", "0", "--data", data, "--public-url", "https://chat.example"];
  {
    await using server = run(options);
    const [http] = await server.lines(2);
    const url = http!.split(/\s+/)[1]!;
    const answer = await fetch(`${url}/session`, {
      method: "POST",
      headers: { origin: "https://evil.example" },
    });
    assertEquals(
      (await answer.json()).error.message,
      'Cannot do this: this page comes from "https://evil.example", and the server expects "https://chat.example"',
    );
    await server.logs(/refused a page of "https:\/\/evil.example", expected "https:\/\/chat.example"/);
    server.signal("SIGTERM");
    await server.ended;
  }
  await Deno.remove(data, { recursive: true });
});

Deno.test("proxy: connections through it are counted for those who are behind it", async () => {
  const most = 2;
  await withServer({ rateLimits: true, trustedProxies: ["loopback"] }, async (server) => {
    const connect = (address: string) => server.connect("websocket", { "x-forwarded-for": address });
    for (let n = 0; n < most; n++) await connect("203.0.113.7");
    const refused = await connect("203.0.113.7");
    await refused.hears({ event: "bye", code: "too_many_connections" });
    await (await connect("203.0.113.8")).asks("ping");
  }, { limits: { unauthenticatedPerAddressMax: most } });
});

Deno.test("proxy: what is no network is said in one line", async () => {
  const { code, stderr } = await run(["--trusted-proxies", "example.org"]).ended;
  assertEquals([code, stderr.length], [1, 1]);
  assertLike(
    stderr[0],
    /It must be addresses or networks, such as 127\.0\.0\.1 or 10\.0\.0\.0\/8\. See --help\.$/,
  );
});

function post(server: TestServer, body: unknown, headers: Record<string, string>): Promise<Response> {
  return fetch(`${server.running.http}/session`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

async function signIn(server: TestServer, headers: Record<string, string>): Promise<string> {
  const { error } = await (await post(server, wrong(), headers)).json();
  return error.code;
}

/** Signs in wrongly from one address until it may not go on. */
async function wrongUntilRefused(server: TestServer, address: string): Promise<string> {
  let code = "";
  for (let n = 0; n < 60 && code !== "rate_limited"; n++) {
    code = await signIn(server, { "X-Forwarded-For": address });
  }
  return code;
}
