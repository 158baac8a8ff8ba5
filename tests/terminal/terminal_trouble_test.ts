/** What may go wrong around a terminal: a lost connection, hostile texts, odd sizes, no terminal at all. */
import { DatabaseSync } from "node:sqlite";
import { configWith } from "../../server/config/config.ts";
import { start } from "../../server/run/serve.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { PASSWORD, withServer } from "../support/harness.ts";
import { run } from "../support/executable.ts";
import { LossyProxy } from "../support/lossy_proxy.ts";
import { KEYS, Terminal } from "../support/terminal.ts";
import { chatAt, guestAt, inTerminal } from "./terminal_scene.ts";

inTerminal(
  "after a restart of the server it goes on by itself, and what was typed meanwhile goes once",
  async () => {
    await withServer({}, async (server) => {
      const bob = await server.guest("bob");
      await using alice = await guestAt(server, "alice");
      await alice.enters("before");
      await bob.hearsAtLast({ event: "message", text: "before" });
      await alice.types("half");
      await server.running.stop();
      await alice.shows(/the connection is lost; trying again[^]*lobby \(offline\)> half$/);
      await alice.types(" typed", KEYS.enter);
      await alice.enters("and another");
      await alice.shows(
        "-- goes when the connection is back: half typed\n-- goes when the connection is back: and another",
      );
      await alice.types(KEYS.ctrlD);
      await alice.shows("-- 2 lines have not gone yet; once more, and it is dropped");
      await server.restart();
      await alice.shows(/-- connected again\n[^]*alice: half typed\n[^]*alice: and another\nlobby>$/);
      const carol = await server.guest("carol");
      const { messages } = await carol.asks("history", { room: "lobby" });
      assertEquals(messages.map(({ text }: { text: string }) => text), [
        "before",
        "half typed",
        "and another",
      ]);
      await carol.asks("send", { room: "lobby", text: "welcome back" });
      await alice.shows(/carol \(guest\): welcome back\nlobby>$/);

      // Of another database nothing can be gone on with: what was said there is fetched.
      await server.running.stop();
      const { folder } = server;
      const elsewhere = await start(configWith({ http: 0, tcp: 0, data: `${folder}/data` }));
      const said = [
        "send",
        "--server",
        `127.0.0.1:${elsewhere.tcp.port}`,
        "--guest",
        "dave",
        "--room",
        "lobby",
      ];
      assertEquals((await run([...said, "meanwhile"]).ended).code, 0);
      await elsewhere.stop();
      const database = new DatabaseSync(`${folder}/data/switchboard.db`);
      database.exec("UPDATE meta SET value = 'another' WHERE key = 'epoch'");
      database.close();
      await server.restart();
      await alice.shows(/connected again\n[^]*dave \(guest\): meanwhile\nlobby>$/);
    });
  },
);

