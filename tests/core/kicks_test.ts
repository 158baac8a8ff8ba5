/** Kicks that last: in the lobby too, whichever way somebody comes back; who may make them, and how they end. */
import { LIMITS } from "../../server/core/shared/limits.ts";
import { assertEquals, assertLike } from "../support/assert.ts";
import { ChatHttpClient } from "../dialects/clients/chathttp_client.ts";
import { CodesClient } from "../dialects/clients/codes_client.ts";
import { PersonTalkClient } from "../dialects/clients/persontalk_client.ts";
import { WeTalkClient } from "../dialects/clients/wetalk_client.ts";
import { MINUTE, TestClock } from "../support/clock.ts";
import { World } from "../support/core_world.ts";
import { run } from "../support/executable.ts";
import { PASSWORD, type TestServer, TRANSPORTS, withServer } from "../support/harness.ts";
import { operatorOf } from "../support/operator.ts";

const LOBBY = { room: "lobby" };

Deno.test("kicks: everybody there is told why, in one line of words; so it is with who leaves, or takes something back", async () => {
  await withServer({ listen: [{ port: 0, dialect: "persontalk" }] }, async (server) => {
    const alice = await server.member("alice");
    const bob = await server.member("bob");
    for (const peer of [alice, bob]) await peer.asks("enter", { room: "ops" });
    const kick = { room: "ops", nickname: "bob" };
    for (const reason of ["two\nlines", "\u202eback", "x".repeat(LIMITS.reasonCharsMax + 1)]) {
      await alice.fails("kick", { ...kick, reason }, "bad_text");
    }
    await alice.asks("kick", { ...kick, reason: "off topic" });
    await bob.hearsAtLast({ event: "kicked", nickname: "bob", by: "alice", reason: "off topic" });

    const [ops, reason] = [{ room: "ops" }, "I have to go"];
    await bob.asks("enter", ops);
    await bob.fails("leave", { ...ops, reason: "two\nlines" }, "bad_text");
    for (const place of [ops, { to: "alice" }]) {
      const { id: message } = await bob.asks("send", { ...place, text: "oops" });
      await bob.fails("recall", { message, reason: "\u202eback" }, "bad_text");
      await bob.asks("recall", { message, reason });
      const told = await alice.hearsAtLast({ event: "recalled", id: message });
      assertEquals(told.reason, place === ops ? reason : undefined, "in private there is none");
    }
    await bob.asks("leave", { ...ops, reason });
    await alice.hears({ event: "left", ...ops, nickname: "bob", reason });
    await bob.asks("enter", ops);
    const { id: message } = await bob.asks("send", { ...ops, text: "oops" });
    await alice.asks("mute", { ...ops, nickname: "bob", minutes: 5 });
    await bob.asks("recall", { message, reason: "muted" });
    await bob.asks("leave", { ...ops, reason: "muted" });
    for (const event of ["recalled", "left"]) {
      assertEquals((await alice.hearsAtLast({ event })).reason, undefined, "who may not speak");
    }
    const program = await (await PersonTalkClient.connect(server.running)).comesIn("eve", PASSWORD);
    await alice.asks("kick", { ...LOBBY, nickname: "bob", reason: "off up_line" });
    await program.hears("* alice has put bob out of lobby (off up\\_line)");
    program.socket.close();
  });
});

