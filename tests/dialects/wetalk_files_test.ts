/** Files of WeTalk's users: up, down, and to and from everybody else. */
import { assertEquals, assertRejects, assertTrue } from "../support/assert.ts";
import { scene } from "./wetalk_scene.ts";
import { bytesOf, fetched, HEADS, sendFile, uploads } from "./wetalk_sent.ts";

const encoder = new TextEncoder();

Deno.test("wetalk files: what one uploads all are told of, and anybody fetches", () =>
  scene(async ({ comesIn, program, native }) => {
    const bob = await comesIn("bob");
    const eve = await comesIn("eve");
    const alice = await native("alice");
    for (const each of [bob, eve]) await each.forgets();
    for (const [name, size] of [["notes.txt", 1_000], ["empty.txt", 0], ["大 文件.bin", 300_001]] as const) {
      const bytes = bytesOf(size);
      uploads(bob, name, bytes);
      bob.says("__MSG___", "bob", `that was ${name}`);
      for (const each of [bob, eve]) {
        await each.hears("__FNAME_", name);
        await each.hears("__MSG___", "bob", `that was ${name}`);
      }
      const { file } = await alice.hears({ event: "message", kind: "file", from: "bob" });
      assertEquals([file.name, file.size], [name, size]);
      await alice.hears({ event: "message", text: `that was ${name}` });
      assertEquals(await fetched(alice, file.id), bytes);
      eve.says("__DOWNL_", name);
      assertEquals(await eve.hears("__FILE__", name, String(size)), bytes);
    }
    const late = await program();
    const told = await late.nextOf("__INIT__");
    assertEquals(told.split("__DIV___")[1], "['notes.txt', 'empty.txt', '大 文件.bin']");
  }));

Deno.test("wetalk files: the second file of a name is kept beside the first", () =>
  scene(async ({ comesIn, program, native }) => {
    const bob = await comesIn("bob");
    const alice = await native("alice");
    await bob.hears("__USER__", "+alice");
    uploads(bob, "a.txt", encoder.encode("first"));
    await bob.hears("__FNAME_", "a.txt");
    await sendFile(alice, { room: "lobby" }, "a.txt", encoder.encode("second"));
    await bob.hears("__FNAME_", "a (2).txt");
    const eve = await program();
    await eve.hears("__INIT__['+bob', '+alice']__DIV___['a.txt', 'a (2).txt']");
    eve.says("__LOGI__", "eve");
    await eve.hears("__USER__", "+eve");
    await Promise.all([bob, eve].map(async (each) => {
      await each.forgets();
      each.says("__DOWNL_", "a.txt");
      each.says("__DOWNL_", "a (2).txt");
      assertEquals(await each.hears("__FILE__", "a.txt", "5"), encoder.encode("first"));
      assertEquals(await each.hears("__FILE__", "a (2).txt", "6"), encoder.encode("second"));
    }));
  }));

Deno.test("wetalk files: what is said while a file comes waits until it is there", () =>
  scene(async ({ comesIn, native }) => {
    const bob = await comesIn("bob");
    const alice = await native("alice");
    await bob.hears("__USER__", "+alice");
    const bytes = bytesOf(2_000_000);
    await sendFile(alice, { room: "lobby" }, "big.bin", bytes);
    await bob.hears("__FNAME_", "big.bin");
    bob.says("__DOWNL_", "big.bin");
    const lines: string[] = [];
    let there = false;
    const talking = (async () => {
      // The window of the program ends at some thousand lines.
      while (!there && lines.length < 300) {
        lines.push(`alice__DIV___line ${lines.length}`);
        await alice.asks("send", { room: "lobby", text: `line ${lines.length - 1}` });
      }
    })();
    const heard: string[] = [];
    while (!there) {
      const { text, bytes: came } = await bob.next();
      if (came) assertEquals([text, came], ["__FILE__big.bin__DIV___2000000", bytes]);
      else heard.push(text.slice(8));
      there = came !== undefined;
    }
    const before = heard.length;
    await talking;
    while (heard.length < lines.length) heard.push(await bob.nextOf("__MSG___"));
    assertEquals(heard, lines);
    assertTrue(before < lines.length, "nothing was said while the file came");
  }));

Deno.test("wetalk files: a private file is in the list, and fetching it accepts it", () =>
  scene(async ({ comesIn, native }) => {
    const bob = await comesIn("bob");
    const eve = await comesIn("eve");
    const alice = await native("alice");
    for (const each of [bob, eve]) await each.forgets();
    const bytes = bytesOf(3_000, "png");
    const file = await sendFile(alice, { to: "bob" }, "for you.png", bytes);
    await bob.hears("__MSG___", "alice@private+picture", "for you.png (3000 bytes): in your list of files");
    await bob.hears("__FNAME_", "for you.png");
    for (let count = 0; count < 2; count++) {
      bob.says("__DOWNL_", "for you.png");
      assertEquals(await bob.hears("__FILE__", "for you.png", "3000"), bytes);
    }
    await alice.hears({ event: "accepted", file, from: "bob" });
    await alice.hears({ event: "fetched", file, from: "bob" });
    await eve.hearsNothing();
    eve.says("__DOWNL_", "for you.png");
    await eve.hears("__MSG___", "@switchboard", 'Cannot fetch "for you.png": it is not in your list');
  }));

