/** Blocking: nothing private arrives, and whoever is blocked finds no difference. */
import { LIMITS } from "../../server/core/shared/limits.ts";
import { assertEquals } from "../support/assert.ts";
import { World } from "../support/core_world.ts";
import { sendFile } from "../support/file_lines.ts";
import { type Line, PASSWORD, type Peer, TRANSPORTS, withServer } from "../support/harness.ts";
import { IrcClient, withIrc } from "../dialects/clients/irc_client.ts";

const BYTES = new TextEncoder().encode("a file");

for (const transport of TRANSPORTS) {
  Deno.test(`blocks: nothing private reaches one, not even later, over ${transport}`, async () => {
    await withServer({}, async (server) => {
      const alice = await server.member("alice", transport);
      const phone = await server.member("alice", transport);
      const mallory = await server.member("mallory", transport);
      const before = await mallory.asks("send", { to: "alice", text: "before" });
      for (const peer of [alice, phone, mallory]) await peer.forgets();
      await alice.asks("block", { nickname: "Mallory", on: true });
      await phone.hears({ event: "blocked", nickname: "mallory", on: true });

      const sent = await mallory.asks("send", { to: ["alice"], text: "can you hear me" });
      await sendFile(mallory, { to: "alice" }, "bait.txt", BYTES);
      await mallory.asks("typing", { to: "alice" });
      await mallory.asks("edit", { message: sent.id, text: "now?" });
      await mallory.asks("send", { room: "lobby", text: "in the room I am heard" });
      for (const peer of [alice, phone]) {
        await peer.hears({ event: "message", room: "lobby", from: "mallory" });
        await peer.hearsNothing();
      }
      assertEquals(await textsWith(alice, "mallory"), ["before"]);
      assertEquals((await alice.asks("search", { text: "bait" })).messages.length, 0);
      assertEquals((await alice.asks("files", { with: "mallory" })).files, []);
      const { private: [listed] } = await alice.asks("conversations");
      assertEquals([listed.unread, listed.last.text], [1, "before"]);
      await alice.fails("react", { message: sent.id, emoji: "👍", on: true }, "unknown_message");
      await server.restart();

      const again = await server.member("alice", transport);
      assertEquals(await textsWith(again, "mallory"), ["before"]);
      await again.asks("block", { nickname: "mallory", on: false });
      assertEquals(await textsWith(again, "mallory"), ["before"]);
      const back = await server.member("mallory", transport);
      await back.asks("send", { to: "alice", text: "after" });
      await again.hearsAtLast({ event: "message", from: "mallory", text: "after" });
      await again.asks("read", { with: "mallory", message: before.id });
    });
  });
}

Deno.test("blocks: who is blocked gets the same answers, online or not, and finds all of it", async () => {
  await withServer({}, async (server) => {
    const [mallory, bob] = [await server.member("mallory"), await server.member("bob")];
    const alice = await server.member("alice");
    await alice.asks("block", { nickname: "mallory", on: true });
    const says = async (peer: Peer): Promise<unknown[]> => {
      const sent = await peer.asks("send", { to: "alice", text: "hello" });
      await peer.asks("read", { with: "alice", message: sent.id });
      await peer.asks("edit", { message: sent.id, text: "hello!" });
      const history = await peer.asks("history", { with: "alice" });
      const { private: [listed] } = await peer.asks("conversations");
      return [
        Object.keys(sent),
        history.messages.map(({ id: _, seq: _seq, at: _at, edited: _edited, from: _from, ...rest }: Line) =>
          rest
        ),
        Object.keys(history),
        Object.keys(listed),
        (await peer.asks("who")).online.includes("alice"),
      ];
    };
    assertEquals(await says(mallory), await says(bob));
    alice.close();
    await bob.hearsAtLast({ event: "offline", nickname: "alice" });
    // What would have waited counts, so that a full mailbox is full for both.
    for (const peer of [mallory, bob]) {
      for (let n = 0; n < 100; n++) await peer.asks("send", { to: "alice", text: `${n}` });
      await peer.fails("send", { to: "alice", text: "one more" }, "mailbox_full");
    }
    const again = await server.connect();
    const waited = await again.asks("login", { username: "alice", password: PASSWORD });
    await again.asks("ping");
    const senders = again.events.filter(({ event }) => event === "message").map(({ from }) => from);
    assertEquals([waited.nickname, new Set(senders)], ["alice", new Set(["bob"])]);
    await mallory.asks("send", { to: "alice", text: "there is room again" });
  });
});