for (const transport of TRANSPORTS) {
  Deno.test(`kicks over ${transport}: out of the lobby for a time is out, by login, guest and resume, over a restart`, async () => {
    const clock = new TestClock();
    await withServer({}, async (server) => {
      const alice = await server.member("alice", transport);
      const bob = await server.member("bob", transport);
      await bob.asks("enter", { room: "ops" });
      const guest = await server.connect(transport);
      const { token } = await guest.asks("guest", { nickname: "mallory" });
      for (const nickname of ["bob", "mallory"]) {
        await alice.asks("kick", { ...LOBBY, nickname, minutes: 60 });
      }
      guest.close();
      await alice.hearsAtLast({ event: "offline", nickname: "mallory" });
      await server.restart();
      const again = await server.member("bob", transport);
      assertEquals((await again.asks("members", { room: "ops" })).members, ["bob"], "the rest is as it was");
      await again.fails("enter", LOBBY, "kicked");
      await again.fails("send", { ...LOBBY, text: "here I am" }, "not_member");
      const back = await server.connect(transport);
      assertEquals((await back.asks("resume", { token })).rooms, []);
      await back.asks("logout");
      for (const nickname of ["mallory", "MALLORY"]) {
        const anew = await server.connect(transport);
        assertEquals((await anew.asks("guest", { nickname })).rooms, []);
        const { retry_after_ms } = await anew.fails("enter", LOBBY, "kicked");
        assertEquals(retry_after_ms, 60 * MINUTE);
        await anew.asks("logout");
      }
      clock.advance(60 * MINUTE);
      assertEquals((await server.guest("mallory", transport)).events, []);
      await again.asks("enter", LOBBY);
    }, { clock: clock.read });
  });
}

Deno.test("kicks: a guest under another name is the same one, by the page's cookie and for a while by the network", async () => {
  const clock = new TestClock();
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    const carol = await server.guest("carol");
    const page = await signIn(server, { op: "guest", nickname: "mallory" });
    assertEquals(page.rooms, ["lobby"]);
    await alice.asks("kick", { ...LOBBY, nickname: "mallory", minutes: 120 });

    const other = await signIn(server, { op: "guest", nickname: "oscar" }, page.cookie);
    assertEquals(other.rooms, [], "the cookie says who it was");
    const anew = await server.connect();
    assertEquals((await anew.asks("guest", { nickname: "peggy" })).rooms, [], "the network may be the same");
    await anew.fails("enter", LOBBY, "kicked");
    await carol.asks("leave", LOBBY);
    await carol.asks("enter", LOBBY);
    assertEquals((await server.member("dave")).events, [], "accounts and who is here already are let be");

    clock.advance(LIMITS.kickedNetworkMs);
    assertEquals((await (await server.connect()).asks("guest", { nickname: "trent" })).rooms, ["lobby"]);
    await anew.asks("enter", LOBBY);
    const third = await signIn(server, { op: "guest", nickname: "walter" }, other.cookie);
    assertEquals(third.rooms, [], "the token holds for all of the time");
    clock.advance(110 * MINUTE);
    assertEquals((await signIn(server, { op: "guest", nickname: "victor" }, third.cookie)).rooms, ["lobby"]);
  }, { clock: clock.read });
});

Deno.test("kicks: in the lobby an account goes before a guest, who can put out guests for an hour", async () => {
  await withServer({}, async (server) => {
    const [alice, bob] = [await server.guest("alice"), await server.guest("bob")];
    const owner = async () => (await bob.asks("members", LOBBY)).owner;
    assertEquals(await owner(), "alice", "the guest who is there longest has it, as ever");
    await alice.fails("kick", { ...LOBBY, nickname: "bob", minutes: 61 }, "bad_request");
    const carol = await server.member("carol");
    await bob.hearsAtLast({ event: "owner", room: "lobby", nickname: "carol" });
    await alice.fails("kick", { ...LOBBY, nickname: "carol" }, "not_owner");
    const dave = await server.member("dave");
    await carol.asks("leave", LOBBY);
    assertEquals(await owner(), "dave", "another account, though guests are there longer");
    await server.restart();
    const back = await server.guest("erin");
    assertEquals((await back.asks("members", LOBBY)).owner, null, "an account is waited for");
    await server.member("carol");
    assertEquals((await back.asks("members", LOBBY)).owner, null, "an account is waited for by another");
    await server.member("dave");
    assertEquals((await back.asks("members", LOBBY)).owner, "dave");
    await (await server.member("dave")).asks("leave", LOBBY);
    await (await server.member("carol")).asks("leave", LOBBY);
    assertEquals((await back.asks("members", LOBBY)).owner, "erin", "no account is there");
    dave.close();
    await back.asks("enter", { room: "erin's" });
    const frank = await server.member("frank");
    await frank.asks("enter", { room: "erin's" });
    assertEquals(
      (await frank.asks("members", { room: "erin's" })).owner,
      "erin",
      "other rooms are whose they are",
    );
    await back.asks("kick", { room: "erin's", nickname: "frank", minutes: 61 });
  });
});

