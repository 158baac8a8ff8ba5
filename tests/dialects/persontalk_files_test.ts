/** PersonTalk's files and folders: for everybody and for one, checked both ways, and from and to everybody else. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { md5, type PersonTalkClient } from "./clients/persontalk_client.ts";
import { sendFile } from "../support/file_lines.ts";
import type { Line } from "../support/harness.ts";
import { scene, TYPED } from "./persontalk_scene.ts";
import { openWebSocket } from "../support/wires.ts";

const encoder = new TextEncoder();

function bytesOf(size: number, seed = 7): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => (index * seed + (index >> 8)) & 0xff);
}

function taken(to: string, name: string): Line {
  return { up_files: to, return: 0, files_req: 0, files_name: name };
}

function emptyFolder(to: string, name: string): Line {
  return { up_files: to, dirs_information: { dirs_name: name, dirs_size: "-1" } };
}

/** Signs in two who have heard of each other. */
async function two(comesIn: (name: string) => Promise<PersonTalkClient>) {
  const [bob, eve] = [await comesIn("bob"), await comesIn("eve")];
  await bob.seesPeople(["bob", "eve"], { up_line: "eve" });
  return [bob, eve] as const;
}

Deno.test("persontalk files: up for everybody, listed, and down again with the same MD5", () =>
  scene(async ({ comesIn, native }) => {
    const [bob, eve] = await two(comesIn);
    const alice = await native("alice");
    for (const each of [bob, eve]) await each.seesPeople(["bob", "eve", "alice"], { up_line: "alice" });
    for (const [name, size] of [["finish.txt", 11], ["empty", 0], ["大 文件.bin", 300_001]] as const) {
      const bytes = bytesOf(size);
      assertEquals(
        await bob.uploads("everyone", name, bytes, md5(bytes).toLowerCase()),
        taken("everyone", name),
      );
      const { file } = await alice.hears({ event: "message", from: "bob" });
      assertEquals([file.name, file.size], [name, size]);
      assertTrue(
        (await eve.next()).includes(`bob has sent a file, ${name}: http`),
        "names the file and where it is",
      );
      eve.says({ down_files: "everyone", files_type: "files", files_name: name });
      const got = await eve.file();
      assertEquals(got.announced, {
        TO_send: "everyone",
        files_name: name,
        files_size: size,
        files_md5: md5(bytes),
      });
      assertEquals(got.bytes, bytes);
    }
    eve.says({ down_file_list: "files_list" });
    const raw = await eve.next();
    assertEquals(JSON.parse(raw), { down_file: ["File:finish.txt", "File:empty", "File:大 文件.bin"] });
    assertTrue(!raw.includes("finish"), "a name is not taken for a word of the protocol");
    eve.says({ down_files: "everyone", files_type: "files", files_name: "nothing" });
    assertTrue((await eve.next()).startsWith('* Cannot fetch "nothing"'), "says why not");
  }));

Deno.test("persontalk files: with another MD5 nobody sees them", () =>
  scene(async ({ comesIn, native }) => {
    const bob = await comesIn("bob");
    const alice = await native("alice");
    await bob.seesPeople(["bob", "alice"], { up_line: "alice" });
    const answer = await bob.uploads("everyone", "a.txt", encoder.encode("torn"), md5("whole"));
    assertEquals([answer.return, answer.files_req, answer.file_name], [1, 1, "a.txt"]);
    bob.says("after it");
    await alice.hears({ event: "message", text: "after it" });
    bob.says({ down_file_list: "files_list" });
    await bob.hears({ down_file: [] });
  }));

Deno.test("persontalk files: a folder with all that is in it, an empty one, and one within it by its name there", () =>
  scene(async ({ comesIn, native }) => {
    const [bob, eve] = await two(comesIn);
    const alice = await native("alice");
    for (const each of [bob, eve]) await each.seesPeople(["bob", "eve", "alice"], { up_line: "alice" });
    const files = { "trip/a.txt": encoder.encode("first"), "trip/sub/b.bin": bytesOf(70_000) };
    for (const [name, bytes] of Object.entries(files)) {
      assertEquals(await bob.uploads("everyone", name, bytes), taken("everyone", name));
    }
    const bad = await bob.uploads("everyone", "trip/bad.txt", encoder.encode("torn"), md5("whole"));
    assertEquals(bad.return, 1);
    for (const name of ["trip/void", "bare"]) {
      bob.says(emptyFolder("everyone", name));
      await bob.hears(taken("everyone", name));
    }
    bob.says({ down_file_list: "files_list" });
    await bob.hears({ down_file: ["Dirs:trip", "Dirs:bare"] });
    for (const name of ["trip", "bare"]) {
      await alice.hearsAtLast({ event: "message", from: "bob" });
      assertTrue((await eve.next()).includes(`bob has sent a folder, ${name}: http`), "says where it is");
    }
    eve.says({ down_files: "everyone", files_type: "dirs", files_name: "trip" });
    const got = [await eve.file(), await eve.file(), await eve.file()];
    const byName = new Map(got.map(({ announced, bytes }) => [announced.files_name, bytes]));
    for (const [name, bytes] of Object.entries(files)) assertEquals(byName.get(name), bytes);
    const empty = got.find(({ announced }) => announced.files_name === "void");
    assertEquals(empty?.announced.files_size, -1);
    await eve.hears("finish");
    eve.says({ down_files: "everyone", files_type: "dirs", files_name: "bare" });
    await eve.hears({ TO_send: "everyone", files_name: "bare", files_size: -1, files_md5: "" });
    await eve.hears("finish");
  }));

