/** Private rooms: who comes in and how, that nobody else finds anything of them, and that members stay members. */
import { DatabaseSync } from "node:sqlite";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { sendFile } from "../support/file_lines.ts";
import { operatorOf } from "../support/operator.ts";
import { type Line, type Peer, type TestServer, TRANSPORTS, withServer } from "../support/harness.ts";

const PLANS = { room: "plans" };

for (const transport of TRANSPORTS) {
  Deno.test(`private rooms over ${transport}: by invitation, also of somebody who is not online, and for good`, async () => {
    await withServer({}, async (server) => {
      const alice = await server.member("alice", transport);
      const bob = await server.member("bob", transport);
      const carol = await server.member("carol", transport);
      carol.close();
      await alice.hearsAtLast({ event: "offline", nickname: "carol" });
      const made = await alice.asks("enter", { ...PLANS, private: true });
      assertEquals([made.private, made.owners, made.role], [true, ["alice"], "owner"]);

      await alice.asks("invite", { ...PLANS, nickname: "bob" });
      await bob.hearsAtLast({ event: "invited", room: "plans", by: "alice", on: true });
      await bob.asks("enter", PLANS);
      await bob.fails("invite", { ...PLANS, nickname: "carol" }, "forbidden");
      await alice.asks("invite", { ...PLANS, nickname: "carol" });

      const back = await server.member("carol", transport);
      assertEquals((await back.asks("invites")).invites.map(({ room, by }: Line) => [room, by]), [[
        "plans",
        "alice",
      ]]);
      await back.asks("enter", PLANS);
      assertEquals((await back.asks("invites")).invites, []);
      await back.asks("logout");
      await alice.hearsAtLast({ event: "left", room: "plans", nickname: "carol", member: true });
      await alice.asks("send", { ...PLANS, text: "@carol look" });
      const { members, absent } = await alice.asks("members", PLANS);
      assertEquals([members, absent], [["alice", "bob"], ["carol"]]);
      const again = await server.member("carol", transport);
      const { rooms } = await again.asks("conversations");
      const plans = rooms.find(({ room }: Line) => room === "plans");
      assertEquals([plans.unread, plans.mentioned, plans.private], [1, true, true]);
    });
  });
}

/** Everything that somebody may ask about a room, and what it says of one that is not there for them. */
async function whatIsTold(peer: Peer, room: string, message: string, file: string): Promise<unknown[]> {
  const told: unknown[] = [];
  const ask = async (op: string, fields: Line) => {
    const { re: _, ...reply } = await peer.says(op, fields);
    told.push([op, reply]);
  };
  for (const op of ["members", "history", "files", "kicks", "pins", "leave", "room.delete"]) {
    await ask(op, { room });
  }
  await ask("search", { room, text: "secret" });
  await ask("search", { text: "secret" });
  await ask("send", { room, text: "hi" });
  await ask("typing", { room });
  await ask("read", { room, message });
  await ask("kick", { room, nickname: "alice" });
  await ask("kick.lift", { room, nickname: "alice" });
  await ask("mute", { room, nickname: "alice", minutes: 5 });
  await ask("room.set", { room, topic: "mine" });
  await ask("room.role", { room, nickname: "alice", role: "member" });
  await ask("invite", { room, nickname: "carol" });
  await ask("invite.decline", { room });
  await ask("notify", { room, level: "nothing" });
  await ask("upload", { room, name: "a.txt", size: 1, md5: "0".repeat(32) });
  await ask("rooms", { text: room });
  await ask("invites", {});
  for (const op of ["edit", "recall", "pin", "react"]) {
    await ask(op, { message, text: "x", on: true, emoji: "👍" });
  }
  await ask("send", { room: "lobby", text: "hi", reply: message });
  await ask("history", { room: "lobby", before: message });
  await ask("history", { room: "lobby", around: message });
  await ask("download", { file });
  await ask("files", { folder: file });
  await ask("files", { room: "lobby", before: file });
  await ask("send", { room: "lobby", text: "hi", file });
  await ask("accept", { file });
  return told;
}

/** What stands for itself: names and ids that the asker gave. */
function likeNothing(told: unknown[], room: string, message: string, file: string): unknown[] {
  return JSON.parse(
    JSON.stringify(told).replaceAll(room, "ROOM").replaceAll(message, "MESSAGE").replaceAll(file, "FILE"),
  );
}

