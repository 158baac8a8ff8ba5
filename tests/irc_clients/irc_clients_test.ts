/** Real clients of IRC, as Debian has them, each in the same conversation with somebody who speaks the native protocol. */
import { createHash } from "node:crypto";
import { PASSWORD, type Peer, type TestServer } from "../support/harness.ts";
import { withIrc } from "../dialects/clients/irc_client.ts";
import { sendFile } from "../dialects/wetalk_sent.ts";
import type { Address, ClientAtWork, Program } from "./client_at_work.ts";
import { II } from "./ii.ts";
import { IRSSI } from "./irssi.ts";
import { WEECHAT } from "./weechat.ts";

const ANY_SCRIPT = "Grüße, 你好 🎉 — naïve";

for (const program of [IRSSI, WEECHAT, II]) {
  const ignore = Deno.build.os !== "linux" || !program.isHere();
  const test = (name: string, body: (server: TestServer) => Promise<void>, wanted = {}) =>
    Deno.test({ name: `${program.name}: ${name}`, ignore, fn: () => withIrc(body, wanted) });

  test("an account talks in rooms and in private, sees files, and is put out", async (server) => {
    await registers(server, "ada");
    const bob = await server.member("bob");
    await using ada = await signsIn(program, server, "ada");
    await bob.hearsAtLast({ event: "entered", room: "lobby", nickname: "ada" });
    await talk(program, ada, bob, "lobby");
    await bob.asks("enter", { room: "tea" });
    await ada.types("#lobby", "/join #tea");
    await bob.hearsAtLast({ event: "entered", room: "tea", nickname: "ada" });
    await bob.asks("room.set", { room: "tea", topic: "leaves & 水" });
    await ada.sees("#tea", "leaves & 水");
    await talk(program, ada, bob, "tea");
    await seesLongText(ada, bob);
    await seesFile(ada, bob);
    await bob.asks("send", { to: "ada", text: "between us" });
    await ada.reads("bob", "bob", "between us");
    await ada.types("bob", "and so it stays");
    await bob.hearsAtLast({ event: "message", from: "ada", to: "bob", text: "and so it stays" });
    await isPutOut(program, ada, bob);
    await ada.quits();
    await bob.hearsAtLast({ event: "offline", nickname: "ada" });
  });

  test("what was said meanwhile is there on coming back, and goes on from there", async (server) => {
    await registers(server, "ada");
    const bob = await server.member("bob");
    await bob.asks("enter", { room: "tea" });
    {
      await using ada = await signsIn(program, server, "ada");
      await ada.types("#lobby", "/join #tea");
      await bob.hearsAtLast({ event: "entered", room: "tea", nickname: "ada" });
      await ada.quits();
    }
    await bob.hearsAtLast({ event: "offline", nickname: "ada" });
    await bob.asks("send", { room: "tea", text: "the kettle is on" });
    await bob.asks("send", { room: "lobby", text: "anybody?" });
    await bob.asks("send", { to: "ada", text: "come back" });
    await using again = await signsIn(program, server, "ada");
    await again.sees("#tea", "the kettle is on");
    await again.sees("#lobby", "anybody?");
    await again.reads("bob", "bob", "come back");
    await again.types("#tea", "here I am");
    await bob.hearsAtLast({ event: "message", from: "ada", room: "tea", text: "here I am" });
    await again.quits();
  });

  test("a guest comes in by a nickname where guests may, and finds a room with a blank in its name", async (server) => {
    const bob = await server.member("bob");
    await bob.asks("enter", { room: "night shift" });
    await using eve = await program.start(server.folder, addressOf(server), { nick: "eve" });
    await bob.hearsAtLast({ event: "entered", room: "lobby", nickname: "eve", guest: true });
    await eve.types("#lobby", "/join #night%20shift");
    await bob.hearsAtLast({ event: "entered", room: "night shift", nickname: "eve" });
    await bob.asks("send", { room: "night shift", text: "who is there?" });
    await eve.reads("#night\u00a0shift", "bob", "who is there?");
    await eve.types("#night\u00a0shift", "me");
    await bob.hearsAtLast({ event: "message", from: "eve", room: "night shift", text: "me" });
    await eve.quits();
  });

  test("a guest is told how to sign in where guests may not come in", async (server) => {
    const words = /If you have an account here, sign in to it/;
    await using _ = await program.start(server.folder, addressOf(server), { nick: "eve" }, words);
  }, { guests: "off" });
}

/** Makes an account. */
async function registers(server: TestServer, nick: string): Promise<void> {
  const peer = await server.member(nick);
  await peer.asks("logout");
}

/** Comes in with the program. */
function signsIn(program: Program, server: TestServer, nick: string): Promise<ClientAtWork> {
  return program.start(server.folder, addressOf(server), { nick, password: PASSWORD });
}

function addressOf({ running }: TestServer): Address {
  const [host = "", port] = running.urls.find(({ name }) => name === "irc")!.url.split(":");
  return { host, port: Number(port) };
}

/** Words in any script, and what somebody does, both ways. */
async function talk(program: Program, ada: ClientAtWork, bob: Peer, room: string): Promise<void> {
  const channel = `#${room}`;
  await bob.asks("send", { room, text: ANY_SCRIPT });
  await ada.reads(channel, "bob", ANY_SCRIPT);
  await ada.types(channel, ANY_SCRIPT);
  await bob.hearsAtLast({ event: "message", from: "ada", room, text: ANY_SCRIPT });
  await bob.asks("send", { room, text: `/me waves in ${room}` });
  await ada.readsAction(channel, "bob", `waves in ${room}`);
  await ada.types(channel, program.action("nods"));
  await bob.hearsAtLast({ event: "message", from: "ada", room, text: "/me nods" });
}

/** Several lines come as several; of a long one all is there. */
async function seesLongText(ada: ClientAtWork, bob: Peer): Promise<void> {
  const words = Array.from({ length: 300 }, (_, index) => `word${index}`).join(" ");
  await bob.asks("send", { room: "tea", text: `Leaves:\n\n- 龙井\n- Earl Grey\n${words}` });
  await ada.reads("#tea", "bob", "Leaves:");
  await ada.reads("#tea", "bob", "- 龙井");
  await ada.reads("#tea", "bob", "- Earl Grey");
  await ada.sees("#tea", /word298\s+word299/);
}

/** A file is said to be there, and where, with the sum by which it is known. */
async function seesFile(ada: ClientAtWork, bob: Peer): Promise<void> {
  const bytes = new TextEncoder().encode("green, black, white\n");
  const id = await sendFile(bob, { room: "tea" }, "leaves.txt", bytes);
  const md5 = createHash("md5").update(bytes).digest("hex");
  await ada.sees(
    "#tea",
    new RegExp(`has sent a file, leaves\\.txt: http://\\S+/files/${id} \\(MD5 ${md5}\\)`),
  );
}

/** By who has the room; until the time is over there is no way back. */
async function isPutOut(program: Program, ada: ClientAtWork, bob: Peer): Promise<void> {
  await ada.sees("#tea", "leaves.txt");
  await bob.asks("kick", { room: "tea", nickname: "ada", minutes: 5 });
  await ada.sees("#tea", program.kicked("ada", "bob"));
  await ada.types("#lobby", "/join #tea");
  await ada.sees(program.refusals, /Cannot join|banned|5 min/i);
  await bob.forgets();
}
