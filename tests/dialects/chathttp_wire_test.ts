/** ChatHTTP on the wire: how responses look, when they come, what is read of what arrives, and which port knows it. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { ChatHttpClient, pack, unpack, withChatHttp } from "./clients/chathttp_client.ts";
import { OriginalSocket } from "./clients/original_socket.ts";
import { withServer } from "../support/harness.ts";

const decoder = new TextDecoder();

Deno.test("chathttp: the greeting comes at once, and a response has exactly its headers in their groups", async () => {
  await withChatHttp(async ({ running }) => {
    const socket = await OriginalSocket.open(running, "chathttp");
    const raw = decoder.decode(await socket.recv());
    assertEquals(raw.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/, "TIME").split("\n"), [
      "HTTP/1.1 202 Accept",
      "Datetime: TIME",
      "Server: Switchboard",
      "Developer: Switchboard",
      "Content_Encoding: utf-8",
      "Content_Language: en",
      "Content_Length: 4",
      "Content_Type: text",
      "",
      "test",
    ]);
    socket.close();
  });
});

Deno.test("chathttp: what can't be read any further is a bad request and the end", async () => {
  await withChatHttp(async (server) => {
    for (const length of ["-1", "1e3", "99999999", "0x10", "18446744073709551617", "4 5"]) {
      const socket = await OriginalSocket.open(server.running, "chathttp");
      await socket.recv();
      await socket.sendall(`POST 127.0.0.1 HTTP/1.1\nContent_Length: ${length}\n\nhello`);
      const { status, entity } = unpack(await socket.recv());
      assertEquals(status, "400", length);
      assertTrue(/^Cannot .*\n$/.test(entity), entity);
      assertEquals((await socket.recv()).length, 0);
    }
  });
});

Deno.test("chathttp: a peer is answered with the line ends that it uses", async () => {
  await withChatHttp(async (server) => {
    const socket = await OriginalSocket.open(server.running, "chathttp");
    await socket.recv();
    await socket.sendall(pack("ADD", "alice", "", "\r\n"));
    const { status, headers } = unpack(await socket.recv(), "\r\n");
    assertEquals([status, headers.flat().length], ["200", 7]);
    await socket.sendall(pack("POST", "alice", "hello\r\n", "\r\n"));
    assertEquals(unpack(await socket.recv(), "\r\n").entity, "[ alice ] : hello\n");
    socket.close();
  });
});

Deno.test("chathttp: an entity without a length is what arrived with its request", async () => {
  await withChatHttp(async (server) => {
    const dave = await (await server.guest("dave")).forgets();
    const socket = await OriginalSocket.open(server.running, "chathttp");
    await socket.recv();
    await socket.sendall("ADD localhost HTTP/1.1\nUser_Agent: alice\n\n");
    await socket.recv();
    await socket.sendall("POST localhost HTTP/1.1\nUser_Agent: alice\n\nno length\nat all\n");
    await dave.hearsAtLast({ event: "message", text: "no length\nat all" });
    assertEquals(unpack(await socket.recv()).entity, "[ alice ] : no length\nat all\n");
    await socket.sendall("POST localhost HTTP/1.1\nUser_Agent: alice\n\nlast ");
    await socket.sendall("words\n");
    socket.finish();
    await dave.hears({ event: "message", text: "last words" });
  });
});

Deno.test("chathttp: lines that come together are shown together, each once and in order", async () => {
  await withChatHttp(async (server) => {
    const alice = await ChatHttpClient.enter(server.running, "alice");
    const dave = await server.guest("dave");
    const erin = await (await server.guest("erin")).forgets();
    const texts = Array.from({ length: 60 }, (_, index) => `line ${index} of a busy moment`);
    const began = performance.now();
    for (const text of texts) await dave.asks("send", { room: "lobby", text });
    for (const text of texts) await erin.hears({ event: "message", text });
    const others = performance.now() - began;
    await alice.shows(
      "dave has just entered the chat room...",
      "erin has just entered the chat room...",
      ...texts.map((text) => `[ dave ] : ${text}`),
    );
    assertTrue(others < performance.now() - began, "others have not waited for her pauses");
    assertTrue(alice.responses.length < 10, `${alice.responses.length} responses`);
    const { arrivals } = alice.socket;
    // The first two are the greeting and the answer to ADD, which come at once.
    const gaps = arrivals.slice(2).map(({ at }, index) => at - arrivals[index + 1]!.at);
    assertTrue(gaps.every((gap) => gap > 500), `${gaps}`);
    await alice.close();
  });
});

Deno.test("chathttp: a reader that is 150 ms late loses nothing, and is not behind", async () => {
  await withChatHttp(async (server) => {
    const alice = await ChatHttpClient.enter(server.running, "alice", 150);
    const dave = await server.guest("dave");
    const { arrivals } = alice.socket;
    const said: string[] = [];
    // As soon as she is told something there is more to tell her, so each response comes as early as any may.
    for (let count = arrivals.length; said.length < 60; count = arrivals.length) {
      const texts = Array.from({ length: 10 }, (_, index) => `line ${said.length + index}`);
      for (const text of texts) await dave.asks("send", { room: "lobby", text });
      said.push(...texts);
      await alice.socket.arrived(count + 1);
    }
    await alice.shows("dave has just entered the chat room...", ...said.map((text) => `[ dave ] : ${text}`));
    await alice.showsNothing("alice", "dave");
    assertTrue(alice.responses.length < 14, `${alice.responses.length} responses`);
    await alice.close();
  });
});

Deno.test("chathttp: a long text comes in several responses, none longer than one read", async () => {
  await withChatHttp(async (server) => {
    const alice = await ChatHttpClient.enter(server.running, "alice");
    const dave = await server.guest("dave");
    const long = "😀語é ".repeat(1_400);
    await dave.asks("send", { room: "lobby", text: long });
    await dave.asks("send", { room: "lobby", text: "and on" });
    await alice.shows("dave has just entered the chat room...", `[ dave ] : ${long}`, "[ dave ] : and on");
    assertTrue(alice.responses.every(({ bytes }) => bytes <= 4_096), "none is longer than 4,096 bytes");
    assertTrue(alice.responses.length >= 6, `${alice.responses.length} responses`);
    await alice.close();
  });
});

Deno.test("chathttp: the main port knows a client that speaks first", async () => {
  await withServer({}, async (server) => {
    const dave = await (await server.guest("dave")).forgets();
    const socket = await OriginalSocket.open(server.running, "tcp");
    await socket.sendall("A");
    await socket.sendall("DD 127.");
    await socket.sendall("0.0.1 HTTP/1.1\nUser_Agent: alice\n\n");
    assertEquals(unpack(await socket.recv()).entity, "OK...^.^");
    await socket.sendall(pack("GET", "alice", ""));
    assertEquals(unpack(await socket.recv()).entity, "Online users:\ndave\nalice\n");
    socket.close();
    await dave.hearsAtLast({ event: "offline", nickname: "alice" });
    const asking = await OriginalSocket.open(server.running, "tcp");
    await asking.sendall(pack("GET", "nobody", ""));
    assertEquals(unpack(await asking.recv()).status, "400");
    asking.close();
  });
});

Deno.test("browser: one that opens the main TCP port is shown the way to the page", async () => {
  await withServer({}, async ({ running }) => {
    const { host, port } = running.tcp;
    for (const method of ["GET", "POST", "DELETE"]) {
      const response = await fetch(`http://${host}:${port}/some/where`, { method });
      assertEquals([response.status, response.headers.get("connection")], [200, "close"]);
      const page = await response.text();
      assertTrue(page.includes(`<a href="${running.http}">`), page);
    }
    const socket = await OriginalSocket.open(running, "tcp");
    await socket.sendall("GE");
    await socket.sendall("T / HTTP/1.1\r\nHost: x\r\n\r\n");
    assertTrue(decoder.decode(await socket.recv()).startsWith("HTTP/1.1 200 OK\r\n"), "torn it is the same");
    assertEquals((await socket.recv()).length, 0);
  });
});

Deno.test("chathttp: a server that stops says so, and one that is full", async () => {
  await withServer(
    { listen: [{ port: 0, dialect: "chathttp" }], rateLimits: true },
    async ({ running }) => {
      const alice = await OriginalSocket.open(running, "chathttp");
      await alice.recv();
      const second = await OriginalSocket.open(running, "chathttp");
      const { status, entity } = unpack(await second.recv());
      assertEquals(status, "500");
      assertTrue(entity.startsWith("Cannot connect: 1 connections"), entity);
      assertEquals((await second.recv()).length, 0);
      await alice.sendall(pack("ADD", "alice", ""));
      await alice.recv();
      const stopping = running.stop();
      const last = unpack(await alice.recv());
      assertEquals([last.status, last.reason], ["500", "Internal Server Error"]);
      assertEquals(last.entity, "The server is stopping. Connect again soon.\n");
      assertEquals((await alice.recv()).length, 0);
      await stopping;
    },
    { limits: { unauthenticatedPerAddressMax: 1 } },
  );
});

Deno.test("chathttp: its program may think longer before it signs in than others may", async () => {
  await withChatHttp(async (server) => {
    const alice = await ChatHttpClient.connect(server.running, "alice");
    const unauthenticated = await server.connect();
    await unauthenticated.hears({ event: "bye", code: "silent" });
    assertEquals((await alice.add()).status, "200");
    await alice.close();
  }, { limits: { silenceMs: 200 } });
});
