/** IRC: what was said before, several lines, answers, reactions, what was taken back, and how far somebody has read. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { SECOND, TestClock } from "../support/clock.ts";
import type { Line, Peer } from "../support/harness.ts";
import { IrcClient, withIrc } from "./clients/irc_client.ts";

const ALL = "batch server-time message-tags draft/chathistory echo-message standard-replies";

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
        assertTrue(line.includes(` CHATHISTORY TARGETS ${target} timestamp=`), line);
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
    ada.says(`REDACT #lobby ${id}`, "REDACT #lobby none", `REDACT #lobby ${answer} :sorry`);
    const refused = await ada.next();
    assertTrue(refused.startsWith(`:irc.switchboard FAIL REDACT REDACT_FORBIDDEN #lobby ${id} :`), refused);
    const unknown = await ada.next();
    assertTrue(unknown.startsWith(":irc.switchboard FAIL REDACT UNKNOWN_MSGID #lobby none :"), unknown);
    await ada.hears(`@time=TIME :ada!u@switchboard REDACT #lobby ${answer}`);
    await page.hears({ event: "recalled", id: answer, from: "ada" });
    await bob.hears(":ada!u@switchboard NOTICE #lobby :has taken back a message");
    ada.says("CHATHISTORY LATEST #lobby * 10");
    assertEquals(await batch(ada, "#lobby"), ["tea?"]);
    for (const each of [ada, bob]) each.close();
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
        ":irc.switchboard 353 carol = #lobby :~carol",
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
      desk.close();
    },
    {},
    { clock: clock.read },
  );
});