async function furnished(server: TestServer): Promise<{ alice: Peer; message: string; file: string }> {
  const alice = await server.member("alice");
  await alice.asks("enter", { ...PLANS, private: true });
  const { id: message } = await alice.asks("send", { ...PLANS, text: "a secret" });
  const { file } = await sendFile(alice, PLANS, "secret.txt", new TextEncoder().encode("secret"));
  await alice.asks("pin", { message, on: true });
  return { alice, message, file };
}

Deno.test("private rooms: to whoever is not in one it is as if there were none, nor after having been put out", async () => {
  await withServer({ rateLimits: false }, async (server) => {
    const { alice, message, file } = await furnished(server);
    const bob = await server.member("bob");
    const [nobody, none] = ["0".repeat(26), "1".repeat(26)];
    const asOfNone = likeNothing(await whatIsTold(bob, "attic", nobody, none), "attic", nobody, none);
    assertEquals(
      likeNothing(await whatIsTold(bob, "plans", message, file), "plans", message, file),
      asOfNone,
    );

    await alice.asks("invite", { ...PLANS, nickname: "bob" });
    await bob.asks("enter", PLANS);
    await alice.asks("kick", { ...PLANS, nickname: "bob" });
    await bob.hearsAtLast({ event: "kicked", room: "plans" });
    await alice.asks("room.set", { ...PLANS, name: "new plans" });
    await alice.asks("send", { room: "new plans", text: "without bob" });
    for (const room of ["plans", "new plans"]) {
      assertEquals(likeNothing(await whatIsTold(bob, room, message, file), room, message, file), asOfNone);
    }
    assertTrue(!bob.lines.some((line) => JSON.stringify(line).includes("without bob")), "nothing was told");
  });
});

Deno.test("private rooms: a name is nobody's alone, and means the room that one is in", async () => {
  await withServer({}, async (server) => {
    const { alice } = await furnished(server);
    const bob = await server.member("bob");
    assertEquals((await bob.asks("enter", PLANS)).private, undefined, "an open room of the same name");
    await bob.asks("send", { ...PLANS, text: "open words" });
    assertEquals((await alice.asks("enter", PLANS)).private, true);
    const texts = (await alice.asks("history", PLANS)).messages.map(({ text }: Line) => text);
    assertEquals(texts, ["a secret", ""], "hers, not bob's");
    await bob.fails("enter", { ...PLANS, private: true }, "bad_room");
    const carol = await server.member("carol");
    assertEquals((await carol.asks("enter", { ...PLANS, private: true })).owners, ["carol"]);
    const guest = await server.guest("gil");
    await guest.fails("enter", { ...PLANS, private: true }, "account_needed");
    await alice.fails("invite", { ...PLANS, nickname: "gil" }, "account_needed");
    await alice.fails("enter", { room: "Lobby", private: true }, "bad_room");
  });
});

Deno.test("private rooms: members, places and invitations outlast a restart, and no room is without an owner", async () => {
  await withServer({}, async (server) => {
    const { alice } = await furnished(server);
    const [bob, carol] = [await server.member("bob"), await server.member("carol")];
    for (const peer of [bob, carol]) {
      await alice.asks("invite", { ...PLANS, nickname: peer === bob ? "bob" : "carol" });
      await peer.asks("enter", PLANS);
    }
    await alice.asks("room.role", { ...PLANS, nickname: "carol", role: "moderator" });
    await alice.fails("room.role", { ...PLANS, nickname: "alice", role: "member" }, "bad_request");
    await alice.fails("invite", { ...PLANS, nickname: "alice" }, "bad_request");
    await server.restart();
    const again = await server.member("bob");
    const { absent, owners, moderators } = await again.asks("members", PLANS);
    assertEquals([absent, owners, moderators], [["alice", "carol"], ["alice"], ["carol"]]);
    const owner = await server.member("alice");
    await owner.asks("leave", PLANS);
    await again.hearsAtLast({ event: "role", room: "plans", nickname: "carol", role: "owner", by: null });
    const heir = await server.member("carol");
    await heir.asks("leave", PLANS);
    await again.hearsAtLast({ event: "role", room: "plans", nickname: "bob", role: "owner" });
    await again.asks("leave", PLANS);
    assertEquals((await again.asks("enter", { ...PLANS, private: true })).owners, ["bob"], "a new one");
    assertEquals((await again.asks("history", PLANS)).messages, [], "the old one went with its last member");
  });
});

