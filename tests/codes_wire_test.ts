/** The codes on the wire: files, separators, what is torn and what is joined, pauses, and which port knows them. */
import { assertEquals, assertTrue } from "./assert.ts";
import { CodesClient, withCodes } from "./clients/codes_client.ts";
import { bytesOf, fetchFile, md5, sendFile } from "./file_lines.ts";
import { withServer } from "./harness.ts";

const encoder = new TextEncoder();
const PNG = Uint8Array.fromHex("89504e470d0a1a0a0000000d4948445200000001000000010806000000");

function behind(head: string, bytes: Uint8Array): Uint8Array {
  return new Uint8Array([...encoder.encode(head), ...bytes]);
}

Deno.test("codes: a file goes to everybody, without a name of its own", async () => {
  await withCodes(async (server) => {
    const dave = await server.guest("dave");
    const john = await CodesClient.enter(server.running, "John");
    const mary = await CodesClient.enter(server.running, "Mary");
    await Promise.all([john, mary].map((each) => each.forgets()));
    await dave.forgets();
    john.sends(behind("109\r\n", PNG));
    assertEquals(await mary.recv(), behind("200\r\n", PNG), "with one read");
    const { file } = await dave.hears({ event: "message", from: "John", room: "lobby", kind: "image" });
    assertEquals([file.name, file.size, file.md5], ["file-1.png", PNG.length, md5(PNG)]);
    assertEquals(await fetchFile(dave, file.id), PNG);

    const notes = encoder.encode("just a text\n");
    mary.sends(behind("109", notes));
    assertEquals(await john.recv(), behind("200\r\n", notes), "he has used the separator");
    const told = await dave.hears({ event: "message", from: "Mary", kind: "file" });
    assertEquals([told.file.name, told.file.md5], ["file-2.txt", md5(notes)]);
    john.sends(behind("109\r\n", PNG));
    assertEquals(await mary.recv(), behind("200", PNG), "and she has not");
    for (const each of [john, mary]) await each.hearsNothing("dave", "John", "Mary");
    await Promise.all([john, mary].map((each) => each.close()));
  });
});

Deno.test("codes: a long file arrives whole, and what is said after it comes after it", async () => {
  await withCodes(async (server) => {
    const dave = await server.guest("dave");
    const john = await CodesClient.enter(server.running, "John");
    const mary = await CodesClient.enter(server.running, "Mary");
    await Promise.all([john, mary].map((each) => each.forgets()));
    await dave.forgets();
    const long = bytesOf(700_000);
    john.sends(behind("109\r\n", long));
    const { file } = await dave.hears({ event: "message", from: "John" });
    await dave.asks("send", { room: "lobby", text: "thank you" });
    assertEquals([file.name, file.size, file.md5], ["file-1.bin", long.length, md5(long)]);
    assertEquals(md5(await mary.hearsFile("200\r\n", long.length)), md5(long));
    await mary.hears("209", "dave", "thank you");
    await Promise.all([john, mary].map((each) => each.close()));
  });
});

Deno.test("codes: a picture from elsewhere is sent along if one read can take it, and otherwise named", async () => {
  await withCodes(async (server) => {
    const dave = await server.member("dave");
    const mary = await CodesClient.enter(server.running, "Mary");
    const full = new Uint8Array([0xff, 0xd8, 0xff, ...bytesOf(4_088)]);
    const { file: small } = await sendFile(dave, { room: "lobby" }, "cat.jpg", full);
    const { file } = await sendFile(dave, { room: "lobby" }, "dog.jpg", new Uint8Array([...full, 0]));
    await sendFile(dave, { room: "lobby" }, "empty.txt", new Uint8Array(0));
    await dave.asks("send", { room: "lobby", text: "my cat", file: small });
    assertEquals(await mary.recv(), behind("200\r\n", full));
    await mary.hears("209", "dave", `has sent a picture, dog.jpg: ${server.running.http}/files/${file}`);
    assertEquals(await mary.recv(), encoder.encode("200\r\n"));
    await mary.hears("209", "dave", "my cat");
    assertEquals(await mary.recv(), behind("200\r\n", full));
    await mary.hearsNothing("dave", "Mary");
    await mary.close();
  });
});

Deno.test("codes: a peer is answered with the separator that its first message had", async () => {
  await withCodes(async (server) => {
    const dave = await server.member("dave");
    const john = await CodesClient.enter(server.running, "John", "\r\r");
    const mary = await CodesClient.enter(server.running, "Mary");
    await john.hears("205", "Mary");
    mary.says("106", "John", "hello");
    await john.hears("209", "Mary", "hello");
    john.says("106", "Mary\tdave\t", "hello\r\nyou two");
    await mary.hears("209", "John", "hello\nyou two");
    mary.sends(behind("109\r\n", PNG));
    assertEquals(await john.recv(), behind("200\r\r", PNG));
    john.sends(behind("109\r\r", PNG));
    assertEquals(await mary.recv(), behind("200\r\n", PNG));
    await dave.hearsAtLast({ event: "message", from: "John", kind: "image" });
    await john.hearsNothing("dave", "John", "Mary");
    await Promise.all([john, mary].map((each) => each.close()));
  });
});

