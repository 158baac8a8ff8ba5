/** IRC: coming in, rooms and talk, as docs/irc.md says, line by line. */
import { LIMITS } from "../../server/core/shared/limits.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { PASSWORD, withServer } from "../support/harness.ts";
import { IrcClient, withIrc } from "./clients/irc_client.ts";

Deno.test("irc: a guest comes in by a nickname and a user, and is in the lobby", () =>
  withIrc(async ({ running }) => {
    const ada = await IrcClient.connect(running);
    ada.says("NICK ada", "USER ada 0 * :Ada L");
    await ada.hears(
      ":irc.switchboard 001 ada :Welcome to the Switchboard Network, ada!u@switchboard",
      ":irc.switchboard 002 ada :Your host is irc.switchboard, running version switchboard-0.1.0",
    );
    assertTrue(/^:irc\.switchboard 003 ada :This server was created 20\d\d-/.test(await ada.next()), "when");
    await ada.hears(
      ":irc.switchboard 004 ada irc.switchboard switchboard-0.1.0 i bhimnoqt bhoq",
    );
    const support = [await ada.next(), await ada.next()];
    for (const line of support) {
      assertTrue(/^:irc\.switchboard 005 ada .* :are supported by this server$/.test(line), line);
    }
    assertTrue(support.join(" ").includes(` NICKLEN=${LIMITS.nicknameCharsMax} `), "as long as it may be");
    await ada.hears(
      ":irc.switchboard 251 ada :There are 1 users and 0 invisible on 1 servers",
      ":irc.switchboard 252 ada 0 :operator(s) online",
      ":irc.switchboard 254 ada 1 :channels formed",
      ":irc.switchboard 255 ada :I have 1 clients and 0 servers",
      ":irc.switchboard 265 ada 1 1 :Current local users 1, max 1",
      ":irc.switchboard 266 ada 1 1 :Current global users 1, max 1",
      ":irc.switchboard 375 ada :- irc.switchboard Message of the day - ",
      ":irc.switchboard 372 ada :- This is Switchboard 0.1.0: the same rooms are in a browser at",
      `:irc.switchboard 372 ada :- ${running.http}`,
      ":irc.switchboard 376 ada :End of /MOTD command.",
      ":ada!u@switchboard JOIN #lobby",
      ":irc.switchboard 353 ada = #lobby :%ada",
      ":irc.switchboard 366 ada #lobby :End of /NAMES list",
    );
    await ada.hearsNothing();
    ada.says("QUIT :off");
    await ada.hears("ERROR :Closing Link: off");
    await ada.hearsTheEnd();
  }));