Deno.test("blocks: what an older message is changed into is not told, nor after coming back", async () => {
  await withServer({}, async (server) => {
    const [mallory, bob] = [await server.member("mallory"), await server.member("bob")];
    const phone = await server.member("alice");
    const alice = await server.connect();
    const { token, epoch } = await alice.asks("login", { username: "alice", password: PASSWORD });
    const said = [];
    for (const peer of [mallory, bob]) said.push(await peer.asks("send", { to: "alice", text: "hello" }));
    const since = said[1]!.seq;
    await alice.asks("block", { nickname: "mallory", on: true });
    await phone.forgets();
    alice.close();
    for (const [index, peer] of [mallory, bob].entries()) {
      await peer.asks("edit", { message: said[index]!.id, text: "listen" });
    }
    await mallory.asks("recall", { message: said[0]!.id });
    const again = await server.connect();
    await again.asks("resume", { token, epoch, since });
    await again.asks("ping");
    for (const peer of [phone, again]) {
      const told = peer.events.filter(({ event }) => event === "edited" || event === "recalled");
      assertEquals(told.map(({ event, from }) => [event, from]), [["edited", "bob"], [
        "recalled",
        "mallory",
      ]]);
    }
  });
});

Deno.test("blocks: the list says whom, follows their nickname, and is one's own", async () => {
  await withServer({}, async (server) => {
    const alice = await server.member("alice");
    const mallory = await server.member("mallory");
    const gus = await server.guest("gus");
    await alice.asks("block", { nickname: "mallory", on: true });
    await alice.asks("block", { nickname: "gus", on: true });
    await alice.asks("block", { nickname: "gus", on: true });
    await mallory.asks("account.nickname", { nickname: "nice person" });
    const { blocks } = await alice.asks("blocks");
    assertEquals(blocks.map(({ nickname }: Line) => nickname).toSorted(), ["gus", "nice person"]);
    assertEquals((await mallory.asks("blocks")).blocks, []);
    for (const { person } of blocks) await alice.asks("block", { person, on: false });
    assertEquals((await alice.asks("blocks")).blocks, []);

    await alice.fails("block", { nickname: "alice", on: true }, "bad_request");
    await alice.fails("block", { nickname: "nobody", on: true }, "unknown_nickname");
    await alice.fails("block", { on: true }, "bad_request");
    await gus.fails("block", { nickname: "alice", on: true }, "account_needed");
  });
});

Deno.test("blocks: an invitation into a room is as ever for who is blocked, and nothing for whoever blocks them", async () => {
  await withServer({}, async (server) => {
    const [mallory, bob] = [await server.member("mallory"), await server.member("bob")];
    const [alice, carol] = [await server.member("alice"), await server.member("carol")];
    await alice.asks("block", { nickname: "mallory", on: true });
    const plans = { room: "plans" };
    const to = { ...plans, nickname: "alice" };
    const invites = async (peer: Peer): Promise<unknown[]> => {
      await peer.asks("enter", { ...plans, private: true });
      await peer.asks("invite", to);
      const told = [(await peer.asks("members", plans)).invited];
      await peer.asks("invite", { ...to, on: false });
      told.push((await peer.asks("members", plans)).invited);
      for (let n = 0; n < 2; n++) await peer.asks("invite", to);
      return [...told, (await peer.asks("members", plans)).invited];
    };
    await alice.forgets();
    assertEquals(await invites(mallory), [["alice"], undefined, ["alice"]]);
    await alice.hearsNothing();
    assertEquals((await alice.asks("invites")).invites, []);
    await alice.fails("invite.decline", plans, "unknown_room");
    await alice.fails("enter", { ...plans, private: true, make: false }, "unknown_room");
    await server.restart();

    const [again, back] = [await server.member("alice"), await server.member("mallory")];
    assertEquals((await back.asks("members", plans)).invited, ["alice"], "after a restart");
    await again.asks("block", { nickname: "mallory", on: false });
    assertEquals((await again.asks("invites")).invites, [], "not later either");
    await again.asks("block", { nickname: "mallory", on: true });
    // Somebody else's invitation into the same room arrives, and whose it was before does not matter.
    const helper = await server.member("carol");
    await back.asks("invite", { ...plans, nickname: "carol" });
    await helper.asks("enter", plans);
    await back.asks("room.role", { ...plans, nickname: "carol", role: "moderator" });
    await again.forgets();
    await helper.asks("invite", to);
    await again.hears({ event: "invited", room: "plans", by: "carol", on: true });
    await back.asks("invite", to);
    await again.hearsNothing();
    await again.asks("enter", plans);
    assertEquals((await back.asks("members", plans)).invited, undefined);
    await again.asks("leave", plans);

    // A room of the same name is not the one that alice does not know of.
    await back.asks("invite", to);
    const other = await server.member("bob");
    await again.forgets();
    assertEquals(await invites(other), [["alice"], undefined, ["alice"]]);
    await again.hearsAtLast({ event: "invited", by: "bob", on: true });
    assertEquals((await again.asks("enter", plans)).members, ["bob", "alice"]);
    await again.forgets();
    await back.asks("room.delete", plans);
    await again.hearsNothing();
    for (const peer of [carol, bob]) peer.close();
  });
});

