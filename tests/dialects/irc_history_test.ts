/** IRC: what was said before, several lines, answers, reactions, what was taken back, and how far somebody has read. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { SECOND, TestClock } from "../support/clock.ts";
import type { Line, Peer } from "../support/harness.ts";
import { IrcClient, withIrc } from "./clients/irc_client.ts";

const ALL = "batch server-time message-tags draft/chathistory echo-message";

/** Ten messages in the lobby, a second apart. */
async function tenMessages(page: Peer, clock: TestClock): Promise<Line[]> {
  const sent: Line[] = [];
  for (let n = 0; n < 10; n++) {
    sent.push(await page.asks("send", { room: "lobby", text: `number ${n}` }));
    clock.advance(SECOND);
  }
  return sent;
}

/** What a batch of history has in it. */
async function batch(client: IrcClient, target: string): Promise<string[]> {
  const begin = await client.hearsAtLast(/ BATCH \+/);
  const [, reference, what] = /BATCH \+(\S+) (.*)$/.exec(begin)!;
  assertEquals(what, `chathistory ${target}`);
  const texts: string[] = [];
  for (
    let line = await client.next();
    line !== `:irc.switchboard BATCH -${reference}`;
    line = await client.next()
  ) {
    assertTrue(line.startsWith(`@batch=${reference};`), line);
    texts.push(/ (?:PRIVMSG|TAGMSG) \S+ ?:?(.*)$/.exec(line)![1]!);
  }
  return texts;
}

Deno.test("irc history: pages by message and by moment", async () => {
  const clock = new TestClock();
  await withIrc(
    async (server) => {
      const page = await server.member("carol");
      const sent = await tenMessages(page, clock);
      const ada = await (await IrcClient.guest(server.running, "ada", ALL)).forgets();
      const id = (n: number) => `msgid=${sent[n]!.id}`;
      const time = (n: number) => `timestamp=${new Date(sent[n]!.at).toISOString()}`;
      const numbers = (from: number, to: number) =>
        Array.from({ length: to - from + 1 }, (_, n) => `number ${from + n}`);
      const cases: [asked: string, expected: string[]][] = [
        ["LATEST #lobby * 3", numbers(7, 9)],
        [`LATEST #lobby ${id(6)} 100`, numbers(7, 9)],
        [`LATEST #lobby ${time(6)} 2`, numbers(8, 9)],
        [`BEFORE #lobby ${id(3)} 2`, numbers(1, 2)],
        [`BEFORE #lobby ${time(3)} 50`, numbers(0, 2)],
        [`AFTER #lobby ${id(3)} 2`, numbers(4, 5)],
        [`AFTER #lobby ${time(7)} 50`, numbers(8, 9)],
        [`AROUND #lobby ${id(5)} 4`, numbers(4, 7)],
        [`AROUND #lobby ${id(9)} 4`, numbers(6, 9)],
        [`AROUND #lobby ${time(0)} 4`, numbers(0, 3)],
        [`AROUND #lobby ${id(3)} 1`, numbers(3, 3)],
        [`BETWEEN #lobby ${id(2)} ${time(6)} 50`, numbers(3, 5)],
        [`BETWEEN #lobby ${time(6)} ${id(2)} 2`, numbers(4, 5)],
        [`AFTER #lobby ${id(9)} 5`, []],
      ];
      for (const [asked, expected] of cases) {
        ada.says(`CHATHISTORY ${asked}`);
        assertEquals(await batch(ada, "#lobby"), expected, asked);
      }
      ada.says("CHATHISTORY LATEST #lobby * 1");
      const line = (await ada.next(), await ada.next());
      const at = new Date(sent[9]!.at).toISOString();
      assertEquals(
        line,
        `@batch=${cases.length + 1};msgid=${
          sent[9]!.id
        };time=${at} :carol!u@switchboard PRIVMSG #lobby :number 9`.replace(
          /batch=\d+/,
          /batch=\d+|batch=\w+/.exec(line)![0],
        ),
      );
      await ada.forgets();
      for (
        const [asked, answer] of [
          ["LATEST #nowhere * 5", "INVALID_TARGET LATEST #nowhere :Messages could not be retrieved"],
          ["LATEST nobody * 5", "INVALID_TARGET LATEST nobody :Messages could not be retrieved"],
          ["BEFORE #lobby msgid=none 5", "MESSAGE_ERROR BEFORE #lobby :Messages could not be retrieved"],
          ["BEFORE #lobby nonsense 5", "INVALID_PARAMS BEFORE :Invalid parameters"],
          ["LATEST #lobby * x", "INVALID_PARAMS LATEST :Invalid parameters"],
          ["LATEST #lobby", "NEED_MORE_PARAMS LATEST :Missing parameters"],
          [`TARGETS ${time(0)} ${time(1)}`, "NEED_MORE_PARAMS TARGETS :Missing parameters"],
          [`TARGETS ${time(0)} ${id(1)} 5`, "INVALID_PARAMS TARGETS :Invalid parameters"],
          ["NONSENSE #lobby * 5", "UNKNOWN_COMMAND NONSENSE :There is no such subcommand"],
        ]
      ) {
        ada.says(`CHATHISTORY ${asked}`);
        await ada.hears(`:irc.switchboard FAIL CHATHISTORY ${answer}`);
      }
      ada.close();
    },
    {},
    { clock: clock.read },
  );
});

