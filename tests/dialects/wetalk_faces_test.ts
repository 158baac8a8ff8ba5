/** Pictures of WeTalk's users: shown to everybody, from everybody, and taken back. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import type { WeTalkClient } from "./clients/wetalk_client.ts";
import { scene } from "./wetalk_scene.ts";
import { bytesOf, fetched, sendFile, uploads } from "./wetalk_sent.ts";

Deno.test("wetalk faces: a picture goes to everybody, whoever sent it comes to see it too", () =>
  scene(async ({ comesIn, program, native }) => {
    const bob = await comesIn("bob");
    const eve = await comesIn("eve");
    const alice = await native("alice");
    for (const each of [bob, eve]) await each.forgets();
    const bytes = bytesOf(70_000, "png");
    bob.says("__FACE__", "bob", "70000");
    bob.sends(bytes);
    bob.says("__MSG___", "bob", "nice?");
    const { file } = await alice.hears({ event: "message", kind: "image", from: "bob" });
    assertTrue(/^face-[0-9a-f]{8}\.png$/.test(file.name), file.name);
    assertEquals(await fetched(alice, file.id), bytes);
    for (const each of [bob, eve]) {
      assertEquals(await each.hears("__FACE__", "bob", file.id, "70000"), bytes);
      await each.hears("__MSG___", "bob", "nice?");
    }
    const late = await program();
    await late.hears("__INIT__['+bob', '+eve', '+alice']__DIV___[]");
  }));

Deno.test("wetalk faces: what is taken back is the last line or picture under a name", () =>
  scene(async ({ comesIn, native }) => {
    const programs = [await comesIn("bob"), await comesIn("eve")];
    const [bob] = programs as [WeTalkClient];
    const alice = await native("alice");
    for (const each of programs) await each.forgets();
    const bytes = bytesOf(4_000, "png");
    bob.says("__MSG___", "bob", "a cat");
    bob.says("__FACE__", "bob", "4000");
    bob.sends(bytes);
    uploads(bob, "listed.txt", bytesOf(100));
    const line = await alice.hears({ event: "message", text: "a cat" });
    const picture = await alice.hears({ event: "message", kind: "image" });
    await alice.hears({ event: "message", kind: "file" });
    for (const each of programs) {
      await each.hears("__MSG___", "bob", "a cat");
      await each.hears("__FACE__", "bob", picture.file.id, "4000");
      await each.hears("__FNAME_", "listed.txt");
    }
    for (const { id } of [picture, line]) {
      bob.says("__ROLL__", "bob");
      await alice.hears({ event: "recalled", id });
      for (const each of programs) await each.hears("__ROLL__", "bob");
    }
    await sendFile(alice, { room: "lobby" }, "dog.png", bytes);
    const dog = await alice.asks("history", { room: "lobby", limit: 1 }).then(({ messages }) => messages[0]);
    const both = await alice.asks("send", { room: "lobby", text: "again", file: dog.file.id });
    for (const each of programs) {
      await each.hears("__FNAME_", "dog.png");
      await each.hears("__FACE__", "alice", dog.file.id, "4000");
      await each.hears("__MSG___", "alice", "again");
      await each.hears("__FACE__", "alice", dog.file.id, "4000");
    }
    for (const { id } of [both, dog]) await alice.asks("recall", { message: id });
    for (const each of programs) {
      for (let shown = 3; shown > 0; shown--) await each.hears("__ROLL__", "alice");
      await each.hearsNothing();
    }
    bob.says("__FACE__", "bob", "4000");
    bob.sends(bytes);
    bob.says("__ROLL__", "bob");
    const early = await alice.hears({ event: "message", kind: "image", from: "bob" });
    await alice.hears({ event: "recalled", id: early.id });
    bob.says("__MSG___", "bob", "not this file, that line");
    uploads(bob, "listed too.txt", bytesOf(100));
    bob.says("__ROLL__", "bob");
    const { id } = await alice.hears({ event: "message", text: "not this file, that line" });
    await alice.hears({ event: "message", kind: "file" });
    await alice.hears({ event: "recalled", id });
  }));

Deno.test("wetalk faces: pictures of others are shown in their place among the lines, videos are files to fetch", () =>
  scene(async ({ comesIn, native, running }) => {
    const bob = await comesIn("bob");
    const alice = await native("alice");
    await bob.hears("__USER__", "+alice");
    const [picture, video] = [bytesOf(5_000, "png"), bytesOf(9_000, "mp4")];
    await alice.asks("send", { room: "lobby", text: "before" });
    const pictureId = await sendFile(alice, { room: "lobby" }, "cat.png", picture);
    await alice.asks("send", { room: "lobby", text: "between" });
    const videoId = await sendFile(alice, { room: "lobby" }, "cat.mp4", video);
    await alice.asks("send", { room: "lobby", text: "and again", file: pictureId });
    await alice.asks("send", { room: "lobby", text: "after" });
    await bob.hears("__MSG___", "alice", "before");
    await bob.hears("__FNAME_", "cat.png");
    assertEquals(await bob.hears("__FACE__", "alice", pictureId, "5000"), picture);
    await bob.hears("__MSG___", "alice", "between");
    await bob.hears("__FNAME_", "cat.mp4");
    await bob.hears("__MSG___", "alice@video", `cat.mp4 (9000 bytes): ${running.http}/files/${videoId}`);
    await bob.hears("__MSG___", "alice", "and again");
    assertEquals(await bob.hears("__FACE__", "alice", pictureId, "5000"), picture);
    await bob.hears("__MSG___", "alice", "after");
    bob.says("__HIS___");
    await bob.hears(
      "__HIS___['alice__DIV___before', " +
        `'alice@picture__DIV___cat.png (5000 bytes): ${running.http}/files/${pictureId}', 'alice__DIV___between', ` +
        `'alice@video__DIV___cat.mp4 (9000 bytes): ${running.http}/files/${videoId}', 'alice__DIV___and again', ` +
        `'alice@picture__DIV___cat.png (5000 bytes): ${running.http}/files/${pictureId}', 'alice__DIV___after']`,
    );
  }));

Deno.test("wetalk faces: pictures are shown while the window has room, and then are lines and files to fetch", () =>
  scene(async ({ comesIn, native, running }) => {
    const bob = await comesIn("bob");
    const alice = await native("alice");
    await bob.hears("__USER__", "+alice");
    const sends = async (name: string, size: number) => {
      const bytes = bytesOf(size, "png");
      return { name, size, bytes, id: await sendFile(alice, { room: "lobby" }, name, bytes) };
    };
    const isListed = async ({ name, size, id }: Awaited<ReturnType<typeof sends>>) => {
      await bob.hears("__FNAME_", name);
      await bob.hears("__MSG___", "alice@picture", `${name} (${size} bytes): ${running.http}/files/${id}`);
    };
    for (const size of [2_400_000, 256 * 1024]) await isListed(await sends(`of ${size}.png`, size));
    // What is said in between counts as well: as an address has it, Chinese has nine bytes a character.
    for (const part of [1, 2]) {
      await alice.asks("send", { room: "lobby", text: "说".repeat(5_000) });
      assertEquals((await bob.nextOf("__MSG___")).length, 5_013, `part ${part}`);
    }
    // In base64 five are 1.33 MB.
    for (const name of ["1.png", "2.png", "3.png", "4.png", "5.png"]) {
      const { id, bytes } = await sends(name, 200_000);
      await bob.hears("__FNAME_", name);
      assertEquals(await bob.hears("__FACE__", "alice", id, "200000"), bytes);
    }
    const last = await sends("6.png", 200_000);
    await isListed(last);
    bob.says("__DOWNL_", "6.png");
    assertEquals(await bob.hears("__FILE__", "6.png", "200000"), last.bytes);
    const small = await sends("small.png", 2_000);
    await bob.hears("__FNAME_", "small.png");
    assertEquals(await bob.hears("__FACE__", "alice", small.id, "2000"), small.bytes);
    await bob.hearsNothing();
  }));

Deno.test("wetalk faces: what did not go to the window is not taken back there", () =>
  scene(async ({ comesIn, native, running }) => {
    const programs = [await comesIn("bob"), await comesIn("eve")];
    const [bob] = programs as [WeTalkClient];
    const alice = await native("alice");
    for (const each of programs) await each.forgets();
    bob.says("__MSG___", "bob", "a large cat");
    bob.says("__FACE__", "bob", "300000");
    bob.sends(bytesOf(300_000, "png"));
    const line = await alice.hears({ event: "message", text: "a large cat" });
    const { file } = await alice.hears({ event: "message", kind: "image" });
    for (const each of programs) {
      await each.hears("__MSG___", "bob", "a large cat");
      // What has no name is in the list here, because it can be seen nowhere else.
      await each.hears("__FNAME_", file.name);
      await each.hears(
        "__MSG___",
        "bob@picture",
        `${file.name} (300000 bytes): ${running.http}/files/${file.id}`,
      );
    }
    bob.says("__ROLL__", "bob");
    await alice.hears({ event: "recalled", id: line.id });
    for (const each of programs) await each.hears("__ROLL__", "bob");
  }));