inTerminal(
  "a message whose answer was lost with the connection is asked for again, and said once",
  async () => {
    await withServer({}, async (server) => {
      const bob = await server.guest("bob");
      await using proxy = await LossyProxy.before(server.running.tcp.port);
      const env = { XDG_CONFIG_HOME: `${server.folder}/config`, NO_COLOR: "1" };
      await using alice = new Terminal(["chat", `127.0.0.1:${proxy.port}`, "--guest", "alice"], { env });
      await alice.shows(/lobby>$/);
      proxy.loseAnswerTo("said once");
      await alice.enters("said once");
      await bob.hearsAtLast({ event: "message", text: "said once" });
      await alice.shows((screen) =>
        screen.includes("-- connected again") && screen.includes("alice: said once")
      );
      await alice.enters("and this");
      await alice.shows(/#2 alice: and this\nlobby>$/);
      assertTrue(!alice.screen.includes("not sent"), alice.screen);
      const { messages } = await bob.asks("history", { room: "lobby" });
      assertEquals(messages.map(({ text }: { text: string }) => text), ["said once", "and this"]);
    });
  },
);

inTerminal("what others write is shown and never obeyed, with colours and without", async () => {
  await withServer({}, async (server) => {
    const mallory = await server.guest("mallory");
    await using alice = await guestAt(server, "alice");
    await using carol = await guestAt(server, "carol", { env: { NO_COLOR: "" } });
    const hostile = "\x1b[2J\x1b[H\x1b]0;owned\x07\x1b[31mred\x9b31m \u202egpj.exe\u202c \x08\x08\x08del\rcr";
    const before = alice.raw.length;
    const { id } = await mallory.asks("send", { room: "lobby", text: hostile });
    await mallory.asks("edit", { message: id, text: `${hostile} edited` });
    await mallory.asks("send", { to: "alice", text: hostile });
    await mallory.asks("send", { room: "lobby", text: "over" });
    const shown = "␛[2J␛[H␛]0;owned␇␛[31mred<U+009B>31m <U+202E>gpj.exe<U+202C> ␈␈␈del␍cr";
    for (const terminal of [alice, carol]) {
      await terminal.shows((screen) => screen.includes("mallory (guest): over"));
      // A long word is broken at the right edge, a text between words.
      const seen = terminal.screen.replaceAll(/\s+/g, "");
      for (const text of [`mallory(guest):${shown}`, `nowsays:${shown}edited`]) {
        assertTrue(seen.includes(text.replaceAll(" ", "")), terminal.screen);
      }
    }
    // Of what comes without colours, the client itself says where the cursor goes, and nobody else anything.
    // deno-lint-ignore no-control-regex -- that is what is looked for
    const own = /\x1b\[\d*[ABCDGJK]/g;
    const rest = alice.raw.slice(before).replaceAll(own, "").replaceAll(/[\r\n]/g, "");
    assertTrue(!/\p{Cc}/u.test(rest), JSON.stringify(rest));
    assertTrue(carol.raw.includes("\x1b[1m\x1b[3"), "names have their colour where there are colours");
  });
});

inTerminal(
  "Chinese and emoji are wrapped and erased by the columns they take; a window may be small and change",
  async () => {
    await withServer({}, async (server) => {
      const bob = await server.guest("bob");
      await using alice = await guestAt(server, "alice", { columns: 40, rows: 8 });
      await alice.types("你好世界".repeat(6), " 😀");
      await alice.shows((screen) => screen.endsWith("lobby> " + "你好世界".repeat(6) + " 😀"));
      await bob.asks("send", { room: "lobby", text: "龙".repeat(30) });
      // All of it: a screen may be seen while it is drawn.
      await alice.shows((screen) =>
        /bob \(guest\):[^]*龙\n {6}龙/.test(screen) &&
        screen.endsWith("\nlobby> " + "你好世界".repeat(6) + " 😀")
      );
      assertEquals(alice.screen.match(/lobby>/g)?.length, 1, "no half of an earlier prompt is left");
      await alice.types(KEYS.enter);
      await bob.hearsAtLast({ event: "message", text: "你好世界".repeat(6) + " 😀" });
      await alice.shows(/alice: [^]*😀\nlobby>$/);

      await alice.resize(60, 12);
      await alice.types("typed in a wide window");
      await alice.shows(/lobby> typed in a wide window$/);
      await alice.resize(24, 5);
      await bob.asks("send", { room: "lobby", text: "arrives in a narrow one" });
      await alice.shows((screen) => screen.includes("narrow") && screen.endsWith("typed in a wide window"));
      await alice.types(KEYS.enter);
      await bob.hearsAtLast({ event: "message", text: "typed in a wide window" });
      await alice.resize(4, 2);
      await bob.asks("send", { room: "lobby", text: "tiny" });
      await alice.shows("tiny");
      await alice.resize(80, 24);
      await alice.enters("and back");
      await bob.hearsAtLast({ event: "message", text: "and back" });
    });
  },
);

inTerminal(
  "what came while one was away is in windows of its own, and is read when one looks there",
  async () => {
    await withServer({}, async (server) => {
      const bob = await server.member("bob");
      (await server.member("ada")).close();
      await bob.hearsAtLast({ event: "offline", nickname: "ada" });
      let id: string | undefined;
      for (let n = 1; n <= 30; n++) ({ id } = await bob.asks("send", { to: "ada", text: `line ${n}.` }));
      const env = { SWITCHBOARD_PASSWORD: PASSWORD };
      {
        await using terminal = chatAt(server, ["--user", "ada"], { env });
        await terminal.shows(/\[2:@bob 30\] lobby>$/);
        await terminal.types("\x1b2");
        await terminal.shows(/── 2 @bob ─+\n.*bob: line 1\.\n[^]*line 30\.\n@bob>$/);
        await bob.hearsAtLast({ event: "read", from: "ada", id });
      }
      await bob.hearsAtLast({ event: "offline", nickname: "ada" });
      await using again = chatAt(server, ["--user", "ada"], { env });
      await again.shows(/you are ada[^]*── 1 lobby[^]*lobby>$/);
      await again.enters("/windows");
      await again.shows(/\* 1 lobby\nlobby>$/);
    });
  },
);

inTerminal("an account is made, its password is never seen, and a kept session needs none", async () => {
  await withServer({}, async (server) => {
    {
      await using ada = chatAt(server, ["--register", "--save"]);
      await ada.shows("Username, for signing in:");
      // What can't be used is said, and that alone asked once more; a terminal types ahead meanwhile.
      await ada.types(["ada", "Ada L", ""].join(KEYS.enter));
      await ada.shows("Password, at least 8 characters:");
      await ada.types("wrong", "\x15", PASSWORD, "x", KEYS.backspace, KEYS.enter);
      await ada.shows("The same again:");
      await ada.pastes(PASSWORD);
      await ada.types(KEYS.enter, "nowhere", KEYS.enter);
      await ada.shows(
        /Cannot use "nowhere" as an email address[^]*Email, for a forgotten password \[none\]:$/,
      );
      await ada.types(KEYS.enter);
      await ada.shows(/you are Ada L[^]*lobby>$/);
      assertTrue(!ada.raw.includes(PASSWORD.slice(0, 4)), "the password is not on the screen");
      await ada.types(KEYS.ctrlD);
      assertEquals(await ada.ended(), 0);
    }
    const path = `${server.folder}/config/switchboard/sessions.json`;
    assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
    const kept = await Deno.readTextFile(path);
    assertTrue(kept.includes('"Ada L"') && !kept.includes(PASSWORD), kept);
    {
      await using ada = chatAt(server, []);
      await ada.shows(/you are Ada L[^]*lobby>$/);
      await ada.enters("/password");
      await ada.shows("Present password:");
      await ada.enters(PASSWORD);
      await ada.shows("New password:");
      await ada.enters("lamp-relay-tone-3");
      await ada.shows("New password again:");
      await ada.enters("lamp-relay-tone-3");
      await ada.shows("-- the password is changed");
      await ada.enters("/logout");
      assertEquals(await ada.ended(), 0);
    }
    assertTrue(
      !(await Deno.readTextFile(path)).includes("Ada L"),
      "a session that was given back is forgotten",
    );
    await using again = chatAt(server, ["--user", "ada"]);
    await again.shows("Password of ada:");
    await again.enters(PASSWORD);
    await again.shows(/! |Cannot sign in|wrong/i);
    await again.shows(/Password of ada:[^]*Password of ada:/);
    await again.enters("lamp-relay-tone-3");
    await again.shows("you are Ada L");
  });
});

inTerminal("without a terminal lines go in and out, in order, and the end of input is the end", async () => {
  await withServer({}, async (server) => {
    const bob = await server.guest("bob");
    const lines = [
      "hello",
      "/join ops",
      "in ops",
      "/window lobby",
      "in the lobby",
      "/msg bob psst",
      "/nonsense",
      "/quit",
      "too late",
    ];
    await using alice = run(["chat", "--", `127.0.0.1:${server.running.tcp.port}`, "--guest", "alice"], {
      input: lines.join("\n"),
    });
    const { code, stdout } = await alice.ended;
    assertEquals(
      stdout,
      [
        "[lobby] #1 alice: hello",
        "-- 1 here: alice (guest) (owner)",
        "[ops] #2 alice: in ops",
        "[lobby] #3 alice: in the lobby",
        "[@bob] #4 alice: psst",
        "! there is no /nonsense: /help lists what there is",
      ],
    );
    assertEquals(code, 1, "something did not work");
    await bob.hearsAtLast({ event: "message", text: "in the lobby" });

    await using dumb = chatAt(server, ["--guest", "carol"], { env: { TERM: "dumb" } });
    await dumb.enters("from a dumb terminal");
    await dumb.shows("[lobby] #1 carol: from a dumb terminal");
    await dumb.enters("/password");
    await dumb.shows("! Cannot do this: guests have no account, switchboard chat --register makes one");
    // deno-lint-ignore no-control-regex -- that is what is looked for; Deno itself clears its line once
    assertTrue(!/\x1b\[(\?|\d+m|\d+[AD])/.test(dumb.raw), JSON.stringify(dumb.raw));
  });
});
