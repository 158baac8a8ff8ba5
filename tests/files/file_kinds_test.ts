/** What a file is, by its bytes and never by its name: the kind of its message, and what a browser shows by itself. */
import { assertEquals } from "../support/assert.ts";
import { bytesOf, fetchFile, keeps, sendFile } from "../support/file_lines.ts";
import { type Line, type Peer, withServer } from "../support/harness.ts";

const LOBBY = { room: "lobby" };
const encoder = new TextEncoder();

/** Bytes from hex, text and numbers of zeros. */
function made(...parts: (string | number)[]): Uint8Array {
  return Buffer.concat(parts.map((part) => {
    if (typeof part === "number") return new Uint8Array(part);
    return part.startsWith("hex:") ? Buffer.from(part.slice(4), "hex") : encoder.encode(part);
  }));
}

const PNG = made("hex:89504e470d0a1a0a", "hex:0000000d", "IHDR", 13, "hex:00000000", "IDAT", 40);
const JPEG = made("hex:ffd8ffe000104a46494600010100000100010000", 40);
const GIF = made("GIF89a", 40);
const WEBP = made("RIFF", "hex:24000000", "WEBPVP8 ", 40);
const AVIF = made("hex:0000001c", "ftypavif", 4, "avifmif1", 40);
const MP4 = made("hex:00000018", "ftypmp42", 4, "mp42isom", 40);
const WEBM = made("hex:1a45dfa39f4286810142f7810142f2810442f381084282847765626d", 60);
const MP3 = made("ID3", "hex:03000000000000", "hex:fffb9064", 400);
const FLAC = made("fLaC", 60);
const WAV = made("RIFF", "hex:24000000", "WAVEfmt ", 40);
const OGG = made("OggS", 24, "hex:01", "vorbis", 40);

/** Name, bytes, kind of the message, what a browser may show by itself. */
const SHOWN: [string, Uint8Array, string, string][] = [
  ["photo.png", PNG, "image", "image/png"],
  ["photo.txt", JPEG, "image", "image/jpeg"],
  ["no extension", GIF, "image", "image/gif"],
  ["photo.webp", WEBP, "image", "image/webp"],
  ["photo.avif", AVIF, "image", "image/avif"],
  ["film.mp4", MP4, "video", "video/mp4"],
  ["film.html", WEBM, "video", "video/webm"],
  ["song.mp3", MP3, "file", "audio/mpeg"],
  ["song.flac", FLAC, "file", "audio/flac"],
  ["song.wav", WAV, "file", "audio/wav"],
  ["song.ogg", OGG, "file", "audio/ogg"],
];

const HIDDEN: [string, Uint8Array, string][] = [
  ["page.png", made("<!DOCTYPE html><script>alert(1)</script>"), "file"],
  ["page.html", made("<html><body onload=alert(1)>", 0), "file"],
  ["drawing.svg", made('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'), "file"],
  ["drawing.png", made('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'), "file"],
  ["paper.pdf", made("%PDF-1.7\n", 40), "file"],
  ["script.js", made("alert(1)"), "file"],
  ["film.mp4", bytesOf(1000), "file"],
  ["nothing.png", made(), "file"],
  ["half.png", PNG.subarray(0, 7), "file"],
];

async function alice(server: Parameters<Parameters<typeof withServer>[1]>[0]): Promise<[Peer, string]> {
  const peer = await server.connect();
  const { token } = await peer.asks("guest", { nickname: "alice" });
  return [peer, token];
}

Deno.test("kinds: what a file is its bytes say; the rest is for saving only", async () => {
  await withServer({}, async (server) => {
    const [peer, token] = await alice(server);
    const bob = await (await server.guest("bob")).forgets();
    const get = async (path: string) => {
      const headers = { authorization: `Bearer ${token}` };
      const response = await fetch(`${server.running.http}${path}`, { headers });
      await response.arrayBuffer();
      assertEquals(response.headers.get("x-content-type-options"), "nosniff");
      assertEquals(response.headers.get("content-security-policy"), "default-src 'none'; sandbox");
      const [how] = response.headers.get("content-disposition")!.split(";");
      return [how, response.headers.get("content-type")];
    };
    for (const [name, bytes, kind, type] of SHOWN) {
      const { file } = await sendFile(peer, LOBBY, name, bytes);
      const message = await bob.hears({ event: "message" });
      assertEquals([name, message.kind, message.file.type], [name, kind, type]);
      assertEquals([name, ...await get(`/files/${file}`)], [name, "inline", type]);
      assertEquals(await get(`/files/${file}?download`), ["attachment", "application/octet-stream"]);
    }
    for (const [name, bytes, kind] of HIDDEN) {
      const { file } = await sendFile(peer, LOBBY, name, bytes);
      assertEquals([name, (await bob.hears({ event: "message" })).kind], [name, kind]);
      assertEquals([name, ...await get(`/files/${file}`)], [name, "attachment", "application/octet-stream"]);
    }
  });
});

