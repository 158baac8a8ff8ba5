import { LIMITS } from "../../server/core/shared/limits.ts";
import { assertEquals, assertMatches, assertTrue } from "../support/assert.ts";
import {
  type Line,
  PASSWORD,
  type Peer,
  type TestServer,
  TRANSPORTS,
  withServer,
} from "../support/harness.ts";

/** What signing in answered. */
function signedIn(peer: Peer): Line {
  return peer.lines.findLast((line) => line.token)!;
}

/** Somebody with an account whose connection is lost at once, and what they had seen. */
async function lost(server: TestServer, nickname: string, rooms: string[] = []) {
  const peer = await server.member(nickname);
  for (const room of rooms) await peer.asks("enter", { room });
  peer.close();
  await peer.ended;
  const { token, epoch, last } = signedIn(peer);
  return { token, epoch, since: last };
}

/** The stored events that came, each as its number and what it was. */
function stored(lines: Line[]): string[] {
  return lines.filter((line) => line.event && line.seq !== undefined).map((line) =>
    `${line.seq} ${line.event}`
  );
}

for (const transport of TRANSPORTS) {
  for (const cut of ["a lost connection", "a restart"]) {
    Deno.test(`resume over ${transport}: after ${cut} everything missed is told once, in order`, async () => {
      await withServer({}, async (server) => {
        const alice = await server.member("alice", transport);
        await alice.asks("enter", { room: "ops" });
        const { id: old } = await alice.asks("send", { room: "ops", text: "before" });
        const bob = await server.member("bob", transport);
        await bob.asks("enter", { room: "ops" });
        const carol = await server.member("carol", transport);
        await carol.asks("enter", { room: "ops" });
        const seen = await alice.asks("send", { room: "ops", text: "bob sees this" });
        await bob.hearsAtLast({ event: "message", seq: seen.seq });
        bob.close();
        await alice.hearsAtLast({ event: "offline", nickname: "bob" });

        const { id } = await alice.asks("send", { room: "lobby", text: "one" });
        await alice.asks("send", { to: "bob", text: "two" });
        await alice.asks("react", { message: old, emoji: "👍", on: true });
        await alice.asks("edit", { message: id, text: "one and a half" });
        await alice.asks("kick", { room: "ops", nickname: "carol" });
        await alice.asks("recall", { message: old });
        await carol.asks("send", { to: "alice", text: "not for bob" });
        await alice.asks("enter", { room: "elsewhere" });
        await alice.asks("send", { room: "elsewhere", text: "nor this" });
        await server.member("dave", transport).then((dave) => dave.asks("enter", { room: "ops" }));
        await alice.asks("leave", { room: "ops" });
        await alice.asks("ping");
        if (cut === "a restart") await server.restart();

        const back = await server.connect(transport);
        const { token, epoch } = signedIn(bob);
        const reply = await back.asks("resume", { token, epoch, since: seen.seq });
        assertMatches(reply, { nickname: "bob", epoch, recovered: true });
        assertEquals(reply.rooms.sort(), ["lobby", "ops"]);
        assertMatches(await back.hears({ event: "message", room: "lobby" }), { text: "one and a half", id });
        await back.hears({ event: "message", from: "alice", to: "bob", text: "two" });
        await back.hears({ event: "reacted", id: old, emoji: "👍", on: true, room: "ops" });
        await back.hears({ event: "edited", id, text: "one and a half", room: "lobby" });
        await back.hears({ event: "kicked", room: "ops", nickname: "carol", by: "alice" });
        await back.hears({ event: "recalled", id: old, room: "ops" });
        const last = await back.hears({ event: "owner", room: "ops", nickname: "dave" });
        assertEquals(reply.last, last.seq);
        await back.hearsNothing();
      });
    });
  }

  Deno.test(`resume over ${transport}: what waited in private arrives at sign-in, again if nothing shows that it did`, async () => {
    await withServer({}, async (server) => {
      await (await server.member("alice")).asks("logout");
      const bob = await server.guest("bob", transport);
      for (const text of ["one", "two", "three"]) await bob.asks("send", { to: "alice", text });
      for (const round of ["first", "again", "after a restart"]) {
        if (round === "after a restart") await server.restart();
        const alice = await server.member("alice", transport);
        for (const text of ["one", "two", "three"]) {
          await alice.hears({ event: "message", from: "bob", text });
        }
        alice.close();
        await alice.ended;
      }
      const alice = await server.member("alice", transport);
      await alice.forgets();
      await alice.asks("logout");
      await alice.asks("login", { username: "alice", password: PASSWORD });
      await alice.hearsNothing();
    });
  });

  Deno.test(`resume over ${transport}: while messages fly there is no gap and no double`, async () => {
    await withServer({}, async (server) => {
      const sender = await server.guest("sender", transport);
      const first = await server.connect(transport);
      const { token, epoch, last } = await first.asks("guest", { nickname: "bob" });
      const sent: Promise<Line>[] = [];
      let sending = true;
      const flood = (async () => {
        while (sending) {
          for (let n = 0; n < 20; n++) {
            sent.push(sender.asks("send", { room: "lobby", text: `${sent.length}` }));
          }
          await sent.at(-1);
        }
      })();
      const heard: number[] = [];
      let resumes = 0;
      for (let peer: Peer = first; resumes < 25; resumes++) {
        await peer.hearsAtLast({ event: "message" });
        peer.close();
        await peer.ended;
        heard.push(...numbers(peer));
        peer = await server.connect(transport);
        const reply = await peer.asks("resume", { token, epoch, since: heard.at(-1) ?? last });
        assertEquals(reply.recovered, true);
        if (resumes < 24) continue;
        sending = false;
        await flood;
        const end = (await sent.at(-1))!.seq;
        while (numbers(peer).at(-1) !== end) await peer.hearsAtLast({ event: "message" });
        await peer.asks("ping");
        heard.push(...numbers(peer));
      }
      assertEquals(heard, (await Promise.all(sent)).map((reply) => reply.seq));
    });
  });
}

