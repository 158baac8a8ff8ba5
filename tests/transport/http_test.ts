/** The HTTP side as a browser and as somebody hostile see it: signing in by cookie, and bodies, methods and clients that are wrong. */
import { LIMITS, RATES } from "../../server/core/shared/limits.ts";
import { assertEquals, assertLike, assertTrue } from "../support/assert.ts";
import { HOUR, TestClock } from "../support/clock.ts";
import { type Line, PASSWORD, type TestServer, withServer } from "../support/harness.ts";
import { getExactly, RawHttp } from "../support/raw_http.ts";

Deno.test("http: health says that the server lives, and is never kept", async () => {
  await withServer({}, async (server) => {
    const health = await ask(server, "GET", "/health");
    assertEquals([health.status, health.body.ok, health.headers.get("cache-control")], [
      200,
      true,
      "no-store",
    ]);
    assertEquals((await ask(server, "HEAD", "/health")).status, 200);
  });
});

Deno.test("http: every answer has strict headers", async () => {
  await withServer({}, async (server) => {
    for (const [method, path] of [["GET", "/"], ["GET", "/health"], ["GET", "/nothing"], ["POST", "/ask"]]) {
      const { headers } = await ask(server, method!, path!);
      const policy = Object.fromEntries(
        headers.get("content-security-policy")!.split("; ").map((rule) => [rule.split(" ")[0], rule]),
      );
      assertEquals(policy["default-src"], "default-src 'none'");
      assertEquals(policy["script-src"], "script-src 'self'");
      assertEquals(policy["connect-src"], "connect-src 'self'");
      assertEquals(policy["frame-ancestors"], "frame-ancestors 'none'");
      assertTrue(!/unsafe|\*|http/.test(Object.values(policy).join()), "the policy is not strict");
      assertEquals(headers.get("x-content-type-options"), "nosniff");
      assertEquals(headers.get("referrer-policy"), "no-referrer");
      assertEquals(headers.get("x-powered-by"), null);
    }
  });
});

Deno.test("http: signing in sets a cookie that no script sees, and signing out takes it and its connections away", async () => {
  await withServer({}, async (server) => {
    await ask(server, "POST", "/ask", {
      op: "register",
      username: "alice",
      nickname: "Alice",
      password: PASSWORD,
    });
    const wrong = await ask(server, "POST", "/session", {
      op: "login",
      username: "alice",
      password: "not hers at all",
    });
    assertEquals([wrong.status, wrong.body.error.code], [401, "bad_password"]);
    assertEquals(wrong.headers.get("set-cookie"), null);

    const signedIn = await ask(server, "POST", "/session", {
      op: "login",
      username: "alice",
      password: PASSWORD,
    });
    assertEquals([signedIn.status, signedIn.body], [200, {
      ok: true,
      nickname: "Alice",
      session: signedIn.body.session,
    }]);
    const attributes = signedIn.headers.get("set-cookie")!.split("; ");
    const [cookie] = attributes.splice(0, 1);
    assertEquals(attributes.toSorted(), ["HttpOnly", "Max-Age=2592000", "Path=/", "SameSite=Strict"]);
    const name = `switchboard_${new URL(server.running.http).port}-${signedIn.body.session}`;
    assertEquals(cookie!.split("=")[0], name);
    const withCookie = { cookie: `theme=dark; ${cookie}` };
    assertEquals((await ask(server, "GET", "/session", undefined, withCookie)).body, {
      ok: true,
      nickname: "Alice",
      guest: false,
      session: signedIn.body.session,
    });

    const socket = await server.connect("websocket", withCookie);
    await socket.asks("resume");
    const out = await ask(server, "DELETE", "/session", undefined, withCookie);
    assertEquals([out.status, out.headers.get("set-cookie")], [200, `${name}=; Max-Age=0; Path=/`]);
    await socket.hearsAtLast({ event: "bye", code: "logged_out" });
    const after = await ask(server, "GET", "/session", undefined, withCookie);
    assertEquals([after.status, after.body.error.code], [401, "bad_token"]);
    assertEquals((await ask(server, "DELETE", "/session", undefined, withCookie)).status, 200);
    assertEquals((await ask(server, "DELETE", "/session")).status, 200);
  });
});

Deno.test("http: signing in brings nobody online", async () => {
  await withServer({}, async (server) => {
    const bob = await (await server.guest("bob")).forgets();
    assertEquals((await ask(server, "POST", "/session", { op: "guest", nickname: "alice" })).status, 200);
    await bob.hearsNothing();
    assertEquals((await bob.asks("who")).online, ["bob"]);
  });
});