Deno.test("persontalk files: a folder for everybody appears also when nothing more is said", () =>
  scene(async ({ comesIn, native }) => {
    const bob = await comesIn("bob");
    const alice = await native("alice");
    await bob.seesPeople(["bob", "alice"], { up_line: "alice" });
    await bob.uploads("everyone", "trip/a.txt", encoder.encode("first"));
    const { file } = await alice.hears({ event: "message", from: "bob" });
    assertEquals([file.name, file.size], ["trip", 5]);
  }));

Deno.test("persontalk files: one to a person is noticed, accepted and fetched once, and the sender is told", () =>
  scene(async ({ comesIn }) => {
    const [bob, eve] = await two(comesIn);
    const bytes = bytesOf(100_000);
    assertEquals(await bob.uploads("bob,eve", "a.txt", bytes), taken("bob,eve", "a.txt"));
    assertEquals(await bob.uploads("eve", "b.txt", bytes), taken("eve", "b.txt"));
    for (const name of ["a.txt", "b.txt"]) {
      await eve.hears({ send_to_recv: "bob", files_name: name, files_type: "files" });
    }
    eve.says({ down_files: "eve", files_name: "b.txt" });
    const { announced, bytes: got } = await eve.file();
    assertEquals(announced, {
      TO_send: "eve",
      files_name: "b.txt",
      files_size: 100_000,
      files_md5: md5(bytes),
    });
    assertEquals(got, bytes);
    await eve.hears("file_complete");
    await bob.hears("* eve has accepted b.txt");
    await bob.hears("* eve has fetched b.txt");
    eve.says({ down_files: "eve" });
    assertEquals((await eve.file()).announced.files_name, "a.txt");
    await eve.hears("file_complete");
    await bob.hears("* eve has accepted a.txt");
    await bob.hears("* eve has fetched a.txt");
    eve.says({ down_files: "eve" });
    assertTrue((await eve.next()).startsWith("* Cannot fetch"), "what was fetched is gone");
    const forged = await bob.uploads("eve,bob", "c.txt", bytes);
    assertEquals(forged.return, 1);
  }));

Deno.test("persontalk files: one that is refused can't be fetched, and the sender is told", () =>
  scene(async ({ comesIn }) => {
    const [bob, eve] = await two(comesIn);
    await bob.uploads("eve", "a.txt", encoder.encode("first"));
    await eve.hears({ send_to_recv: "bob", files_name: "a.txt", files_type: "files" });
    eve.says({ refuse_files: "a.txt" });
    await bob.hears("* eve has refused a.txt");
    eve.says({ down_files: "eve", files_name: "a.txt" });
    assertTrue((await eve.next()).startsWith('* Cannot fetch "a.txt"'), "it is gone");
    const torn = await bob.uploads("eve", "b.txt", encoder.encode("torn"), md5("whole"));
    assertEquals(torn.return, 1);
    bob.says({ person_talk: "eve", oneTOone_news: "sorry" });
    assertEquals((await eve.object()).person_talk, "bob");
  }));

Deno.test("persontalk files: what was offered and not answered is told again at the next sign-in, and once", () =>
  scene(async ({ comesIn, program, native }) => {
    const alice = await native("alice");
    const eve = await comesIn("eve");
    const notice = (files_name: string) => ({ send_to_recv: "alice", files_name, files_type: "files" });
    for (const name of ["a.txt", "b.txt", "c.txt"]) {
      await sendFile(alice, { to: "eve" }, name, encoder.encode(name));
      await eve.hears(notice(name));
    }
    eve.says({ refuse_files: "b.txt" });
    eve.says({ login: 0, args: "exit" });
    await eve.isOver();
    await sendFile(alice, { to: "eve" }, "meanwhile.txt", encoder.encode("later"));
    const again = await program();
    await again.login(1, { user_name: "eve", password: md5(TYPED) }, 0);
    await again.hears({ welcome_uppeople: "eve" });
    await again.seesPeople(["alice", "eve"], { up_line: "eve" });
    const told = [await again.object(), await again.object(), await again.object()];
    assertEquals(told.map(({ files_name }) => files_name).toSorted(), ["a.txt", "c.txt", "meanwhile.txt"]);
    again.says({ down_files: "eve", files_name: "a.txt" });
    assertEquals((await again.file()).bytes, encoder.encode("a.txt"));
    await again.hears("file_complete");
    again.says({ refuse_files: "c.txt" });
    again.says({ down_files: "eve" });
    assertEquals((await again.file()).announced.files_name, "meanwhile.txt");
    await again.hears("file_complete");
  }));