Deno.test("irc history: a page is as full as it can be, whatever was taken back or is long", () =>
  withIrc(async (server) => {
    const page = await server.member("carol");
    const ids: string[] = [];
    const says = async (text: string) => {
      const { id } = await page.asks("send", { room: "lobby", text });
      return ids[ids.push(id as string) - 1]!;
    };
    for (let n = 0; n < 5; n++) await says(`early ${n}`);
    for (let n = 0; n < 210; n++) await page.asks("recall", { message: await says("oops") });
    for (let n = 0; n < 5; n++) await says(`late ${n}`);
    const ada = await (await IrcClient.guest(server.running, "ada", ALL)).forgets();
    const [first, last] = [`msgid=${ids[0]}`, `msgid=${ids.at(-1)}`];
    const cases: [asked: string, expected: string[]][] = [
      ["LATEST #lobby * 7", ["early 3", "early 4", "late 0", "late 1", "late 2", "late 3", "late 4"]],
      [`LATEST #lobby ${first} 6`, ["early 4", "late 0", "late 1", "late 2", "late 3", "late 4"]],
      [`BEFORE #lobby ${last} 6`, ["early 3", "early 4", "late 0", "late 1", "late 2", "late 3"]],
      [`BEFORE #lobby msgid=${ids.at(-5)} 2`, ["early 3", "early 4"]],
      [`AFTER #lobby ${first} 6`, ["early 1", "early 2", "early 3", "early 4", "late 0", "late 1"]],
      [`AFTER #lobby msgid=${ids[4]} 200`, ["late 0", "late 1", "late 2", "late 3", "late 4"]],
      [`BETWEEN #lobby ${first} ${last} 5`, ["early 1", "early 2", "early 3", "early 4", "late 0"]],
      [`BETWEEN #lobby ${last} ${first} 5`, ["early 4", "late 0", "late 1", "late 2", "late 3"]],
      [`BETWEEN #lobby msgid=${ids[5]} msgid=${ids.at(-6)} 5`, []],
    ];
    for (const [asked, expected] of cases) {
      ada.says(`CHATHISTORY ${asked}`);
      assertEquals(await batch(ada, "#lobby"), expected, asked);
    }
    // More than goes into one page of the core.
    for (let n = 0; n < 60; n++) await says(`long ${n} ${"x".repeat(16_000)}`);
    ada.says("CHATHISTORY LATEST #lobby * 60");
    const long = (await batch(ada, "#lobby")).filter((text) => text.startsWith("long "));
    assertEquals(long.map((text) => text.split(" ")[1]), Array.from({ length: 60 }, (_, n) => String(n)));
    ada.close();
  }));

Deno.test("irc history: of a message with thousands of lines some are told, and where the others are", () =>
  withIrc(async (server) => {
    const page = await server.member("carol");
    const text = Array.from({ length: 4_000 }, (_, n) => String(n % 10)).join("\n");
    for (let n = 0; n < 60; n++) await page.asks("send", { room: "lobby", text });
    const ada = await (await IrcClient.guest(server.running, "ada", ALL)).forgets();
    const told = async () => {
      const lines = await batch(ada, "#lobby");
      assertTrue(/^\(3801 more lines: http:\S+\)$/.test(lines.at(-1)!), lines.at(-1)!);
      return lines.length;
    };
    ada.says("CHATHISTORY LATEST #lobby * 1");
    assertEquals(await told(), 200);
    ada.says("CHATHISTORY LATEST #lobby * 60");
    assertEquals(await told(), 8_000);
    // Those who can't ask are told the last messages, and stay.
    const plain = await IrcClient.guest(server.running, "plain");
    await plain.forgets();
    for (const each of [ada, plain]) each.close();
  }));

