/** Private files: offered, accepted or refused, told either way, and never anybody else's business. */
import { assertEquals, assertMatches, assertTrue } from "../support/assert.ts";
import {
  announcement,
  bytesOf,
  chunk,
  fetchFile,
  keeps,
  md5,
  sendFile,
  sha256,
} from "../support/file_lines.ts";
import { type Line, type Peer, TRANSPORTS, withServer } from "../support/harness.ts";

const BYTES = bytesOf(300_000);

for (const transport of TRANSPORTS) {
  Deno.test(`offer over ${transport}: accepted, it can be fetched, and both are told of each step`, async () => {
    await withServer({}, async (server) => {
      const alice = await server.member("alice", transport);
      const bob = await (await server.member("bob", transport)).forgets();
      await alice.forgets();
      const sent = await sendFile(alice, { to: "bob" }, "plan.pdf", BYTES);
      const { file, id } = sent;
      const info = {
        id: file,
        name: "plan.pdf",
        size: BYTES.length,
        md5: md5(BYTES),
        sha256: sha256(BYTES),
        type: "application/octet-stream",
      };
      const { event: _, ...offer } = await bob.hears({
        event: "offer",
        id,
        seq: sent.seq,
        at: sent.at,
        from: "alice",
        to: "bob",
        text: "",
        kind: "file",
        file: { ...info, offer: "waiting" },
      });
      await bob.fails("download", { file }, "not_accepted");
      assertEquals(await fetchFile(alice, file), BYTES);
      assertEquals((await bob.asks("history", { with: "alice" })).messages, [offer]);

      const { seq } = await bob.asks("accept", { file });
      const answer = await alice.hears({ event: "accepted", id, file, seq, from: "bob", to: "alice" });
      assertTrue(answer.seq > sent.seq && answer.at > 0, JSON.stringify(answer));
      await alice.hearsNothing();
      assertEquals(await fetchFile(bob, file), BYTES);
      for (const peer of [alice, bob]) {
        await peer.hears({ event: "fetched", file, id, from: "bob", to: "alice" });
        await peer.hearsNothing();
        const { files } = await peer.asks("files", { with: peer === alice ? "bob" : "alice" });
        assertEquals(files, [{ ...info, offer: "accepted", message: id, from: "alice", at: sent.at }]);
      }
    });
  });

  Deno.test(`offer over ${transport}: refused, its bytes are gone for both, for good`, async () => {
    await withServer({}, async (server) => {
      const alice = await server.member("alice", transport);
      const bob = await (await server.member("bob", transport)).forgets();
      await alice.forgets();
      const { file, id } = await sendFile(alice, { to: "bob" }, "plan.pdf", BYTES);
      await keeps(server, [file]);
      await bob.hears({ event: "offer" });
      await bob.asks("refuse", { file });
      await alice.hears({ event: "refused", id, file, from: "bob", to: "alice" });
      for (const peer of [alice, bob]) {
        await peer.fails("download", { file }, "file_gone");
        assertEquals((await peer.asks("files", { with: peer === alice ? "bob" : "alice" })).files, []);
        const { messages: [message] } = await peer.asks("history", {
          with: peer === alice ? "bob" : "alice",
        });
        assertMatches(message.file, { id: file, offer: "refused" });
        await peer.hearsNothing();
      }
      await bob.fails("accept", { file }, "file_gone");
      await keeps(server, []);
      await server.restart();
      await (await server.member("bob", transport)).fails("download", { file }, "file_gone");
    });
  });
}