Deno.test("kicks: whoever the lobby only fell to leaves accounts to the administrators, once there are some", async () => {
  await withServer({}, async (server) => {
    const operator = operatorOf(server);
    const dave = await server.member("dave");
    const [bob, ada, eve] = [
      await server.member("bob"),
      await server.member("ada"),
      await server.guest("eve"),
    ];
    assertEquals((await bob.asks("members", LOBBY)).owner, "dave");
    await dave.asks("kick", { ...LOBBY, nickname: "bob" });
    await bob.asks("enter", LOBBY);

    await operator(["account", "role", "ada", "admin"]).ends();
    for (const minutes of [0, 60]) {
      const guests = await dave.fails("kick", { ...LOBBY, nickname: "bob", minutes }, "forbidden");
      assertEquals(guests.reason, "guests_only");
    }
    await dave.asks("kick", { ...LOBBY, nickname: "eve", minutes: 90 });
    await dave.asks("kick.lift", { ...LOBBY, nickname: "eve" });
    await eve.asks("enter", LOBBY);
    await ada.asks("kick", { ...LOBBY, nickname: "bob", minutes: 60 });
    await ada.asks("leave", LOBBY);
    const lift = await dave.fails("kick.lift", { ...LOBBY, nickname: "bob" }, "forbidden");
    assertEquals(lift.reason, "administrators_only");
    await dave.asks("enter", { room: "dave's" });
    await eve.asks("enter", { room: "dave's" });
    await bob.asks("enter", { room: "dave's" });
    await dave.asks("kick", { room: "dave's", nickname: "bob", minutes: 60 });

    await ada.asks("enter", LOBBY);
    await ada.asks("kick.lift", { ...LOBBY, nickname: "bob" });
    await bob.asks("enter", LOBBY);
    await ada.asks("room.role", { ...LOBBY, nickname: "dave", role: "moderator" });
    await dave.asks("kick", { ...LOBBY, nickname: "bob" });
  });
});

Deno.test("kicks: an owner sees who is out and lets them in; a guest not whom an account put out", async () => {
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    const [bob, eve] = [await server.guest("bob"), await server.guest("eve")];
    await alice.asks("kick", { ...LOBBY, nickname: "eve", minutes: 30 });
    const { kicks } = await alice.asks("kicks", LOBBY);
    assertEquals(kicks.map(({ nickname, by }: Record<string, unknown>) => [nickname, by]), [[
      "eve",
      "alice",
    ]]);
    await bob.fails("kicks", LOBBY, "not_owner");
    await bob.fails("kick.lift", { ...LOBBY, nickname: "eve" }, "not_owner");
    await alice.fails("kick.lift", { ...LOBBY, nickname: "bob" }, "unknown_nickname");
    await alice.asks("leave", LOBBY);
    await bob.fails("kick.lift", { ...LOBBY, nickname: "eve" }, "account_needed");
    await alice.asks("enter", LOBBY);
    await alice.asks("kick.lift", { ...LOBBY, nickname: "EVE" });
    assertEquals((await alice.asks("kicks", LOBBY)).kicks, []);
    await eve.asks("enter", LOBBY);
    assertEquals((await (await server.connect()).asks("guest", { nickname: "mia" })).rooms, ["lobby"]);
    await server.restart();
    assertEquals((await (await server.connect()).asks("guest", { nickname: "eve" })).rooms, ["lobby"]);
  });
});

