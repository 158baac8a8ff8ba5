/** The codes as their original program lives them, and what others see of it. Bytes and pauses: codes_wire_test.ts. */
import { assertEquals } from "../support/assert.ts";
import { CodesClient, withCodes } from "./clients/codes_client.ts";
import { bytesOf, sendFile } from "../support/file_lines.ts";
import { PASSWORD } from "../support/harness.ts";

Deno.test("codes: registering, signing in, who is there, signing out", async () => {
  await withCodes(async (server) => {
    const dave = await (await server.member("dave")).forgets();
    const mary = await CodesClient.connect(server.running);
    mary.says("102", "Mary", PASSWORD);
    await mary.hears("206");
    mary.says("101", "Mary", PASSWORD);
    await mary.hears("204", "Mary");
    await dave.hears({ event: "online", nickname: "Mary" });
    const john = await CodesClient.enter(server.running, "John");
    await mary.hears("205", "John");
    john.says("108");
    await john.hears("210", "dave", "Mary");
    john.says("100", "John");
    await john.hears("203", "John");
    await mary.hears("203", "John");
    john.says("107", "John");
    await john.hears("203", "John");
    await dave.hearsAtLast({ event: "offline", nickname: "John" });
    john.says("101", "John", PASSWORD);
    await john.hears("204", "John");
    await mary.hears("205", "John");
    await john.close();
    await mary.hears("203", "John");
    await mary.close();
  });
});

Deno.test("codes: an account made here is one everywhere, and one made elsewhere is one here", async () => {
  await withCodes(async (server) => {
    const mary = await CodesClient.enter(server.running, "Mary");
    const page = await server.connect();
    await page.asks("login", { username: "mary", password: PASSWORD });
    await (await server.member("carol")).asks("logout");
    const carol = await CodesClient.connect(server.running);
    carol.says("101", "carol@example.org", PASSWORD);
    await carol.hears("204", "carol");
    await Promise.all([mary.close(), carol.close()]);
  });
});

Deno.test("codes: what can't be registered, and who can't sign in", async () => {
  await withCodes(async (server) => {
    await server.member("grace");
    await server.guest("dave");
    const carol = await server.member("carol");
    const john = await CodesClient.connect(server.running);
    const answers = async (expected: string, ...fields: string[]) => {
      john.says(...fields);
      await john.hears(expected);
    };
    await answers("207", "102", "carol", PASSWORD);
    await answers("207", "102", "Dave", PASSWORD);
    await answers("201", "102", "John", "123");
    await answers("201", "102", "John", "password1");
    await answers("201", "102", "Jo\thn", PASSWORD);
    await answers("201", "102", "", PASSWORD);
    await answers("206", "102", "John", PASSWORD);
    await answers("207", "102", "john", PASSWORD);
    await answers("201", "101", "John", "wrong");
    await answers("201", "101", "nobody", PASSWORD);
    await answers("202", "101", "carol", PASSWORD);
    await carol.asks("logout");
    john.says("101", "carol", PASSWORD);
    await john.hears("204", "carol");
    await answers("202", "101", "John", PASSWORD);
    const other = await CodesClient.connect(server.running);
    other.says("101", "carol", PASSWORD);
    await other.hears("202");
    await Promise.all([john.close(), other.close()]);
  });
});