Deno.test("http: what is wrong with a request is said in JSON", async () => {
  await withServer({}, async (server) => {
    const guest = { op: "guest", nickname: "alice" };
    const cases: [string, string, unknown, number, string][] = [
      ["POST", "/session", "nonsense", 400, "bad_request"],
      ["POST", "/session", "", 400, "bad_request"],
      ["POST", "/session", [guest], 400, "bad_request"],
      ["POST", "/session", { op: "guest" }, 400, "bad_request"],
      ["POST", "/session", { op: "guest", nickname: "" }, 400, "bad_nickname"],
      ["POST", "/session", { op: "ping" }, 404, "unknown_op"],
      ["POST", "/session", { op: "juggle" }, 404, "unknown_op"],
      ["POST", "/ask", guest, 404, "unknown_op"],
      ["POST", "/ask", { op: "send", room: "lobby", text: "x" }, 404, "unknown_op"],
      ["POST", "/ask", { op: "password.change", old: "x", new: "y" }, 401, "not_signed_in"],
      ["PUT", "/session", guest, 405, "bad_request"],
      ["GET", "/ask", undefined, 405, "bad_request"],
      ["POST", "/health", guest, 405, "bad_request"],
      ["POST", "/", guest, 404, "unknown_op"],
      ["GET", "/nothing/here", undefined, 404, "unknown_op"],
      ["GET", "/ws", undefined, 404, "unknown_op"],
    ];
    for (const [method, path, body, status, code] of cases) {
      const answer = await ask(server, method, path, body);
      assertEquals(
        [answer.status, answer.body.ok, answer.body.error.code],
        [status, false, code],
        `${method} ${path} ${JSON.stringify(body)}`,
      );
    }
    assertEquals((await ask(server, "PUT", "/ask", guest)).headers.get("allow"), "POST");
  });
});

Deno.test("http: a body of 64 KiB is read, one byte more is refused, whether its length is said before or not", async () => {
  await withServer({}, async (server) => {
    const body = (nickname: string, bytes: number) => {
      const text = JSON.stringify({ op: "guest", nickname, padding: "" });
      return text.replace('""', `"${"x".repeat(bytes - text.length)}"`);
    };
    const unsaid = (text: string) => new Blob([text]).stream();
    for (const [nickname, as] of [["alice", String], ["bob", unsaid]] as const) {
      const tooLong = await ask(server, "POST", "/session", as(body(nickname, LIMITS.lineBytesMax + 1)));
      assertEquals([tooLong.status, tooLong.body.error.code], [413, "too_large"]);
      assertEquals(
        (await ask(server, "POST", "/session", as(body(nickname, LIMITS.lineBytesMax)))).status,
        200,
      );
    }
  });
});

Deno.test("http: a page of another server gets nothing done", async () => {
  await withServer({}, async (server) => {
    const { host } = new URL(server.running.http);
    const guest = { op: "guest", nickname: "alice" };
    for (const origin of ["http://evil.example", `http://${host}.evil.example`, "null"]) {
      for (const [method, path] of [["POST", "/session"], ["DELETE", "/session"], ["POST", "/ask"]]) {
        const refused = await ask(server, method!, path!, method === "POST" ? guest : undefined, { origin });
        assertEquals(
          [refused.status, refused.headers.get("set-cookie")],
          [403, null],
          `${method} ${path} ${origin}`,
        );
      }
    }
    assertEquals((await ask(server, "POST", "/session", guest, { origin: `http://${host}` })).status, 200);
  });
});

Deno.test("http: who comes too often has to wait, and is told how long", async () => {
  await withServer({ rateLimits: true }, async (server) => {
    const arrives = (n: number) => ask(server, "POST", "/session", { op: "guest", nickname: `guest ${n}` });
    const { burst } = RATES.addressArrivals;
    for (let n = 0; n < burst; n++) assertEquals((await arrives(n)).status, 200);
    const refused = await arrives(burst);
    assertEquals([refused.status, refused.body.error.code], [429, "rate_limited"]);
    assertTrue(Number(refused.headers.get("retry-after")) >= 1, "how long is not said");
  }, { clock: new TestClock().read });
});

Deno.test("http: a client that is slow with its headers, or its body, is cut off, and nobody waits for it", async () => {
  await withServer({}, async (server) => {
    const { http } = server.running;
    const silent = await RawHttp.connect(http);
    const headers = await RawHttp.connect(http);
    const body = await RawHttp.connect(http);
    await headers.says("GET /health HTTP/1.1\r\nHost: localhost\r\n");
    await body.says("POST /session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n");
    const dripping = setInterval(() => {
      void headers.says("X-More: of it\r\n");
      void body.says(" ");
    }, 50);
    assertEquals((await ask(server, "GET", "/health")).status, 200);
    const before = performance.now();
    const answers = await Promise.all([silent, headers, body].map((raw) => raw.answer));
    clearInterval(dripping);
    assertTrue(performance.now() - before < 15_000, "they were cut off too late");
    assertEquals(answers.map((answer) => answer.status), [408, 408, 408]);
    assertEquals((await ask(server, "GET", "/health")).status, 200);
    for (const raw of [silent, headers, body]) await raw.close();
  }, { limits: { httpHeadersMs: 300, httpRequestMs: 600 } });
});