Deno.test("kicks: whoever is not there is kept out, too: an account, a guest online, somebody who was put out before", async () => {
  const clock = new TestClock();
  await withServer({}, async (server) => {
    const [alice, bob, eve] = [
      await server.member("alice"),
      await server.member("bob"),
      await server.guest("eve"),
    ];
    const ops = { room: "ops" };
    await alice.asks("enter", ops);
    await bob.asks("logout");
    await alice.fails("kick", { ...ops, nickname: "bob" }, "not_member");
    await alice.fails("kick", { ...ops, nickname: "nobody", minutes: 5 }, "unknown_nickname");
    await alice.fails("kick", { ...ops, nickname: "alice", minutes: 5 }, "bad_request");
    for (const nickname of ["bob", "eve"]) await alice.asks("kick", { ...ops, nickname, minutes: 60 });
    await server.restart();
    const again = await server.member("alice");
    const kept = async () =>
      (await again.asks("kicks", ops)).kicks
        .map(({ nickname, until }: { nickname: string; until: number }) => [
          nickname,
          (until - clock.read()) / MINUTE,
        ]);
    assertEquals(await kept(), [["bob", 60], ["eve", 60]]);
    const back = await server.member("bob");
    const { message } = await back.fails("enter", ops, "kicked");
    assertEquals(message, 'Cannot enter "ops": you are kept out of "ops", come back in 60 min');
    const guest = await server.connect();
    await guest.asks("guest", { nickname: "eve" });
    await guest.fails("enter", ops, "kicked");
    assertEquals((await again.asks("history", ops)).messages, []);
    await again.asks("kick", { ...ops, nickname: "bob", minutes: 5 });
    assertEquals(await kept(), [["eve", 60], ["bob", 5]], "for another time");
    await again.asks("kick.lift", { ...ops, nickname: "eve" });
    await guest.asks("enter", ops);
    clock.advance(5 * MINUTE);
    await back.asks("enter", ops);
    eve.close();
  }, { clock: clock.read });
});

Deno.test("kicks: whoever is kept out is invited no more; their place counts, and a guest takes no account's measure away", async () => {
  await withServer({}, async (server) => {
    const [alice, bob, carol] = [
      await server.member("alice"),
      await server.member("bob"),
      await server.member("carol"),
    ];
    const plans = { room: "plans" };
    await alice.asks("enter", { ...plans, private: true });
    await alice.asks("invite", { ...plans, nickname: "bob" });
    await bob.hearsAtLast({ event: "invited", room: "plans", on: true });
    await alice.asks("kick", { ...plans, nickname: "bob", minutes: 5 });
    await bob.hearsAtLast({ event: "invited", room: "plans", on: false });
    await alice.fails("invite", { ...plans, nickname: "bob" }, "bad_request");

    const ops = { room: "ops" };
    await alice.asks("enter", ops);
    await carol.asks("enter", ops);
    await alice.asks("room.role", { ...ops, nickname: "carol", role: "moderator" });
    await alice.asks("leave", ops);
    const same = await carol.fails("kick", { ...ops, nickname: "alice", minutes: 5 }, "forbidden");
    assertEquals(same.reason, "same_place");

    const [dave] = [await server.guest("dave"), await server.guest("mia")];
    await alice.asks("kick", { ...LOBBY, nickname: "mia", minutes: 60 });
    for (const each of [alice, bob, carol]) await each.asks("leave", LOBBY);
    assertEquals((await dave.asks("members", LOBBY)).owner, "dave");
    await dave.fails("kick", { ...LOBBY, nickname: "mia", minutes: 1 }, "account_needed");
    await dave.fails("kick", { ...LOBBY, nickname: "bob", minutes: 1 }, "account_needed");
  });
});