Deno.test("blocks: invitations that do not arrive count for whoever sends them, and take nobody's place", async () => {
  const world = await World.begin();
  const [alice, bob, mallory] = [
    await world.member("alice"),
    await world.member("bob"),
    await world.member("mallory"),
  ];
  await alice.asks("block", { nickname: "mallory", on: true });
  for (const peer of [mallory, bob]) {
    for (let n = 0; n <= LIMITS.invitesPerPersonMax; n++) {
      const room = `room ${n}`;
      await peer.asks("enter", { room, private: true });
      if (n < LIMITS.invitesPerPersonMax) await peer.asks("invite", { room, nickname: "alice" });
      else await peer.fails("invite", { room, nickname: "alice" }, "mailbox_full");
    }
  }
  assertEquals((await alice.asks("invites", {})).invites.length, LIMITS.invitesPerPersonMax);
});

Deno.test("blocks: whatever one tries, one is told what somebody is told who is not blocked", async () => {
  await withServer({}, async (server) => {
    const told: string[][] = [];
    for (const name of ["mallory", "bobbery"]) {
      const [alice, peer] = [await server.member("alice"), await server.member(name)];
      const { id } = await peer.asks("send", { to: "alice", text: "before" });
      await sendFile(alice, { to: name }, "for you.txt", BYTES);
      if (name === "mallory") await alice.asks("block", { nickname: name, on: true });
      await peer.forgets();
      const { length } = peer.lines;
      await triesAll(peer, alice, name, id);
      const lines = peer.lines.slice(length).map((line) => JSON.stringify(line, withoutIds));
      told.push(lines.map((line) => line.replaceAll(name, "ME")));
    }
    assertEquals(told[0], told[1]);
  });
});

/** Everything that might show whether alice blocks a peer. `before`: a message that she has had of theirs. */
async function triesAll(peer: Peer, alice: Peer, name: string, before: string): Promise<void> {
  const [den, to] = [{ room: "den" }, { to: "alice" }];
  const offer = peer.lines.find(({ event }) => event === "offer")!;
  for (const message of [before, (await peer.asks("send", { ...to, text: "hello" })).id]) {
    for (const emoji of ["👍", "👎"]) await peer.says("react", { message, emoji, on: true });
    await peer.says("edit", { message, text: "hello!" });
    await peer.says("read", { with: "alice", message });
    await peer.says("locate", { message });
    await peer.says("send", { ...to, text: "well?", reply: message });
    await peer.says("recall", { message });
  }
  await alice.says("read", { with: name, message: offer.id });
  await alice.says("status", { availability: "away", text: "at lunch" });
  await alice.says("typing", { to: name });
  await alice.says("status");
  const { file } = await sendFile(peer, to, "bait.txt", BYTES);
  await peer.says("download", { file });
  await peer.piece();
  await peer.says("accept", { file: offer.file.id });
  await peer.says("typing", to);
  await peer.says("enter", { ...den, private: true });
  for (const on of [true, true, false, true]) await peer.says("invite", { ...den, nickname: "alice", on });
  await peer.says("kick", { ...den, nickname: "alice", minutes: 1 });
  for (const online of [true, false]) {
    if (!online) {
      alice.close();
      await peer.hearsAtLast({ event: "offline", nickname: "alice" });
      await peer.says("send", { to: ["alice", name], text: "still?" });
    }
    for (const op of ["who", "invites", "blocks", "conversations"]) await peer.says(op);
    for (const op of ["members", "kicks", "history", "files"]) await peer.says(op, den);
    for (const op of ["history", "files"]) await peer.says(op, { with: "alice" });
    for (const text of ["hello", "well", "before"]) await peer.says("search", { text });
    for (const how of [{ nicknames: ["alice"] }, { text: "alic" }]) await peer.says("people", how);
  }
  await peer.says("room.delete", den);
  await peer.says("logout");
}

