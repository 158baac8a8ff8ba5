/** IRC: what a client's own doing comes back as: labels, echoes, and what is refused. */
import { assertTrue } from "../support/assert.ts";
import { IrcClient, withIrc } from "./clients/irc_client.ts";

Deno.test("irc: with labels each answer says what it answers", () =>
  withIrc(async ({ running }) => {
    const capabilities = "labeled-response batch message-tags echo-message standard-replies";
    const ada = await (await IrcClient.guest(running, "ada", capabilities)).forgets();
    ada.says("@label=a PING x", "@label=b PONG x", "@label=c NAMES #lobby", "@label=d PRIVMSG #lobby :hi");
    await ada.hears(
      "@label=a :irc.switchboard PONG irc.switchboard x",
      "@label=b :irc.switchboard ACK",
      "@label=c :irc.switchboard BATCH +1 labeled-response",
      "@batch=1 :irc.switchboard 353 ada = #lobby :%ada",
      "@batch=1 :irc.switchboard 366 ada #lobby :End of /NAMES list",
      ":irc.switchboard BATCH -1",
      "@label=d;msgid=ID :ada!u@switchboard PRIVMSG #lobby :hi",
    );
    const [long, longer] = ["l".repeat(64), "é".repeat(33)];
    ada.says(
      `@label=${long} PING y`,
      `@label=${longer} PING z`,
      "BATCH +1 draft/multiline #lobby",
      "CAP REQ",
    );
    await ada.hears(
      `@label=${long} :irc.switchboard PONG irc.switchboard y`,
      ":irc.switchboard PONG irc.switchboard z",
      ":irc.switchboard 421 ada BATCH :Unknown command",
      ":irc.switchboard 461 ada CAP :Not enough parameters",
    );
    ada.says(
      "@label=e PRIVMSG #lobby,ada :hi",
      "@label=f PRIVMSG nobody :hi",
      "@label=g PRIVMSG ada :\x01VERSION\x01",
      "@label=h NOTICE nobody :hi",
      "@label=i NOTICE #nowhere :hi",
      "@label=j NOTICE",
    );
    await ada.hears(
      "@msgid=ID :ada!u@switchboard PRIVMSG ada :hi",
      "@label=e :irc.switchboard BATCH +2 labeled-response",
      "@batch=2;msgid=ID :ada!u@switchboard PRIVMSG #lobby :hi",
      "@batch=2;msgid=ID :ada!u@switchboard PRIVMSG ada :hi",
      ":irc.switchboard BATCH -2",
      "@label=f :irc.switchboard 401 ada nobody :No such nick/channel",
      "@label=g :irc.switchboard FAIL PRIVMSG CANNOT_SEND_CTCP ada :Cannot send this: of CTCP only ACTION is passed on",
      ...["h", "i", "j"].map((label) => `@label=${label} :irc.switchboard ACK`),
    );
    ada.close();
  }));

