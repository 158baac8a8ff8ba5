/** Messages to one nickname and to several: who hears them, who never does, and when. */
import { assertEquals, assertLike } from "../support/assert.ts";
import { type Line, type Peer, type TestServer, TRANSPORTS, withServer } from "../support/harness.ts";

for (const transport of TRANSPORTS) {
  Deno.test(`private messages over ${transport}: only the two hear and read them`, async () => {
    await withServer({}, async (server) => {
      const alice = await server.guest("alice", transport);
      const bob = await server.guest("Bob", transport);
      const eve = await server.guest("eve", transport);
      for (const peer of [alice, bob, eve]) await peer.forgets();

      const sent = await alice.asks("send", { to: "bOB", text: "psst" });
      await bob.hears({
        event: "message",
        id: sent.id,
        seq: sent.seq,
        at: sent.at,
        from: "alice",
        to: "Bob",
        room: undefined,
        text: "psst",
      });
      await bob.asks("send", { to: "alice", text: "what?" });
      await alice.hears({ event: "message", from: "Bob", to: "alice", text: "what?" });
      await eve.hearsNothing();

      assertEquals(await texts(alice, { with: "bob" }), ["psst", "what?"]);
      assertEquals(await texts(bob, { with: "alice" }), ["psst", "what?"]);
      for (const name of ["alice", "Bob"]) assertEquals(await texts(eve, { with: name }), []);
      assertEquals(await texts(alice, { with: "eve" }), []);
    });
  });
}

Deno.test("private messages: a list reaches each once, and each sees their own name alone", async () => {
  await withServer({}, async (server) => {
    const [alice, bob, carol, eve] = await guests(server, "alice", "bob", "carol", "eve");
    const { id } = await alice.asks("send", { to: ["bob", "CAROL", "Bob"], text: "you two" });
    await bob.hears({ event: "message", id, from: "alice", to: "bob" });
    await carol.hears({ event: "message", id, from: "alice", to: "carol" });
    for (const peer of [alice, bob, carol, eve]) await peer.hearsNothing();

    for (const name of ["bob", "carol"]) {
      const { messages } = await alice.asks("history", { with: name });
      assertEquals(messages.map(({ id, to }: Line) => ({ id, to })), [{ id, to: ["bob", "carol"] }]);
    }
    assertEquals((await bob.asks("history", { with: "alice" })).messages[0].to, "bob");
    assertEquals(await texts(bob, { with: "carol" }), []);
  });
});

Deno.test("private messages: one unknown name in a list is named, and nothing is sent to anybody", async () => {
  await withServer({}, async (server) => {
    const [alice, bob, carol] = await guests(server, "alice", "bob", "carol");
    const error = await alice.fails(
      "send",
      { to: ["bob", "nobody", "carol"], text: "all of you" },
      "unknown_nickname",
    );
    assertEquals(error.message.includes('"nobody"'), true, error.message);
    await alice.fails("send", { to: "nobody", text: "hello?" }, "unknown_nickname");
    await alice.fails("send", { to: [], text: "hello?" }, "bad_request");
    await alice.fails("send", { to: Array(101).fill("bob"), text: "hello?" }, "bad_request");
    for (const peer of [bob, carol]) await peer.hearsNothing();
    assertEquals(await texts(alice, { with: "bob" }), []);
  });
});

Deno.test("private messages: one to oneself is heard by one's other connections", async () => {
  await withServer({}, async (server) => {
    const laptop = await server.member("alice");
    const phone = await (await server.member("alice")).forgets();
    await laptop.forgets();
    await phone.asks("send", { to: "alice", text: "buy milk" });
    await laptop.hears({ event: "message", from: "alice", to: "alice", text: "buy milk" });
    for (const peer of [laptop, phone]) await peer.hearsNothing();
    assertEquals(await texts(laptop, { with: "alice" }), ["buy milk"]);
  });
});

Deno.test("private messages: all connections of both sides hear them, but not the one that speaks", async () => {
  await withServer({}, async (server) => {
    const laptop = await server.member("alice");
    const phone = await server.member("alice");
    const work = await server.member("bob");
    const home = await server.member("bob");
    for (const peer of [laptop, phone, work, home]) await peer.forgets();
    const { id } = await phone.asks("send", { to: "bob", text: "here?" });
    await laptop.hears({ event: "message", id, from: "alice", to: "bob" });
    await work.hears({ event: "message", id, to: "bob" });
    await home.hears({ event: "message", id, to: "bob" });
    for (const peer of [laptop, phone, work, home]) await peer.hearsNothing();
  });
});