Deno.test("irc history: private talk, and where something was said when", async () => {
  const clock = new TestClock();
  await withIrc(
    async (server) => {
      await server.member("bob");
      const page = await server.member("carol");
      const begin = new Date(clock.read()).toISOString();
      clock.advance(SECOND);
      await page.asks("send", { to: ["bob", "carol"], text: "to both" });
      clock.advance(SECOND);
      await page.asks("send", { room: "lobby", text: "here" });
      clock.advance(SECOND);
      const bob = await (await IrcClient.member(server.running, "bob", ALL)).forgets();
      bob.says("PRIVMSG carol :back");
      await bob.hearsAtLast(/PRIVMSG carol :back$/);
      bob.says("CHATHISTORY LATEST carol * 10");
      assertEquals(await batch(bob, "carol"), ["to both", "back"]);
      clock.advance(SECOND);
      bob.says(`CHATHISTORY TARGETS timestamp=${begin} timestamp=${new Date(clock.read()).toISOString()} 10`);
      assertTrue(/ BATCH \+\S+ draft\/chathistory-targets$/.test(await bob.next()), "a batch");
      for (const target of ["#lobby", "carol"]) {
        const line = await bob.next();
        assertTrue(/ CHATHISTORY TARGETS \S+ 20\d\d-\S+Z$/.test(line) && line.includes(` ${target} `), line);
      }
      bob.close();
    },
    {},
    { clock: clock.read },
  );
});

