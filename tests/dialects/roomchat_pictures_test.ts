/** Pictures and videos of RoomChat's users, and those of others that reach them, whole or not at all. */
import { Buffer } from "node:buffer";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { type RoomchatClient, scene } from "./clients/roomchat_client.ts";
import type { Line, Peer } from "../support/harness.ts";
import { bytesOf, md5Of, pngOf } from "../support/sample_files.ts";

const PNG = pngOf(40, 30);
/** A file that begins as a video does. */
const VIDEO = new Uint8Array([
  0,
  0,
  0,
  24,
  ...new TextEncoder().encode("ftypisom\0\0\0\0isommp41"),
  ...bytesOf(900),
]);

/** Sends a file with the native protocol; gives what came of it. */
async function sendsFile(peer: Peer, to: Line, name: string, data: Uint8Array): Promise<Line> {
  const { file } = await peer.asks("upload", { ...to, name, size: data.length, md5: md5Of(data) });
  for (let offset = 0; offset < data.length; offset += 200_000) {
    const piece = data.subarray(offset, offset + 200_000);
    await peer.asks("chunk", { file, offset, bytes: piece.length }, piece);
  }
  return { file, ...await peer.asks("finish", { file }) };
}

/** All bytes of a file. */
async function fetches(peer: Peer, file: string): Promise<Uint8Array> {
  const { size } = await peer.asks("download", { file });
  const pieces: Uint8Array[] = [];
  for (let come = 0; come < size;) {
    const { data } = await peer.piece();
    pieces.push(data);
    come += data.length;
  }
  return new Uint8Array(Buffer.concat(pieces));
}

async function hearsPicture(
  page: RoomchatClient,
  head: unknown[],
  data: Uint8Array,
  prefix = "",
): Promise<void> {
  const { Type, Sender, Self_send, Text } = await page.next();
  assertEquals([Type, Sender, Self_send], head, Text.slice(0, 200));
  assertEquals(Text.slice(0, prefix.length), prefix);
  assertTrue(Text === prefix + data.toBase64(), `${Text.length} characters for ${data.length} bytes`);
}

for (const prefix of ["", "data:image/png;base64,"]) {
  Deno.test(`roomchat: a picture reaches everybody ${prefix ? "with" : "without"} the prefix of a page`, () =>
    scene(async ({ enters, guest }) => {
      const bob = await enters("lobby", "bob");
      const eve = await enters("lobby", "eve");
      await bob.hears("Enter", "eve", 1);
      const alice = await guest("alice");
      for (const page of [bob, eve]) await page.hears("Enter", "alice", 1);
      bob.asks("Picture", prefix + PNG.toBase64());
      bob.asks("Talk", "look");
      await hearsPicture(bob, ["Picture", "bob", 0], PNG, prefix);
      await bob.hears("Talk", "bob", 0, "look");
      await hearsPicture(eve, ["Picture", "bob", 1], PNG, prefix);
      await eve.hears("Talk", "bob", 1, "look");
      const { kind, file, from } = await alice.hearsAtLast({ event: "message", from: "bob" });
      assertEquals([kind, from, file.name, file.type, file.md5], [
        "image",
        "bob",
        "picture.png",
        "image/png",
        md5Of(PNG),
      ]);
      assertEquals(await fetches(alice, file.id), PNG);
    }));
}

Deno.test("roomchat: a page that puts data: before a picture is sent those of others so; one that does not is not", () =>
  scene(async ({ enters, guest }) => {
    const [bob, eve, dan] = [
      await enters("lobby", "bob"),
      await enters("lobby", "eve"),
      await enters("lobby", "dan"),
    ];
    const alice = await guest("alice");
    for (const page of [bob, eve]) while ((await page.next()).Sender !== "alice");
    await dan.hears("Enter", "alice", 1);
    eve.asks("Picture", PNG.toBase64());
    for (const page of [bob, eve, dan]) {
      await hearsPicture(page, ["Picture", "eve", page === eve ? 0 : 1], PNG);
    }
    // Whatever a page wrote there, nothing but what the bytes are is told: another page puts it between its quotes.
    bob.asks("Picture", `data:x" onerror="alert(1);base64,${PNG.toBase64()}`);
    const prefix = "data:image/png;base64,";
    for (const page of [bob, eve, dan]) {
      await hearsPicture(page, ["Picture", "bob", page === bob ? 0 : 1], PNG, prefix);
    }
    const owns = [[bob, prefix], [eve, ""], [dan, ""]] as const;
    eve.asks("Picture", PNG.toBase64());
    for (const [page, own] of owns) {
      await hearsPicture(page, ["Picture", "eve", page === eve ? 0 : 1], PNG, own);
    }
    await sendsFile(alice, { room: "lobby" }, "cat.png", PNG);
    for (const [page, own] of owns) await hearsPicture(page, ["Picture", "alice", 1], PNG, own);
  }));

