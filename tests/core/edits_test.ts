/** Editing and recalling one's own messages: what others are told, and what history and search show afterwards. */
import { assertEquals, assertMatches } from "../support/assert.ts";
import { type Line, type Peer, TRANSPORTS, withServer } from "../support/harness.ts";

for (const transport of TRANSPORTS) {
  Deno.test(`edits over ${transport}: others see edited, history and search have the new words`, async () => {
    await withServer({}, async (server) => {
      const alice = await server.guest("alice", transport);
      const bob = await server.guest("bob", transport);
      const sent = await alice.asks("send", { room: "lobby", text: "the meeting is on thursday" });
      await alice.asks("send", { room: "lobby", text: "bring coffee" });
      for (const peer of [alice, bob]) await peer.forgets();

      const edited = await alice.asks("edit", { message: sent.id, text: "the meeting is on friday" });
      assertEquals(edited.seq > sent.seq, true, `${edited.seq} > ${sent.seq}`);
      const told = await bob.hears({
        event: "edited",
        id: sent.id,
        seq: edited.seq,
        from: "alice",
        room: "lobby",
        text: "the meeting is on friday",
      });
      await alice.hearsNothing();

      const [first, second] = (await bob.asks("history", { room: "lobby" })).messages;
      const changed = { id: sent.id, seq: sent.seq, at: sent.at, edited: told.at };
      assertMatches(first, { ...changed, text: "the meeting is on friday", recalled: undefined });
      assertMatches(second, { text: "bring coffee", edited: undefined });
      assertEquals(await found(bob, "friday"), [sent.id]);
      assertEquals(await found(bob, "thursday"), []);
    });
  });

  Deno.test(`recalls over ${transport}: others see recalled, and the words are gone everywhere`, async () => {
    await withServer({}, async (server) => {
      const alice = await server.guest("alice", transport);
      const bob = await server.guest("bob", transport);
      const sent = await alice.asks("send", { room: "lobby", text: "the password is swordfish" });
      const answer = await bob.asks("send", { room: "lobby", text: "oops", reply: sent.id });
      await bob.asks("react", { message: sent.id, emoji: "😱", on: true });
      await alice.asks("edit", { message: sent.id, text: "the secret is swordfish" });
      for (const peer of [alice, bob]) await peer.forgets();

      const { seq } = await alice.asks("recall", { message: sent.id });
      const told = await bob.hears({ event: "recalled", id: sent.id, seq, from: "alice", room: "lobby" });
      assertEquals("text" in told, false);
      await alice.hearsNothing();

      const { messages } = await bob.asks("history", { room: "lobby" });
      const gone = {
        id: sent.id,
        seq: sent.seq,
        from: "alice",
        text: "",
        recalled: true,
        reactions: undefined,
      };
      assertMatches(messages[0], gone);
      assertMatches(messages[1], { id: answer.id, reply: sent.id, recalled: undefined });
      for (const word of ["swordfish", "password", "secret"]) assertEquals(await found(bob, word), []);

      for (const peer of [alice, bob]) {
        await peer.fails("react", { message: sent.id, emoji: "👍", on: true }, "recalled");
      }
      await alice.fails("recall", { message: sent.id }, "recalled");
      await alice.fails("edit", { message: sent.id, text: "as if nothing had been" }, "recalled");
      for (const peer of [alice, bob]) await peer.hearsNothing();
    });
  });
}

Deno.test("edits and recalls: only the author may", async () => {
  await withServer({}, async (server) => {
    const alice = await server.guest("alice");
    const bob = await server.guest("bob");
    const eve = await server.guest("eve");
    const open = await alice.asks("send", { room: "lobby", text: "open" });
    const secret = await alice.asks("send", { to: "bob", text: "secret" });
    for (const peer of [alice, bob, eve]) await peer.forgets();
    for (const { id } of [open, secret]) {
      await bob.fails("edit", { message: id, text: "forged" }, "not_yours");
      await bob.fails("recall", { message: id }, "not_yours");
    }
    await eve.fails("edit", { message: secret.id, text: "forged" }, "unknown_message");
    await eve.fails("recall", { message: secret.id }, "unknown_message");
    await alice.fails("recall", { message: "01ARZ3NDEKTSV4RRFFQ69G5FAV" }, "unknown_message");
    await alice.fails("edit", { message: open.id, text: "" }, "bad_text");
    await alice.fails("edit", { message: open.id, text: "x".repeat(16_385) }, "bad_text");
    await alice.fails("edit", { message: open.id, text: "\ud800" }, "bad_text");
    for (const peer of [alice, bob, eve]) await peer.hearsNothing();
    assertEquals((await bob.asks("history", { room: "lobby" })).messages[0].text, "open");
  });
});

