/** PersonTalk on its three original ports: who is told what on which channel, whose a channel is, and what each one's end means. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { ChatHttpClient } from "./clients/chathttp_client.ts";
import { md5 } from "./clients/persontalk_client.ts";
import { PersonTalkProgram } from "./clients/persontalk_program.ts";
import { connectionsAre, isRefused, scene } from "./persontalk_channels_scene.ts";

const encoder = new TextEncoder();

Deno.test("persontalk channels: presence, lines and private windows come on the channel for talk, and on no other", () =>
  scene(async ({ program, native }) => {
    const [bob, eve] = [await program("bob"), await program("eve", "files first")];
    await bob.chat.seesPeople(["bob", "eve"], { up_line: "eve" });
    const alice = await native("alice");
    for (const each of [bob, eve]) {
      await each.chat.seesPeople(["bob", "eve", "alice"], { up_line: "alice" });
    }
    bob.chat.says("大家好");
    await eve.chat.hears("bob:大家好");
    await bob.chat.hearsNothing();
    await alice.hears({ event: "message", from: "bob", room: "lobby", text: "大家好" });
    eve.chat.says({ person_talk: "bob", oneToone_talk: "psst" });
    await bob.chat.hears({ person_talk: "eve", oneTOone_news: "psst", oneToone_talk: "psst" });
    await alice.asks("send", { to: "eve", text: "hush" });
    assertEquals((await eve.chat.object()).oneToone_talk, "hush");
    alice.close();
    for (const each of [bob, eve]) await each.chat.seesPeople(["bob", "eve"], { down_line: "alice" });
    for (const each of [bob, eve]) {
      await each.firstIsQuiet();
      each.files.says({ down_file_list: "files_list" });
      await each.files.hears({ down_file: [] });
    }
  }));

Deno.test("persontalk channels: files and folders for everybody go up and down on the channel for files", () =>
  scene(async ({ program, native }) => {
    const [bob, eve] = [await program("bob"), await program("eve")];
    await bob.chat.seesPeople(["bob", "eve"], { up_line: "eve" });
    const alice = await native("alice");
    for (const each of [bob, eve]) {
      await each.chat.seesPeople(["bob", "eve", "alice"], { up_line: "alice" });
    }
    const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => index * 7);
    const torn = await bob.uploads("everyone", "torn.bin", bytes, md5("another"));
    assertEquals([torn.return, torn.files_req, torn.file_name], [1, 1, "torn.bin"]);
    assertEquals((await bob.uploads("everyone", "a.bin", bytes)).return, 0);
    await alice.hears({ event: "message", from: "bob" });
    assertTrue(
      (await eve.chat.next()).includes("bob has sent a file, a.bin"),
      "is told where lines are shown",
    );
    for (const name of ["trip/one.txt", "trip/sub/two.txt"]) {
      assertEquals((await bob.uploads("everyone", name, encoder.encode(name))).return, 0);
    }
    bob.chat.says("the folder may go on"); // what is said on another channel does not end it
    assertEquals((await bob.uploads("everyone", "trip/three.txt", encoder.encode("3"))).return, 0);
    const lines = [await eve.chat.next(), await eve.chat.next()];
    assertEquals(lines[0], "bob:the folder may go on");
    assertTrue(lines[1]!.includes("bob has sent a folder, trip"), lines[1]!);
    eve.files.says({ down_file_list: "files_list" });
    await eve.files.hears({ down_file: ["File:a.bin", "Dirs:trip"] });
    eve.files.says({ down_files: "everyone", files_type: "files", files_name: "a.bin" });
    assertEquals((await eve.files.file()).bytes, bytes);
    eve.files.says({ down_files: "everyone", files_type: "dirs", files_name: "trip" });
    const names = [await eve.files.file(), await eve.files.file(), await eve.files.file()];
    assertEquals(
      names.map(({ announced }) => announced.files_name).toSorted(),
      [
        "trip/one.txt",
        "trip/sub/two.txt",
        "trip/three.txt",
      ].toSorted(),
    );
    await eve.files.hears("finish");
    eve.files.says({ down_files: "everyone", files_type: "files", files_name: "nothing" });
    assertTrue((await eve.chat.next()).startsWith('* Cannot fetch "nothing"'), "says why where it is read");
  }));

Deno.test("persontalk channels: private files and folders are noticed, fetched and refused on the channel for files", () =>
  scene(async ({ program }) => {
    const [bob, eve] = [await program("bob"), await program("eve")];
    await bob.chat.seesPeople(["bob", "eve"], { up_line: "eve" });
    const notice = (files_name: string, files_type: string) => ({
      send_to_recv: "bob",
      files_name,
      files_type,
    });
    assertEquals((await bob.uploads("bob,eve", "a.txt", encoder.encode("first"))).return, 0);
    await eve.files.hears(notice("a.txt", "files"));
    eve.files.says({ down_files: "eve", files_name: "a.txt" });
    assertEquals((await eve.files.file()).bytes, encoder.encode("first"));
    await eve.files.hears("file_complete");
    await bob.chat.hears("* eve has accepted a.txt");
    await bob.chat.hears("* eve has fetched a.txt");
    await bob.uploads("bob,eve", "trip/b.txt", encoder.encode("in a folder"));
    bob.files.says({ dirs_notice: "trip" });
    await eve.files.hears(notice("trip", "dirs"));
    eve.files.says({ down_files: "eve" });
    assertEquals((await eve.files.file()).announced.files_name, "trip/b.txt");
    await eve.files.hears("file_complete");
    await bob.chat.hears("* eve has accepted trip");
    await bob.chat.hears("* eve has fetched trip");
    await bob.uploads("eve", "c.txt", encoder.encode("unwanted"));
    await eve.files.hears(notice("c.txt", "files"));
    eve.files.says({ refuse_files: "c.txt" });
    await bob.chat.hears("* eve has refused c.txt");
    eve.files.says({ down_files: "eve" });
    assertTrue((await eve.chat.next()).startsWith("* Cannot fetch"), "it is gone");
  }));

Deno.test("persontalk channels: what happens before they are open is told there, in its order", () =>
  scene(async ({ server, signedIn, native }) => {
    const alice = await native("alice");
    const first = await signedIn("bob");
    await alice.hearsAtLast({ event: "entered", nickname: "bob" });
    await alice.asks("send", { room: "lobby", text: "hello" });
    await alice.asks("send", { to: "bob", text: "psst" });
    const bob = await PersonTalkProgram.opens(server.running, first, "bob");
    await bob.chat.hears("alice:hello");
    assertEquals((await bob.chat.object()).oneToone_talk, "psst");
    await bob.firstIsQuiet();
    bob.close();
  }));

Deno.test("persontalk channels: while others talk without a pause, every line comes once and in order", () =>
  scene(async ({ server, signedIn, native }) => {
    const alice = await native("alice");
    let last = -1;
    let done = false;
    const talking = (async () => {
      while (!done) {
        const sent = [1, 2, 3, 4].map(() => alice.asks("send", { room: "lobby", text: `line ${++last}` }));
        await Promise.all(sent);
      }
    })();
    for (const name of ["bob", "eve", "dan"]) {
      const program = await PersonTalkProgram.opens(server.running, await signedIn(name), name);
      const heard: number[] = [];
      while (heard.length < 50) {
        const [, number] = /^alice:line (\d+)$/.exec(await program.chat.next()) ?? [];
        if (number !== undefined) heard.push(Number(number));
      }
      assertEquals(heard, heard.map((_, index) => heard[0]! + index));
      await program.firstIsQuiet();
      program.close();
    }
    done = true;
    await talking;
  }));

Deno.test("persontalk channels: of two who sign in from one address the first gets the first channels", () =>
  scene(async ({ signedIn, channel }) => {
    await signedIn("bob");
    await signedIn("eve");
    for (const name of ["bob", "eve"]) {
      const chat = await channel("chat");
      await chat.hears({ welcome_uppeople: name });
      chat.says({ person_talk: "", oneTOone_news: "I talk before my files come" });
      while (!(await chat.next()).startsWith('* Cannot send to ""'));
    }
    const [bobs, eves] = [await channel("files"), await channel("files")];
    const bytes = encoder.encode("x");
    assertEquals((await bobs.uploads("bob,eve", "x", bytes)).return, 0);
    await eves.hears({ send_to_recv: "bob", files_name: "x", files_type: "files" });
    assertEquals((await eves.uploads("eve,bob", "y", bytes)).return, 0);
    await bobs.hears({ send_to_recv: "eve", files_name: "y", files_type: "files" });
  }));

Deno.test("persontalk channels: one that nobody waits for is told so and ends: early, late, twice", () =>
  scene(async ({ server, channel, program }) => {
    for (const name of ["chat", "files"] as const) await isRefused(await channel(name));
    await channel(); // connected, and not signed in
    await isRefused(await channel("chat"));
    for (const name of ["chat", "files"] as const) {
      const bob = await program(`bob-${name}`);
      // A second one within the time in which channels come: nobody can tell whose it is.
      await isRefused(await channel(name));
      for (const each of bob.channels) {
        assertTrue((await each.next()).startsWith("* Somebody else of your address"), "says why");
        await each.isOver();
      }
    }
    await connectionsAre(server, 1); // the one that has not signed in
    const eve = await program("eve");
    eve.files.socket.close();
    await connectionsAre(server, 3);
    await isRefused(await channel("files")); // she had her one, and it is gone
    await eve.chat.hearsNothing();
  }));

Deno.test("persontalk channels: one that keeps to its first connection is told there: at once when it says so", () =>
  scene(async ({ signedIn, channel }) => {
    const bob = await signedIn("bob");
    bob.says({ person_talk: "nobody", oneTOone_news: "just one line" });
    await bob.hears({ welcome_uppeople: "bob" });
    await bob.seesPeople(["bob"], { up_line: "bob" });
    assertTrue((await bob.next()).startsWith('* Cannot send to "nobody"'), "is answered there");
    await isRefused(await channel("chat"));
    const eve = await signedIn("eve");
    eve.says({ down_file_list: "files_list" });
    const heard = [await eve.object(), await eve.object(), await eve.object(), await eve.object()];
    assertEquals(heard.flatMap((each) => Object.keys(each)).toSorted(), [
      "active_people",
      "down_file",
      "up_line",
      "welcome_uppeople",
    ]);
  }));

Deno.test("persontalk channels: one that is silent is told on its first connection after a moment, then on a late channel", () =>
  scene(async ({ server, signedIn, native }) => {
    const first = await signedIn("bob");
    await first.hears({ welcome_uppeople: "bob" });
    await first.seesPeople(["bob"], { up_line: "bob" });
    const alice = await native("alice");
    await first.seesPeople(["bob", "alice"], { up_line: "alice" });
    const bob = await PersonTalkProgram.opens(server.running, first, "bob", "files first");
    await alice.asks("send", { room: "lobby", text: "there you are" });
    await bob.chat.hears("alice:there you are");
    await bob.firstIsQuiet();
    bob.close();
  }, { channelsCorkMs: 50 }));

Deno.test("persontalk channels: a port that greets is its channel for talk too, as its configuration has it, and greets everybody else", () =>
  scene(async ({ server, signedIn, native }) => {
    const { running } = server;
    const before = await ChatHttpClient.connect(running, "dan");
    const first = await signedIn("bob");
    const eve = await signedIn("eve");
    const bobs = await PersonTalkProgram.opens(running, first, "bob", "chat first", "chathttp");
    await bobs.chat.seesPeople(["bob", "eve"], { up_line: "eve" });
    const eves = await PersonTalkProgram.opens(running, eve, "eve", "files first", "chathttp");
    const after = await ChatHttpClient.connect(running, "dan");
    const alice = await native("alice");
    eves.chat.says("hello");
    await alice.hearsAtLast({ event: "message", from: "eve", text: "hello" });
    await after.close();
    await before.close();
    for (const each of [bobs, eves]) each.close();
  }));

Deno.test("persontalk channels: after the whole time no channel is waited for", () =>
  scene(async ({ signedIn, channel }) => {
    const bob = await signedIn("bob");
    await bob.hears({ welcome_uppeople: "bob" });
    await isRefused(await channel("chat"));
    await isRefused(await channel("files"));
  }, { channelsCorkMs: 10_000, channelsPendingMs: 50 }));