Deno.test("wetalk files: what was taken back can't be fetched, and what follows comes all the same", () =>
  scene(async ({ comesIn, native }) => {
    const bob = await comesIn("bob");
    const alice = await native("alice");
    await bob.hears("__USER__", "+alice");
    for (const name of ["a.txt", "b.txt"]) {
      await sendFile(alice, { room: "lobby" }, name, encoder.encode(name));
      await bob.hears("__FNAME_", name);
    }
    const { messages } = await alice.asks("history", { room: "lobby" });
    await alice.asks("recall", { message: messages[0].id });
    await bob.hears("__MSG___", "@switchboard", "alice took back an earlier message");
    for (const name of ["a.txt", "b.txt"]) bob.says("__DOWNL_", name);
    await bob.hears(
      "__MSG___",
      "@switchboard",
      'Cannot download file "a.txt": it was taken back or refused, or is kept no longer',
    );
    assertEquals(await bob.hears("__FILE__", "b.txt", "5"), encoder.encode("b.txt"));
  }));

Deno.test("wetalk files: a refused file is told of once, and its bytes are passed over", () =>
  scene(async ({ comesIn, native }) => {
    const bob = await comesIn("bob");
    const alice = await native("alice");
    await bob.hears("__USER__", "+alice");
    uploads(bob, "too large.bin", bytesOf(200_000));
    uploads(bob, "fine.txt", encoder.encode("fine"));
    await bob.hears("__MSG___", "@switchboard", "Cannot take 200000 bytes: a file may have 100000");
    await bob.hears("__FNAME_", "fine.txt");
    await alice.hears({ event: "message", from: "bob", kind: "file" });
    await alice.hearsNothing();
  }, { fileMax: 100_000 }));

Deno.test("wetalk files: a name is kept as it was sent, and told to programs as one that their systems can have", () =>
  scene(async ({ comesIn, native }) => {
    const bob = await comesIn("bob");
    const alice = await native("alice");
    await bob.hears("__USER__", "+alice");
    const names = [
      ["what?.txt", "what?.txt", "what_.txt"],
      ["what*.txt", "what*.txt", "what_ (2).txt"],
      ["con.png", "con.png", "_con.png"],
      ["dir/a.txt", "dir_a.txt", "dir_a.txt"],
      ["..\\a.txt", ".._a.txt", ".._a.txt"],
      ["...", "_", "_"],
    ] as const;
    for (const [name, kept, told] of names) {
      uploads(bob, name, encoder.encode(name));
      await bob.hears("__FNAME_", told);
      const { file } = await alice.hears({ event: "message", from: "bob", kind: "file" });
      assertEquals([file.name, await fetched(alice, file.id)], [kept, encoder.encode(name)]);
    }
  }));

Deno.test("wetalk files: a folder is a line that says where it is", () =>
  scene(async ({ comesIn, native, running }) => {
    const bob = await comesIn("bob");
    const alice = await native("alice");
    await bob.hears("__USER__", "+alice");
    for (const place of [{ room: "lobby" }, { to: "bob" }]) {
      const { file } = await alice.asks("upload", { ...place, name: "trip", folder: true });
      await sendFile(alice, { folder: file }, "day 1/a.txt", encoder.encode("sun"));
      await alice.asks("finish", { file });
      if (place.to) {
        const text = "trip: a folder, which can't be fetched from here";
        await bob.hears("__MSG___", "alice@private+file", text);
      } else await bob.hears("__MSG___", "alice@file", `trip (3 bytes): ${running.http}/files/${file}`);
    }
    await bob.hearsNothing();
  }));

Deno.test("wetalk files: a picture of more than 16 MiB is not shown at once, but in the list", () =>
  scene(async ({ comesIn, native, running }) => {
    const bob = await comesIn("bob");
    const alice = await native("alice");
    await bob.hears("__USER__", "+alice");
    const size = 16 * 1024 * 1024 + 1;
    const bytes = new Uint8Array(size);
    bytes.set(HEADS.png);
    const file = await sendFile(alice, { room: "lobby" }, "poster.png", bytes);
    await bob.hears("__FNAME_", "poster.png");
    await bob.hears("__MSG___", "alice@picture", `poster.png (${size} bytes): ${running.http}/files/${file}`);
    await bob.hearsNothing();
  }));

Deno.test("wetalk files: a file whose bytes are lost ends the connection, which would take anything for them", () =>
  scene(async ({ comesIn, native, folder }) => {
    const bob = await comesIn("bob");
    const alice = await native("alice");
    await bob.hears("__USER__", "+alice");
    await sendFile(alice, { room: "lobby" }, "a.bin", bytesOf(1_000));
    await bob.hears("__FNAME_", "a.bin");
    for await (const { name } of Deno.readDir(`${folder}/data/files`)) {
      await Deno.remove(`${folder}/data/files/${name}`, { recursive: true });
    }
    bob.says("__DOWNL_", "a.bin");
    await assertRejects(bob.next(), /the connection ended after 0 of 1000 bytes of __FILE__a\.bin/);
    await alice.hearsAtLast({ event: "left", nickname: "bob" });
  }));
