/** What is typed at a terminal: paths in every form, half-typed lines, lines that are too long, a password again. */
import { parsePath, parsePaths, shellWords } from "../../client/terminal/input.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { PASSWORD, withServer } from "../support/harness.ts";
import { run } from "../support/executable.ts";
import { KEYS } from "../support/terminal.ts";
import { chatAt, guestAt, inTerminal } from "./terminal_scene.ts";

Deno.test("terminal: a path is read as it is, as a shell reads it, and as an address", async () => {
  const there = ["/a/my file", "/a/it's", "film 1.bin", "/a/one", "/b/two", "back\\slash"];
  const read = (text: string) => parsePaths(text, (path) => Promise.resolve(there.includes(path)), false);
  for (
    const [typed, ...paths] of [
      ["'/a/my file' ", "/a/my file"],
      ['"/a/my file"', "/a/my file"],
      ["/a/my\\ file", "/a/my file"],
      ["/a/my file", "/a/my file"],
      ["'/a/it'\\''s'", "/a/it's"],
      ["/a/it\\'s", "/a/it's"],
      ["/a/it's", "/a/it's"],
      ["film 1.bin", "film 1.bin"],
      ["back\\slash", "back\\slash"],
      ["file:///a/my%20file", "/a/my file"],
      ["file://localhost/a/one", "/a/one"],
      ["'/a/one' '/b/two' ", "/a/one", "/b/two"],
      ["/a/my\\ file file:///b/two", "/a/my file", "/b/two"],
      // What is not there is complained of as it was typed.
      ["not there", "not there"],
      ["'not there'", "not there"],
      ["'never ends", "'never ends"],
    ] as const
  ) assertEquals(await read(typed!), paths, typed);
  assertEquals(parsePath("'a b'", false), "a b");
  assertEquals(parsePath("a b", false), "a b");
  assertEquals(shellWords('"C:\\my files\\a" D:\\b', true), ["C:\\my files\\a", "D:\\b"]);
  for (const [typed, says] of [["file://elsewhere/a", "machine"], ["file:///caf%E9", "no UTF-8"]] as const) {
    const error = await read(typed).then(() => undefined, (error) => error);
    assertTrue(error?.message.includes(says), `${typed}: ${error?.message}`);
  }
});

inTerminal(
  "a dropped file goes as its terminal pastes it, and what of a folder can't go is named",
  async () => {
    await withServer({}, async (server) => {
      const { folder } = server;
      await Deno.mkdir(`${folder}/my files`);
      for (const name of ["one 1", "it's", "plain"]) {
        await Deno.writeTextFile(`${folder}/my files/${name}`, name);
      }
      await Deno.symlink("plain", `${folder}/my files/link`);
      const bob = await server.guest("bob");
      await using alice = await guestAt(server, "alice");
      await alice.types("/upload ");
      await alice.pastes(`'${folder}/my files/one 1' `);
      await alice.types(KEYS.enter);
      await bob.hearsAtLast({ event: "message", kind: "file" });
      await alice.shows("sends one 1, 5 B");
      await alice.enters(`/upload ${folder}/my\\ files/it\\'s file://${folder}/my%20files/plain`);
      await alice.shows((screen) =>
        screen.includes("sends it's, 4 B") && screen.includes("sends plain, 5 B")
      );
      await alice.types("/upload 'my files/pl", KEYS.tab, KEYS.enter);
      await alice.shows(/sends plain[^]*sends plain/);
      await alice.types("/upload my\\ fi", KEYS.tab, "on", KEYS.tab, KEYS.enter);
      await alice.shows(/sends one 1[^]*sends one 1/);
      await alice.enters("/upload 'my files'");
      await alice.shows("! my files/link is left out: it is a symbolic link");
      await alice.shows("sends my files/, 14 B");
      await alice.enters("/download #1 'copy of it'");
      await alice.shows("copy of it is here");
      assertEquals(await Deno.readTextFile(`${folder}/copy of it`), "one 1");
    });
  },
);

inTerminal("what is half typed stays with its window, and comes back with it", async () => {
  await withServer({}, async (server) => {
    const bob = await server.guest("bob");
    await using alice = await guestAt(server, "alice");
    await bob.asks("send", { to: "alice", text: "psst" });
    await alice.shows(/\[2:@bob 1\] lobby>$/);
    await alice.types("for every");
    await alice.types("\x1b2");
    await alice.shows(/@bob>$/);
    await alice.types("for bob", KEYS.altEnter, "alone");
    await alice.shows(/@bob> for bob\n… alone$/);
    await alice.types("\x1b1");
    await alice.shows(/lobby> for every$/);
    await alice.types("body", KEYS.enter);
    await bob.hearsAtLast({ event: "message", room: "lobby", text: "for everybody" });
    await alice.shows("alice: for everybody");
    await alice.enters("/windows");
    await alice.shows(/\* 1 lobby\n {2}2 @bob, half typed\nlobby>$/);
    await alice.types(KEYS.ctrlD);
    await alice.shows("-- a text for @bob is half typed; once more, and it is dropped");
    await alice.enters("/window 2");
    await alice.shows(/@bob> for bob\n… alone$/);
    await alice.types(KEYS.enter);
    await bob.hearsAtLast({ event: "message", to: "bob", text: "for bob\nalone" });
    await alice.shows(/alice: for bob\n +alone\n@bob>$/);
    // What is typed behind a command that leads elsewhere is meant for there.
    await alice.types("/join ops", KEYS.enter, "said in ops", KEYS.enter);
    await alice.shows(/alice: said in ops\nops>$/);
    await alice.enters("/window 2");
    await alice.types("never sent");
    await alice.shows(/@bob> never sent$/);
    await alice.types("\x1b1");
    await alice.shows(/lobby>$/);
  });
});