Deno.test("roomchat: a video is sent and shown in the same way", () =>
  scene(async ({ enters, guest }) => {
    const bob = await enters("lobby", "bob");
    const alice = await guest("alice");
    await bob.hears("Enter", "alice", 1);
    bob.asks("Video", `data:video/mp4;base64,${VIDEO.toBase64()}`);
    await hearsPicture(bob, ["Video", "bob", 0], VIDEO, "data:video/mp4;base64,");
    const { kind, file } = await alice.hearsAtLast({ event: "message", from: "bob" });
    assertEquals([kind, file.name, file.size], ["video", "video.mp4", VIDEO.length]);
    await sendsFile(alice, { room: "lobby" }, "clip.mp4", VIDEO);
    await hearsPicture(bob, ["Video", "alice", 1], VIDEO, "data:video/mp4;base64,");
  }));

Deno.test("roomchat: pictures of others are shown in their place among the lines", () =>
  scene(async ({ enters, guest }) => {
    const alice = await guest("alice");
    const bob = await enters("lobby", "bob");
    for (const [width, text] of [[40, "one"], [200, "two"], [41, "three"]] as const) {
      await sendsFile(alice, { room: "lobby" }, `${text}.png`, pngOf(width, 30));
      await alice.asks("send", { room: "lobby", text });
    }
    for (const [width, text] of [[40, "one"], [200, "two"], [41, "three"]] as const) {
      await hearsPicture(bob, ["Picture", "alice", 1], pngOf(width, 30));
      await bob.hears("Talk", "alice", 1, text);
    }
  }));

Deno.test("roomchat: of every other file the name and the address are told, of one with words both", () =>
  scene(async ({ enters, guest, running }) => {
    const alice = await guest("alice");
    const bob = await enters("lobby", "bob");
    const notes = await sendsFile(
      alice,
      { room: "lobby" },
      "it's {;}.txt",
      new TextEncoder().encode("notes"),
    );
    await bob.hears(
      "Talk",
      "alice@file",
      1,
      `has sent a file, it's {;}.txt: ${running.http}/files/${notes.file}`,
    );
    await alice.asks("send", { room: "lobby", file: notes.file, text: "read this" });
    await bob.hears("Talk", "alice", 1, "read this");
    await bob.hears(
      "Talk",
      "alice@file",
      1,
      `has sent a file, it's {;}.txt: ${running.http}/files/${notes.file}`,
    );
    const { file: folder } = await alice.asks("upload", { room: "lobby", name: "things", folder: true });
    await alice.asks("finish", { file: folder });
    await bob.hears("Talk", "alice@file", 1, `has sent a folder, things: ${running.http}/files/${folder}`);
    const picture = await sendsFile(alice, { room: "lobby" }, "a.png", PNG);
    await hearsPicture(bob, ["Picture", "alice", 1], PNG);
    await alice.asks("send", { room: "lobby", file: picture.file, text: "once more" });
    await bob.hears("Talk", "alice", 1, "once more");
    await hearsPicture(bob, ["Picture", "alice", 1], PNG);
    bob.asks("Picture", new TextEncoder().encode("no picture at all").toBase64());
    const { Type, Sender, Text } = await bob.next();
    assertEquals([Type, Sender, Text.split(",")[0]], ["Talk", "bob@file", "has sent a file"]);
  }));

Deno.test("roomchat: a private picture is shown, of another private file the address is told", () =>
  scene(async ({ enters, guest, running }) => {
    const alice = await guest("alice");
    const bob = await enters("101", "bob");
    await sendsFile(alice, { to: "bob" }, "a.png", PNG);
    await hearsPicture(bob, ["Picture", "alice@private", 1], PNG);
    await alice.hearsAtLast({ event: "accepted", from: "bob" });
    const { file } = await sendsFile(alice, { to: "bob" }, "a.txt", new TextEncoder().encode("text"));
    await bob.hears(
      "Talk",
      "alice@private+file",
      1,
      `offers you a file, a.txt: ${running.http}/files/${file}`,
    );
  }));

