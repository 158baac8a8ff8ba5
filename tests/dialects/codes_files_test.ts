/** Files of the codes, and the program with other codes for them: what goes with one read, what is a line, and what came in pieces. */
import { assertEquals } from "../support/assert.ts";
import { CodesClient, withCodes } from "./clients/codes_client.ts";
import { bytesOf, fetchFile, md5, sendFile } from "../support/file_lines.ts";
import { slowed } from "../support/slow_line.ts";

const encoder = new TextEncoder();
const PNG = Uint8Array.fromHex("89504e470d0a1a0a0000000d4948445200000001000000010806000000");

function behind(head: string, bytes: Uint8Array): Uint8Array {
  return new Uint8Array([...encoder.encode(head), ...bytes]);
}

Deno.test("codes: a file goes to everybody, its bytes directly behind 200, whether anything was behind 109 or not", async () => {
  await withCodes(async (server) => {
    const dave = await server.member("dave");
    const john = await CodesClient.enter(server.running, "John");
    const mary = await CodesClient.enter(server.running, "Mary");
    await Promise.all([john, mary].map((each) => each.forgets()));
    await dave.forgets();
    const goes = async (
      from: CodesClient,
      to: CodesClient,
      sent: Uint8Array,
      saved: Uint8Array,
      between = "",
    ) => {
      from.sendsFile(sent, between);
      assertEquals(await to.recv(), behind("200", saved), "with one read");
      const { file } = await dave.hears({ event: "message", room: "lobby" });
      assertEquals(await fetchFile(dave, file.id), saved);
      return file.name;
    };
    const notes = encoder.encode("just a text\n");
    assertEquals(await goes(john, mary, PNG, PNG), "file-1.png");
    assertEquals(await goes(john, mary, PNG, behind("\r\n", PNG), "\r\n"), "file-2.bin", "it is the file's");
    assertEquals(await goes(mary, john, PNG, PNG, "\r\n"), "file-3.png");
    assertEquals(await goes(mary, john, notes, behind("\r\n", notes), "\r\n"), "file-4.txt", "nothing tells");
    assertEquals(await goes(mary, john, notes, notes), "file-5.txt");
    await john.hearsNothing("dave", "Mary");
    await mary.hearsNothing("dave", "John");
    await Promise.all([john, mary].map((each) => each.close()));
  });
});

Deno.test("codes: a file that one read can't take is a line with its address, whoever sent it", async () => {
  await withCodes(async (server) => {
    const dave = await server.member("dave");
    const john = await CodesClient.enter(server.running, "John");
    const mary = await CodesClient.enter(server.running, "Mary");
    await Promise.all([john, mary].map((each) => each.forgets()));
    await dave.forgets();
    const at = (id: string) => `${server.running.http}/files/${id}`;
    const full = new Uint8Array([0xff, 0xd8, 0xff, ...bytesOf(4_090)]);
    const more = new Uint8Array([...full, 0]);
    for (const sent of [full, more, bytesOf(700_000)]) {
      john.sendsFile(sent);
      const { file } = await dave.hears({ event: "message", from: "John" });
      assertEquals([file.size, file.md5], [sent.length, md5(sent)]);
      const what = sent === more ? "a picture" : "a file";
      if (sent === full) assertEquals(await mary.file(), full, "4,093 bytes");
      else await mary.hears("209", "John", `has sent ${what}, ${file.name}: ${at(file.id)}`);
    }
    const { file: small } = await sendFile(dave, { room: "lobby" }, "cat.jpg", full);
    const { file: large } = await sendFile(dave, { room: "lobby" }, "dog.jpg", more);
    await sendFile(dave, { room: "lobby" }, "empty.txt", new Uint8Array(0));
    await dave.asks("send", { room: "lobby", text: "my cat", file: small });
    for (const each of [john, mary]) {
      assertEquals(await each.file(), full);
      await each.hears("209", "dave", `has sent a picture, dog.jpg: ${at(large)}`);
      assertEquals(await each.recv(), encoder.encode("200"));
      await each.hears("209", "dave", "my cat");
      assertEquals(await each.file(), full);
    }
    await Promise.all([john, mary].map((each) => each.close()));
  });
});

Deno.test("codes: a file that comes in pieces over a slow line is one file", async () => {
  await withCodes(async (server) => {
    await using lines = slowed(server.running);
    const dave = await (await server.member("dave")).forgets();
    const john = await CodesClient.enter(lines, "John");
    const sent = bytesOf(100_004);
    john.sendsFile(sent);
    const { file } = await dave.hearsAtLast({ event: "message", from: "John" });
    assertEquals([file.size, file.md5], [sent.length, md5(sent)]);
    await john.hearsNothing("dave");
    await john.close();
  });
});