inTerminal("a line that is too long for a message stays where it is, and its writer is told", async () => {
  await withServer({}, async (server) => {
    const bob = await server.guest("bob");
    await using alice = await guestAt(server, "alice");
    const { id } = await bob.asks("send", { room: "lobby", text: "Tea?" });
    await alice.shows("bob (guest): Tea?");
    for (const [n, command] of ["", "/me ", "/msg bob ", "/reply #1 ", "/edit #1 "].entries()) {
      await alice.types(command);
      // Each of another length, so that its own answer is waited for.
      await alice.pastes("é".repeat(48_000 + n));
      await alice.types(KEYS.enter);
      const bytes = 96_000 + 2 * n + (command === "/me " ? "/me ".length : 0);
      const [has, drain] = [bytes, bytes - 16_384].map((number) => number.toLocaleString("en"));
      await alice.shows((screen) =>
        screen.replaceAll(/\s+/g, " ").includes(
          `! not sent: the text has ${has} bytes, ${drain} more than a message may have; shorten it, or send it`,
        ) && screen.endsWith("éé")
      );
      await alice.types("\x15");
      await alice.shows(/\nlobby>$/);
    }
    await alice.pastes("x".repeat(16 * 1024 + 1));
    await alice.types(KEYS.enter);
    await alice.shows((screen) =>
      screen.includes("1 more than a message may have") && screen.endsWith("xxx")
    );
    await alice.types(KEYS.backspace, KEYS.enter);
    await bob.hearsAtLast({ event: "message", text: "x".repeat(16 * 1024) });
    await bob.asks("react", { message: id, emoji: "👍", on: true });
    await alice.shows("#1 bob 👍");
    assertTrue(!alice.raw.includes("connection is lost"), "nothing of it was sent");
  });
});

Deno.test("chat without a terminal: a line that is too long is said to be, and the others go", async () => {
  await withServer({}, async (server) => {
    const bob = await server.guest("bob");
    const args = ["chat", `127.0.0.1:${server.running.tcp.port}`, "--guest", "bot"];
    await using bot = run(args, { input: `${"x".repeat(98_000)}\nand this\n` });
    const { code, stdout } = await bot.ended;
    assertEquals([code, stdout.length], [1, 2], stdout.join("\n"));
    assertTrue(stdout[0]!.startsWith("! not sent: the text has 98,000 bytes, 81,616 more"), stdout[0]!);
    await bob.hearsAtLast({ event: "message", text: "and this" });
  });
});

Deno.test("chat without a terminal: what asks for a password is refused, and so is a line that is no UTF-8", async () => {
  await withServer({}, async (server) => {
    await server.member("bob");
    const lines = [
      "/email new@example.org",
      "/account",
      "/password",
      "fine \u{FFFD} naïve",
      "caf\xE9",
      "/leave ops",
    ];
    const latin1 = (line: string) => Uint8Array.from(line, (character) => character.charCodeAt(0));
    const input = new Blob(
      lines.flatMap((line) => [line.includes("\xE9") ? latin1(line) : line, "\n"]) as BlobPart[],
    );
    const address = `127.0.0.1:${server.running.tcp.port}`;
    await using bob = run(["chat", address, "--user", "bob"], {
      env: { SWITCHBOARD_PASSWORD: PASSWORD },
      input: await input.bytes(),
    });
    const { code, stdout } = await bob.ended;
    assertEquals([code, stdout.toSorted()], [
      1,
      [
        '! Cannot leave "ops": there is no such room; /join makes it',
        "! it asks for a password, which takes a terminal (/email ADDRESS|CODE)",
        "! it asks for a password, which takes a terminal (/password)",
        "! not sent: the line is no UTF-8; convert it, or use /upload",
        "-- bob, who signs in as bob, with the mail address bob@example.org",
        "[lobby] #1 bob: fine \u{FFFD} naïve",
      ],
    ]);
  });
});

inTerminal("after a wrong password the password is asked again, hidden, and nothing else", async () => {
  await withServer({}, async (server) => {
    await server.member("ada");
    await using ada = chatAt(server, []);
    await ada.enters("s");
    await ada.shows("Username, nickname or email:");
    await ada.enters("ada");
    await ada.shows("Password of ada:");
    await ada.enters("not the password");
    await ada.shows(/Password of ada \(nothing, for another name\):$/);
    await ada.types(PASSWORD);
    await ada.types(KEYS.enter);
    await ada.shows("you are ada");
    assertTrue(!ada.raw.includes(PASSWORD.slice(0, 4)), "the password is not on the screen");
    assertEquals(ada.screen.match(/Username/g)?.length, 1);

    await using other = chatAt(server, []);
    await other.enters("s");
    await other.shows("Username, nickname or email:");
    await other.enters("adda");
    await other.shows("Password of adda:");
    await other.enters(PASSWORD);
    await other.shows(/Password of adda \(nothing, for another name\):$/);
    await other.types(KEYS.enter);
    await other.shows(/Username, nickname or email: adda[^]*Username, nickname or email:$/);
    await other.enters("ada");
    await other.shows(/Password of ada:$/);
    await other.enters(PASSWORD);
    await other.shows("you are ada");
  });
});
