/** The codes on the wire: separators, what is torn and what is joined, pauses, and which port knows them. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { CodesClient, withCodes } from "./clients/codes_client.ts";
import { withServer } from "../support/harness.ts";

const encoder = new TextEncoder();
Deno.test("codes: a text of several lines stays one message, whatever stands in it", async () => {
  await withCodes(async (server) => {
    const dave = await server.member("dave");
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

Deno.test("codes: a reader that is 150 ms late loses nothing, and is not behind", async () => {
  await withCodes(async (server) => {
    const dave = await server.member("dave");
    const mary = await (await CodesClient.enter(server.running, "Mary", { lateMs: 150 })).forgets();
    const erin = await (await server.member("erin")).forgets();
    await mary.hears("205", "erin");
    const texts = Array.from({ length: 40 }, (_, index) => `line ${index}`);
    const speaks = async (from: typeof dave, each: (text: string) => string) => {
      for (const text of texts) await from.asks("send", { room: "lobby", text: each(text) });
    };
    const reads = mary.reads;
    await Promise.all([speaks(dave, (text) => text), speaks(erin, (text) => `${text}\nwera: x`)]);
    const { messages } = await dave.asks("history", { room: "lobby", limit: 80 });
    for (const { from, text } of messages) {
      const shown = await mary.line(from, text.split("\n").length);
      assertEquals(shown.replaceAll("> wera", "wera"), text);
    }
    assertTrue(mary.reads - reads <= 20, `${mary.reads - reads} reads for 80 lines`);
    await mary.hearsNothing("dave", "erin");
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
    for (const piece of ["109", "\r", "\n\x01PN", "G"]) john.writes(piece);
    john.waits(600);
    assertEquals((await dave.hearsAtLast({ event: "message", kind: "file" })).file.size, 6);
    john.sends("108108");
    await john.hears("210", "dave");
    await john.hears("210", "dave");
    john.says("106", "dave", "one");
    await dave.hears({ event: "message", text: "one" });
    john.says("106", "dave", "two");
    await dave.hears({ event: "message", text: "two" });
    await john.close();
  });
});

Deno.test("codes: a first message that begins with something else is an error and the end", async () => {
  await withCodes(async (server) => {
    for (const first of ["hello", "\r\n101", "{}", "ACK 1\r\n\r\n", "1x1\r\n"]) {
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

Deno.test("codes: on their own port they may wait for a person without end while their address has few such, and elsewhere longer than others", async () => {
  await withCodes(async (server) => {
    const mary = await CodesClient.connect(server.running);
    const unauthenticated = await server.connect();
    await unauthenticated.hears({ event: "bye", code: "silent" });
    // Mary waits for longer than two may one after the other that are known by what they say.
    for (const password of ["who knows", "nobody"]) {
      const john = await CodesClient.connect(server.running, { port: "tcp" });
      john.says("101", "John", password);
      await john.hears("201");
      await john.hears("209", "@switchboard", SILENT);
      await john.hearsTheEnd();
      await john.close();
    }
    mary.says("101", "Mary", "who knows");
    await mary.hears("201");
    const others = await Promise.all([1, 2].map(() => CodesClient.connect(server.running)));
    await mary.hears("209", "@switchboard", SILENT);
    await Promise.all([mary, ...others].map((each) => each.close()));
  }, { limits: { silenceMs: 600, longSilenceMs: 1_500, endlessSilencesPerAddressMax: 2 } });
});
const SILENT = "You asked nothing for 1.5 s and are not signed in: connect again when you are ready.";

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
    { limits: { unauthenticatedPerAddressMax: 1 } },
  );
});
