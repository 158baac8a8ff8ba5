import { LIMITS } from "../../server/core/shared/limits.ts";
import { assertEquals, assertMatches } from "../support/assert.ts";
import { HOUR, TestClock } from "../support/clock.ts";
import { type Line, PASSWORD, TRANSPORTS, withServer } from "../support/harness.ts";

for (const transport of TRANSPORTS) {
  Deno.test(`sessions over ${transport}: a nickname may be online several times and is told once`, async () => {
    await withServer({}, async (server) => {
      const bob = await server.member("bob", transport);
      const desk = await server.member("alice", transport);
      await bob.hearsAtLast({ event: "online", nickname: "alice" });
      await bob.hears({ event: "entered", room: "lobby", nickname: "alice" });
      const phone = await server.member("alice", transport);
      await bob.hearsNothing();
      assertEquals((await bob.asks("who")).online, ["bob", "alice"]);

      await bob.asks("send", { to: "alice", text: "to every one of you" });
      await desk.hears({ event: "message", from: "bob", to: "alice", text: "to every one of you" });
      await phone.hears({ event: "message", from: "bob", to: "alice", text: "to every one of you" });
      await desk.asks("send", { to: "bob", text: "from my desk" });
      await phone.hears({ event: "message", from: "alice", to: "bob", text: "from my desk" });
      await bob.hears({ event: "message", from: "alice", text: "from my desk" });

      await desk.asks("logout");
      await bob.hearsNothing();
      phone.close();
      await bob.hears({ event: "left", room: "lobby", nickname: "alice" });
      await bob.hears({ event: "offline", nickname: "alice" });
      assertEquals((await bob.asks("who")).online, ["bob"]);
    });
  });

  Deno.test(`sessions over ${transport}: what is told of people and what who says always agree`, async () => {
    await withServer({}, async (server) => {
      const watcher = await server.guest("watcher", transport);
      await watcher.asks("who");
      const people = await Promise.all(Array.from({ length: 8 }, () => server.connect(transport)));
      const busy = people.map(async (peer, index) => {
        for (let round = 0; round < 6; round++) {
          await peer.says("guest", { nickname: `guest-${(index + round) % 5}` });
          await peer.says("logout");
        }
        peer.close();
      });
      const asked = Promise.all(busy).then(() => true);
      while (!await Promise.race([asked, watcher.asks("who").then(() => false)]));
      for (const peer of people) await peer.ended;

      const first = watcher.lines.findIndex((line) => line.online);
      const told = new Set<string>(watcher.lines[first]!.online);
      for (const line of watcher.lines.slice(first)) {
        if (line.event === "online") assertEquals(told.has(line.nickname), false, "told online twice");
        if (line.event === "offline") assertEquals(told.has(line.nickname), true, "told offline twice");
        if (line.event === "online") told.add(line.nickname);
        if (line.event === "offline") told.delete(line.nickname);
        if (line.online) assertEquals([...line.online].sort(), [...told].sort());
      }
    });
  });

  Deno.test(`sessions over ${transport}: signing out gives everything back, a lost connection nothing`, async () => {
    await withServer({}, async (server) => {
      const watcher = await server.guest("watcher", transport);
      await watcher.asks("enter", { room: "ops" });
      const alice = await server.connect(transport);
      const { token } = await alice.asks("guest", { nickname: "alice" });
      await alice.asks("enter", { room: "ops" });
      alice.close();
      await watcher.hearsAtLast({ event: "offline", nickname: "alice" });

      const back = await server.connect(transport);
      assertEquals((await back.asks("resume", { token })).rooms.sort(), ["lobby", "ops"]);
      const twin = await server.connect(transport);
      await twin.asks("resume", { token });
      await back.asks("logout");
      await twin.hearsAtLast({ event: "bye", code: "logged_out" });
      await watcher.hearsAtLast({ event: "offline", nickname: "alice" });
      await back.fails("send", { room: "lobby", text: "anybody?" }, "not_signed_in");
      await back.fails("logout", {}, "not_signed_in");
      await back.fails("resume", { token }, "bad_token");
      assertEquals((await back.asks("guest", { nickname: "alice" })).rooms, ["lobby"]);
      await back.fails("guest", { nickname: "alba" }, "already_signed_in");
    });
  });

  Deno.test(`sessions over ${transport}: a token can be had without coming online`, async () => {
    await withServer({}, async (server) => {
      await (await server.member("alice", transport)).asks("logout");
      const watcher = await (await server.member("watcher", transport)).forgets();
      const peer = await server.connect(transport);
      const asks = { username: "alice", password: PASSWORD, offline: true };
      const login = await peer.asks("login", asks);
      const guest = await peer.asks("guest", { nickname: "bob", offline: true });
      await peer.fails("send", { room: "lobby", text: "not here" }, "not_signed_in");
      assertEquals((await watcher.asks("who")).online, ["watcher"]);
      await watcher.hearsNothing();

      for (const { token, nickname } of [login, guest]) {
        const later = await server.connect(transport);
        assertMatches(await later.asks("resume", { token }), { nickname, rooms: ["lobby"] });
        await watcher.hears({ event: "online", nickname });
        await watcher.hears({ event: "entered", nickname });
      }
    });
  });
}

Deno.test("sessions: a guest takes neither a registered nickname nor one that is online", async () => {
  await withServer({}, async (server) => {
    const peer = await server.connect();
    await peer.asks("register", { username: "a.smith", nickname: "Älice", password: PASSWORD });
    await server.guest("Bob");
    for (const nickname of ["Älice", "äLICE", "A\u0308lice", "A.Smith", "Bob", "bOB", "ｂｏｂ"]) {
      await peer.fails("guest", { nickname }, "nickname_taken");
    }
    await peer.fails("guest", { nickname: "" }, "bad_nickname");
    const rivals = await Promise.all(Array.from({ length: 5 }, () => server.connect()));
    const replies = await Promise.all(rivals.map((rival) => rival.says("guest", { nickname: "Carol" })));
    assertEquals(replies.filter((reply) => reply.ok).length, 1);
  });
});