Deno.test("codes: a text of several lines stays one message, whatever stands in it", async () => {
  await withCodes(async (server) => {
    const dave = await server.guest("dave");
    const john = await CodesClient.enter(server.running, "John");
    const mary = await CodesClient.enter(server.running, "Mary");
    await Promise.all([john, mary].map((each) => each.forgets()));
    await dave.forgets();
    john.says("106", "dave", "one\ntwo\r\n209\r\nMary\r\nthree\t\r\r");
    await dave.hears({ event: "message", text: "one\ntwo\r\n209\r\nMary\r\nthree\t\r\r" });
    for (const text of ["one\ntwo", "\r\n209\r\nJohn\r\nhi", "a\rb\r\rc\r\r\nd", "200\r\nno file", "\t"]) {
      await dave.asks("send", { room: "lobby", text });
      const shown = text.replaceAll(/\r\n|\r/g, "\n");
      await mary.hears("209", "dave", shown);
      await john.hears("209", "dave", shown);
    }
    await Promise.all([john, mary].map((each) => each.close()));
  });
});

Deno.test("codes: what is said in quick succession comes in single reads, in order, and keeps nobody waiting", async () => {
  await withCodes(async (server) => {
    const dave = await server.member("dave");
    const mary = await CodesClient.enter(server.running, "Mary");
    const erin = await (await server.member("erin")).forgets();
    await mary.hears("205", "erin");
    const texts = Array.from({ length: 40 }, (_, index) => `line ${index}`);
    for (const text of texts) void dave.says("send", { room: "lobby", text });
    for (const text of texts) await erin.hears({ event: "message", text });
    for (const text of texts) await mary.hears("209", "dave", text);
    await mary.hearsNothing("dave", "Mary", "erin");
    await mary.close();
  });
});

Deno.test("codes: a text that is longer than one read comes in several", async () => {
  await withCodes(async (server) => {
    const dave = await server.member("dave");
    const mary = await CodesClient.enter(server.running, "Mary");
    const long = "语言 é word 😀 ".repeat(680);
    await dave.asks("send", { room: "lobby", text: long });
    let got = "";
    while (got.length < long.length) {
      const { code, fields } = await mary.next();
      assertEquals([code, fields[0]], ["209", "dave"]);
      assertTrue(encoder.encode(fields[1]).length > 2_000 || got.length > 0, "no more pieces than it takes");
      got += fields[1];
    }
    assertEquals(got, long);
    await mary.close();
  });
});

Deno.test("codes: a message whose bytes come in several pieces without a pause is one", async () => {
  await withCodes(async (server) => {
    const dave = await (await server.member("dave")).forgets();
    const john = await CodesClient.connect(server.running);
    for (const piece of ["1", "02\r", "\nJohn\r\nplug-", "jack-cord-7"]) john.writes(piece);
    john.sends("");
    await john.hears("206");
    for (const piece of ["101\r\nJo", "hn\r\nplug-jack-", "cord-7"]) john.writes(piece);
    john.sends("");
    await john.hears("204", "John");
    for (const piece of ["10", "6\r\nda", "ve\r\nin sev", "eral pieces"]) john.writes(piece);
    john.sends("");
    await dave.hearsAtLast({ event: "message", from: "John", text: "in several pieces" });
    for (const piece of ["109", "\r", "\n\x89PN", "G"]) john.writes(piece);
    john.sends("");
    assertEquals((await dave.hearsAtLast({ event: "message", kind: "file" })).file.size, 5);
    john.sends("108108");
    await john.hears("210", "dave", "John");
    await john.hears("210", "dave", "John");
    john.says("106", "dave", "one");
    john.says("106", "dave", "two");
    await dave.hears({ event: "message", text: "one" });
    await dave.hears({ event: "message", text: "two" });
    await john.close();
  });
});

Deno.test("codes: a first message that begins with something else is an error and the end", async () => {
  await withCodes(async (server) => {
    for (const first of ["hello", "\r\n101", "{}", "GET / HTTP/1.1\r\n\r\n", "1x1\r\n"]) {
      const john = await CodesClient.connect(server.running);
      john.sends(first);
      await john.hears("208");
      await john.hearsTheEnd();
      await john.close();
    }
  });
});

Deno.test("codes: the main port knows them, whole and torn", async () => {
  await withServer({}, async (server) => {
    const john = await CodesClient.connect(server.running, { port: "tcp" });
    for (const piece of ["1", "0", "2", "\r", "\nJohn\r\nplug-jack-cord-7"]) john.writes(piece);
    john.sends("");
    await john.hears("206");
    const mary = await CodesClient.connect(server.running, { port: "tcp", separator: "\r\r" });
    mary.says("101", "John", "plug-jack-cord-7");
    await mary.hears("204", "John");
    await Promise.all([john.close(), mary.close()]);
  });
});

Deno.test("codes: their programs may wait longer for a person to type than others may", async () => {
  await withCodes(async (server) => {
    const mary = await CodesClient.connect(server.running);
    const stranger = await server.connect();
    await stranger.hears({ event: "bye", code: "silent" });
    mary.says("101", "Mary", "who knows");
    await mary.hears("201");
    await mary.close();
  }, { limits: { silenceMs: 200 } });
});

Deno.test("codes: a server that stops says so, and one that is full", async () => {
  await withServer(
    { listen: [{ port: 0, dialect: "codes" }], rateLimits: true },
    async ({ running }) => {
      const mary = await CodesClient.connect(running);
      const second = await CodesClient.connect(running);
      const refused = await second.next();
      assertEquals([refused.code, refused.fields[0]], ["209", "@switchboard"]);
      assertTrue(refused.fields[1]!.startsWith("Cannot connect: 1 connections"), refused.fields[1]!);
      await second.hearsTheEnd();
      const stopping = running.stop();
      await mary.hears("209", "@switchboard", "The server is stopping. Connect again soon.");
      await mary.hearsTheEnd();
      await stopping;
      await Promise.all([mary.close(), second.close()]);
    },
    { limits: { strangersPerAddressMax: 1 } },
  );
});