Deno.test("codes: a message to one, to some, to everybody", async () => {
  await withCodes(async (server) => {
    const dave = await server.member("dave");
    const john = await CodesClient.enter(server.running, "John");
    const mary = await CodesClient.enter(server.running, "Mary");
    const zoe = await CodesClient.enter(server.running, "Zoë");
    await Promise.all([john, mary, zoe].map((each) => each.forgets()));
    await dave.forgets();

    john.says("106", "Mary", "only you");
    await mary.hears("209", "John", "only you");
    john.says("106", "Mary\tdave", "you two");
    await mary.hears("209", "John", "you two");
    await dave.hears({ event: "message", from: "John", to: "dave", text: "you two" });
    john.says("106", "dave\tMary\tJohn\tzoë", "all of you");
    await mary.hears("209", "John", "all of you");
    await zoe.hears("209", "John", "all of you");
    const told = await dave.hears({ event: "message", from: "John", room: "lobby", text: "all of you" });
    john.says("106", "dave", "and you");
    await dave.hears({ event: "message", from: "John", to: "dave", text: "and you" });
    await dave.asks("send", { to: "Zoë", text: "psst" });
    await zoe.hears("209", "dave", "psst");

    const { messages } = await dave.asks("history", { room: "lobby" });
    assertEquals(messages.map(({ id }: { id: string }) => id), [told.id]);
    await john.hearsNothing("dave", "Mary", "Zoë");
    await mary.hearsNothing("dave", "John", "Zoë");
    await zoe.hearsNothing("dave", "John", "Mary");
    await Promise.all([john, mary, zoe].map((each) => each.close()));
  });
});

Deno.test("codes: select all speaks to the lobby, also with one other there, and with eleven whom the window has no room for", async () => {
  await withCodes(async (server) => {
    const dave = await (await server.guest("dave")).forgets();
    const john = await (await CodesClient.enter(server.running, "John")).forgets();
    john.says("106", "dave", "everybody who is there");
    await dave.hearsAtLast({ event: "message", room: "lobby", text: "everybody who is there" });
    john.says("106", "dave\tJohn", "with oneself");
    await dave.hears({ event: "message", room: "lobby", text: "with oneself" });
    const many = Array.from({ length: 10 }, (_, n) => `guest${n}`);
    for (const name of many) {
      await server.guest(name);
      await john.hears("205", name);
    }
    john.says("106", ["dave", ...many.slice(0, 7)].join("\t"), "the eight boxes");
    await dave.hearsAtLast({ event: "message", room: "lobby", text: "the eight boxes" });
    john.says("106", ["dave", ...many.slice(0, 6)].join("\t"), "one of them not ticked");
    const some = await dave.hears({ event: "message", text: "one of them not ticked" });
    assertEquals([some.room, some.to], [undefined, "dave"]);
    await dave.asks("leave", { room: "lobby" });
    await john.hears("203", "dave");
    john.says("106", many.join("\t"), "all ten that are left");
    await (await server.guest("erin")).asks("ping");
    await john.hears("205", "erin");
    await john.close();
  });
});

Deno.test("codes: a text too long for one message goes as several", async () => {
  await withCodes(async (server) => {
    const dave = await (await server.guest("dave")).forgets();
    const john = await CodesClient.enter(server.running, "John");
    john.says("106", "dave", `${"a".repeat(16_000)}\n${"b".repeat(16_000)}`);
    await dave.hearsAtLast({ event: "message", text: "a".repeat(16_000) });
    await dave.hears({ event: "message", text: "b".repeat(16_000) });
    await john.close();
  });
});

Deno.test("codes: what was sent to somebody who was away comes with signing in", async () => {
  await withCodes(async (server) => {
    const dave = await server.member("dave");
    const mary = await CodesClient.enter(server.running, "Mary");
    await mary.close();
    await dave.hearsAtLast({ event: "offline", nickname: "Mary" });
    await dave.asks("send", { to: "Mary", text: "call me" });
    await dave.asks("send", { to: "Mary", text: "please" });
    const again = await CodesClient.enter(server.running, "Mary");
    await again.hears("209", "dave", "call me");
    await again.hears("209", "dave", "please");
    await again.hearsNothing("dave");
    await again.close();
  });
});