Deno.test("codes: a program that leaves in the middle of a file has sent what it sent", async () => {
  await withCodes(async (server) => {
    const dave = await (await server.member("dave")).forgets();
    const john = await CodesClient.enter(server.running, "John");
    john.writes(behind("109", PNG));
    await john.close();
    // No length tells that it wanted to send more.
    const { file } = await dave.hearsAtLast({ event: "message", from: "John" });
    assertEquals(file.md5, md5(PNG));
    await dave.hearsAtLast({ event: "offline", nickname: "John" });
  });
});

Deno.test("codes: the variant with carriage returns has its own codes, lists and files", async () => {
  await withCodes(async (server) => {
    const dave = await server.member("dave");
    const john = await (await CodesClient.enter(server.running, "John", { separator: "\r\r" })).forgets();
    const mary = await (await CodesClient.enter(server.running, "Mary")).forgets();
    const zoe = await (await CodesClient.enter(server.running, "Zoë", { separator: "\r\r" })).forgets();
    await john.hears("205", "Mary");
    await john.hears("205", "Zoë");
    await mary.hears("205", "Zoë");
    await dave.forgets();

    john.says("104");
    assertEquals(await john.recv(), encoder.encode("210\r\rdave\tMary\tZoë\t"));
    john.says("103", "Mary\tZoë\t", "you\r\ntwo");
    await mary.hears("209", "John", "you\ntwo");
    assertEquals(await zoe.recv(), encoder.encode("209\r\rJohn\r\ryou\ntwo"));
    john.says("103", "Mary\tZoë\tdave\t", "all of you");
    await mary.hears("209", "John", "all of you");
    await zoe.hears("209", "John", "all of you");
    await dave.hears({ event: "message", room: "lobby", text: "all of you" });
    for (const name of ["nobody", "Carl"]) {
      john.says("103", `Mary\t${name}\t`, "are you there?");
      await john.hears("208");
    }

    john.says("105", "Mary\tZoë\tdave\t", "C:\\notes.txt\tone\ntwo");
    assertEquals(await mary.file(), encoder.encode("one\ntwo"));
    assertEquals(await zoe.recv(), encoder.encode("200\r\rnotes.txt\tone\ntwo"));
    const { file } = await dave.hears({ event: "message", room: "lobby", kind: "file" });
    assertEquals([file.name, file.size], ["notes.txt", 7]);
    john.says("105", "Zoë\t", "secret.txt\tfor you");
    assertEquals(await zoe.next(), { code: "200", fields: ["secret.txt"], file: encoder.encode("for you") });
    await john.hears("209", "Zoë", "has accepted the file of John.");
    john.says("105", "nobody\t", "secret.txt\tfor you");
    await john.hears("208");

    const at = (id: string) => `${server.running.http}/files/${id}`;
    const unreadable = { "tabs.txt": "a\tb", "returns.txt": "a\r\rb", "latin.txt": "\xe9" };
    for (const [name, text] of Object.entries(unreadable)) {
      const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
      const { file } = await sendFile(dave, { room: "lobby" }, name, bytes);
      assertEquals(await mary.file(), bytes);
      await zoe.hears("209", "dave", `has sent a file, ${name}: ${at(file)}`);
    }
    const head = "200\r\rlong.txt\t".length;
    await sendFile(dave, { room: "lobby" }, "long.txt", encoder.encode("x".repeat(4_096 - head)));
    assertEquals((await zoe.file()).length, 4_096 - head);
    const { file: long } = await sendFile(dave, { room: "lobby" }, "long.txt", bytesOf(4_097 - head));
    await zoe.hears("209", "dave", `has sent a file, long.txt: ${at(long)}`);
    mary.sendsFile(PNG);
    const { file: png } = await dave.hears({ event: "message", from: "Mary" });
    await zoe.hears("209", "Mary", `has sent a picture, ${png.name}: ${at(png.id)}`);
    zoe.says("100", "Zoë");
    assertEquals(await zoe.recv(), encoder.encode("203\r\rZoë"));
    await mary.close();
    await Promise.all([john, zoe].map((each) => each.close()));
  });
});

Deno.test("codes: what the other program has codes for is no request of this one", async () => {
  await withCodes(async (server) => {
    const john = await CodesClient.enter(server.running, "John");
    for (const data of ["103\r\nJohn\t\r\nhi", "105\r\nJohn\t\r\na.txt\thi"]) {
      john.sends(data);
      await john.hears("208");
    }
    await john.close();
  });
});