Deno.test("offer: it waits for who is not there, arrives once at sign-in, and its answer waits for the sender", async () => {
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    const bobBefore = await server.member("bob");
    bobBefore.close();
    await alice.hearsAtLast({ event: "offline", nickname: "bob" });
    const { file, id } = await sendFile(alice, { to: "bob" }, "plan.pdf", BYTES);
    alice.close();
    await alice.ended;
    await server.restart();

    const bob = await server.member("bob");
    await bob.hears({ event: "offer", id, from: "alice", to: "bob" });
    await bob.asks("accept", { file });
    bob.close();
    await bob.ended;
    const bobAgain = await server.member("bob");
    await bobAgain.hearsNothing();
    assertEquals(await fetchFile(bobAgain, file), BYTES);
    const aliceAgain = await server.member("alice");
    const { messages: [message] } = await aliceAgain.asks("history", { with: "bob" });
    assertEquals(message.file.offer, "accepted");
  });
});

Deno.test("offer: resume replays offers and answers, each once and in order", async () => {
  await withServer({}, async (server) => {
    const [alice, bob] = [await server.connect(), await server.connect()];
    const tokens: Line = {};
    for (const [peer, nickname] of [[alice, "alice"], [bob, "bob"]] as const) {
      tokens[nickname] = await peer.asks("guest", { nickname });
    }
    const { epoch } = tokens.alice;
    const since = (await alice.asks("send", { room: "lobby", text: "mark" })).seq;
    const [one, two] = [
      await sendFile(alice, { to: "bob" }, "1.bin", bytesOf(1)),
      await sendFile(alice, { to: "bob" }, "2.bin", bytesOf(2)),
    ];
    const accepted = await bob.asks("accept", { file: two.file });
    const refused = await bob.asks("refuse", { file: one.file });
    for (const [peer, nickname] of [[alice, "alice"], [bob, "bob"]] as const) {
      peer.close();
      await peer.ended;
      const back = await server.connect();
      const { recovered } = await back.asks("resume", { token: tokens[nickname].token, epoch, since });
      assertEquals(recovered, true);
      await back.asks("ping");
      const replayed = back.events.filter((event) => ["offer", "accepted", "refused"].includes(event.event));
      assertEquals(replayed.map(({ event, id, seq }) => [event, id, seq]), [
        ["offer", one.id, one.seq],
        ["offer", two.id, two.seq],
        ["accepted", two.id, accepted.seq],
        ["refused", one.id, refused.seq],
      ]);
      assertMatches(replayed[2], { file: two.file, from: "bob", to: "alice" });
    }
  });
});

Deno.test("offer: it is answered once, by its receiver alone", async () => {
  await withServer({}, async (server) => {
    const [alice, bob, bobPhone, eve] = await peers(server, "alice", "bob", "bob", "eve");
    const { file } = await sendFile(alice, { to: "bob" }, "plan.pdf", BYTES);
    for (const op of ["accept", "refuse"]) {
      await alice.fails(op, { file }, "unknown_file");
      await eve.fails(op, { file }, "unknown_file");
      await bob.fails(op, { file: "no such file" }, "unknown_file");
    }
    await bob.forgets();
    await bobPhone.hears({ event: "offer" });
    await bob.asks("accept", { file });
    await bobPhone.hears({ event: "accepted", file });
    for (const peer of [bob, bobPhone]) {
      await peer.fails("accept", { file }, "already_answered");
      await peer.fails("refuse", { file }, "already_answered");
    }
    const both = await sendFile(alice, { to: "bob" }, "both.pdf", BYTES);
    const answers = await Promise.all([
      bob.says("accept", { file: both.file }),
      bobPhone.says("refuse", { file: both.file }),
    ]);
    assertEquals(answers.filter((answer) => answer.ok).length, 1);
    const room = await sendFile(alice, { room: "lobby" }, "a.bin", BYTES);
    await bob.fails("accept", { file: room.file }, "unknown_file");
  });
});