Deno.test("private rooms: newcomers see what was said since they joined, where it is set so", async () => {
  await withServer({}, async (server) => {
    const { alice, message, file } = await furnished(server);
    await alice.asks("room.set", { ...PLANS, history: "joined" });
    const bob = await server.member("bob");
    await alice.asks("invite", { ...PLANS, nickname: "bob" });
    await bob.asks("enter", PLANS);
    const { id } = await alice.asks("send", { ...PLANS, text: "a later secret" });
    const texts = async (op: string, fields: Line) =>
      (await bob.asks(op, fields)).messages.map(({ text }: Line) => text);
    assertEquals(await texts("history", PLANS), ["a later secret"]);
    assertEquals(await texts("search", { text: "secret" }), ["a later secret"]);
    assertEquals((await bob.asks("files", PLANS)).files, []);
    assertEquals((await bob.asks("pins", PLANS)).pins, []);
    await bob.fails("download", { file }, "unknown_file");
    await bob.fails("react", { message, emoji: "👍", on: true }, "unknown_message");
    await bob.fails("history", { ...PLANS, around: message }, "unknown_message");
    await alice.asks("edit", { message, text: "still a secret" });
    await alice.asks("edit", { message: id, text: "told" });
    const told = await bob.hearsAtLast({ event: "edited" });
    assertEquals(told.text, "told", "of the earlier one nothing");
  });
});

Deno.test("private rooms: an invitation is taken back, ends with the place of whoever made it, and with the room", async () => {
  await withServer({}, async (server) => {
    const { alice } = await furnished(server);
    const [bob, carol] = [await server.member("bob"), await server.member("carol")];
    const over = { event: "invited", room: "plans", on: false };
    await alice.asks("invite", { ...PLANS, nickname: "carol" });
    assertEquals((await alice.asks("members", PLANS)).invited, ["carol"]);
    await alice.asks("invite", { ...PLANS, nickname: "carol", on: false });
    await carol.hearsAtLast(over);
    await carol.fails("enter", { ...PLANS, private: true, make: false }, "unknown_room");

    await alice.asks("invite", { ...PLANS, nickname: "bob" });
    await bob.asks("enter", PLANS);
    await alice.asks("room.role", { ...PLANS, nickname: "bob", role: "moderator" });
    await bob.asks("invite", { ...PLANS, nickname: "carol" });
    await alice.asks("kick", { ...PLANS, nickname: "bob" });
    await carol.hearsAtLast(over);

    await carol.asks("enter", PLANS);
    await alice.asks("invite", { ...PLANS, nickname: "carol" });
    const error = await carol.fails("enter", { ...PLANS, private: true, make: false }, "bad_room");
    assertEquals(error.message.includes("leave that first"), true);
    await carol.asks("leave", PLANS);
    await carol.asks("enter", { ...PLANS, private: true, make: false });
    await alice.asks("invite", { ...PLANS, nickname: "bob" });
    await alice.asks("room.delete", PLANS);
    await bob.hearsAtLast(over);
    assertEquals((await bob.asks("invites")).invites, []);
  });
});

Deno.test("private rooms: whom somebody invited who is suspended is invited no more", async () => {
  await withServer({}, async (server) => {
    const { alice } = await furnished(server);
    const bob = await server.member("bob");
    await alice.asks("invite", { ...PLANS, nickname: "bob" });
    await bob.hearsAtLast({ event: "invited", room: "plans", on: true });
    await operatorOf(server)(["account", "disable", "alice"]).ends();
    await bob.hearsAtLast({ event: "invited", room: "plans", on: false });
    await bob.fails("enter", { ...PLANS, private: true, make: false }, "unknown_room");
    await operatorOf(server)(["account", "enable", "alice"]).ends();
    assertEquals((await bob.asks("invites")).invites, []);
  });
});

Deno.test("private rooms: who is in already, or is kept out, is not invited, and why is said", async () => {
  await withServer({}, async (server) => {
    const { alice } = await furnished(server);
    const bob = await server.member("bob");
    await alice.asks("invite", { ...PLANS, nickname: "bob" });
    await alice.asks("invite", { ...PLANS, nickname: "bob" });
    await bob.asks("enter", PLANS);
    const refused = async () =>
      (await alice.fails("invite", { ...PLANS, nickname: "bob" }, "bad_request")).message;
    assertEquals(await refused(), 'Cannot invite "bob": they are a member of "plans" already');
    await bob.asks("logout");
    assertEquals(await refused(), 'Cannot invite "bob": they are a member of "plans" already');
    await alice.asks("kick", { ...PLANS, nickname: "bob", minutes: 30 });
    assertEquals(
      await refused(),
      'Cannot invite "bob": they are kept out of "plans" for 30 min more; let them in again first',
    );
    await alice.asks("kick.lift", { ...PLANS, nickname: "bob" });
    await alice.asks("invite", { ...PLANS, nickname: "bob" });
  });
});