Deno.test("kicks: whoever runs the server sees and lifts them", async () => {
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    const eve = await server.guest("eve");
    await alice.asks("kick", { ...LOBBY, nickname: "eve", minutes: 30 });
    const operator = (...words: string[]) => run([...words, "--data", `${server.folder}/data`]).ended;
    const { stdout } = await operator("room", "kicks", "lobby");
    assertLike(stdout[0], /^NICKNAME +BY +UNTIL$/);
    assertLike(stdout[1], /^eve +alice +\d{4}-\d\d-\d\dT\d\d:\d\dZ$/);
    assertEquals((await operator("room", "unkick", "lobby", "eve")).stdout, [
      "eve may come into lobby again.",
    ]);
    await eve.asks("enter", LOBBY);
    const failed = await operator("room", "unkick", "lobby", "eve");
    assertLike(failed.stderr.join("\n"), /nobody of this name is kept out of "lobby"/);
  });
});

Deno.test("kicks: programs that know nothing but the lobby are told at their sign-in", async () => {
  await withServer(
    {
      listen: [{ port: 0, dialect: "chathttp" }, { port: 0, dialect: "codes" }, {
        port: 0,
        dialect: "wetalk",
      }],
    },
    async (server) => {
      const alice = await server.member("alice");
      await (await server.member("Mary")).asks("logout");
      await alice.forgets();
      const mary = await CodesClient.connect(server.running);
      mary.says("101", "Mary", PASSWORD);
      await alice.hearsAtLast({ event: "entered", nickname: "Mary" });
      const bob = await ChatHttpClient.enter(server.running, "bob");
      await alice.hearsAtLast({ event: "entered", nickname: "bob" });
      for (const nickname of ["Mary", "bob"]) await alice.asks("kick", { ...LOBBY, nickname, minutes: 9 });
      await bob.close();
      await alice.hearsAtLast({ event: "offline", nickname: "bob" });
      mary.close();
      await alice.hearsAtLast({ event: "offline", nickname: "Mary" });
      const again = await ChatHttpClient.connect(server.running, "bob");
      const { status, entity } = await again.add("bob");
      assertEquals([status, /you are kept out/.test(entity)], ["400", true], entity);
      const window = await WeTalkClient.connect(server.running);
      await window.nextOf("__INIT__");
      window.says("__LOGI__", "bob");
      const { text } = await window.next();
      assertEquals(/you are kept out/.test(text), true, text);
      assertEquals((await alice.asks("members", LOBBY)).members, ["alice"]);
      const back = await CodesClient.connect(server.running);
      back.says("101", "Mary", PASSWORD);
      assertEquals((await back.next()).code, "208", "its only word for a refusal");
      await again.close();
      await window.close();
      back.close();
    },
  );
});

/** Signs in as the page does: by a request for the cookie, with which it connects. */
async function signIn(
  server: TestServer,
  fields: Record<string, unknown>,
  cookie?: string,
): Promise<{ cookie: string; rooms: string[] }> {
  const response = await fetch(`${server.running.http}/session`, {
    method: "POST",
    headers: { ...(cookie !== undefined && { cookie }) },
    body: JSON.stringify(fields),
  });
  assertEquals((await response.json()).ok, true);
  const own = response.headers.get("set-cookie")!.split(";")[0]!;
  const peer = await server.connect("websocket", { cookie: own });
  const { rooms } = await peer.asks("resume");
  return { cookie: own, rooms };
}

Deno.test("kicks: what is over is kept no longer, neither in memory nor in the database", async () => {
  const world = await World.begin();
  const alice = await world.member("alice");
  await world.guest("bob");
  await alice.asks("kick", { ...LOBBY, nickname: "bob", minutes: 5 });
  await alice.asks("enter", { room: "plans" });
  await (await world.guest("dan")).asks("enter", { room: "plans" });
  await alice.asks("mute", { room: "plans", nickname: "dan", minutes: 60 });
  world.clock.advance(30 * MINUTE);
  await world.timePasses();
  const kept = () => [world.store.bans("bans", 0), world.store.bans("mutes", 0)].map((all) => all.length);
  assertEquals(kept(), [0, 1]);
  world.clock.advance(30 * MINUTE);
  await world.timePasses();
  assertEquals(kept(), [0, 0]);
});