/** Of what differs each time, that it is there. */
function withoutIds(key: string, value: unknown): unknown {
  if (typeof value === "number") return key === "unread" ? value : 0;
  const varies = ["id", "file", "message", "reply", "person", "seen", "read"].includes(key);
  return varies && typeof value === "string" ? "ID" : value;
}

Deno.test("blocks: whatever one tries in IRC, one is told what somebody is told who is not blocked", () =>
  withIrc(async (server) => {
    const alice = await server.member("alice");
    await alice.asks("status", { availability: "away", text: "at lunch" });
    const told: string[][] = [];
    for (const name of ["mallory", "bobbery"]) {
      (await server.member(name)).close();
      await alice.hearsAtLast({ event: "offline", nickname: name });
      if (name === "mallory") await alice.asks("block", { nickname: name, on: true });
      const lines = await triesAllInIrc(await IrcClient.member(server.running, name, CAPABILITIES), name);
      await alice.hearsAtLast({ event: "offline", nickname: name });
      told.push(lines.map((line) => VARYING.reduce((text, each) => text.replaceAll(each, ""), line)));
    }
    assertEquals(told[0], told[1]);
    assertEquals(told[0]!.some((line) => line.endsWith(" 301 ME alice :at lunch")), true);
  }));

const CAPABILITIES =
  "echo-message message-tags server-time batch labeled-response draft/read-marker draft/chathistory " +
  "draft/message-redaction invite-notify away-notify draft/metadata-2 extended-monitor";
const VARYING = [/(?<=[@;](?:time|msgid|batch)=)[^; ]+/g, /(?<= BATCH [+-])\S+/g, /(?<=timestamp=)\S+/g];

async function triesAllInIrc(client: IrcClient, name: string): Promise<string[]> {
  await client.forgets();
  client.says("PRIVMSG alice :hello");
  const said = await client.hearsAtLast(/ PRIVMSG alice :hello$/);
  const [, id = ""] = /msgid=([^; ]+)/.exec(said) ?? [];
  const den = `#den-${name}`;
  client.says(
    ...["NOTICE alice :hello", "@+typing=active TAGMSG alice"],
    `@+draft/react=👍;+draft/reply=${id} TAGMSG alice`,
    ...["WHOIS alice", "WHO alice", "USERHOST alice", "ISON alice", "MONITOR + alice", "MONITOR S"],
    ...[`JOIN ${den}`, `INVITE alice ${den}`, `INVITE alice ${den}`, `NAMES ${den}`, `KICK ${den} alice`],
    ...["CHATHISTORY LATEST alice * 50", "MARKREAD alice", "METADATA alice GET avatar status"],
    ...[`REDACT alice ${id} :oops`, "CHATHISTORY LATEST alice * 50", "ACCEPT", "PING done"],
  );
  const lines: string[] = [];
  do lines.push(await client.next()); while (!lines.at(-1)!.endsWith(" done"));
  client.says("QUIT");
  await client.hearsAtLast(/^\(the end\)$/);
  return lines.map((line) => line.replaceAll(name, "ME").replaceAll(id, ""));
}

async function textsWith(peer: Peer, nickname: string): Promise<string[]> {
  return (await peer.asks("history", { with: nickname })).messages.map(({ text }: Line) => text);
}
