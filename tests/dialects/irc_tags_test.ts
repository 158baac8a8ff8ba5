/** IRC: what clients say in tags, with words and without. */
import { assertTrue } from "../support/assert.ts";
import { IrcClient, withIrc } from "./clients/irc_client.ts";

const CAPS = "message-tags echo-message standard-replies labeled-response batch";

Deno.test("irc: words with a reaction are both, a message and a reaction, also in several lines", () =>
  withIrc(async (server) => {
    const page = await server.member("carol");
    const ada = await (await IrcClient.guest(server.running, "ada", `${CAPS} draft/multiline`)).forgets();
    const bob = await (await IrcClient.guest(server.running, "bob")).forgets();
    await ada.hears(":bob!u@switchboard JOIN #lobby");
    const { id } = await page.asks("send", { room: "lobby", text: "tea?" });
    for (const each of [ada, bob]) await each.hearsAtLast(/ PRIVMSG #lobby :tea\?$/);
    await page.forgets();
    ada.says(`@label=1;+draft/react=👍;+draft/reply=${id} PRIVMSG #lobby :please`);
    await page.hears({ event: "message", text: "please", reply: id });
    await page.hears({ event: "reacted", id, from: "ada", emoji: "👍", on: true });
    await ada.hears(
      "@label=1 :irc.switchboard BATCH +1 labeled-response",
      `@batch=1;msgid=ID;+draft/reply=${id} :ada!u@switchboard PRIVMSG #lobby :please`,
      `@batch=1;+draft/react=👍;+draft/reply=${id} :ada!u@switchboard TAGMSG #lobby`,
      ":irc.switchboard BATCH -1",
    );
    await bob.hears(
      ":ada!u@switchboard PRIVMSG #lobby :please",
      ":ada!u@switchboard NOTICE #lobby :reacts with 👍",
    );
    ada.says(
      `@+draft/unreact=👍;+draft/reply=${id} BATCH +x draft/multiline #lobby`,
      "@batch=x PRIVMSG #lobby :with milk",
      "@batch=x PRIVMSG #lobby :and honey",
      "BATCH -x",
    );
    await page.hears({ event: "message", text: "with milk\nand honey", reply: id });
    await page.hears({ event: "reacted", id, from: "ada", emoji: "👍", on: false });
    await (await ada.forgets()).forgets();
    // What is no emoji, or belongs to no message, is no reaction; the words are said.
    ada.says(
      `@+draft/react=lol;+draft/reply=${id} PRIVMSG #lobby :lol`,
      "@+draft/react=👍;+draft/reply=none PRIVMSG #lobby :yes",
      "@+draft/react=👍;+draft/reply=none NOTICE #lobby :no",
      "@+draft/react=👍 PRIVMSG #lobby :alone",
    );
    await ada.hears(`@msgid=ID;+draft/reply=${id} :ada!u@switchboard PRIVMSG #lobby :lol`);
    assertTrue((await ada.next()).startsWith(":irc.switchboard FAIL PRIVMSG BAD_EMOJI #lobby :"), "no emoji");
    await ada.hears("@msgid=ID :ada!u@switchboard PRIVMSG #lobby :yes");
    const unknown = await ada.next();
    assertTrue(unknown.startsWith(":irc.switchboard FAIL PRIVMSG UNKNOWN_MSGID #lobby :"), unknown);
    await ada.hears(
      "@msgid=ID :ada!u@switchboard NOTICE #lobby :no",
      "@msgid=ID :ada!u@switchboard PRIVMSG #lobby :alone",
    );
    await ada.hearsNothing();
    for (const each of [ada, bob]) each.close();
  }));

Deno.test("irc: that somebody is writing is refused where a message would be", () =>
  withIrc(async (server) => {
    const page = await server.member("carol");
    await page.asks("enter", { room: "news" });
    await page.asks("room.set", { room: "news", writing: "moderators" });
    (await server.member("dave")).close();
    const ada = await IrcClient.guest(server.running, "ada", CAPS);
    ada.says("JOIN #news");
    await (await ada.forgets()).forgets();
    await page.forgets();
    ada.says(
      "@label=1;+typing=active TAGMSG carol",
      // She has an account, and hears it when she is there.
      "@label=2;+typing=active TAGMSG dave",
      "@label=3;+typing=active TAGMSG nobody",
      "@label=4;+typing=done TAGMSG nobody",
      "@label=5;+typing=active TAGMSG #nowhere",
    );
    await page.hears({ event: "typing", from: "ada", to: "carol" });
    await ada.hears(
      "@label=1 :irc.switchboard ACK",
      "@label=2 :irc.switchboard ACK",
      "@label=3 :irc.switchboard 401 ada nobody :No such nick/channel",
      "@label=4 :irc.switchboard ACK",
      "@label=5 :irc.switchboard 403 ada #nowhere :No such channel",
    );
    ada.says("@label=6;+typing=active TAGMSG #news");
    const refused = await ada.next();
    assertTrue(
      refused.startsWith("@label=6 :irc.switchboard 404 ada #news :Cannot send to channel ("),
      refused,
    );
    await page.fails("typing", { to: "nobody" }, "unknown_nickname");
    ada.close();
  }));