Deno.test("irc history: a client that can't ask is told the last lines when it comes in", () =>
  withIrc(async (server) => {
    const page = await server.member("carol");
    for (let n = 0; n < 25; n++) await page.asks("send", { room: "lobby", text: `number ${n}` });
    await page.asks("send", { room: "lobby", text: "/me waves" });
    const plain = await IrcClient.guest(server.running, "ada");
    for (let n = 6; n < 25; n++) {
      const line = await plain.next();
      const pattern = new RegExp(
        String.raw`^:carol!u@switchboard PRIVMSG #lobby :\[20\S+ \d\d:\d\dZ\] number ${n}$`,
      );
      assertTrue(pattern.test(line), line);
    }
    const action = (await plain.next()).replace(/\[20\S+ \d\d:\d\dZ\]/, "[TIME]");
    assertEquals(action, ":carol!u@switchboard PRIVMSG #lobby :\x01ACTION [TIME] waves\x01");
    await plain.hearsNothing();
    const timed = await IrcClient.guest(server.running, "bob", "server-time batch");
    assertEquals((await batch(timed, "#lobby")).length, 20);
    const asking = await IrcClient.guest(server.running, "cleo", ALL);
    await asking.hearsNothing();
    // A program's words stay such, whoever is told them later.
    timed.says("NOTICE #lobby :by a bot");
    asking.says("CHATHISTORY LATEST #lobby * 1");
    await asking.hearsAtLast(/^@batch=\w+;msgid=\w+;time=\S+ :bob!u@switchboard NOTICE #lobby :by a bot$/);
    const later = await IrcClient.guest(server.running, "dan");
    await later.hearsAtLast(/^:bob!u@switchboard NOTICE #lobby :\[20\S+ \d\d:\d\dZ\] by a bot$/);
    later.close();
    for (const each of [plain, timed, asking]) each.close();
  }));

Deno.test("irc: a message of several lines is one, both ways, and several to others", () =>
  withIrc(async (server) => {
    const page = await (await server.member("carol")).forgets();
    const ada =
      await (await IrcClient.guest(server.running, "ada", `${ALL} draft/multiline labeled-response`))
        .forgets();
    const bob = await (await IrcClient.guest(server.running, "bob")).forgets();
    await ada.forgets();
    await page.forgets();
    ada.says(
      "@label=m BATCH +1 draft/multiline #lobby",
      "@batch=1 PRIVMSG #lobby :one",
      "@batch=1 PRIVMSG #lobby :",
      "@batch=1 PRIVMSG #lobby :two ",
      "@batch=1;draft/multiline-concat PRIVMSG #lobby :and more",
      "BATCH -1",
    );
    await page.hears({ event: "message", text: "one\n\ntwo and more" });
    await bob.hears(
      ":ada!u@switchboard PRIVMSG #lobby :one",
      ":ada!u@switchboard PRIVMSG #lobby :two and more",
    );
    const [, own] = /^@label=m;msgid=\S+;time=\S+ :ada!u@switchboard BATCH \+(\S+) draft\/multiline #lobby$/
      .exec(
        await ada.next(),
      )!;
    await ada.hears(
      `@batch=${own} :ada!u@switchboard PRIVMSG #lobby :one`,
      `@batch=${own} :ada!u@switchboard PRIVMSG #lobby :`,
      `@batch=${own} :ada!u@switchboard PRIVMSG #lobby :two and more`,
      `:irc.switchboard BATCH -${own}`,
    );
    const long = "word ".repeat(120).trim();
    await page.asks("send", { room: "lobby", text: long });
    const [, reference] = /BATCH \+(\S+) draft\/multiline #lobby$/.exec(await ada.next())!;
    const [first, second] = [await ada.next(), await ada.next()];
    assertTrue(second.startsWith(`@batch=${reference};draft/multiline-concat :carol`), second);
    assertEquals([first, second].map((line) => line.split("#lobby :")[1]).join(""), long);
    await ada.hears(`:irc.switchboard BATCH -${reference}`);
    for (
      const [line, answer] of [
        ["@batch=2 PRIVMSG #other :x", "MULTILINE_INVALID_TARGET #lobby #other :Invalid multiline target"],
        ["@batch=2 NOTICE #lobby :x", "MULTILINE_INVALID :Invalid multiline batch"],
        ["@batch=2 PRIVMSG #lobby :", "MULTILINE_INVALID :Invalid multiline batch"],
      ]
    ) {
      ada.says("BATCH +2 draft/multiline #lobby", line!, "BATCH -2");
      await ada.hears(`:irc.switchboard FAIL BATCH ${answer}`);
    }
    const many = Array.from({ length: 201 }, () => "@batch=3 PRIVMSG #lobby :x");
    ada.says("BATCH +3 draft/multiline #lobby", ...many, "BATCH -3", "BATCH -4", "BATCH +5 nonsense x");
    await ada.hears(
      ":irc.switchboard FAIL BATCH MULTILINE_MAX_LINES 200 :Multiline batch max-lines exceeded",
      ":irc.switchboard FAIL BATCH MULTILINE_INVALID :Invalid multiline batch",
      ":irc.switchboard FAIL BATCH MULTILINE_INVALID :Invalid multiline batch",
    );
    for (const each of [ada, bob]) each.close();
  }));

Deno.test("irc: a line of a batch that was refused, or never began, is not said", () =>
  withIrc(async (server) => {
    const ada = await (await IrcClient.guest(server.running, "ada", "batch draft/multiline standard-replies"))
      .forgets();
    const bob = await (await IrcClient.guest(server.running, "bob")).forgets();
    await ada.forgets();
    const refused = ":irc.switchboard FAIL BATCH MULTILINE_INVALID :Invalid multiline batch";
    ada.says(
      "BATCH +1 draft/multiline #LOBBY",
      "@batch=1 PRIVMSG #lobby :one",
      "BATCH +2 draft/multiline #lobby",
      "@batch=2 PRIVMSG #lobby :of a second one",
      "@batch=1 PRIVMSG #Lobby :two",
      "BATCH -1",
      "@batch=zz PRIVMSG #lobby :of none",
    );
    await ada.hears(refused, refused, refused);
    await bob.hears(":ada!u@switchboard PRIVMSG #lobby :one", ":ada!u@switchboard PRIVMSG #lobby :two");
    await bob.hearsNothing();
    for (const each of [ada, bob]) each.close();
  }));

Deno.test("irc: answers, reactions, what is taken back, and that somebody is writing", () =>
  withIrc(async (server) => {
    const page = await (await server.member("carol")).forgets();
    const ada = await (await IrcClient.guest(
      server.running,
      "ada",
      `${ALL} draft/message-redaction draft/event-playback`,
    )).forgets();
    const bob = await (await IrcClient.guest(server.running, "bob")).forgets();
    await ada.forgets();
    await page.forgets();
    const { id } = await page.asks("send", { room: "lobby", text: "tea?" });
    await ada.hears(
      "@msgid=ID;time=TIME;account=carol :carol!u@switchboard PRIVMSG #lobby :tea?".replace(
        ";account=carol",
        "",
      ),
    );
    await bob.hears(":carol!u@switchboard PRIVMSG #lobby :tea?");
    ada.says(
      `@+draft/reply=${id} PRIVMSG #lobby :please`,
      `@+draft/react=👍;+draft/reply=${id} TAGMSG #lobby`,
    );
    const { id: answer } = await page.hears({ event: "message", text: "please", reply: id });
    await page.hears({ event: "reacted", id, from: "ada", emoji: "👍", on: true });
    await ada.hears(
      `@msgid=ID;+draft/reply=${id};time=TIME :ada!u@switchboard PRIVMSG #lobby :please`,
      `@time=TIME;+draft/react=👍;+draft/reply=${id} :ada!u@switchboard TAGMSG #lobby`,
    );
    await bob.hears(
      ":ada!u@switchboard PRIVMSG #lobby :please",
      ":ada!u@switchboard NOTICE #lobby :reacts with 👍",
    );
    ada.says("CHATHISTORY LATEST #lobby * 10");
    assertEquals(await batch(ada, "#lobby"), ["tea?", "", "please"]);
    ada.says(
      `@+draft/unreact=👍;+draft/reply=${id} TAGMSG #lobby`,
      "@+typing=active TAGMSG #lobby",
      "@+typing=done TAGMSG #lobby",
    );
    await page.hears({ event: "reacted", id, from: "ada", emoji: "👍", on: false });
    await page.hears({ event: "typing", from: "ada", room: "lobby" });
    await ada.hears(`@time=TIME;+draft/unreact=👍;+draft/reply=${id} :ada!u@switchboard TAGMSG #lobby`);
    await bob.hears(":ada!u@switchboard NOTICE #lobby :takes back 👍");
    await page.asks("typing", { room: "lobby" });
    await ada.hears("@+typing=active :carol!u@switchboard TAGMSG #lobby");
    ada.says(`REDACT #lobby ${id}`, "REDACT #lobby none", `REDACT #lobby ${answer} :so sorry`);
    const refused = await ada.next();
    assertTrue(refused.startsWith(`:irc.switchboard FAIL REDACT REDACT_FORBIDDEN #lobby ${id} :`), refused);
    const unknown = await ada.next();
    assertTrue(unknown.startsWith(":irc.switchboard FAIL REDACT UNKNOWN_MSGID #lobby none :"), unknown);
    await ada.hears(`@time=TIME :ada!u@switchboard REDACT #lobby ${answer} :so sorry`);
    await page.hears({ event: "recalled", id: answer, from: "ada", reason: "so sorry" });
    await bob.hears(":ada!u@switchboard NOTICE #lobby :has taken back a message (so sorry)");
    ada.says("CHATHISTORY LATEST #lobby * 10");
    assertEquals(await batch(ada, "#lobby"), ["tea?"]);
    for (const each of [ada, bob]) each.close();
  }));

Deno.test("irc: what becomes of a private message is addressed to the other one, and asked for where it is", () =>
  withIrc(async (server) => {
    const desk = await server.member("ada");
    await server.member("bob");
    const page = await server.member("carol");
    const can = `${ALL} draft/event-playback standard-replies`;
    const ada = await IrcClient.member(server.running, "ada", can);
    const plain = await IrcClient.member(server.running, "ada");
    const bob = await IrcClient.member(server.running, "bob", can);
    const other = await IrcClient.member(server.running, "bob");
    for (const each of [ada, plain, bob, other]) await each.forgets();
    ada.says("PRIVMSG bob :hello");
    const [, id] = /msgid=([^;]+)/.exec(await bob.hearsAtLast(/ PRIVMSG bob :hello$/))!;
    await ada.hearsAtLast(/ PRIVMSG bob :hello$/);
    await other.hearsAtLast(/ PRIVMSG bob :hello$/);
    const { id: room } = await page.asks("send", { room: "lobby", text: "tea?" });
    for (const each of [ada, plain, bob, other]) await each.hearsAtLast(/ PRIVMSG #lobby :tea\?$/);
    bob.says(
      `@+draft/react=👍;+draft/reply=${id} TAGMSG #lobby`,
      `@+draft/react=👍;+draft/reply=${room} TAGMSG ada`,
      `@+draft/react=👍;+draft/reply=${id} TAGMSG ada`,
    );
    for (const target of ["#lobby", "ada"]) {
      const refused = await bob.next();
      assertTrue(refused.startsWith(`:irc.switchboard FAIL TAGMSG UNKNOWN_MSGID ${target} :`), refused);
    }
    const reacted = `+draft/react=👍;+draft/reply=${id} :bob!u@switchboard TAGMSG ada`;
    await bob.hears(`@time=TIME;${reacted}`);
    await ada.hears(`@time=TIME;${reacted}`);
    await plain.hears(":bob!u@switchboard NOTICE ada :reacts with 👍");
    ada.says(`@+draft/react=🎉;+draft/reply=${id} TAGMSG bob`);
    const own = `+draft/react=🎉;+draft/reply=${id} :ada!u@switchboard TAGMSG bob`;
    for (const each of [ada, bob]) await each.hears(`@time=TIME;${own}`);
    await other.hears(":ada!u@switchboard NOTICE bob :reacts with 🎉");
    await desk.asks("edit", { message: id, text: "hello!" });
    await bob.hearsAtLast(/ NOTICE bob :has changed a private message: hello!$/);
    await ada.hearsAtLast(/ NOTICE bob :has changed a private message: hello!$/);
    // What she did elsewhere she is not told where it would look as if it came from somebody else.
    await plain.hearsNothing();
    await other.hears(":ada!u@switchboard NOTICE bob :has changed a private message: hello!");
    await other.hearsNothing();
    for (const [who, target] of [[ada, "bob"], [bob, "ada"]] as const) {
      who.says(`CHATHISTORY LATEST ${target} * 5`);
      const bare = (line: string) => line.replace(/^@batch=\w+;time=[^;]+;/, "");
      await who.hearsAtLast(/ PRIVMSG bob :hello!$/);
      assertEquals([bare(await who.next()), bare(await who.next())], [reacted, own]);
      await who.hearsAtLast(/ BATCH -/);
      who.says(`CHATHISTORY BEFORE ${target} msgid=${room} 5`);
      const words = `MESSAGE_ERROR BEFORE ${target} :Messages could not be retrieved`;
      await who.hears(`:irc.switchboard FAIL CHATHISTORY ${words}`);
    }
    for (const each of [ada, plain, bob, other]) each.close();
  }));

Deno.test("irc: how far somebody has read is the same on all their clients", async () => {
  const clock = new TestClock();
  await withIrc(
    async (server) => {
      const page = await server.member("carol");
      const sent = await tenMessages(page, clock);
      const time = (n: number) => `timestamp=${new Date(sent[n]!.at).toISOString()}`;
      const desk = await IrcClient.connect(server.running);
      desk.says(
        `CAP REQ :${ALL} draft/read-marker`,
        "PASS carol:plug-jack-cord-7",
        "NICK c",
        "USER c 0 * :c",
        "CAP END",
      );
      await desk.hearsAtLast(/ JOIN #lobby$/);
      await desk.hears(
        ":irc.switchboard 353 carol = #lobby :%carol",
        ":irc.switchboard MARKREAD #lobby *",
        ":irc.switchboard 366 carol #lobby :End of /NAMES list",
      );
      await page.asks("read", { room: "lobby", message: sent[3]!.id });
      await desk.hears(`:irc.switchboard MARKREAD #lobby ${time(3)}`);
      await page.forgets();
      desk.says(`MARKREAD #lobby ${time(6)}`);
      await page.hearsAtLast({ event: "read", room: "lobby", id: sent[6]!.id });
      await desk.hears(`:irc.switchboard MARKREAD #lobby ${time(6)}`);
      desk.says("MARKREAD #lobby", "MARKREAD", "MARKREAD #lobby nonsense", "MARKREAD #nowhere");
      await desk.hears(
        ":irc.switchboard FAIL MARKREAD NEED_MORE_PARAMS :Missing parameters",
        ":irc.switchboard FAIL MARKREAD INVALID_PARAMS nonsense :Invalid parameters",
      );
      assertTrue((await desk.next()).includes(" FAIL MARKREAD INTERNAL_ERROR #nowhere :"), "no such room");
      await desk.hears(`:irc.switchboard MARKREAD #lobby ${time(6)}`);
      const phone = await IrcClient.connect(server.running);
      phone.says("CAP REQ :draft/read-marker", "PASS carol:plug-jack-cord-7", "NICK c");
      phone.says("USER c 0 * :c", "CAP END");
      await phone.hearsAtLast(new RegExp(` MARKREAD #lobby ${time(6)}$`));
      await phone.hears(":irc.switchboard 366 carol #lobby :End of /NAMES list");
      phone.close();
      desk.says("JOIN #new", "PING after");
      await desk.hearsAtLast(/ MARKREAD #new \*$/);
      await desk.hears(
        ":irc.switchboard 366 carol #new :End of /NAMES list",
        ":irc.switchboard PONG irc.switchboard after",
      );
      desk.close();
    },
    {},
    { clock: clock.read },
  );
});

Deno.test("irc history: what else happened to a room is where it happened, for those who ask for that", () =>
  withIrc(async (server) => {
    const page = await server.member("carol");
    await server.member("bob");
    await page.asks("enter", { room: "ops" });
    const bob = await IrcClient.member(server.running, "bob", `${ALL} draft/event-playback`);
    bob.says("JOIN #ops");
    await bob.hearsAtLast(/ 366 bob #ops /);
    await page.asks("send", { room: "ops", text: "one" });
    await page.asks("room.set", { room: "ops", topic: "what runs" });
    await page.asks("room.role", { room: "ops", nickname: "bob", role: "moderator" });
    await page.asks("send", { room: "ops", text: "two" });
    const { id } = await page.asks("send", { room: "ops", text: "three" });
    await page.asks("pin", { message: id, on: true });
    await server.member("eve").then((eve) => eve.asks("enter", { room: "ops" }));
    await page.asks("kick", { room: "ops", nickname: "eve" });
    await bob.forgets();
    const bare = (line: string) => line.replace(/^@\S+ /, "");
    const first = [
      ":carol!u@switchboard PRIVMSG #ops :one",
      ":carol!u@switchboard TOPIC #ops :what runs",
      ":carol!u@switchboard MODE #ops +o bob",
    ];
    const rest = [
      ":carol!u@switchboard PRIVMSG #ops :two",
      ":carol!u@switchboard PRIVMSG #ops :three",
      ":carol!u@switchboard NOTICE #ops :has pinned a message in ops",
      ":carol!u@switchboard KICK #ops eve :carol",
    ];
    const cases: [asked: string, lines: string[]][] = [
      ["LATEST #ops * 10", [...first, ...rest]],
      ["LATEST #ops * 2", rest],
      [`BEFORE #ops msgid=${id} 2`, [...first, rest[0]!]],
      [`BEFORE #ops msgid=${id} 1`, [rest[0]!]],
      [`AFTER #ops msgid=${id} 5`, rest.slice(2)],
    ];
    for (const [asked, lines] of cases) {
      bob.says(`CHATHISTORY ${asked}`);
      await bob.hearsAtLast(/ BATCH \+\S+ chathistory #ops$/);
      for (const line of lines) {
        const heard = await bob.next();
        assertTrue(/^@batch=\w+;(?:msgid=\w+;)?time=/.test(heard), heard);
        assertEquals(bare(heard), line, asked);
      }
      await bob.hearsAtLast(/^:irc\.switchboard BATCH -/);
    }
    const old = await IrcClient.member(server.running, "bob", ALL);
    old.says("CHATHISTORY LATEST #ops * 10");
    assertEquals(await batch(old, "#ops"), ["one", "two", "three"]);
    await page.asks("room.set", { room: "ops", history: "joined" });
    await server.member("dave");
    const dave = await IrcClient.member(server.running, "dave", `${ALL} draft/event-playback`);
    dave.says("JOIN #ops");
    await dave.hearsAtLast(/ 366 dave #ops /);
    await page.asks("room.set", { room: "ops", topic: "what he may know" });
    await dave.hearsAtLast(/ TOPIC #ops /);
    dave.says("CHATHISTORY LATEST #ops * 10");
    await dave.hearsAtLast(/ BATCH \+\S+ chathistory #ops$/);
    assertEquals(bare(await dave.next()), ":carol!u@switchboard TOPIC #ops :what he may know");
    await dave.hearsAtLast(/^:irc\.switchboard BATCH -/);
    await dave.hearsNothing();
    for (const each of [bob, old, dave]) each.close();
  }));