Deno.test("http: connections that are no WebSocket are bounded", async () => {
  await withServer({}, async (server) => {
    const { http } = server.running;
    const talking = [];
    for (const nickname of ["a", "b", "c"]) talking.push(await server.guest(nickname, "websocket"));
    const idle = await Promise.all([RawHttp.connect(http), RawHttp.connect(http)]);
    for (const raw of idle) await raw.says("GET / HTTP/1.1\r\n");
    assertEquals((await getExactly(http, "/health")).status, 0);
    for (const peer of talking) await peer.asks("ping");
    for (const raw of idle) await raw.close();
    while ((await getExactly(http, "/health")).status !== 200) { /* the server is about to notice */ }
  }, { limits: { httpConnectionsMax: 2 } });
});

async function ask(
  { running }: TestServer,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Headers; body: Line }> {
  const plain = body === undefined || typeof body === "string" || body instanceof ReadableStream;
  const response = await fetch(running.http + path, {
    method,
    headers: { connection: "close", ...headers },
    ...(body !== undefined && { body: plain ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type") === "application/json" && text !== "";
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : {} };
}

Deno.test("http: two people in one browser are each asked for by their session, and the latest without", async () => {
  await withServer({}, async (server) => {
    const signIn = (nickname: string, headers = {}) =>
      ask(server, "POST", "/session", { op: "guest", nickname }, headers);
    const cookies: string[] = [];
    const sessions: string[] = [];
    for (const name of ["ada", "bob"]) {
      const { body, headers } = await signIn(name, { cookie: cookies.join("; ") });
      cookies.push(headers.get("set-cookie")!.split(";")[0]!);
      sessions.push(body.session);
    }
    const both = { cookie: cookies.toReversed().join("; ") };
    const who = async (query: string) =>
      (await ask(server, "GET", `/session${query}`, undefined, both)).body.nickname;
    assertEquals(
      [await who(""), await who(`?session=${sessions[0]}`), await who(`?session=${sessions[1]}`)],
      [
        "bob",
        "ada",
        "bob",
      ],
    );
    // One that this browser has not is nobody, and no other person of it.
    assertEquals(
      (await ask(server, "GET", "/session?session=0123456789abcdef", undefined, both)).status,
      401,
    );
    const out = await ask(server, "DELETE", `/session?session=${sessions[0]}`, undefined, both);
    assertLike(out.headers.get("set-cookie")!, new RegExp(`-${sessions[0]}=; Max-Age=0`));
    assertEquals(await who(""), "bob");
    // What is good for nothing any more goes with the next sign-in.
    const carol = await signIn("carol", both);
    assertLike(carol.headers.get("set-cookie")!, new RegExp(`-${sessions[0]}=; Max-Age=0`));
    assertTrue(!carol.headers.get("set-cookie")!.includes(`-${sessions[1]}=;`), "bob's is still good");
  });
});

Deno.test("http: servers at two ports of one host leave each other's cookies alone", async () => {
  await withServer({}, async (one) => {
    await withServer({}, async (other) => {
      const cookies: string[] = [];
      for (const server of [one, other]) {
        const headers = { cookie: cookies.join("; ") };
        const answer = await ask(server, "POST", "/session", { op: "guest", nickname: "ada" }, headers);
        const set = answer.headers.getSetCookie();
        assertEquals(set.length, 1, "nobody's cookie is removed");
        cookies.push(set[0]!.split(";")[0]!);
      }
      const both = { cookie: cookies.join("; ") };
      assertEquals((await ask(other, "DELETE", "/session", undefined, both)).status, 200);
      assertEquals((await ask(one, "GET", "/session", undefined, both)).body.nickname, "ada");
    });
  });
});

Deno.test("http: a cookie lasts anew from each time that the page asks who it is", async () => {
  const clock = new TestClock();
  await withServer({}, async (server) => {
    const { headers, body } = await ask(server, "POST", "/session", { op: "guest", nickname: "ada" });
    const [cookie] = headers.get("set-cookie")!.split(";");
    clock.advance(23 * HOUR);
    const page = await server.connect("websocket", { cookie: cookie! });
    await page.asks("resume");
    clock.advance(23 * HOUR);
    const seen = await ask(server, "GET", "/session", undefined, { cookie: cookie! });
    assertEquals(seen.body.session, body.session);
    assertEquals(seen.headers.get("set-cookie"), headers.get("set-cookie"));
  }, { clock: clock.read });
});
