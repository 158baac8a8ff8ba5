/** The directory, and what accounts show: a status, whether they are to be left alone, a picture. */
import { LIMITS } from "../../server/core/shared/limits.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { HOUR, TestClock } from "../support/clock.ts";
import { type Line, PASSWORD, TRANSPORTS, withServer } from "../support/harness.ts";
import { operatorOf } from "../support/operator.ts";
import { pngOf } from "../support/sample_files.ts";

const PICTURE = pngOf(8, 8);

for (const transport of TRANSPORTS) {
  Deno.test(`people: everybody with an account is found, also who is offline, over ${transport}`, async () => {
    await withServer({}, async (server) => {
      const alice = await server.member("Alice", transport);
      const guest = await server.guest("gus", transport);
      for (const nickname of ["bob", "Carola", "carl"]) {
        await alice.asks("register", { username: nickname, nickname, password: PASSWORD });
      }
      const names = async (asked: Line): Promise<string[]> =>
        (await alice.asks("people", asked)).people.map(({ nickname }: Line) => nickname);
      assertEquals(await names({}), ["Alice", "bob", "carl", "Carola"]);
      assertEquals(await names({ text: "CAR" }), ["carl", "Carola"]);
      const first = await alice.asks("people", { limit: 3 });
      assertEquals([first.people.length, first.next], [3, "carl"]);
      assertEquals(await names({ after: first.next }), ["Carola"]);
      const online = first.people.filter((each: Line) => each.online).map(({ nickname }: Line) => nickname);
      assertEquals(online, ["Alice"]);

      await guest.fails("people", {}, "account_needed");
      const { people } = await guest.asks("people", { nicknames: ["ALICE", "bob", "gus", "nobody"] });
      assertEquals(people.map(({ nickname, online, guest }: Line) => [nickname, online, guest]), [
        ["Alice", true, undefined],
        ["bob", undefined, undefined],
        ["gus", true, true],
      ]);
      await guest.fails(
        "people",
        { nicknames: Array(LIMITS.peopleListedMax + 1).fill("bob") },
        "bad_request",
      );
    });
  });
}

Deno.test("people: whoever is suspended is not listed", async () => {
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    await server.member("bob");
    await operatorOf(server)(["account", "disable", "bob"]).ends();
    const { people } = await alice.asks("people");
    assertEquals(people.map(({ nickname }: Line) => nickname), ["alice"]);
  });
});

Deno.test("status: everybody is told, it is there after a restart, and ends in time", async () => {
  const clock = new TestClock();
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    const phone = await server.member("alice");
    const bob = await server.member("bob");
    for (const peer of [alice, phone, bob]) await peer.forgets();
    const until = clock.read() + HOUR;
    const status = { emoji: "🌴", text: "on the beach", until };
    const told = await alice.asks("status", { availability: "away", ...status });
    assertEquals([told.availability, told.status], ["away", status]);
    for (const peer of [phone, bob]) {
      await peer.hears({ event: "profile", nickname: "alice", availability: "away", status });
    }
    await server.restart();

    const cyd = await server.guest("cyd");
    const shown = async () => (await cyd.asks("people", { nicknames: ["alice"] })).people[0];
    assertEquals((await shown()).status, status);
    clock.advance(HOUR);
    const later = await shown();
    assertEquals([later.availability, later.status], ["away", undefined]);

    const again = await server.member("alice");
    await cyd.forgets();
    assertEquals((await again.asks("status")).availability, undefined);
    const { availability } = await cyd.hearsAtLast({ event: "profile", nickname: "alice" });
    assertEquals(availability, undefined);
  }, { clock: clock.read });
});

Deno.test("status: what can't be shown is refused", async () => {
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    const guest = await server.guest("gus");
    await alice.fails("status", { emoji: "ab" }, "bad_emoji");
    await alice.fails("status", { text: "x".repeat(LIMITS.statusCharsMax + 1) }, "bad_text");
    await alice.fails("status", { text: "two\nlines" }, "bad_text");
    await alice.fails("status", { text: "turned \u202Earound" }, "bad_text");
    await alice.fails("status", { text: "over", until: 1 }, "bad_request");
    await alice.fails("status", { availability: "asleep" }, "bad_request");
    await guest.fails("status", { text: "hello" }, "account_needed");
    await guest.fails("account.avatar", { picture: null }, "account_needed");
  });
});

Deno.test("avatar: whoever knows its name gets it, a browser keeps it, and another picture has another address", async () => {
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    const bob = await server.member("bob");
    await bob.forgets();
    const { avatar } = await alice.asks("account.avatar", { picture: PICTURE.toBase64() });
    await bob.hears({ event: "profile", nickname: "alice", avatar });
    const signedIn = { username: "bob", password: PASSWORD, offline: true };
    const { token } = await (await server.connect()).asks("login", signedIn);
    const bearer = { Authorization: `Bearer ${token}` };
    const get = async (id: string, headers: Record<string, string>) => {
      const response = await fetch(`${server.running.http}/avatars/${id}`, { headers });
      return { response, bytes: await response.bytes() };
    };
    const { response, bytes } = await get(avatar, bearer);
    assertEquals([response.status, response.headers.get("content-type")], [200, "image/png"]);
    assertEquals(bytes, PICTURE);
    assertTrue(response.headers.get("cache-control")!.includes("immutable"), "it may be kept");
    const kept = await get(avatar, { ...bearer, "If-None-Match": response.headers.get("etag")! });
    assertEquals(kept.response.status, 304);
    const bare = await get(avatar, {});
    assertEquals([bare.response.status, bare.bytes], [200, PICTURE], "programs of IRC have no session");
    assertEquals(bare.response.headers.get("cross-origin-resource-policy"), "cross-origin");
    assertEquals(bare.response.headers.get("x-content-type-options"), "nosniff");
    assertEquals((await get(avatar.slice(0, -1), {})).response.status, 404);

    const other = (await alice.asks("account.avatar", { picture: pngOf(4, 4).toBase64() })).avatar;
    assertTrue(other !== avatar, "it has another name");
    assertEquals((await get(avatar, bearer)).response.status, 404);
    await alice.asks("account.avatar", { picture: null });
    assertEquals((await get(other, bearer)).response.status, 404);
    assertEquals((await alice.asks("people")).people[0].avatar, undefined);
  });
});

Deno.test("avatar: what is no small square picture is refused", async () => {
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    const wide = PICTURE.slice();
    new DataView(wide.buffer).setUint32(16, 30_000);
    const huge = wide.slice();
    new DataView(huge.buffer).setUint32(20, 30_000);
    const [torn, cut] = [PICTURE.slice(0, 24), PICTURE.slice(0, -1)];
    const bad = [wide, huge, torn, cut, new TextEncoder().encode("<svg onload=alert(1)>"), new Uint8Array(0)];
    for (const each of bad) await alice.fails("account.avatar", { picture: each.toBase64() }, "bad_file");
    await alice.fails("account.avatar", { picture: "no base64!" }, "bad_file");
    const large = new Uint8Array(LIMITS.avatarBytesMax + 1).toBase64();
    await alice.fails("account.avatar", { picture: large }, "bad_file");
  });
});
