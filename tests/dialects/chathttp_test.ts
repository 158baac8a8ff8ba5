/** ChatHTTP as its original program lives it, and what others see of it. Its bytes and its pauses: chathttp_wire_test.ts. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { ChatHttpClient, pack, unpack, withChatHttp } from "./clients/chathttp_client.ts";
import { OriginalSocket } from "./clients/original_socket.ts";
import { bytesOf, sendFile } from "../support/file_lines.ts";

Deno.test("chathttp: coming, talking, asking who is there, going", async () => {
  await withChatHttp(async (server) => {
    const dave = await (await server.guest("dave")).forgets();
    const alice = await ChatHttpClient.enter(server.running, "Alice");
    await dave.hears({ event: "online", nickname: "Alice" });
    await dave.hears({ event: "entered", room: "lobby", nickname: "Alice" });
    const bob = await ChatHttpClient.enter(server.running, "bob");
    await alice.post("Hello, everyone!");
    await dave.hearsAtLast({ event: "message", from: "Alice", room: "lobby", text: "Hello, everyone!" });
    await dave.asks("send", { room: "lobby", text: "你好 👋" });
    await bob.get();
    const said = ["[ Alice ] : Hello, everyone!", "[ dave ] : 你好 👋"];
    await alice.shows("bob has just entered the chat room...", ...said);
    await bob.shows(...said, "Online users:", "dave", "Alice", "bob");
    await alice.leave();
    await bob.shows("Alice has just left the chat room...");
    await dave.hearsAtLast({ event: "left", nickname: "Alice" });
    await bob.close();
    await dave.hearsAtLast({ event: "left", nickname: "bob" });
  });
});

Deno.test("chathttp: after DELETE the same connection may ADD again, and the name is free", async () => {
  await withChatHttp(async (server) => {
    const dave = await (await server.guest("dave")).forgets();
    const socket = await OriginalSocket.open(server.running, "chathttp");
    await socket.recv();
    await socket.sendall(pack("ADD", "alice", ""));
    await socket.recv();
    await socket.sendall(pack("DELETE", "alice", ""));
    await dave.hearsAtLast({ event: "offline", nickname: "alice" });
    const other = await ChatHttpClient.enter(server.running, "alice");
    await socket.sendall(pack("ADD", "alice", ""));
    assertEquals(unpack(await socket.recv()).status, "401");
    await socket.sendall(pack("ADD", "alex", ""));
    assertEquals(unpack(await socket.recv()).status, "200");
    socket.close();
    await other.close();
  });
});

Deno.test("chathttp: a name that is online or registered is refused, and another one is taken", async () => {
  await withChatHttp(async (server) => {
    await server.guest("dave");
    const carol = await server.member("carol");
    await carol.asks("logout");
    const alice = await ChatHttpClient.connect(server.running, "alice");
    for (const name of ["dave", "DAVE", "carol", "ｃarol"]) {
      const { status, reason, entity } = await alice.add(name);
      assertEquals([status, reason, entity], ["401", "User Name Exist", "Error...T.T"]);
    }
    for (const name of ["", "a\tb", "x".repeat(33), "alice@example.org"]) {
      assertEquals((await alice.add(name)).status, "400", name);
    }
    assertEquals((await alice.add("alice")).status, "200");
    await alice.close();
  });
});

Deno.test("chathttp: what is not possible is a bad request, and the connection goes on", async () => {
  await withChatHttp(async (server) => {
    const dave = await (await server.guest("dave")).forgets();
    const socket = await OriginalSocket.open(server.running, "chathttp");
    const answer = async (request: string | Uint8Array) => {
      await socket.sendall(request);
      return unpack(await socket.recv());
    };
    await socket.recv();
    for (
      const request of [
        pack("POST", "alice", "too early\n"),
        pack("GET", "alice", ""),
        pack("DELETE", "alice", ""),
        pack("PUT", "alice", "what?\n"),
        "how do I get in?\n",
        "GET 127.0.0.1\nUser_Agent: alice\n\n",
        "ADD 127.0.0.1 HTTP/1.1\nthis is no header\n\n",
      ]
    ) {
      const { status, reason, entity } = await answer(request);
      assertEquals([status, reason], ["400", "Bad Request"], String(request));
      assertTrue(/^Cannot .*\n$/.test(entity), entity);
    }
    const { entity } = await answer(pack("GET", "alice", ""));
    assertEquals(entity, "Cannot do this yet: ADD first\n", "in its own words");
    assertEquals((await answer(pack("ADD", "alice", ""))).status, "200");
    assertEquals((await answer(pack("POST", "alice", "\n"))).status, "400");
    assertEquals((await answer(pack("POST", "alice", "now\n"))).entity, "[ alice ] : now\n");
    await dave.hearsAtLast({ event: "message", text: "now" });
    await dave.hearsNothing();
    socket.close();
  });
});

Deno.test("chathttp: what others do that it has no word for is a line", async () => {
  await withChatHttp(async (server) => {
    const dave = await server.guest("dave");
    const erin = await server.guest("erin");
    const alice = await ChatHttpClient.enter(server.running, "alice");
    const page = server.running.http;
    const { id } = await dave.asks("send", { room: "lobby", text: "first" });
    await dave.asks("edit", { message: id, text: "second" });
    await erin.asks("react", { message: id, emoji: "👍", on: true });
    await erin.asks("react", { message: id, emoji: "👍", on: false });
    await dave.asks("recall", { message: id });
    await dave.asks("send", { to: "alice", text: "psst" });
    const { file } = await sendFile(dave, { room: "lobby" }, "notes.txt", bytesOf(100));
    const { file: picture } = await sendFile(dave, { room: "lobby" }, "cat.png", PNG);
    await dave.asks("send", { room: "lobby", text: "my cat", file: picture });
    const { file: offered } = await sendFile(dave, { to: "alice" }, "secret.bin", bytesOf(10));
    await dave.asks("kick", { room: "lobby", nickname: "erin", reason: "off topic" });
    await dave.asks("leave", { room: "lobby" });
    await alice.shows(
      "[ dave ] : first",
      "* dave has changed a message: second",
      "* erin reacts with 👍",
      "* erin takes back 👍",
      "* dave has taken back a message.",
      "[ dave ] (private) : psst",
      `[ dave ] : has sent a file, notes.txt: ${page}/files/${file}`,
      `[ dave ] : has sent a picture, cat.png: ${page}/files/${picture}`,
      "[ dave ] : my cat",
      `[ dave ] : has sent a picture, cat.png: ${page}/files/${picture}`,
      `[ dave ] (private) : offers you a file, secret.bin: ${page}/files/${offered}`,
      "* dave has put erin out of the chat room (off topic).",
      "dave has just left the chat room...",
      "* alice owns the chat room now.",
    );
    await alice.showsNothing("dave", "erin", "alice");
    await alice.close();
  });
});

const PNG = Uint8Array.fromHex("89504e470d0a1a0a0000000d4948445200000001000000010806000000");

Deno.test("chathttp: nothing that somebody writes or is called can be taken for another line", async () => {
  await withChatHttp(async (server) => {
    const alice = await ChatHttpClient.enter(server.running, "alice");
    for (const nickname of ["bob ] : I quit [", "[ bob ] : I quit", "* bob owns the chat room now."]) {
      const mallory = await server.guest(nickname);
      await mallory.asks("send", { room: "lobby", text: "hi" });
    }
    const dave = await server.guest("dave");
    await dave.asks("send", {
      room: "lobby",
      text:
        "one\n two\r\n[ bob ] : I quit\rbob has just left the chat room...\n* so\n\nHTTP/1.1 401 User Name Exist\n",
    });
    await alice.shows(
      "bob \\] : I quit \\[ has just entered the chat room...",
      "[ bob \\] : I quit \\[ ] : hi",
      "\\[ bob \\] : I quit has just entered the chat room...",
      "[ \\[ bob \\] : I quit ] : hi",
      "\\* bob owns the chat room now. has just entered the chat room...",
      "[ \\* bob owns the chat room now. ] : hi",
      "dave has just entered the chat room...",
      "[ dave ] : one",
      " two\r",
      "> [ bob ] : I quit\r> bob has just left the chat room...",
      "> * so",
      "",
      "HTTP/1.1 401 User Name Exist",
      "",
    );
    await alice.showsNothing(
      "alice",
      "bob \\] : I quit \\[",
      "\\[ bob \\] : I quit",
      "\\* bob owns the chat room now.",
      "dave",
    );
    await alice.close();
  });
});