Deno.test("codes: what is not possible is an error, and the connection goes on", async () => {
  await withCodes(async (server) => {
    const john = await CodesClient.connect(server.running);
    const fails = async (data: string | Uint8Array) => {
      john.sends(data);
      await john.hears("208");
    };
    for (
      const early of ["100", "107", "108", "106\r\nMary\r\nhi", "106\r\nMary\tCarl\r\nhi", "109\r\nbytes"]
    ) {
      await fails(early);
    }
    await fails("101\r\nJohn");
    john.says("102", "John", PASSWORD);
    await john.hears("206");
    john.says("101", "John", PASSWORD);
    await john.hears("204", "John");
    const wrong = [
      "106\r\nnobody\r\nhi",
      "106\r\nnobody\tJohn\r\nhi",
      "106\r\n\r\nhi",
      "106\r\n\t\t\r\nhi",
      "106\r\nJohn",
      "106",
      `106\r\nJohn\r\n`,
      `106\r\nJohn\r\n${"x".repeat(65_536)}`,
      new Uint8Array([...new TextEncoder().encode("106\r\nJohn\r\n"), 0xff, 0xfe]),
      "999\r\nwhat?",
      "103\r\nJohn\r\nhi",
      "hello",
      "1",
      "-1 ",
    ];
    for (const each of wrong) await fails(each);
    await john.hearsNothing();
    await john.close();
  });
});

Deno.test("codes: what others do that it has no word for is a line in their name", async () => {
  await withCodes(async (server) => {
    const dave = await server.member("dave");
    const erin = await server.guest("erin");
    const mary = await CodesClient.enter(server.running, "Mary");
    const page = server.running.http;
    const { id } = await dave.asks("send", { room: "lobby", text: "first" });
    await dave.asks("edit", { message: id, text: "second" });
    await erin.asks("react", { message: id, emoji: "👍", on: true });
    await erin.asks("react", { message: id, emoji: "👍", on: false });
    await dave.asks("recall", { message: id });
    const { file } = await sendFile(dave, { room: "lobby" }, "long.bin", bytesOf(5_000));
    const { file: offered } = await sendFile(dave, { to: "Mary" }, "secret.bin", bytesOf(10));
    await dave.asks("kick", { room: "lobby", nickname: "erin", reason: "off topic" });
    await dave.asks("leave", { room: "lobby" });
    await mary.hears("209", "dave", "first");
    await mary.hears("209", "dave", "has changed a message: second");
    await mary.hears("209", "erin", "reacts with 👍");
    await mary.hears("209", "erin", "takes back 👍");
    await mary.hears("209", "dave", "has taken back a message.");
    await mary.hears("209", "dave", `has sent a file, long.bin: ${page}/files/${file}`);
    await mary.hears("209", "dave", `offers Mary a file, secret.bin: ${page}/files/${offered}`);
    await mary.hears("209", "dave", "has put erin out of the room (off topic).");
    await mary.hears("203", "erin");
    await mary.hears("203", "dave");
    await mary.hears("209", "Mary", "owns the room now.");
    await mary.hearsNothing();
    await mary.close();
  });
});

Deno.test("codes: an account that is also in other rooms hears them, marked; and answers on the page count", async () => {
  await withCodes(async (server) => {
    const mary = await CodesClient.enter(server.running, "Mary");
    const page = await server.connect();
    await page.asks("login", { username: "Mary", password: PASSWORD });
    await page.asks("enter", { room: "ops" });
    const dave = await server.member("dave");
    await dave.asks("enter", { room: "ops" });
    await mary.hears("205", "dave");
    await dave.asks("send", { room: "ops", text: "here" });
    await mary.hears("209", "dave", "[ops] here");
    await page.asks("send", { room: "lobby", text: "from the page" });
    await mary.hears("209", "Mary", "from the page");
    const { file } = await sendFile(dave, { to: "Mary" }, "secret.bin", bytesOf(10));
    await mary.hears("209", "dave", `offers Mary a file, secret.bin: ${server.running.http}/files/${file}`);
    await page.asks("accept", { file });
    await mary.hears("209", "Mary", "has accepted the file of dave.");
    await mary.hearsNothing("dave");
    await mary.close();
  });
});