Deno.test("irc: what is said before the welcome has come is done after it, in its order", () =>
  withIrc(async ({ running, member }) => {
    await member("ben");
    const ada = await IrcClient.connect(running);
    ada.says("NICK ada", "USER ada 0 * :Ada", "JOIN #x", "PRIVMSG #x :hi", "PING z");
    await ada.hearsAtLast(/ JOIN #lobby$/);
    await ada.hearsAtLast(/ JOIN #x$/);
    await ada.hearsAtLast(/ 366 ada #x /);
    await ada.hears(":irc.switchboard PONG irc.switchboard z");
    const bot = await IrcClient.connect(running);
    const plain = btoa("\0ben\0" + PASSWORD);
    bot.says("CAP REQ sasl", "NICK ben", "USER b 0 * :B", "AUTHENTICATE PLAIN", `AUTHENTICATE ${plain}`);
    bot.says("CAP END", "JOIN #x", "PRIVMSG #x :done", "QUIT :off");
    await bot.hearsAtLast(/ 366 \S+ #x /);
    await bot.hears("ERROR :Closing Link: off");
    await ada.hearsAtLast(/PRIVMSG #x :done$/);
    const other = await IrcClient.connect(running);
    other.says("NICK ada", "USER o 0 * :O", "JOIN #x", "NICK otto", "JOIN #x");
    await other.hearsAtLast(/ 433 \* ada /);
    await other.hearsAtLast(/ 451 /);
    await other.hearsAtLast(/ 366 otto #x /);
    for (const each of [ada, other]) each.close();
  }));

Deno.test("irc: capabilities are negotiated, and nobody is in before that is over", () =>
  withIrc(async ({ running }) => {
    const ada = await IrcClient.connect(running);
    ada.says("CAP LS 302", "NICK ada", "USER ada 0 * :Ada");
    const offered: string[] = [];
    for (let goesOn = true; goesOn;) {
      const line = await ada.next();
      assertTrue(/^:irc\.switchboard CAP \* LS (\* )?:/.test(line) && line.length < 511, line);
      goesOn = line.includes(" LS * :");
      offered.push(...line.split(" :")[1]!.split(" "));
    }
    for (const capability of ["sasl=PLAIN", "message-tags", "server-time", "cap-notify"]) {
      assertTrue(offered.includes(capability), capability);
    }
    const old = await IrcClient.connect(running);
    old.says("CAP LS");
    const whole = await old.next();
    assertTrue(
      /^:irc\.switchboard CAP \* LS :account-notify account-tag .* userhost-in-names$/.test(whole),
      whole,
    );
    assertTrue(whole.length <= 510 && !whole.includes("="), "one line without values");
    old.close();
    ada.says("CAP REQ :message-tags no-such-thing");
    await ada.hears(":irc.switchboard CAP * NAK :message-tags no-such-thing");
    ada.says("CAP REQ :message-tags server-time", "CAP LIST", "CAP NONSENSE");
    await ada.hears(
      ":irc.switchboard CAP * ACK :message-tags server-time",
      ":irc.switchboard CAP * LIST :cap-notify message-tags server-time",
      ":irc.switchboard 410 * NONSENSE :Invalid CAP command",
    );
    ada.says("CAP REQ :-message-tags", "CAP REQ -cap-notify", "CAP LIST", "JOIN #x", "NONSENSE");
    await ada.hears(
      ":irc.switchboard CAP * ACK :-message-tags",
      ":irc.switchboard CAP * NAK :-cap-notify",
      ":irc.switchboard CAP * LIST :cap-notify server-time",
      ":irc.switchboard 451 * :You have not registered",
      ":irc.switchboard 451 * :You have not registered",
    );
    ada.says("CAP END");
    await ada.hearsAtLast(/ 001 ada /);
    ada.close();
  }));

Deno.test("irc: an account is signed in to with SASL PLAIN or with the server password, whatever nickname is asked for", () =>
  withIrc(async (server) => {
    const page = await server.member("carol");
    const { running } = server;
    const plain = (name: string, password: string) =>
      new TextEncoder().encode(`\0${name}\0${password}`).toBase64();
    const phone = await IrcClient.connect(running);
    phone.says("CAP REQ :sasl", "NICK anything", "USER c 0 * :c", "AUTHENTICATE SCRAM-SHA-256");
    await phone.hears(
      ":irc.switchboard CAP * ACK :sasl",
      ":irc.switchboard 908 * PLAIN :are available SASL mechanisms",
      ":irc.switchboard 904 * :SASL authentication failed",
    );
    phone.says("AUTHENTICATE PLAIN", `AUTHENTICATE ${plain("carol", "wrong-jack-cord")}`);
    await phone.hears("AUTHENTICATE +", ":irc.switchboard 904 * :SASL authentication failed");
    phone.says("AUTHENTICATE PLAIN", "AUTHENTICATE *");
    await phone.hears("AUTHENTICATE +", ":irc.switchboard 906 * :SASL authentication aborted");
    phone.says("AUTHENTICATE PLAIN", `AUTHENTICATE ${"A".repeat(401)}`);
    await phone.hears("AUTHENTICATE +", ":irc.switchboard 905 * :SASL message too long");
    phone.says("AUTHENTICATE PLAIN", `AUTHENTICATE ${plain("carol/phone", PASSWORD)}`);
    await phone.hears(
      "AUTHENTICATE +",
      ":irc.switchboard 900 * anything!u@switchboard carol :You are now logged in as carol",
      ":irc.switchboard 903 * :SASL authentication successful",
    );
    phone.says("AUTHENTICATE PLAIN", "REGISTER other * plug-jack-cord-9", "CAP END");
    await phone.hears(
      ":irc.switchboard 907 * :You have already authenticated using SASL",
      ":irc.switchboard FAIL REGISTER ALREADY_AUTHENTICATED other :You have an account, and are signed in to it",
    );
    await phone.hearsAtLast(/ 001 carol :/);
    await phone.hearsAtLast(/ 366 carol #lobby /);
    const desk = await IrcClient.member(running, "carol");
    page.says("send", { room: "lobby", text: "on three at once" });
    for (const each of [phone, desk]) {
      await each.hears(":carol!u@switchboard PRIVMSG #lobby :on three at once");
    }
    const wrong = await IrcClient.connect(running);
    wrong.says("PASS carol:wrong-jack-cord", "NICK carol", "USER c 0 * :c");
    await wrong.hears(
      ":irc.switchboard 464 * :Password incorrect",
      "ERROR :Cannot sign in: the name or the password is wrong",
    );
    await wrong.hearsTheEnd();
    for (const each of [phone, desk]) each.close();
  }));

Deno.test("irc: a name with marks in it is a name, and a password with marks in it a password", () =>
  withIrc(async (server) => {
    const password = "plug:jack/cord:7";
    for (const name of ["team", "team/ada", "a:b", "ben", "eva"]) {
      const account = { username: name, nickname: name, password: name === "eva" ? password : PASSWORD };
      await (await server.connect()).asks("register", account);
    }
    const cases: [pass: string, nick: string, who: string][] = [
      [`team/ada:${PASSWORD}`, "x", "team/ada"],
      [`team/ada/phone:${PASSWORD}`, "x", "team/ada"],
      [`team/phone:${PASSWORD}`, "x", "team"],
      [`a:b:${PASSWORD}`, "x", "a:b"],
      [`a:b/phone:${PASSWORD}`, "x", "a:b"],
      [`eva:${password}`, "x", "eva"],
      [`eva/phone:${password}`, "x", "eva"],
      [password, "eva", "eva"],
      [password, "eva/phone", "eva"],
      [PASSWORD, "ben", "ben"],
    ];
    for (const [pass, nick, who] of cases) {
      const client = await IrcClient.connect(server.running);
      client.says(`PASS ${pass}`, `NICK ${nick}`, "USER x 0 * :x");
      assertTrue((await client.next()).startsWith(`:irc.switchboard 001 ${who} `), pass);
      client.close();
    }
    for (
      const [name, who] of [["team/ada", "team/ada"], ["team/ada/phone", "team/ada"], ["team/x", "team"]]
    ) {
      const client = await IrcClient.connect(server.running);
      client.says("CAP REQ sasl", "AUTHENTICATE PLAIN");
      client.says(`AUTHENTICATE ${new TextEncoder().encode(`\0${name}\0${PASSWORD}`).toBase64()}`);
      await client.hearsAtLast(
        new RegExp(` 900 .* You are now logged in as ${who}$`.replace(" You", " :You")),
      );
      client.close();
    }
    const nobody = await IrcClient.connect(server.running);
    nobody.says(`PASS none/of:these:${PASSWORD}`, "NICK x", "USER x 0 * :x");
    await nobody.hears(":irc.switchboard 464 * :Password incorrect");
    nobody.close();
  }));

Deno.test("irc: a nickname that is taken, or none, is asked for anew; where guests may not come in, that is said", async () => {
  await withIrc(async (server) => {
    await server.member("carol");
    const eve = await IrcClient.connect(server.running);
    eve.says("NICK", "NICK carol", "USER e 0 * :e");
    await eve.hears(":irc.switchboard 431 * :No nickname given");
    const [taken, hint] = [await eve.next(), await eve.next()];
    assertTrue(taken.startsWith(":irc.switchboard 433 * carol :Nickname is already in use ("), taken);
    assertTrue(hint.includes("SASL PLAIN"), hint);
    eve.says("NICK moderator");
    assertTrue(
      (await eve.next()).startsWith(":irc.switchboard 432 * moderator :Erroneus nickname ("),
      "reserved",
    );
    eve.says("NICK eve");
    await eve.hearsAtLast(/ 001 eve /);
    eve.close();
  });
  await withIrc(async ({ running }) => {
    const eve = await IrcClient.connect(running);
    eve.says("NICK eve", "USER e 0 * :e");
    assertTrue((await eve.next()).startsWith(":irc.switchboard NOTICE * :Cannot come in as a guest"), "why");
    assertTrue((await eve.next()).includes("SASL PLAIN"), "how");
    assertTrue((await eve.next()).startsWith("ERROR :Cannot come in as a guest"), "the end");
    await eve.hearsTheEnd();
  }, { guests: "off" });
});

Deno.test("irc: rooms are entered and left, with their topic and who is there", () =>
  withIrc(async (server) => {
    const page = await server.member("carol");
    await page.asks("enter", { room: "release notes" });
    await page.asks("room.set", { room: "release notes", topic: "1.0, soon" });
    const ada = await (await IrcClient.guest(server.running, "ada")).forgets();
    ada.says("JOIN #release%20notes,#new");
    await ada.hears(
      ":ada!u@switchboard JOIN #release\u00a0notes",
      ":irc.switchboard 332 ada #release\u00a0notes :1.0, soon",
      ":irc.switchboard 333 ada #release\u00a0notes carol SECONDS",
      ":irc.switchboard 353 ada = #release\u00a0notes :~carol ada",
      ":irc.switchboard 366 ada #release\u00a0notes :End of /NAMES list",
      ":ada!u@switchboard JOIN #new",
      ":irc.switchboard 353 ada = #new :%ada",
      ":irc.switchboard 366 ada #new :End of /NAMES list",
    );
    const bob = await (await IrcClient.guest(server.running, "bob", "extended-join")).forgets();
    await ada.hears(":bob!u@switchboard JOIN #lobby");
    bob.says("JOIN #NEW");
    await ada.hears(":bob!u@switchboard JOIN #new");
    await bob.hears(
      ":bob!u@switchboard JOIN #new * bob",
      ":irc.switchboard 353 bob = #new :%ada bob",
      ":irc.switchboard 366 bob #new :End of /NAMES list",
    );
    bob.says(
      "TOPIC #new",
      "TOPIC #new :mine",
      "PART #new,#nowhere :off I \x02go",
      "NAMES #new",
      "NAMES #lobby",
      "JOIN nowhere",
      "JOIN",
    );
    await bob.hears(":irc.switchboard 331 bob #new :No topic is set");
    assertTrue(
      (await bob.next()).startsWith(":irc.switchboard 482 bob #new :You're not channel operator ("),
      "no",
    );
    await bob.hears(
      ":bob!u@switchboard PART #new :off I go",
      ":irc.switchboard 403 bob #nowhere :No such channel",
      ":irc.switchboard 366 bob #new :End of /NAMES list",
      ":irc.switchboard 353 bob = #lobby :%carol ada bob",
      ":irc.switchboard 366 bob #lobby :End of /NAMES list",
      ":irc.switchboard 403 bob nowhere :No such channel",
      ":irc.switchboard 461 bob JOIN :Not enough parameters",
    );
    await ada.hears(":bob!u@switchboard PART #new :off I go");
    await page.asks("room.set", { room: "release notes", topic: "out" });
    await page.asks("room.set", { room: "release notes", name: "changes" });
    await ada.hears(
      ":carol!u@switchboard TOPIC #release\u00a0notes :out",
      ":ada!u@switchboard PART #release\u00a0notes :renamed to #changes by carol",
      ":ada!u@switchboard JOIN #changes",
      ":irc.switchboard 332 ada #changes :out",
      ":irc.switchboard 333 ada #changes carol SECONDS",
      ":irc.switchboard 353 ada = #changes :~carol ada",
      ":irc.switchboard 366 ada #changes :End of /NAMES list",
    );
    ada.says("JOIN #last", "JOIN 0");
    await ada.hearsAtLast(/ 366 ada #last /);
    for (const room of ["lobby", "new", "changes", "last"]) {
      assertTrue(/PART #(lobby|new|changes|last)$/.test(await ada.next()), room);
    }
    await ada.hearsNothing();
    bob.close();
    ada.close();
  }));

Deno.test("irc: what is said goes to rooms and people, and to the page and back", () =>
  withIrc(async (server) => {
    const { running } = server;
    const page = await (await server.guest("zoe")).forgets();
    const ada = await (await IrcClient.guest(running, "ada")).forgets();
    const bob =
      await (await IrcClient.guest(running, "bob", "echo-message message-tags server-time account-tag"))
        .forgets();
    await ada.hears(":bob!u@switchboard JOIN #lobby");
    await page.forgets();
    ada.says("PRIVMSG #lobby :hello, everybody", "PRIVMSG bob,zoe :psst", "NOTICE #lobby :by a bot");
    await bob.hears(
      "@msgid=ID;time=TIME :ada!u@switchboard PRIVMSG #lobby :hello, everybody".replace(
        "time=TIME;msgid=ID",
        "msgid=ID;time=TIME",
      ),
      "@msgid=ID;time=TIME :ada!u@switchboard PRIVMSG bob :psst",
      "@msgid=ID;time=TIME :ada!u@switchboard NOTICE #lobby :by a bot",
    );
    for (const text of ["hello, everybody", "psst", "by a bot"]) await page.hears({ event: "message", text });
    await ada.hearsNothing();
    bob.says("PRIVMSG ada hi", "PRIVMSG #lobby :\x01ACTION waves\x01");
    await ada.hears(
      ":bob!u@switchboard PRIVMSG ada :hi",
      ":bob!u@switchboard PRIVMSG #lobby :\x01ACTION waves\x01",
    );
    await bob.hears(
      "@msgid=ID;time=TIME :bob!u@switchboard PRIVMSG ada :hi",
      "@msgid=ID;time=TIME :bob!u@switchboard PRIVMSG #lobby :\x01ACTION waves\x01",
    );
    await page.hears({ event: "message", text: "/me waves" });
    await page.asks("send", { room: "lobby", text: "two\n\nlines" });
    await ada.hears(":zoe!u@switchboard PRIVMSG #lobby :two", ":zoe!u@switchboard PRIVMSG #lobby :lines");
    ada.says(
      "PRIVMSG",
      "PRIVMSG #lobby",
      "PRIVMSG #lobby :",
      "PRIVMSG nobody :x",
      "PRIVMSG #nowhere x",
      "PRIVMSG bob :\x01VERSION\x01",
      "PRIVMSG bob :\x01ACTION\x01",
      "PRIVMSG #lobby :\x01ACTION \x01",
      "PRIVMSG #lobby :\x01ACTION \x02 \x02",
    );
    await ada.hears(
      ":irc.switchboard 411 ada :No recipient given (PRIVMSG)",
      ":irc.switchboard 412 ada :No text to send",
      ":irc.switchboard 412 ada :No text to send",
      ":irc.switchboard 401 ada nobody :No such nick/channel",
      ":irc.switchboard 403 ada #nowhere :No such channel",
      ":irc.switchboard NOTICE ada :Cannot send this: of CTCP only ACTION is passed on",
      ":irc.switchboard 412 ada :No text to send",
      ":irc.switchboard 412 ada :No text to send",
      ":irc.switchboard 412 ada :No text to send",
    );
    for (const each of [ada, bob]) each.close();
  }));

Deno.test("irc: a long message is several lines, cut at words, or else between characters", () =>
  withIrc(async (server) => {
    const page = await server.member("zoe");
    const ada = await (await IrcClient.guest(server.running, "ada")).forgets();
    await page.forgets();
    const family = "👨‍👩‍👧‍👦";
    const texts = [
      Array.from({ length: 400 }, (_, n) => `word${n}`).join(" "),
      "水".repeat(600),
      family.repeat(90),
      "e\u0301".repeat(500),
    ];
    for (const text of texts) {
      await page.asks("send", { room: "lobby", text });
      let rest = text;
      while (rest !== "") {
        const line = await ada.next();
        assertTrue(new TextEncoder().encode(line).length <= LIMITS.ircLineBytesMax - 2, line);
        const said = line.slice(":zoe!u@switchboard PRIVMSG #lobby :".length);
        assertTrue(rest.startsWith(said) && said !== "", `${said} is not how ${rest} begins`);
        rest = rest.slice(said.length);
        assertTrue(rest === "" || !said.includes(" ") || said.endsWith(" "), `cut within a word: ${said}`);
        const next = Array.from(new Intl.Segmenter().segment(said.slice(-20) + rest.slice(0, 20)));
        assertTrue(
          next.some(({ index }) => index === Math.min(20, said.length)) || rest === "",
          "a character",
        );
      }
      await ada.hearsNothing();
    }
    // What a client cuts itself are messages of their own.
    ada.says(`PRIVMSG #lobby :${"a".repeat(400)}`, `PRIVMSG #lobby :${"b".repeat(100)}`);
    for (const text of ["a".repeat(400), "b".repeat(100)]) {
      await page.hears({ event: "message", from: "ada", text });
    }
    ada.close();
  }));

Deno.test("irc: whoever goes, is renamed, put out or made the owner is seen so", () =>
  withIrc(async (server) => {
    const { running } = server;
    const carol = await server.member("carol");
    const ada = await (await IrcClient.guest(running, "ada")).forgets();
    await carol.asks("account.nickname", { nickname: "Carol C." });
    await ada.hears(":carol!u@switchboard NICK Carol\u00a0C\uff0e");
    ada.says("PRIVMSG Carol%20C. :by her name");
    await carol.hearsAtLast({ event: "message", text: "by her name", from: "ada" });
    const bob = await (await IrcClient.guest(running, "bob")).forgets();
    await ada.hears(":bob!u@switchboard JOIN #lobby");
    await carol.asks("kick", { room: "lobby", nickname: "bob", minutes: 5 });
    for (const each of [ada, bob]) {
      await each.hears(":Carol\u00a0C\uff0e!u@switchboard KICK #lobby bob :for 5 minutes");
    }
    bob.says("PRIVMSG #lobby :still here?", "JOIN #lobby");
    assertTrue(
      (await bob.next()).startsWith(":irc.switchboard 404 bob #lobby :Cannot send to channel ("),
      "out",
    );
    assertTrue(
      (await bob.next()).startsWith(":irc.switchboard 474 bob #lobby :Cannot join channel (+b) ("),
      "out",
    );
    carol.close();
    await ada.hears(
      ":Carol\u00a0C\uff0e!u@switchboard QUIT :offline",
      ":irc.switchboard MODE #lobby +h ada",
    );
    for (const each of [ada, bob]) each.close();
  }));

Deno.test("irc: what a program says is a NOTICE to others, so that none of them answers it", () =>
  withIrc(async (server) => {
    const [ada, bob] = [
      await (await IrcClient.guest(server.running, "ada", "echo-message")).forgets(),
      await (await IrcClient.guest(server.running, "bob")).forgets(),
    ];
    await ada.hears(":bob!u@switchboard JOIN #lobby");
    const page = await server.guest("eve");
    ada.says("NOTICE #lobby :seen bob", "NOTICE bob :hi", "PRIVMSG bob :hi");
    for (const each of [ada, bob]) {
      await each.hears(
        ":eve!u@switchboard JOIN #lobby",
        ":ada!u@switchboard NOTICE #lobby :seen bob",
        ":ada!u@switchboard NOTICE bob :hi",
        ":ada!u@switchboard PRIVMSG bob :hi",
      );
    }
    await page.hears({ event: "message", text: "seen bob", notice: true });
    for (const each of [ada, bob]) each.close();
  }));

Deno.test("irc: whose account somebody is in is told when they come, and when it is called something else", () =>
  withIrc(async (server) => {
    const bob =
      await (await IrcClient.guest(server.running, "bob", "account-tag account-notify message-tags"))
        .forgets();
    const carol = await server.member("carol");
    await bob.hears("@account=carol :carol!u@switchboard JOIN #lobby");
    await bob.hearsAtLast(/ MODE #lobby /);
    await carol.asks("typing", { room: "lobby" });
    await carol.asks("account.nickname", { nickname: "Caro" });
    await bob.hears(
      "@account=carol;+typing=active :carol!u@switchboard TAGMSG #lobby",
      "@account=carol :carol!u@switchboard NICK Caro",
      "@account=Caro :Caro!u@switchboard ACCOUNT Caro",
    );
    bob.says("NICK rob");
    await bob.hears(":bob!u@switchboard NICK rob");
    bob.close();
  }));

Deno.test("irc: whatever somebody does says the account, of guests and of what is past it does not", () =>
  withIrc(async (server) => {
    const page = await server.member("carol");
    await page.asks("enter", { room: "ops" });
    await server.member("bob");
    const capabilities = "account-tag message-tags away-notify draft/message-redaction draft/channel-rename";
    const bob = await IrcClient.member(server.running, "bob", capabilities);
    const [eve, max] = [await server.guest("eve"), await server.guest("max")];
    bob.says("JOIN #ops");
    await bob.hearsAtLast(/ 366 bob #ops /);
    for (const each of [eve, max]) await each.asks("enter", { room: "ops" });
    await bob.hearsAtLast(/:max!u@switchboard JOIN #ops$/);
    const [by, source] = ["@account=carol", ":carol!u@switchboard"];
    await page.asks("room.set", { room: "ops", topic: "Build" });
    await page.asks("room.role", { room: "ops", nickname: "bob", role: "moderator" });
    const { id } = await page.asks("send", { room: "ops", text: "tea?" });
    for (const each of [page, eve]) await each.asks("react", { message: id, emoji: "👍", on: true });
    await page.asks("recall", { message: id });
    await page.asks("status", { availability: "away", text: "out" });
    await page.asks("kick", { room: "ops", nickname: "max" });
    await bob.hears(`${by} ${source} TOPIC #ops :Build`, `${by} ${source} MODE #ops +o bob`);
    await bob.hearsAtLast(/PRIVMSG #ops :tea\?$/);
    await bob.hears(
      `${by};+draft/react=👍;+draft/reply=${id} ${source} TAGMSG #ops`,
      `@+draft/react=👍;+draft/reply=${id} :eve!u@switchboard TAGMSG #ops`,
      `${by} ${source} REDACT #ops ${id}`,
      `${by} ${source} AWAY :out`,
      `${by} ${source} KICK #ops max :carol`,
    );
    await page.asks("room.set", { room: "ops", name: "work" });
    await bob.hears(`${by} ${source} RENAME #ops #work renamed`);
    await bob.hearsAtLast(/ 366 bob #work /);
    for (const each of [page, eve]) await each.asks("leave", { room: "work" });
    await bob.hears(`${by} ${source} PART #work`, ":eve!u@switchboard PART #work");
    for (const each of [page, eve]) each.close();
    await bob.hearsAtLast(/^@account=carol :carol!u@switchboard QUIT :offline$/);
    await bob.hearsAtLast(/^:eve!u@switchboard QUIT :offline$/);
    bob.close();
  }));

Deno.test("irc: no line is longer than clients can take", () =>
  withIrc(async (server) => {
    const carol = await server.member("carol");
    await carol.asks("enter", { room: "ops" });
    await carol.asks("room.set", { room: "ops", topic: "茶".repeat(250) });
    await carol.asks("send", { room: "ops", text: "茶 ".repeat(400).trim() });
    const ada = await (await IrcClient.guest(server.running, "ada")).forgets();
    ada.says("JOIN #ops");
    await ada.hearsAtLast(/ 332 ada #ops :茶{100,}$/);
    const lines = [];
    while (lines.join("").replaceAll(/[^茶]/g, "").length < 400) {
      lines.push(await ada.hearsAtLast(/ PRIVMSG #ops :\[2/));
    }
    ada.says("LIST");
    lines.push(await ada.hearsAtLast(/ 322 ada #ops 2 :茶+$/));
    await carol.asks("room.set", { room: "ops", topic: "葉".repeat(250) });
    lines.push(await ada.hearsAtLast(/ TOPIC #ops :葉+$/));
    for (const line of lines) {
      assertTrue(new TextEncoder().encode(line).length <= 510, `${line.length} ${line}`);
    }
    ada.close();
  }));

Deno.test("irc: torn, glued and unreadable lines", () =>
  withIrc(async ({ running }) => {
    const ada = await (await IrcClient.guest(running, "ada")).forgets();
    for (const byte of new TextEncoder().encode("PING töken\n\r\n\nPING b\r\nPING c\r\n")) {
      await ada.sends(Uint8Array.of(byte));
    }
    for (const token of ["töken", "b", "c"]) {
      await ada.hears(`:irc.switchboard PONG irc.switchboard ${token}`);
    }
    await ada.sends(new Uint8Array([...new TextEncoder().encode("PRIVMSG #lobby :"), 0xff, 0xfe, 13, 10]));
    await ada.hears(
      ":irc.switchboard FAIL * INVALID_UTF8 :Message rejected, your IRC software MUST use UTF-8 encoding on this network",
    );
    await ada.sends(`PRIVMSG #lobby :${"x".repeat(500)}\r\nPING after\r\n`);
    await ada.hears(
      ":irc.switchboard 417 ada :Input line was too long",
      ":irc.switchboard PONG irc.switchboard after",
    );
    await ada.sends(`@a=${"x".repeat(4_090)} PING tags\r\n@a=${"x".repeat(4_094)} PING tags\r\n`);
    await ada.hears(
      ":irc.switchboard PONG irc.switchboard tags",
      ":irc.switchboard 417 ada :Input line was too long",
    );
    await ada.sends(`${"y".repeat(100_000)}\r\nPING end\r\nNONSENSE\r\n`);
    await ada.hears(
      ":irc.switchboard 417 ada :Input line was too long",
      ":irc.switchboard PONG irc.switchboard end",
      ":irc.switchboard 421 ada NONSENSE :Unknown command",
    );
    ada.close();
  }));

Deno.test("irc: the main port knows it by its first word", () =>
  withServer({}, async ({ running }) => {
    for (const first of ["CAP LS 302", "NICK ada", "USER a 0 * :a", "PASS x", "PING x", "nick ada"]) {
      const client = await IrcClient.connect(running, "tcp");
      client.says(first, "PING known");
      await client.hearsAtLast(/PONG irc\.switchboard known$/);
      client.close();
    }
    assertEquals(running.urls.map(({ name }) => name), ["http", "tcp"]);
  }));