Deno.test("edits and recalls: of a private message are told to those it went to, and to one's other connections", async () => {
  await withServer({}, async (server) => {
    const laptop = await server.member("alice");
    const phone = await server.member("alice");
    const bob = await server.guest("bob");
    const carol = await server.guest("carol");
    const eve = await server.guest("eve");
    const { id } = await laptop.asks("send", { to: ["bob", "carol"], text: "you two" });
    for (const peer of [laptop, phone, bob, carol, eve]) await peer.forgets();

    await laptop.asks("edit", { message: id, text: "both of you" });
    await phone.hears({ event: "edited", id, to: ["bob", "carol"], text: "both of you" });
    await bob.hears({ event: "edited", id, to: "bob", text: "both of you" });
    await carol.hears({ event: "edited", id, to: "carol", text: "both of you" });
    await phone.asks("recall", { message: id });
    await laptop.hears({ event: "recalled", id, to: ["bob", "carol"] });
    await bob.hears({ event: "recalled", id, to: "bob" });
    await carol.hears({ event: "recalled", id, to: "carol" });
    for (const peer of [laptop, phone, bob, carol, eve]) await peer.hearsNothing();
    for (const peer of [bob, carol]) {
      const { messages } = await peer.asks("history", { with: "alice" });
      assertMatches(messages[0], { id, text: "", recalled: true });
    }
  });
});

Deno.test("recalls: a message that waits for somebody is taken back before they see it", async () => {
  await withServer({}, async (server) => {
    const carol = await server.member("carol");
    await carol.asks("logout");
    const alice = await server.member("alice");
    const regretted = await alice.asks("send", { to: "carol", text: "I hate this" });
    await alice.asks("send", { to: "carol", text: "hello" });
    await alice.asks("recall", { message: regretted.id });
    const back = await server.member("carol");
    await back.hears({ event: "message", id: regretted.id, text: "", recalled: true });
    await back.hears({ event: "message", text: "hello" });
    await back.hearsNothing();
  });
});

Deno.test("recalls: who has left a room may take back what they said there, but not reword it", async () => {
  await withServer({}, async (server) => {
    const bob = await server.guest("bob");
    const alice = await server.guest("alice");
    for (const peer of [bob, alice]) await peer.asks("enter", { room: "ops" });
    const { id } = await alice.asks("send", { room: "ops", text: "said in anger" });
    await alice.asks("leave", { room: "ops" });
    await bob.forgets();
    await alice.fails("edit", { message: id, text: "said from outside" }, "not_member");
    await alice.asks("recall", { message: id });
    await bob.hears({ event: "recalled", id, room: "ops" });
  });
});

Deno.test("edits and recalls: hold after a restart", async () => {
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    const kept = await alice.asks("send", { room: "lobby", text: "first words" });
    const gone = await alice.asks("send", { room: "lobby", text: "gone words" });
    await alice.asks("edit", { message: kept.id, text: "second words" });
    await alice.asks("recall", { message: gone.id });
    await server.restart();
    const back = await server.member("alice");
    const { messages } = await back.asks("history", { room: "lobby" });
    assertEquals(messages.map((message: Line) => message.text), ["second words", ""]);
    assertEquals(await found(back, "words"), [kept.id]);
    await back.asks("edit", { message: kept.id, text: "third words" });
  });
});

async function found(peer: Peer, text: string): Promise<string[]> {
  const { messages } = await peer.asks("search", { text });
  return messages.map((message: Line) => message.id);
}