Deno.test("persontalk files: a private folder is told of as one when its sender says so", () =>
  scene(async ({ comesIn }) => {
    const [bob, eve] = await two(comesIn);
    await bob.uploads("bob,eve", "trip/a.txt", encoder.encode("first"));
    bob.says(emptyFolder("bob,eve", "trip/void"));
    await bob.hears(taken("bob,eve", "trip/void"));
    bob.says({ person_talk: "eve", oneTOone_news: "it is coming" });
    assertEquals((await eve.object()).person_talk, "bob");
    bob.says({ dirs_notice: "trip" });
    await eve.hears({ send_to_recv: "bob", files_name: "trip", files_type: "dirs" });
    eve.says({ down_files: "eve" });
    const got = [await eve.file(), await eve.file()];
    assertEquals(got.map(({ announced }) => announced.files_name).sort(), ["trip/a.txt", "trip/void"]);
    await eve.hears("file_complete");
    await bob.hears("* eve has accepted trip");
  }));

Deno.test("persontalk files: what others send is there, and lines wait until a file is", () =>
  scene(async ({ comesIn, native }) => {
    const bob = await comesIn("bob");
    const alice = await native("alice");
    await bob.seesPeople(["bob", "alice"], { up_line: "alice" });
    const bytes = bytesOf(2_000_000);
    await sendFile(alice, { room: "lobby" }, "big.bin", bytes);
    assertTrue((await bob.next()).startsWith("* alice has sent a file, big.bin: http"), "is told");
    bob.says({ down_files: "everyone", files_type: "files", files_name: "big.bin" });
    for (let line = 0; line < 50; line++) await alice.asks("send", { room: "lobby", text: `line ${line}` });
    let files = 0;
    let lines = 0;
    while (files + lines < 51) {
      const text = await bob.next();
      if (text.startsWith("alice:")) assertEquals(text, `alice:line ${lines++}`);
      else {
        assertEquals(await bob.raw(JSON.parse(text).files_size), bytes);
        files++;
      }
    }
    await sendFile(alice, { to: "bob" }, "for bob.txt", encoder.encode("yours"));
    await bob.hears({ send_to_recv: "alice", files_name: "for bob.txt", files_type: "files" });
    bob.says({ down_files: "bob" });
    assertEquals((await bob.file()).bytes, encoder.encode("yours"));
    await bob.hears("file_complete");
    await alice.hearsAtLast({ event: "accepted" });
  }));

Deno.test("persontalk files: in bare JSON the bytes follow as the peer's own do", () =>
  scene(async ({ comesIn }) => {
    for (const framing of ["lines", "glued"] as const) {
      const bob = await comesIn(`bob${framing}`, framing);
      const bytes = encoder.encode("\n{first\nand last\n");
      assertEquals(await bob.uploads("everyone", framing, bytes), taken("everyone", framing));
      bob.says({ down_files: "everyone", files_type: "files", files_name: framing });
      const fields = {
        TO_send: "everyone",
        files_name: framing,
        files_size: bytes.length,
        files_md5: md5(bytes),
      };
      if (framing === "lines") await bob.hears(fields);
      else await bob.hearsGlued(fields);
      assertEquals(await bob.raw(bytes.length), bytes);
      bob.socket.close();
    }
  }));

Deno.test("persontalk files: over WebSocket the bytes are binary messages", () =>
  scene(async ({ comesIn, running }) => {
    (await comesIn("bob")).says({ login: 0, args: "exit" });
    const heard: (string | Uint8Array)[] = [];
    let wake = () => {};
    const over = Promise.withResolvers<void>();
    const take = (item: string | Uint8Array) => {
      heard.push(item);
      wake();
      return 0;
    };
    const wire = await openWebSocket(running, { take, takeRaw: take, over: over.resolve });
    const reaches = async (count: number) => {
      while (heard.length < count) await new Promise<void>((resolve) => wake = resolve);
    };
    const says = (value: Line) => wire.write(JSON.stringify(value));
    says({ login: 1, args: { user_name: "bob", password: md5(TYPED) } });
    await reaches(4);
    const bytes = bytesOf(1_000);
    const files_information = { files_name: "a.bin", files_size: 1_000, files_md5: md5(bytes) };
    says({ up_files: "everyone", files_information });
    wire.writeRaw(bytes.subarray(0, 400));
    wire.writeRaw(bytes.subarray(400));
    await reaches(5);
    assertEquals(JSON.parse(String(heard[4])), taken("everyone", "a.bin"));
    says({ down_files: "everyone", files_type: "files", files_name: "a.bin" });
    await reaches(7);
    assertEquals(JSON.parse(String(heard[5])), { TO_send: "everyone", ...files_information });
    assertEquals(heard[6], bytes);
    wire.close();
    await over.promise;
  }));