Deno.test("offer: a third person can neither list, search, see, hear nor fetch it", async () => {
  await withServer({}, async (server) => {
    const [alice, bob, eve] = await peers(server, "alice", "bob", "eve");
    const asked = announcement({ to: "bob" }, "secret plan.pdf", BYTES);
    const { file } = await alice.asks("upload", asked);
    await chunk(alice, file, 0, BYTES.subarray(0, 200_000));
    await chunk(alice, file, 200_000, BYTES.subarray(200_000));
    await eve.fails("finish", { file }, "unknown_file");
    const { id } = await alice.asks("finish", { file });
    const nothingForEve = async () => {
      await eve.fails("download", { file }, "unknown_file");
      await eve.fails("files", { folder: file }, "unknown_file");
      await eve.fails("send", { room: "lobby", file }, "unknown_file");
      await eve.fails("recall", { message: id }, "unknown_message");
      await eve.fails("react", { message: id, emoji: "👍", on: true }, "unknown_message");
      for (const place of [{ room: "lobby" }, { with: "alice" }, { with: "bob" }]) {
        assertEquals((await eve.asks("files", place)).files, []);
        assertEquals((await eve.asks("history", place)).messages, []);
      }
      for (const text of ["secret", "plan", "pdf"]) {
        assertEquals((await eve.asks("search", { text })).messages, []);
      }
      await eve.hearsNothing();
    };
    await nothingForEve();
    await bob.asks("accept", { file });
    assertEquals(await fetchFile(bob, file), BYTES);
    await nothingForEve();
    await alice.asks("recall", { message: id });
    await nothingForEve();
  });
});

Deno.test("offer: to a guest, from a guest; not to oneself and to nobody else at once", async () => {
  await withServer({}, async (server) => {
    const [gus, gil] = [await server.guest("gus"), await server.guest("gil")];
    const { file } = await sendFile(gus, { to: "GIL" }, "a.bin", BYTES);
    await gil.hearsAtLast({ event: "offer", from: "gus", to: "gil" });
    await gil.asks("accept", { file });
    assertEquals(await fetchFile(gil, file), BYTES);
    const asked = announcement({}, "a.bin", BYTES);
    await gus.fails("upload", { ...asked, to: "gus" }, "bad_request");
    await gus.fails("upload", { ...asked, to: ["gil", "gus"] }, "bad_request");
    gil.close();
    await gus.hearsAtLast({ event: "offline", nickname: "gil" });
    await gus.fails("upload", { ...asked, to: "gil" }, "unknown_nickname");
    // Who takes a guest's name later gets nothing of it.
    const other = await server.guest("gil");
    await other.hearsNothing();
    await other.fails("download", { file }, "unknown_file");
    assertEquals((await other.asks("files", { with: "gus" })).files, []);
  });
});

Deno.test("offer: taken back before the answer, it is gone; said again later, only to the same person", async () => {
  await withServer({}, async (server) => {
    const [alice, bob] = await peers(server, "alice", "bob", "eve");
    const first = await sendFile(alice, { to: "bob" }, "a.bin", BYTES);
    await bob.hears({ event: "offer" });
    await alice.asks("recall", { message: first.id });
    await bob.hears({ event: "recalled", id: first.id });
    await bob.fails("accept", { file: first.file }, "file_gone");
    await keeps(server, []);

    const { file } = await sendFile(alice, { to: "bob" }, "a.bin", BYTES);
    await bob.hears({ event: "offer" });
    await bob.asks("accept", { file });
    await alice.fails("send", { to: "eve", file }, "unknown_file");
    await alice.fails("send", { room: "lobby", file }, "unknown_file");
    await bob.fails("send", { to: "alice", file }, "unknown_file");
    await alice.asks("send", { to: "Bob", file, text: "this one" });
    const again = await bob.hears({ event: "message", text: "this one", kind: "file" });
    assertEquals(again.file.id, file);
  });
});

async function peers(
  server: Parameters<Parameters<typeof withServer>[1]>[0],
  ...names: string[]
): Promise<[Peer, Peer, Peer, Peer]> {
  const found: Peer[] = [];
  for (const name of names) found.push(await server.member(name));
  for (const peer of found) await peer.forgets();
  return found as [Peer, Peer, Peer, Peer];
}