Deno.test("private rooms: a name that one had before leads into it where that is asked, whoever has the name now", async () => {
  await withServer({}, async (server) => {
    const { alice } = await furnished(server);
    const carol = await server.member("carol");
    await alice.asks("room.set", { ...PLANS, name: "autumn" });
    await alice.asks("room.set", { room: "autumn", name: "winter" });
    const follow = true;
    for (const room of ["plans", "Autumn", "winter"]) {
      assertEquals((await alice.asks("enter", { room, follow })).room, "winter");
    }
    assertEquals((await carol.asks("enter", { ...PLANS, follow })).members, ["carol"], "of no use outside");
    await server.restart();
    const again = await server.member("alice");
    assertEquals((await again.asks("enter", { ...PLANS, follow })).room, "winter");
    assertEquals((await again.asks("enter", PLANS)).room, "plans", "whoever asks for the other one");
  });
});

Deno.test("private rooms: with its only owner suspended one falls to somebody else", async () => {
  await withServer({}, async (server) => {
    const { alice } = await furnished(server);
    const bob = await server.member("bob");
    await alice.asks("invite", { ...PLANS, nickname: "bob" });
    await bob.asks("enter", PLANS);
    await operatorOf(server)(["account", "disable", "alice"]).ends();
    await bob.hearsAtLast({ event: "role", nickname: "bob", role: "owner", by: null });
    await bob.asks("room.set", { ...PLANS, topic: "on we go" });
  });
});

Deno.test("private rooms: a file that newcomers may not see is theirs once it is said again", async () => {
  await withServer({}, async (server) => {
    const { alice, file } = await furnished(server);
    await alice.asks("room.set", { ...PLANS, history: "joined" });
    const bob = await server.member("bob");
    await alice.asks("invite", { ...PLANS, nickname: "bob" });
    await bob.asks("enter", PLANS);
    await bob.fails("download", { file }, "unknown_file");
    await alice.asks("send", { ...PLANS, text: "again", file });
    assertEquals((await bob.asks("files", PLANS)).files.map(({ id }: Line) => id), [file]);
    await bob.asks("download", { file });
  });
});

Deno.test("private rooms: a room that becomes private forgets the guests who were in it, for good", async () => {
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    await alice.asks("enter", PLANS);
    const gil = await server.connect();
    const { token } = await gil.asks("guest", { nickname: "gil" });
    await gil.asks("enter", PLANS);
    await gil.asks("send", { ...PLANS, text: "hello" });
    const { reason } = await alice.fails("room.set", { ...PLANS, private: true }, "bad_request");
    assertEquals(reason, "guests_inside");
    gil.close();
    await alice.hearsAtLast({ event: "offline", nickname: "gil" });
    await alice.asks("room.set", { ...PLANS, private: true, history: "joined" });
    const { id: message } = await alice.asks("send", { ...PLANS, text: "a secret" });
    const comesBack = async () => {
      const again = await server.connect();
      assertEquals((await again.asks("resume", { token })).rooms, ["lobby"]);
      return again;
    };
    const again = await comesBack();
    await again.fails("history", PLANS, "unknown_room");
    await again.fails("history", { room: "lobby", around: message }, "unknown_message");
    await alice.asks("send", { ...PLANS, text: "another secret" });
    await again.hearsNothing();
    again.close();
    await alice.hearsAtLast({ event: "offline", nickname: "gil" });
    // Open again, it is no room of theirs either until they enter it, and they read no further back than that.
    await alice.asks("room.set", { ...PLANS, private: false });
    const late = await comesBack();
    await late.asks("enter", PLANS);
    assertEquals((await late.asks("history", PLANS)).messages, []);
  });
});

Deno.test("private rooms: a guest whom an older server has remembered in one does not come back into it", async () => {
  await withServer({}, async (server) => {
    const { alice } = await furnished(server);
    const gil = await server.connect();
    const { token } = await gil.asks("guest", { nickname: "gil" });
    await server.running.stop();
    const database = new DatabaseSync(`${server.folder}/data/switchboard.db`);
    database.exec(
      "INSERT INTO places (person, room, since) SELECT t.person, r.id, 0 FROM tokens t, rooms r WHERE t.guest = 1 AND r.private = 1",
    );
    database.close();
    await server.restart();
    alice.close();
    const again = await server.connect();
    assertEquals((await again.asks("resume", { token })).rooms, ["lobby"]);
  });
});