Deno.test("files: a conversation's, newest first and page by page, each once", async () => {
  await withServer({}, async (server) => {
    const [peer] = await alice(server);
    const bob = await server.guest("bob");
    await bob.asks("enter", { room: "ops" });
    await peer.asks("enter", { room: "ops" });
    const ids: string[] = [];
    let last: Line = {};
    for (let index = 0; index < 7; index++) {
      last = await sendFile(peer, LOBBY, `${index}.bin`, bytesOf(index));
      ids.unshift(last.file);
      await peer.asks("send", { ...LOBBY, text: "and a word between" });
    }
    await sendFile(peer, { room: "ops" }, "ops.bin", bytesOf(1));
    await peer.asks("send", { ...LOBBY, file: ids[6], text: "the first one again" });
    const page = async (asked: Line) => {
      const { files, more } = await bob.asks("files", { ...LOBBY, ...asked });
      return [files.map((file: Line) => file.id), more];
    };
    assertEquals(await page({}), [ids, false]);
    assertEquals(await page({ limit: 3 }), [ids.slice(0, 3), true]);
    assertEquals(await page({ limit: 3, before: ids[2] }), [ids.slice(3, 6), true]);
    assertEquals(await page({ limit: 3, before: ids[5] }), [ids.slice(6), false]);
    assertEquals(await page({ before: ids[6] }), [[], false]);
    await peer.asks("recall", { message: last.id });
    assertEquals(await page({}), [ids.slice(1), false]);
    assertEquals(await page({ before: ids[0], limit: 2 }), [ids.slice(1, 3), true]);

    for (const limit of [0, -1, 1.5]) await bob.fails("files", { ...LOBBY, limit }, "bad_request");
    await bob.fails("files", { ...LOBBY, before: "no such file" }, "unknown_file");
    await bob.fails("files", { room: "nowhere" }, "unknown_room");
    await bob.fails("files", { with: "nobody" }, "unknown_nickname");
    await bob.fails("files", {}, "bad_request");
    await bob.asks("leave", { room: "ops" });
    await bob.fails("files", { room: "ops" }, "not_member");
  });
});

Deno.test("files: a room's are for who is in it: later ones too, former ones no more", async () => {
  await withServer({}, async (server) => {
    const [peer] = await alice(server);
    await peer.asks("enter", { room: "ops" });
    const { file, id } = await sendFile(peer, { room: "ops" }, "ops.bin", bytesOf(1000));
    const eve = await server.guest("eve");
    await eve.fails("download", { file }, "unknown_file");
    await eve.fails("send", { room: "lobby", file }, "unknown_file");
    await eve.asks("enter", { room: "ops" });
    assertEquals(await fetchFile(eve, file), bytesOf(1000));
    assertEquals(await fetchFile(eve, file, 990), bytesOf(1000).subarray(990));
    assertEquals(await fetchFile(eve, file, 1000), new Uint8Array(0));
    for (const offset of [1001, -1, 2 ** 53]) await eve.fails("download", { file, offset }, "wrong_offset");
    await eve.fails("download", { file, offset: 0.5 }, "bad_request");
    await peer.asks("kick", { room: "ops", nickname: "eve", minutes: 5 });
    await eve.fails("download", { file }, "unknown_file");
    await peer.fails("send", { room: "lobby", file }, "unknown_file");
    await peer.asks("recall", { message: id });
    await keeps(server, []);
    await peer.fails("download", { file }, "file_gone");
    await eve.fails("download", { file }, "unknown_file");
  });
});
