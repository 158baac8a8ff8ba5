/** Behind a reverse proxy: people are told apart by what a trusted proxy says, and by nothing else. */
import { assertEquals, assertLike } from "./assert.ts";
import { run } from "./executable.ts";
import { type TestServer, withServer } from "./harness.ts";

const WRONG = { op: "login", username: "nobody", password: "not the right one" };

Deno.test("proxy: what it says of a client counts where it is trusted", async () => {
  await withServer({ rateLimits: true, trustedProxies: ["loopback"] }, async (server) => {
    assertEquals(await wrongUntilRefused(server, "203.0.113.7"), "rate_limited");
    assertEquals(await signIn(server, { "X-Forwarded-For": "203.0.113.8" }), "bad_password");
    // Whoever comes through two proxies, of which only the nearer is ours, is who that one saw.
    assertEquals(await signIn(server, { "X-Forwarded-For": "198.51.100.1, 203.0.113.7" }), "rate_limited");
  });
});

Deno.test("proxy: what anybody else says of themselves counts for nothing", async () => {
  await withServer({ rateLimits: true }, async (server) => {
    assertEquals(await wrongUntilRefused(server, "203.0.113.7"), "rate_limited");
    assertEquals(await signIn(server, { "X-Forwarded-For": "203.0.113.8" }), "rate_limited");
  });
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

Deno.test("proxy: connections through it are counted for those who are behind it", async () => {
  const most = 2;
  await withServer({ rateLimits: true, trustedProxies: ["loopback"] }, async (server) => {
    const connect = (address: string) => server.connect("websocket", { "x-forwarded-for": address });
    for (let n = 0; n < most; n++) await connect("203.0.113.7");
    const refused = await connect("203.0.113.7");
    await refused.hears({ event: "bye", code: "too_many_connections" });
    await (await connect("203.0.113.8")).asks("ping");
  }, { limits: { strangersPerAddressMax: most } });
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
  const { error } = await (await post(server, WRONG, headers)).json();
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