Deno.test("irc: what a command brings about is told under its label, to whoever has asked for it", () =>
  withIrc(async (server) => {
    const capabilities = "labeled-response batch message-tags echo-message draft/message-redaction";
    (await server.member("ada")).close();
    const ada = await (await IrcClient.member(server.running, "ada", capabilities)).forgets();
    const bob = await (await IrcClient.guest(server.running, "bob", "labeled-response")).forgets();
    ada.says("@label=1 PRIVMSG #lobby :tea?");
    await ada.hears(":bob!u@switchboard JOIN #lobby");
    const [, id] = /^@label=1;msgid=(\S+) /.exec(await ada.next())!;
    const reaction = `+draft/react=👍;+draft/reply=${id}`;
    // Twice: the second changes nothing, and is answered too.
    ada.says(`@label=2;${reaction} TAGMSG #lobby`, `@label=3;${reaction} TAGMSG #lobby`);
    ada.says("@label=4;+typing=active TAGMSG #lobby", `@label=5 REDACT #lobby ${id}`);
    await ada.hears(
      `@label=2;${reaction} :ada!u@switchboard TAGMSG #lobby`,
      "@label=3 :irc.switchboard ACK",
      "@label=4 :irc.switchboard ACK",
      `@label=5 :ada!u@switchboard REDACT #lobby ${id}`,
    );
    ada.says("@label=6 JOIN #tea");
    await ada.hears(
      "@label=6 :irc.switchboard BATCH +1 labeled-response",
      "@batch=1 :ada!u@switchboard JOIN #tea",
      "@batch=1 :irc.switchboard 353 ada = #tea :~ada",
      "@batch=1 :irc.switchboard 366 ada #tea :End of /NAMES list",
      ":irc.switchboard BATCH -1",
    );
    ada.says("@label=7 TOPIC #tea :Green", "@label=8 TOPIC #tea :Green");
    await ada.hears(
      "@label=7 :ada!u@switchboard TOPIC #tea :Green",
      "@label=8 :irc.switchboard ACK",
    );
    bob.says("JOIN #tea");
    await bob.hearsAtLast(/ 366 bob #tea /);
    await ada.hears(":bob!u@switchboard JOIN #tea");
    ada.says("@label=9 KICK #tea bob", "@label=a PART #tea", "@label=b PART #tea");
    await ada.hears(
      "@label=9 :ada!u@switchboard KICK #tea bob :ada",
      "@label=a :ada!u@switchboard PART #tea",
      "@label=b :irc.switchboard 403 ada #tea :No such channel",
    );
    await bob.hears(":ada!u@switchboard KICK #tea bob :ada");
    bob.says("@label=1 NICK eve", "@label=2 QUIT :enough");
    await bob.hears(
      "@label=1 :bob!u@switchboard NICK eve",
      "@label=2 ERROR :Closing Link: enough",
    );
    await bob.hearsTheEnd();
    for (const each of [ada, bob]) each.close();
  }));

Deno.test("irc: a message that answers nothing that is there is said all the same; REDACT is of its target", () =>
  withIrc(async ({ running }) => {
    const caps = "message-tags echo-message draft/message-redaction standard-replies";
    const ada = await (await IrcClient.guest(running, "ada", caps)).forgets();
    ada.says("JOIN #tea");
    await ada.hearsAtLast(/ 366 ada #tea /);
    ada.says("PRIVMSG #tea :one");
    const [, id] = /msgid=(\S+) /.exec(await ada.hearsAtLast(/ PRIVMSG /))!;
    ada.says(
      "@+draft/reply=none PRIVMSG #lobby :two",
      `@+draft/reply=${id} PRIVMSG #lobby :three`,
      `@+draft/reply=${id} PRIVMSG #tea :four`,
      `REDACT #lobby ${id}`,
      `REDACT #elsewhere ${id}`,
      `REDACT #tea ${id}`,
    );
    await ada.hears(
      "@msgid=ID :ada!u@switchboard PRIVMSG #lobby :two",
      "@msgid=ID :ada!u@switchboard PRIVMSG #lobby :three",
      `@msgid=ID;+draft/reply=${id} :ada!u@switchboard PRIVMSG #tea :four`,
    );
    for (const start of [`UNKNOWN_MSGID #lobby ${id}`, `INVALID_TARGET #elsewhere ${id}`]) {
      const line = await ada.next();
      assertTrue(line.startsWith(`:irc.switchboard FAIL REDACT ${start} :`), line);
    }
    await ada.hears(`:ada!u@switchboard REDACT #tea ${id}`);
    ada.close();
  }));

Deno.test("irc: what somebody says to themselves they are told", () =>
  withIrc(async ({ running }) => {
    const ada = await (await IrcClient.guest(running, "ada")).forgets();
    const bob = await (await IrcClient.guest(running, "bob", "echo-message message-tags")).forgets();
    ada.says("PRIVMSG ada :milk, bread");
    await ada.hears(":bob!u@switchboard JOIN #lobby", ":ada!u@switchboard PRIVMSG ada :milk, bread");
    bob.says("PRIVMSG bob :eggs");
    for (const _ of ["the echo", "what is received"]) {
      await bob.hears("@msgid=ID :bob!u@switchboard PRIVMSG bob :eggs");
    }
    for (const each of [ada, bob]) {
      await each.hearsNothing();
      each.close();
    }
  }));