Deno.test("private messages: those to an account that is away wait, and arrive at sign-in", async () => {
  await withServer({}, async (server) => {
    const carol = await server.member("carol");
    await carol.asks("logout");
    carol.close();
    const alice = await server.guest("alice");
    await alice.asks("send", { to: "carol", text: "one" });
    const { id } = await alice.asks("send", { to: ["Carol", "alice"], text: "two" });
    await alice.asks("send", { to: "carol", text: "three" });
    await alice.asks("edit", { message: id, text: "two, edited" });
    await server.restart();

    const back = await server.member("carol");
    await back.hears({ event: "message", from: "alice", to: "carol", text: "one" });
    await back.hears({ event: "message", from: "alice", to: "carol", text: "two, edited" });
    await back.hears({ event: "message", from: "alice", to: "carol", text: "three" });
    await back.hearsNothing();
    const phone = await server.member("carol");
    await phone.hearsNothing();
  });
});

Deno.test("private messages: what waited comes again until the reader has gone on", async () => {
  await withServer({}, async (server) => {
    (await server.member("carol")).close();
    const alice = await server.member("alice");
    await untilAway(alice, "carol");
    await alice.asks("send", { to: "carol", text: "important" });

    const lost = await server.member("carol");
    await lost.hears({ event: "message", text: "important" });
    lost.close();
    await untilAway(alice, "carol");
    const back = await server.member("carol");
    await back.hears({ event: "message", text: "important" });
    await back.asks("ping");
    back.close();
    await untilAway(alice, "carol");
    await (await server.member("carol")).hearsNothing();
  });
});

Deno.test("private messages: those to a guest who has gone reach nobody, not even a guest of the same name", async () => {
  await withServer({}, async (server) => {
    const alice = await server.guest("alice");
    const first = await server.guest("bob");
    await alice.asks("send", { to: "bob", text: "our secret" });
    await first.asks("logout");
    await alice.fails("send", { to: "bob", text: "still there?" }, "unknown_nickname");
    const second = await (await server.guest("bob")).forgets();
    assertEquals(await texts(second, { with: "alice" }), []);
    assertEquals((await second.asks("search", { text: "secret" })).messages, []);
    assertEquals(await texts(alice, { with: "bob" }), []);
  });
});

Deno.test("private messages: an account that is away keeps so many, then its mailbox is full", async () => {
  await withServer({}, async (server) => {
    (await server.member("carol")).close();
    const alice = await server.member("alice");
    await untilAway(alice, "carol");
    const fill = async (peer: Peer) => {
      const sent = Array.from({ length: 100 }, (_, n) => peer.asks("send", { to: "carol", text: `${n}` }));
      await Promise.all(sent);
      return (await peer.fails("send", { to: "carol", text: "one more" }, "mailbox_full")).message as string;
    };
    assertLike(await fill(alice), /100 messages of yours wait/);
    for (let n = 0; n < 5; n++) await fill(await server.guest(`guest ${n}`));
    const guest = await server.guest("guest 5");
    const refused = await guest.fails("send", { to: "carol", text: "one more" }, "mailbox_full");
    assertLike(refused.message as string, /500 messages of guests wait/);
    for (let n = 0; n < 4; n++) await fill(await server.member(`member${n}`));
    const last = await (await server.member("last")).fails(
      "send",
      { to: "carol", text: "one" },
      "mailbox_full",
    );
    assertLike(last.message as string, /1000 messages wait/);
    await alice.fails("send", { to: "carol", text: "one more" }, "mailbox_full");
    await alice.fails("send", { to: ["alice", "carol"], text: "one more" }, "mailbox_full");
    const carol = await server.member("carol");
    for (let n = 0; n < 1_000; n++) await carol.hears({ event: "message", text: `${n % 100}` });
    await carol.hearsNothing();
    (await carol.forgets()).close();
    await untilAway(alice, "carol");
    await alice.asks("send", { to: "carol", text: "room again" });
  });
});

/** Waits until a nickname is told to have gone. */
async function untilAway(peer: Peer, nickname: string): Promise<void> {
  while ((await peer.asks("who")).online.includes(nickname)) { /* a reply is the barrier */ }
}

async function texts(peer: Peer, place: Line): Promise<string[]> {
  const { messages } = await peer.asks("history", place);
  return messages.map((message: Line) => message.text);
}

async function guests(server: TestServer, ...names: string[]): Promise<[Peer, Peer, Peer, Peer]> {
  const peers: Peer[] = [];
  for (const name of names) peers.push(await server.guest(name));
  for (const peer of peers) await peer.forgets();
  return peers as [Peer, Peer, Peer, Peer];
}