function numbers(peer: Peer): number[] {
  return peer.lines.filter((line) => line.event === "message").map((line) => line.seq);
}

Deno.test("resume: it says when it can't tell everything, and then replays nothing", async () => {
  await withServer({}, async (server) => {
    const { token, epoch, since } = await lost(server, "bob");
    const alice = await server.member("alice");
    await alice.asks("send", { room: "lobby", text: "missed" });
    const { last } = await (await server.connect()).asks("guest", { nickname: "somebody" });
    const gaps: Line[] = [
      {},
      { since },
      { epoch },
      { epoch: "01ARZ3NDEKTSV4RRFFQ69G5FAV", since },
      { epoch, since: last + 1 },
      { epoch, since: -1 },
    ];
    for (const gap of gaps) {
      const bob = await server.connect();
      assertMatches(await bob.asks("resume", { token, ...gap }), { recovered: false, last, epoch });
      await bob.asks("ping");
      assertEquals(stored(bob.lines), [], JSON.stringify(gap));
      bob.close();
      await bob.ended;
    }
    const bob = await server.connect();
    assertMatches(await bob.asks("resume", { token, epoch, since }), { recovered: true });
    await bob.hears({ event: "message", text: "missed" });
    await bob.fails("resume", { token }, "already_signed_in");
    await (await server.connect()).fails("resume", { token: "made-up" }, "bad_token");
    await (await server.connect()).fails("resume", {}, "bad_token");
  });
});

Deno.test("resume: as many events as its bound names are replayed, and not one more", async () => {
  await withServer({}, async (server) => {
    const { token, epoch, since } = await lost(server, "bob");
    const alice = await server.member("alice");
    const say = (text: string) => alice.asks("send", { room: "lobby", text });
    await Promise.all(Array.from({ length: LIMITS.replayEventsMax }, (_, n) => say(`${n}`)));
    const bob = await server.connect();
    assertEquals((await bob.asks("resume", { token, epoch, since })).recovered, true);
    await bob.asks("ping");
    assertEquals(stored(bob.lines).length, LIMITS.replayEventsMax);

    await say("one more");
    const late = await server.connect();
    assertEquals((await late.asks("resume", { token, epoch, since })).recovered, false);
    await late.hearsNothing();
  });
});

Deno.test("resume: whoever was kicked learns it, and nothing that was said after", async () => {
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    await alice.asks("enter", { room: "ops" });
    const { token, epoch, since } = await lost(server, "bob", ["ops"]);
    const half = await server.connect();
    await half.asks("resume", { token });
    await alice.asks("kick", { room: "ops", nickname: "bob" });
    await alice.asks("send", { room: "ops", text: "now that he is gone" });
    const bob = await server.connect();
    const reply = await bob.asks("resume", { token, epoch, since });
    assertMatches(reply, { recovered: true, rooms: ["lobby"] });
    await bob.hears({ event: "kicked", room: "ops", nickname: "bob", by: "alice" });
    await bob.hearsNothing();
  });
});

Deno.test("resume: what was said in a room before one came is not missed", async () => {
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    const { token, epoch, since } = await lost(server, "bob");
    await alice.asks("enter", { room: "ops" });
    await alice.asks("send", { room: "ops", text: "before bob" });
    const bob = await server.connect();
    await bob.asks("resume", { token });
    await bob.asks("enter", { room: "ops" });
    await alice.asks("send", { room: "ops", text: "with bob" });
    bob.close();
    await bob.ended;
    const back = await server.connect();
    await back.asks("resume", { token, epoch, since });
    await back.hears({ event: "message", room: "ops", text: "with bob" });
  });
});

Deno.test("resume: numbers grow in the order of telling, whatever follows from what", async () => {
  await withServer({}, async (server) => {
    const alice = await server.guest("alice");
    await alice.asks("enter", { room: "ops" });
    const bob = await server.guest("bob");
    await bob.asks("enter", { room: "ops" });
    for (let round = 0; round < 10; round++) {
      const left = alice.asks("leave", { room: "ops" }); // makes bob the owner
      const said = alice.asks("send", { room: "lobby", text: "and I am off" });
      const back = alice.asks("enter", { room: "ops" });
      await Promise.all([left, said, back]);
      await bob.asks("leave", { room: "ops" });
      await bob.asks("enter", { room: "ops" });
    }
    const seqs = bob.lines.filter((line) => line.event && line.seq !== undefined).map((line) => line.seq);
    assertTrue(seqs.length >= 20, `${seqs.length} events`);
    assertEquals(seqs, [...seqs].sort((a, b) => a - b));
  });
});

Deno.test("resume: a number is never given twice, also when the last ones went with their room", async () => {
  await withServer({}, async (server) => {
    const { token, epoch } = await lost(server, "bob");
    const alice = await server.guest("alice");
    await alice.asks("enter", { room: "scratch", ephemeral: true });
    let last = 0;
    for (let n = 0; n < 5; n++) last = (await alice.asks("send", { room: "scratch", text: "gone soon" })).seq;
    await alice.asks("leave", { room: "scratch" });
    await alice.asks("ping");
    await server.restart();
    const bob = await server.connect();
    assertMatches(await bob.asks("resume", { token, epoch, since: last }), { recovered: true, last });
    const { seq } = await bob.asks("send", { room: "lobby", text: "next" });
    assertTrue(seq > last, `${seq} after ${last}`);
  });
});