Deno.test("roomchat: a picture of many megabytes arrives, and lines said meanwhile after it", () =>
  scene(async ({ enters, guest }) => {
    const data = new Uint8Array([...PNG, ...bytesOf(11 * 1024 * 1024)]);
    const alice = await guest("alice");
    const bob = await enters("101", "bob");
    const eve = await enters("101", "eve");
    await bob.hears("Enter", "eve", 1);
    await alice.asks("enter", { room: "101" });
    for (const page of [bob, eve]) await page.hears("Enter", "alice", 1);
    bob.stopReading();
    eve.asks("Picture", data.toBase64());
    await alice.hearsAtLast({ event: "message", kind: "image" });
    for (let count = 0; count < 20; count++) await alice.asks("send", { room: "101", text: `line ${count}` });
    bob.readOn();
    for (const [page, own] of [[bob, 1], [eve, 0]] as const) {
      await hearsPicture(page, ["Picture", "eve", own], data);
      for (let count = 0; count < 20; count++) await page.hears("Talk", "alice", 1, `line ${count}`);
    }
  }));

Deno.test("roomchat: a picture that would make too long a message is told by its address", () =>
  scene(async ({ enters, guest }) => {
    const alice = await guest("alice");
    const bob = await enters("lobby", "bob");
    const large = new Uint8Array([...PNG, ...bytesOf(300_000)]);
    const { file } = await sendsFile(alice, { room: "lobby" }, "large.png", large);
    const { Type, Sender, Text } = await bob.next();
    assertEquals([Type, Sender], ["Talk", "alice@file"]);
    assertTrue(
      Text.startsWith("has sent a picture, large.png: http") && Text.endsWith(`/files/${file}`),
      Text,
    );
    bob.asks("Picture", large.toBase64());
    await bob.isTold(/longer than 300 KiB/);
    await bob.isTold(/can't be read any further/);
    await bob.ended;
  }, { chatMessageMax: 300 * 1024 }));

Deno.test("roomchat: who has not entered sends no picture, and who is about to may", () =>
  scene(async ({ page, running }) => {
    const large = new Uint8Array([...PNG, ...bytesOf(3_000_000)]);
    const bob = await page();
    bob.asks("Enter", "lobby;bob;");
    bob.asks("Picture", large.toBase64()); // said before the server has said anything
    await bob.hears("Enter", "bob", 0);
    await hearsPicture(bob, ["Picture", "bob", 0], large);
    const unauthenticated = await page();
    unauthenticated.sends('{"Type":"Picture","Content":"', "A".repeat(12 * 2 ** 20)); // and never the rest of it
    await unauthenticated.isTold(/longer than 256 KiB/);
    await unauthenticated.isTold(/can't be read any further/);
    await unauthenticated.ended;
    const small = await page();
    small.asks("Picture", PNG.toBase64());
    await small.hearsError(/enter/i);
    small.asks("Enter", "lobby;eve;");
    await small.hears("Enter", "eve", 0);
    assertEquals(running.figures().connections, 2);
  }));

Deno.test("roomchat: the longer messages are this path's alone", () =>
  scene(async ({ guest }) => {
    const alice = await guest("alice", "websocket");
    alice.wire.write(JSON.stringify({ op: "send", room: "lobby", text: "x".repeat(400_000) }));
    assertEquals((await alice.stray()).error.code, "too_large");
    await alice.ended;
  }));

Deno.test("roomchat: what is no picture, or may not be kept, is refused once", () =>
  scene(async ({ enters }) => {
    const bob = await enters("101", "bob");
    const eve = await enters("101", "eve");
    await bob.hears("Enter", "eve", 1);
    for (
      const [content, why] of [
        ["", /Content is empty/],
        ["data:image/png;base64,", /Content is empty/],
        ["no base64!", /not base64/],
        ["AAAAA", /not base64/],
        ["data:image/png;base64", /not base64/],
      ] as const
    ) {
      bob.asks("Picture", content);
      await bob.hearsError(why);
    }
    bob.asks("Picture", new Uint8Array([...PNG, ...bytesOf(600_000)]).toBase64());
    await bob.isTold(/a file may have 5000/);
    bob.asks("Picture", PNG.toBase64());
    await hearsPicture(bob, ["Picture", "bob", 0], PNG);
    await hearsPicture(eve, ["Picture", "bob", 1], PNG);
  }, { fileMax: 5_000 }));