Deno.test("sessions: whoever takes a guest's nickname later sees nothing private of the former one", async () => {
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    await alice.asks("enter", { room: "secret" });
    const former = await server.guest("ghost");
    await former.asks("enter", { room: "secret" });
    const written = await former.asks("send", { to: "alice", text: "whispered by ghost", key: "one" });
    const received = await alice.asks("send", { to: "ghost", text: "whispered to ghost" });
    await alice.asks("send", { room: "secret", text: "said in the secret room" });
    await alice.asks("kick", { room: "secret", nickname: "ghost" });
    former.close();
    await alice.hearsAtLast({ event: "offline", nickname: "ghost" });

    for (const account of [false, true]) {
      const ghost = await (account ? server.member("ghost") : server.guest("ghost"));
      assertEquals((await ghost.forgets()).lines.filter((line) => line.event === "message"), []);
      assertEquals((await ghost.asks("history", { with: "alice" })).messages, []);
      assertEquals((await ghost.asks("search", { text: "whispered" })).messages, []);
      await ghost.fails("history", { room: "secret" }, "not_member");
      await ghost.fails("recall", { message: written.id }, "unknown_message");
      await ghost.fails("react", { message: received.id, emoji: "👻", on: true }, "unknown_message");
      await ghost.fails("send", { to: "alice", text: "what?", reply: written.id }, "unknown_message");
      const again = await ghost.asks("send", { to: "alice", text: "another ghost", key: "one" });
      assertEquals(again.id === written.id, false, "a key is its author's alone");

      await alice.asks("edit", { message: received.id, text: "whispered to the former ghost" });
      await ghost.hearsNothing();
      const { messages } = await alice.asks("history", { with: "ghost" });
      assertEquals(messages.map((message: Line) => message.text), ["another ghost"]);

      const offline = account
        ? { op: "login", username: "ghost", password: PASSWORD, offline: true }
        : { op: "guest", nickname: "ghost", offline: true };
      const { op, ...fields } = offline;
      ghost.close();
      await alice.hearsAtLast({ event: "offline", nickname: "ghost" });
      const peer = await server.connect();
      const { token, epoch } = await peer.asks(op, fields);
      const resumed = await peer.asks("resume", { token, epoch, since: 0 });
      assertEquals([resumed.recovered, resumed.rooms], [true, ["lobby"]]);
      await peer.asks("ping");
      const told = peer.events.filter((event) => event.seq !== undefined && event.text !== "another ghost");
      assertEquals(told, []);
      peer.close();
      await alice.hearsAtLast({ event: "offline", nickname: "ghost" });
    }
  });
});

Deno.test("sessions: a former guest does not come back under a nickname that is somebody else's now", async () => {
  await withServer({}, async (server) => {
    const former = await server.connect();
    const { token } = await former.asks("guest", { nickname: "ghost" });
    await former.asks("enter", { room: "attic" });
    former.close();
    await former.ended;
    const watcher = await server.guest("watcher");
    const ghost = await server.guest("ghost");
    const back = await server.connect();
    await back.fails("resume", { token }, "nickname_taken");
    ghost.close();
    await watcher.hearsAtLast({ event: "offline", nickname: "ghost" });
    await back.asks("register", { username: "ghost", nickname: "ghost", password: PASSWORD });
    await back.fails("resume", { token }, "nickname_taken");
  });
});

Deno.test("sessions: so many connections of one nickname and no more, also when they come at once", async () => {
  await withServer({}, async (server) => {
    const watcher = await server.guest("watcher");
    const { token } = await (await server.connect()).asks("guest", { nickname: "alice", offline: true });
    const most = LIMITS.connectionsPerNicknameMax;
    const peers = await Promise.all(Array.from({ length: most + 3 }, () => server.connect()));
    const replies = await Promise.all(peers.map((peer) => peer.says("resume", { token })));
    const refused = replies.flatMap((reply) => reply.error?.code ?? []);
    assertEquals(refused, Array(3).fill("too_many_sessions"));

    const inside = peers[replies.findIndex((reply) => reply.ok)]!;
    const outside = peers[replies.findIndex((reply) => !reply.ok)]!;
    inside.close();
    await inside.ended;
    while (!(await outside.says("resume", { token })).ok) await watcher.asks("ping");
    await watcher.hearsAtLast({ event: "entered", nickname: "alice" });
    await watcher.hearsNothing();
  });
});

Deno.test("sessions: a token lives as long as it is used, a guest's a day, an account's thirty", async () => {
  const clock = new TestClock();
  await withServer({}, async (server) => {
    await server.member("alice");
    const peer = await server.connect();
    const asks = { username: "alice", password: PASSWORD, offline: true };
    const { token: hers } = await peer.asks("login", asks);
    const { token: his } = await peer.asks("guest", { nickname: "bob", offline: true });
    const comesBack = async (token: string, code?: string) => {
      const back = await server.connect();
      if (code) await back.fails("resume", { token }, code);
      else await back.asks("resume", { token });
      back.close();
      await back.ended;
    };
    for (let days = 0; days < 3; days++) {
      clock.advance(24 * HOUR - 1);
      await comesBack(his);
    }
    clock.advance(24 * HOUR);
    await comesBack(his, "bad_token");
    clock.advance(26 * 24 * HOUR);
    await comesBack(hers);
    clock.advance(30 * 24 * HOUR);
    await comesBack(hers, "bad_token");
  }, { clock: clock.read });
});
