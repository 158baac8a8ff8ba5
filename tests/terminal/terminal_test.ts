/** Somebody talks in a terminal: a real one, with real keys, asserted by what stands on its screen. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { withServer } from "../support/harness.ts";
import { addManyRooms, MANY_ROOMS } from "../support/many_rooms.ts";
import { KEYS } from "../support/terminal.ts";
import { chatAt, guestAt, inTerminal } from "./terminal_scene.ts";

inTerminal("one is asked who one is, and what arrives never breaks the line being typed", async () => {
  await withServer({}, async (server) => {
    const bob = await server.guest("bob");
    await using alice = chatAt(server, []);
    await alice.shows("come in as a guest? [s/r/g]");
    await alice.enters("g");
    await alice.shows("Nickname:");
    await alice.enters("bob");
    await alice.shows('the nickname "bob" is taken');
    await alice.enters("alice");
    await alice.shows(/you are alice[^]*── 1 lobby[^]*lobby>$/);

    await alice.enters("Hello, everybody");
    const hello = await bob.hearsAtLast({ event: "message", text: "Hello, everybody", from: "alice" });
    await alice.shows(/^\d\d:\d\d #1 alice: Hello, everybody$/m);

    await alice.types("half a li");
    await alice.shows(/lobby> half a li$/);
    for (let n = 1; n <= 30; n++) await bob.asks("send", { room: "lobby", text: `line ${n}` });
    await bob.asks("react", { message: hello.id, emoji: "👍", on: true });
    await alice.shows(/line 1\n[^]*line 30\n[^]*#1 bob 👍\nlobby> half a li$/);
    assertEquals(alice.typed, "lobby> half a li");
    // In the middle of the line the cursor stays where it is.
    await alice.types(KEYS.home, "Now: ");
    await alice.shows(/lobby> Now: half a li$/);
    await bob.asks("send", { room: "lobby", text: "and one more" });
    await alice.shows(/and one more\nlobby> Now: half a li$/);
    assertEquals(alice.typed, "lobby> Now: ");
    await alice.types("\x05ne", KEYS.enter);
    await bob.hearsAtLast({ event: "message", text: "Now: half a line" });
    await alice.shows(/alice: Now: half a line\nlobby>$/);
  });
});

inTerminal("rooms and people are windows, and the prompt says what is unread", async () => {
  await withServer({}, async (server) => {
    const bob = await server.guest("bob");
    await using alice = await guestAt(server, "alice");
    await bob.asks("send", { to: "alice", text: "psst" });
    await alice.shows(/\[2:@bob 1\] lobby>$/);
    await bob.asks("send", { to: "alice", text: "alice, are you there?" });
    await alice.shows(/\[2:@bob 2\] lobby>$/);
    await alice.types("\x1b2");
    await alice.shows(
      /── 2 @bob ─+\n.* #1 bob \(guest\): psst\n.* #2 bob \(guest\): alice, are you there\?\n@bob>$/,
    );
    await alice.enters("I am");
    const { id } = await bob.hearsAtLast({ event: "message", text: "I am", to: "bob" });
    await alice.enters("but not for long");
    await alice.enters("/recall");
    await bob.hearsAtLast({ event: "recalled" });
    await alice.enters("/edit #3 I am, I am");
    await bob.hearsAtLast({ event: "edited", id });
    await alice.shows("alice: I am, I am (edited)");
    await alice.enters("/join engine room");
    await alice.shows(/── 3 engine room ─+\n-- 1 here: alice \(guest\) \(owner\)\nengine room>$/);
    await alice.enters("alone");
    await alice.shows("alice: alone");
    await bob.asks("send", { room: "lobby", text: "in the lobby" });
    await alice.shows(/\[1:lobby 1\] engine room>$/);
    await alice.types("\x1ba");
    await alice.shows(/── 1 lobby ─+\n[^]*bob \(guest\): in the lobby\nlobby>$/);
    await alice.enters("/windows");
    await alice.shows("* 1 lobby\n  2 @bob\n  3 engine room\n");
    await alice.enters("/window @bob");
    // What was changed and taken back does not come up again as it was.
    await alice.shows(
      / @bob ─+\n.*bob \(guest\): psst\n.*\n.*#3 alice: I am, I am \(edited\)\n.*#4 alice took this back\n@bob>$/,
    );
    await alice.enters("/close");
    await alice.shows(/lobby>$/);
    await alice.enters("/window engine room");
    await alice.shows(/engine room>$/);
    await alice.enters("/leave");
    await alice.shows(/lobby>$/);
    await alice.enters("/windows");
    await alice.shows(/\* 1 lobby\nlobby>$/);
    assertEquals(
      (await bob.asks("rooms")).rooms.map((
        { room, members }: { room: string; members: number },
      ) => [room, members]),
      [
        ["lobby", 2],
        ["engine room", 0],
      ],
    );
  });
});

inTerminal("every command does what /help says of it", async () => {
  await withServer({}, async (server) => {
    await using alice = await guestAt(server, "alice");
    const bob = await server.guest("bob");
    await alice.shows("bob (guest) comes in");

    await alice.enters("/help");
    const help = await alice.shows("/help [COMMAND]");
    const commands =
      "msg me reply react edit recall report history search join leave who rooms kick kicks unkick window windows close " +
      "private invite invites decline topic set role mute unmute remove pin unpin pins notify " +
      "invitation invitations revoke use people nick account email block unblock blocks status away dnd back upload download files accept refuse cancel password clear logout quit help";
    assertEquals(Array.from(help.matchAll(/^\/(\w+) /gm), ([, name]) => name).join(" "), commands);
    await alice.enters("/help kick");
    await alice.shows(/^\/kick NICKNAME \[MINUTES \[REASON\]\] {2}put somebody out/m);

    await alice.enters("/who");
    await alice.shows("-- 2 online\nalice (guest)  bob (guest)\n");
    await alice.enters("/who lobby");
    await alice.shows("-- 2 here: alice (guest) (owner), bob (guest)\n");
    await alice.enters("/rooms");
    await alice.shows("lobby  2 here, owned by alice\n");
    await alice.enters("/me waves");
    await bob.hearsAtLast({ event: "message", text: "/me waves" });
    await alice.shows(/#1 \* alice waves\n/);

    const tea = await bob.asks("send", { room: "lobby", text: "Tea?" });
    await alice.shows("#2 bob (guest): Tea?");
    await alice.enters("/reply Yes, please");
    const answer = await bob.hearsAtLast({ event: "message", reply: tea.id, text: "Yes, please" });
    await alice.shows("#3 alice (answers #2): Yes, please");
    await alice.enters("/edit Yes, with milk");
    await bob.hearsAtLast({ event: "edited", id: answer.id, text: "Yes, with milk" });
    await alice.enters("/react #2 ☕");
    await bob.hearsAtLast({ event: "reacted", id: tea.id, emoji: "☕", on: true });
    await alice.enters("/react #2 ☕ off");
    await bob.hearsAtLast({ event: "reacted", id: tea.id, emoji: "☕", on: false });
    await alice.enters("/search milk");
    await alice.shows(/lobby #3 alice \(answers #2\): Yes, with milk \(edited\)\n/);
    await alice.enters("/recall #3");
    await bob.hearsAtLast({ event: "recalled", id: answer.id });
    await alice.shows("-- #3 is taken back");
    await bob.asks("edit", { message: tea.id, text: "Coffee?" });
    await alice.shows(/#2 bob now says: Coffee\?\n/);
    await bob.asks("recall", { message: tea.id });
    await alice.shows(/#2 bob takes it back\n/);

    await alice.enters("/msg bob between us");
    await bob.hearsAtLast({ event: "message", to: "bob", text: "between us" });
    await alice.enters("/kick bob 0.5");
    await alice.shows(/the minutes are a whole number/);
    await alice.enters("/kick alice 5");
    await alice.shows(/Cannot kick yourself/);
    await alice.enters("/kick bob 5 off topic");
    await bob.hearsAtLast({ event: "kicked", nickname: "bob", minutes: 5, reason: "off topic" });
    await alice.shows("-- bob is out of lobby");
    await alice.enters("/kicks");
    await alice.shows(/bob {2}until .*, by alice\n/);
    await alice.enters("/unkick bob");
    await alice.shows("-- bob may come into lobby again");
    await bob.asks("enter", { room: "lobby" });
    await alice.enters("/kicks");
    await alice.shows("-- nobody is kept out of lobby");
    await bob.asks("enter", { room: "den" });
    await alice.enters("/join den");
    await alice.shows(/den>$/);
    await bob.asks("kick", { room: "den", nickname: "alice", minutes: 5, reason: "off topic" });
    await alice.shows("-- bob put you out for 5 minutes: off topic\n");
    await alice.enters("/window lobby");

    await alice.enters("/dance");
    await alice.shows("! there is no /dance: /help lists what there is");
    await alice.enters("/recall #99");
    await alice.shows("! there is no message #99 (/recall [#N])");
    await alice.enters("/kick carol");
    await alice.shows(/! Cannot .*carol/);
    await alice.enters("//not a command");
    await alice.shows(/alice: \/not a command\n/);
    await alice.enters("/clear");
    await alice.shows(() => alice.rows.join("") === "lobby>");
    assertEquals(alice.rows[0], "lobby>");
    await alice.enters("/quit");
    assertEquals(await alice.ended(), 0);
  });
});

inTerminal("history comes on demand, page by page", async () => {
  await withServer({}, async (server) => {
    const bob = await server.guest("bob");
    for (let n = 1; n <= 60; n++) await bob.asks("send", { room: "lobby", text: `line ${n}.` });
    await using alice = await guestAt(server, "alice");
    const shown = (screen: string) =>
      Array.from(screen.matchAll(/bob \(guest\): line (\d+)\./g), ([, n]) => Number(n));
    const first = shown(alice.screen);
    assertEquals([first[0], first.at(-1)], [41, 60]);
    await alice.enters("/history 30");
    const second = shown(await alice.shows("/history again")).slice(first.length);
    assertEquals([second[0], second.at(-1), second.length], [11, 40, 30]);
    await alice.enters("/history 30");
    await alice.shows(/bob \(guest\): line 1\.\n/);
    await alice.enters("/history");
    await alice.shows("-- there is nothing before that");
  });
});

inTerminal("a text of several lines is pasted or typed, and is one message", async () => {
  await withServer({}, async (server) => {
    const bob = await server.guest("bob");
    await using alice = await guestAt(server, "alice");
    await alice.pastes("first\n  second\tx\x1b[31m\nthird\n");
    await alice.shows(/lobby> first\n… {3}second {4}x\[31m\n… third$/);
    await bob.asks("send", { room: "lobby", text: "meanwhile" });
    await alice.shows(/bob \(guest\): meanwhile\nlobby> first\n… {3}second {4}x\[31m\n… third$/);
    // Backspace at a line's beginning joins it with the one before.
    await alice.types(...Array(6).fill(KEYS.backspace), " and last", KEYS.enter);
    await bob.hearsAtLast({ event: "message", text: "first\n  second    x[31m and last" });
    await alice.shows(/alice: first\n {8}second {4}x\[31m and last\nlobby>$/);

    await alice.types("one", KEYS.altEnter, "two\\", KEYS.enter, "three", KEYS.enter);
    await bob.hearsAtLast({ event: "message", text: "one\ntwo\nthree" });
    await alice.pastes("to be dropped\nall of it");
    await alice.shows("… all of it");
    await alice.types(KEYS.ctrlC);
    await alice.shows(/\nlobby>$/);
    await alice.types(KEYS.ctrlC);
    await alice.shows("-- Ctrl-C once more ends it");
    await alice.types(KEYS.ctrlC);
    assertEquals(await alice.ended(), 130);
    await bob.hearsAtLast({ event: "offline", nickname: "alice" });
    const { messages } = await bob.asks("history", { room: "lobby" });
    assertEquals(messages.length, 3);
    assertTrue(alice.raw.endsWith("\x1b[?2004l"), "pasting is as it was before");
  });
});

inTerminal("Tab completes commands, nicknames, rooms and paths", async () => {
  await withServer({}, async (server) => {
    const ada = await server.guest("Ada Lovelace");
    await server.guest("bob");
    await server.guest("bobby");
    await ada.asks("enter", { room: "engine room" });
    await Deno.mkdir(`${server.folder}/a folder`);
    await Deno.writeTextFile(`${server.folder}/a folder/report 1.txt`, "one");
    await using alice = await guestAt(server, "alice");
    await alice.types("/hi", KEYS.tab);
    await alice.shows(/lobby> \/history$/);
    await alice.types(KEYS.ctrlC, "/re", KEYS.tab);
    await alice.shows(/\/react {2,}\/recall {2,}.*\/remove {2,}\/reply {2,}.*\nlobby> \/re$/);
    await alice.types(KEYS.ctrlC, "/msg AD", KEYS.tab, "hello", KEYS.enter);
    await ada.hearsAtLast({ event: "message", text: "hello", to: "Ada Lovelace" });
    await alice.types("bob", KEYS.tab);
    await alice.shows(/bob: {2,}bobby:\nlobby> bob$/);
    await alice.types("b", KEYS.tab, "hi", KEYS.enter);
    await ada.hearsAtLast({ event: "message", text: "bobby: hi" });
    await alice.enters("/rooms");
    await alice.shows("engine room  1 here");
    await alice.types("/join engine r", KEYS.tab, KEYS.enter);
    await alice.shows(/── \d engine room/);
    await alice.types("/upload a", KEYS.tab, "re", KEYS.tab);
    await alice.shows("/upload a folder/report 1.txt");
    await alice.types(KEYS.enter);
    await ada.hearsAtLast({ event: "message", kind: "file" });
    await alice.shows("alice: sends report 1.txt, 3 B (/download #");
  });
});

inTerminal(
  "of more rooms than one list holds /rooms says so, and finds each by a part of its name",
  async () => {
    await withServer({}, async (server) => {
      await server.running.stop();
      addManyRooms(`${server.folder}/data`);
      await server.restart();
      const bob = await server.guest("bob");
      const { rooms } = await bob.asks("rooms");
      const listed = new Set(rooms.map(({ room }: Record<string, string>) => room));
      const unlisted = Array.from({ length: MANY_ROOMS }, (_, n) => `Room ${n}`).find((name) =>
        !listed.has(name)
      )!;
      await using alice = await guestAt(server, "alice");
      await alice.enters("/rooms");
      await alice.shows("and others: /rooms TEXT lists those that have it in their names");
      await alice.enters(`/rooms ${unlisted.toLowerCase()}`);
      await alice.shows(new RegExp(`${unlisted}  0 here`));
      await alice.enters("/rooms no such");
      await alice.shows("there is no such room");
    });
  },
);

inTerminal(
  "a name that is somebody else's now is told apart, where one talks and in what is found",
  async () => {
    await withServer({}, async (server) => {
      await using alice = await guestAt(server, "alice");
      const first = await server.guest("zoe");
      await first.asks("send", { to: "alice", text: "the secret of the first" });
      await alice.shows(/2/);
      await alice.enters("/window 2");
      await alice.shows(/zoe \(guest\): the secret of the first[^]*@zoe>$/);
      await first.asks("logout");
      await alice.shows("zoe is offline");
      const second = await server.guest("zoe");
      await alice.shows("zoe is somebody else from here on: the one before is not reached any more");
      await second.asks("send", { to: "alice", text: "no secret of mine" });
      await alice.shows("zoe (guest): no secret of mine");
      await alice.enters("/search secret");
      await alice.shows(
        /@zoe \(former\) #1 zoe \(guest\): the secret of the first\n[^\n]*@zoe #2 zoe \(guest\): no secret of mine/,
      );
    });
  },
);
