/** Where one is signed in, and signing out there. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { HOUR, TestClock } from "../support/clock.ts";
import { type Line, TRANSPORTS, withServer } from "../support/harness.ts";
import { Browser } from "../support/http_client.ts";
import { LIMITS } from "../../server/core/shared/limits.ts";

for (const transport of TRANSPORTS) {
  Deno.test(`sessions: one sees where one is signed in and signs out there, over ${transport}`, async () => {
    await withServer({}, async (server) => {
      const laptop = await server.member("alice", transport);
      const phone = await server.member("alice", transport);
      const bob = await server.member("bob", transport);
      const { sessions } = await laptop.asks("sessions");
      assertEquals(sessions.map((each: Line) => [each.online, each.address]), [
        [true, "127.0.0.1"],
        [true, "127.0.0.1"],
      ]);
      const other = sessions.find((each: Line) => !each.current).id;
      const own = sessions.find((each: Line) => each.current).id;
      await laptop.fails("session.end", { session: own }, "bad_request");
      await bob.asks("session.end", { session: other });
      await phone.asks("ping");
      for (const peer of [laptop, bob]) await peer.forgets();

      await laptop.asks("session.end", { session: other });
      await phone.hearsAtLast({ event: "bye", code: "logged_out" });
      await phone.ended;
      await laptop.asks("session.end", { session: other });
      assertEquals((await laptop.asks("sessions")).sessions.length, 1);
      await bob.hearsNothing();
      assertTrue((await bob.asks("who")).online.includes("alice"), "alice is still here with her laptop");
    });
  });
}

Deno.test("sessions: one that was ended can't be resumed, and one that is too old is not listed", async () => {
  const clock = new TestClock();
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    const away = await server.connect();
    const { token } = await away.asks("login", {
      username: "alice",
      password: "plug-jack-cord-7",
      offline: true,
    });
    const listed = (await alice.asks("sessions")).sessions;
    assertEquals(listed.map((each: Line) => each.online).toSorted(), [false, true]);
    await alice.asks("session.end", { session: listed.find((each: Line) => !each.online).id });
    await away.fails("resume", { token }, "bad_token");

    await away.asks("login", { username: "alice", password: "plug-jack-cord-7", offline: true });
    clock.advance(LIMITS.tokenLifeMs);
    assertEquals((await alice.asks("sessions")).sessions, []);
  }, { clock: clock.read });
});

Deno.test("sessions: a page shows what browser it is, a guest's as well, and when it was last used", async () => {
  const clock = new TestClock();
  await withServer({}, async (server) => {
    const response = await fetch(`${server.running.http}/session`, {
      method: "POST",
      headers: { "User-Agent": `Mozilla/5.0 (Testing) ${"x".repeat(300)}` },
      body: '{"op":"guest","nickname":"zoe"}',
    });
    await response.body?.cancel();
    const cookie = response.headers.get("set-cookie")!.split(";")[0]!;
    clock.advance(HOUR);
    const page = await server.connect("websocket", { cookie, "user-agent": "Another/1.0" });
    const before = (await page.asks("resume")).nickname;
    const [session, ...others] = (await page.asks("sessions")).sessions;
    assertEquals([before, others, session.client, session.used - session.at], [
      "zoe",
      [],
      "Another/1.0",
      HOUR,
    ]);
  }, { clock: clock.read });
});

Deno.test("sessions: a browser's name is kept no longer than it may be", async () => {
  await withServer({}, async (server) => {
    const browser = new Browser(server.running.http);
    await browser.asks('POST /session {"op":"guest","nickname":"zoe"}');
    const name = `Mozilla/5.0 ${"x".repeat(300)}`;
    const page = await server.connect("websocket", { cookie: browser.cookie!, "user-agent": name });
    await page.asks("resume");
    assertEquals((await page.asks("sessions")).sessions[0].client, name.slice(0, LIMITS.clientCharsMax));
  });
});
