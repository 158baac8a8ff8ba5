/**
 * All that happens in a private room, and nobody outside hears, finds or is sent any of it: not an account, not an
 * administrator, not whoever was put out. What each op answers is in private_rooms_test.ts and in docs/rights.md.
 */
import { assertEquals } from "../support/assert.ts";
import { run } from "../support/executable.ts";
import { sendFile } from "../support/file_lines.ts";
import { type Line, PASSWORD, type Peer, type TestServer, withServer } from "../support/harness.ts";
import { operatorOf } from "../support/operator.ts";

/** No word of these is anywhere else. */
const ROOM = { room: "quokka plans" };
const RENAMED = { room: "numbat plans" };
const SECRET = /quokka|numbat|wombat/i;

/** Everything that can happen in a room; gives the ids of a message and a file. */
async function muchHappens(alice: Peer, bob: Peer): Promise<{ message: string; file: string }> {
  await alice.asks("room.set", { ...ROOM, topic: "about the wombat", description: "wombat" });
  await alice.asks("room.set", { ...ROOM, name: RENAMED.room });
  const { id: message } = await alice.asks("send", { ...RENAMED, text: "the wombat, @carol" });
  await bob.asks("send", { ...RENAMED, text: "which wombat?", reply: message });
  await alice.asks("edit", { message, text: "this wombat" });
  for (const on of [true, false]) await bob.asks("react", { message, emoji: "👍", on });
  await bob.asks("typing", RENAMED);
  await bob.asks("read", { ...RENAMED, message });
  const { file } = await sendFile(alice, RENAMED, "wombat.txt", new TextEncoder().encode("wombat"));
  await alice.asks("pin", { message, on: true });
  await alice.asks("room.role", { ...RENAMED, nickname: "bob", role: "moderator" });
  for (const minutes of [5, 0]) await alice.asks("mute", { ...RENAMED, nickname: "bob", minutes });
  await bob.asks("leave", RENAMED);
  await alice.asks("invite", { ...RENAMED, nickname: "bob" });
  await bob.asks("enter", RENAMED);
  await bob.asks("notify", { ...RENAMED, level: "mentions" });
  return { message, file };
}

function secretsIn(lines: readonly Line[], also: readonly string[] = []): string[] {
  return lines.map((line) => JSON.stringify(line))
    .filter((line) => SECRET.test(line) || also.some((each) => line.includes(each)));
}

async function privateRoom(server: TestServer): Promise<{ alice: Peer; bob: Peer; put: Peer }> {
  const [alice, bob, put] = [
    await server.member("alice"),
    await server.member("bob"),
    await server.member("put"),
  ];
  await alice.asks("enter", { ...ROOM, private: true });
  for (const [peer, nickname] of [[bob, "bob"], [put, "put"]] as const) {
    await alice.asks("invite", { ...ROOM, nickname });
    await peer.asks("enter", ROOM);
  }
  await alice.asks("kick", { ...ROOM, nickname: "put" });
  await put.hearsAtLast({ event: "kicked" });
  return { alice, bob, put };
}

Deno.test("private rooms: nobody outside hears of what happens there, nor finds it when they come back", async () => {
  await withServer({}, async (server) => {
    const carol = await server.member("carol");
    const admin = await server.member("dora");
    await operatorOf(server)(["account", "role", "dora", "admin"]).ends();
    const guest = await server.guest("gil");
    const { alice, bob, put } = await privateRoom(server);
    const outside = { carol, admin, guest, put };
    for (const peer of Object.values(outside)) await peer.forgets();
    const lines = new Map(Object.entries(outside).map(([who, peer]) => [who, peer.lines.length]));
    const { message, file } = await muchHappens(alice, bob);
    for (const [who, peer] of Object.entries(outside)) {
      for (const op of ["rooms", "who", "conversations", "invites", "offers"]) {
        if (op !== "offers") await peer.asks(op);
      }
      await peer.asks("search", { text: "wombat" });
      if (who !== "guest") await peer.asks("people");
      await peer.asks("ping");
      assertEquals(secretsIn(peer.lines.slice(lines.get(who)), [message, file]), [], who);
    }
    for (const [who, peer] of Object.entries(outside)) {
      const { token, epoch } = peer.lines.find((line) => line.token)!;
      const again = await server.connect();
      await again.asks("resume", { token, epoch, since: 0 });
      await again.asks("conversations");
      const told = secretsIn(again.lines, [message, file]);
      // Whoever was put out is told that, under the name that the room had then, and nothing since.
      const known = who === "put" ? told.filter((line) => !line.includes('"event":"kicked"')) : told;
      assertEquals(known.filter((line) => !/"event":"invited"/.test(line)), [], `${who}, come back`);
      assertEquals(told.some((line) => /numbat|wombat/.test(line)), false, `${who}, of what came later`);
    }
  });
});

Deno.test("private rooms: metrics and log name none, nor anything said in one", async () => {
  const folder = await Deno.makeTempDir({ prefix: "switchboard-" });
  try {
    const options = ["--http", "0", "--tcp", "0", "--metrics-port", "0", "--log-level", "debug"];
    await using server = run(["serve", "--data", `${folder}/data`, ...options]);
    const said = (await server.lines(3)).join("\n");
    const [, tcp = ""] = /^tcp +\S+:(\d+)/m.exec(said) ?? [];
    const [metrics = ""] = /http:\/\/\S+\/metrics/.exec(said) ?? [];
    const connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(tcp) });
    const ask = (request: object) =>
      connection.write(new TextEncoder().encode(`${JSON.stringify(request)}\n`));
    const account = { username: "alice", nickname: "alice", password: PASSWORD };
    await ask({ id: 1, op: "register", ...account });
    await ask({ id: 2, op: "login", ...account });
    await ask({ id: 3, op: "enter", ...ROOM, private: true });
    await ask({ id: 4, op: "send", ...ROOM, text: "wombat" });
    await ask({ id: 5, op: "send", room: "no such quokka", text: "wombat" });
    await ask({ id: 6, op: "history", ...ROOM });
    await ask({ id: 7, op: "logout" });
    let heard = "";
    for await (const bytes of connection.readable) {
      heard += new TextDecoder().decode(bytes);
      if (heard.includes('"re":7')) break;
    }
    assertEquals(SECRET.test(heard), true, "it was said");
    assertEquals(SECRET.test(await (await fetch(metrics)).text()), false);
    server.signal("SIGTERM");
    const { stdout, stderr } = await server.ended;
    assertEquals([...stdout, ...stderr].filter((line) => SECRET.test(line)), []);
    assertEquals([...stdout, ...stderr].some((line) => line.includes("history")), true, "there was a log");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
