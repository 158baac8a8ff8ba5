/** IRC: every command that asks for something, and every numeric, line by line. What is said and by whom: irc_test.ts. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { PASSWORD } from "../support/harness.ts";
import { IrcClient, withIrc } from "./clients/irc_client.ts";

Deno.test("irc: who is where, and who somebody is", () =>
  withIrc(async (server) => {
    const carol = await server.member("carol");
    await carol.asks("status", { availability: "away", emoji: "🌴", text: "back on Monday" });
    const { running } = server;
    const ada = await (await IrcClient.guest(running, "ada")).forgets();
    ada.says("WHO #lobby");
    await ada.hears(
      ":irc.switchboard 352 ada #lobby u switchboard irc.switchboard carol G~ :0 carol",
      ":irc.switchboard 352 ada #lobby u switchboard irc.switchboard ada H :0 ada",
      ":irc.switchboard 315 ada #lobby :End of WHO list",
    );
    ada.says("WHO #lobby %tnafr,42");
    await ada.hears(
      ":irc.switchboard 354 ada 42 carol G~ carol carol",
      ":irc.switchboard 354 ada 42 ada H 0 ada",
      ":irc.switchboard 315 ada #lobby :End of WHO list",
    );
    ada.says("WHO carol", "WHO *", "WHO #nowhere");
    await ada.hears(
      ":irc.switchboard 352 ada * u switchboard irc.switchboard carol G :0 carol",
      ":irc.switchboard 315 ada carol :End of WHO list",
      ":irc.switchboard 315 ada * :End of WHO list",
      ":irc.switchboard 315 ada #nowhere :End of WHO list",
    );
    ada.says("WHOIS carol", "WHOIS ada", "WHOIS nobody", "WHOIS", "WHOWAS bob", "WHOWAS");
    await ada.hears(
      ":irc.switchboard 311 ada carol u switchboard * :carol",
      ":irc.switchboard 319 ada carol :~#lobby",
      ":irc.switchboard 312 ada carol irc.switchboard :Switchboard",
      ":irc.switchboard 301 ada carol :🌴 back on Monday",
      ":irc.switchboard 320 ada carol :🌴 back on Monday",
      ":irc.switchboard 330 ada carol carol :is logged in as",
      ":irc.switchboard 318 ada carol :End of /WHOIS list",
      ":irc.switchboard 311 ada ada u switchboard * :ada",
      ":irc.switchboard 319 ada ada :#lobby",
      ":irc.switchboard 312 ada ada irc.switchboard :Switchboard",
      ":irc.switchboard 318 ada ada :End of /WHOIS list",
      ":irc.switchboard 401 ada nobody :No such nick/channel",
      ":irc.switchboard 318 ada nobody :End of /WHOIS list",
      ":irc.switchboard 431 ada :No nickname given",
      ":irc.switchboard 406 ada bob :There was no such nickname",
      ":irc.switchboard 369 ada bob :End of WHOWAS",
      ":irc.switchboard 431 ada :No nickname given",
    );
    const bob = await (await IrcClient.guest(running, "bob")).forgets();
    bob.says("NICK rob");
    await bob.hears(":bob!u@switchboard NICK rob");
    await ada.hears(":bob!u@switchboard JOIN #lobby", ":bob!u@switchboard NICK rob");
    ada.says("WHOWAS bob", "USERHOST carol rob nobody", "ISON carol nobody :ada rob");
    await ada.hears(":irc.switchboard 314 ada bob u switchboard * :bob");
    assertTrue((await ada.next()).startsWith(":irc.switchboard 312 ada bob irc.switchboard :20"), "when");
    await ada.hears(
      ":irc.switchboard 369 ada bob :End of WHOWAS",
      ":irc.switchboard 302 ada :carol=-u@switchboard rob=+u@switchboard",
      ":irc.switchboard 303 ada :carol ada rob",
    );
    bob.says("NICK carol", "NICK ada");
    for (const nick of ["carol", "ada"]) {
      assertTrue(
        (await bob.next()).startsWith(`:irc.switchboard 433 rob ${nick} :Nickname is already in use (`),
        nick,
      );
    }
    for (const each of [ada, bob]) each.close();
  }));

Deno.test("irc: somebody is away, and those who write are told", () =>
  withIrc(async (server) => {
    await server.member("carol");
    const carol = await (await IrcClient.member(server.running, "carol")).forgets();
    const ada = await (await IrcClient.guest(server.running, "ada", "away-notify")).forgets();
    await carol.hears(":ada!u@switchboard JOIN #lobby");
    carol.says("AWAY :at lunch");
    await carol.hears(":irc.switchboard 306 carol :You have been marked as being away");
    await ada.hears(":carol!u@switchboard AWAY :at lunch");
    ada.says("PRIVMSG carol :hungry?", "PRIVMSG carol :still?");
    for (const text of ["hungry?", "still?"]) {
      await ada.hears(":irc.switchboard 301 ada carol :at lunch");
      await carol.hears(`:ada!u@switchboard PRIVMSG carol :${text}`);
    }
    carol.says("AWAY", "NICK carola", "NICK carol");
    await carol.hears(
      ":irc.switchboard 305 carol :You are no longer marked as being away",
      ":irc.switchboard 432 carol carola :Erroneus nickname (an account has its nickname on all its clients: change it on the page)",
    );
    await ada.hears(":carol!u@switchboard AWAY");
    ada.says("PRIVMSG carol :and now?", "AWAY :me too");
    assertTrue(
      (await ada.next()).startsWith(":irc.switchboard NOTICE ada :Cannot show a status"),
      "guests show none",
    );
    for (const each of [ada, carol]) each.close();
  }));

Deno.test("irc: somebody may be away before they are here", () =>
  withIrc(async (server) => {
    await server.member("carol");
    const carol = await IrcClient.connect(server.running);
    carol.says(
      "AWAY :too early",
      "CAP REQ :draft/pre-away",
      "AWAY :asleep",
      `PASS carol:${PASSWORD}`,
      "NICK c",
    );
    await carol.hears(
      ":irc.switchboard 451 * :You have not registered",
      ":irc.switchboard CAP * ACK :draft/pre-away",
    );
    carol.says("USER c 0 * :c", "CAP END");
    await carol.hearsAtLast(/ 306 carol :You have been marked as being away$/);
    carol.says("AWAY *", "WHOIS carol");
    await carol.hearsAtLast(/ 306 carol :/);
    await carol.hearsAtLast(/ 301 carol carol :asleep$/);
    carol.close();
  }));

Deno.test("irc: nicknames are watched", () =>
  withIrc(async (server) => {
    const { running } = server;
    const ada = await (await IrcClient.guest(running, "ada")).forgets();
    ada.says("MONITOR + bob,carol", "MONITOR L");
    await ada.hears(
      ":irc.switchboard 731 ada :bob,carol",
      ":irc.switchboard 732 ada :bob,carol",
      ":irc.switchboard 733 ada :End of MONITOR list",
    );
    const carol = await server.member("carol");
    await ada.hears(":irc.switchboard 730 ada :carol!u@switchboard", ":carol!u@switchboard JOIN #lobby");
    await ada.hears(":irc.switchboard MODE #lobby -q+q ada carol");
    await carol.asks("account.nickname", { nickname: "bob" });
    await ada.hears(
      ":carol!u@switchboard NICK bob",
      ":irc.switchboard 731 ada :carol",
      ":irc.switchboard 730 ada :bob!u@switchboard",
    );
    ada.says("MONITOR S", "MONITOR - carol", "MONITOR L", "MONITOR C", "MONITOR L");
    await ada.hears(
      ":irc.switchboard 730 ada :bob!u@switchboard",
      ":irc.switchboard 731 ada :carol",
      ":irc.switchboard 732 ada :bob",
      ":irc.switchboard 733 ada :End of MONITOR list",
      ":irc.switchboard 733 ada :End of MONITOR list",
    );
    ada.says(`MONITOR + ${Array.from({ length: 101 }, (_, n) => `n${n}`).join(",")}`);
    await ada.hears(":irc.switchboard 734 ada 100 n100 :Monitor list is full.");
    ada.close();
  }));

Deno.test("irc: rooms are listed, all, by name, by a mask and by how many are in them", () =>
  withIrc(async (server) => {
    const carol = await server.member("carol");
    await carol.asks("enter", { room: "ops" });
    await carol.asks("room.set", { room: "ops", topic: "what runs" });
    await carol.asks("enter", { room: "secret", private: true });
    const ada = await (await IrcClient.guest(server.running, "ada")).forgets();
    const [start, lobby, ops, end] = [
      ":irc.switchboard 321 ada Channel :Users  Name",
      ":irc.switchboard 322 ada #lobby 2 :",
      ":irc.switchboard 322 ada #ops 1 :what runs",
      ":irc.switchboard 323 ada :End of /LIST",
    ] as const;
    ada.says("LIST", "LIST #OPS,#none", "LIST #o*", "LIST >1", "LIST <2");
    await ada.hears(
      start,
      lobby,
      ops,
      end,
      start,
      ops,
      end,
      start,
      ops,
      end,
      start,
      lobby,
      end,
      start,
      ops,
      end,
    );
    ada.close();
  }));

Deno.test("irc: modes are how a room is set and who has which place in it", () =>
  withIrc(async (server) => {
    await server.member("carol");
    await server.member("bob");
    const carol = await (await IrcClient.member(server.running, "carol")).forgets();
    carol.says("JOIN #ops");
    await carol.hearsAtLast(/ 366 /);
    const bob = await (await IrcClient.member(server.running, "bob")).forgets();
    bob.says("JOIN #ops");
    await bob.hearsAtLast(/ 366 /);
    await carol.forgets();
    carol.says("MODE #ops", "MODE #ops +o bob", "MODE #ops +m", "MODE #ops", "MODE #ops -m");
    await carol.hears(
      ":irc.switchboard 324 carol #ops +nt",
      ":carol!u@switchboard MODE #ops +o bob",
      ":carol!u@switchboard NOTICE #ops :has changed how ops is set",
      ":irc.switchboard 324 carol #ops +mnt",
      ":carol!u@switchboard NOTICE #ops :has changed how ops is set",
    );
    await bob.hears(":carol!u@switchboard MODE #ops +o bob");
    await bob.forgets();
    bob.says(
      "TOPIC #ops :by bob",
      "MODE #ops +q carol",
      "MODE #ops -n",
      "MODE #ops +k x",
      "MODE #ops +o",
      "NAMES #ops",
    );
    await bob.hears(":bob!u@switchboard TOPIC #ops :by bob");
    assertTrue(
      (await bob.next()).startsWith(":irc.switchboard 482 bob #ops :You're not channel operator ("),
      "owners",
    );
    await bob.hears(
      ":irc.switchboard NOTICE bob :Cannot take n away: it is always on here",
      ":irc.switchboard 472 bob k :is unknown mode char to me",
      ":irc.switchboard 461 bob MODE :Not enough parameters",
      ":irc.switchboard 353 bob = #ops :~carol @bob",
      ":irc.switchboard 366 bob #ops :End of /NAMES list",
    );
    await carol.forgets();
    carol.says(
      "MODE #ops -o bob",
      "MODE #ops +b bob!*@*",
      "MODE #ops b",
      "MODE #ops -b bob",
      "MODE #ops b",
      "MODE #ops +b *!*@*",
    );
    await carol.hears(
      ":carol!u@switchboard MODE #ops -o bob",
      ":carol!u@switchboard KICK #ops bob :for 10080 minutes",
      ":irc.switchboard 367 carol #ops bob!*@* carol!u@switchboard",
      ":irc.switchboard 368 carol #ops :End of channel ban list",
      ":irc.switchboard 368 carol #ops :End of channel ban list",
      ":irc.switchboard NOTICE carol :Cannot put out whoever fits a mask: name one nickname, such as eve!*@*",
    );
    bob.says("MODE bob", "MODE bob +i", "MODE bob +x", "MODE carol");
    await bob.hears(
      ":carol!u@switchboard MODE #ops -o bob",
      ":carol!u@switchboard KICK #ops bob :for 10080 minutes",
    );
    await bob.hears(
      ":irc.switchboard 221 bob +i",
      ":irc.switchboard 501 bob :Unknown MODE flag",
      ":irc.switchboard 502 bob :Cant change mode for other users",
    );
    for (const each of [carol, bob]) each.close();
  }));

Deno.test("irc: somebody is put out, or let in", () =>
  withIrc(async (server) => {
    await server.member("bob");
    const { running } = server;
    const page = await server.member("carol");
    const carol = await (await IrcClient.member(running, "carol")).forgets();
    const bob = await (await IrcClient.member(running, "bob")).forgets();
    await page.asks("enter", { room: "attic", private: true });
    await carol.hears(
      ":carol!u@switchboard JOIN #attic",
      ":irc.switchboard 353 carol @ #attic :~carol",
      ":irc.switchboard 366 carol #attic :End of /NAMES list",
    );
    carol.says("INVITE bob #attic", "INVITE nobody #attic", "KICK #attic bob", "KICK #lobby", "MODE #attic");
    await carol.hears(
      ":irc.switchboard 341 carol bob #attic",
      ":irc.switchboard 401 carol nobody :No such nick/channel",
      ":irc.switchboard 441 carol bob #attic :They aren't on that channel",
      ":irc.switchboard 461 carol KICK :Not enough parameters",
      ":irc.switchboard 324 carol #attic +int",
    );
    await bob.hears(":carol!u@switchboard INVITE bob #attic");
    bob.says("JOIN #attic", "KICK #attic carol :out");
    await bob.hears(
      ":bob!u@switchboard JOIN #attic",
      ":irc.switchboard 353 bob @ #attic :~carol bob",
      ":irc.switchboard 366 bob #attic :End of /NAMES list",
    );
    assertTrue((await bob.next()).startsWith(":irc.switchboard 482 bob #attic :"), "no place");
    await carol.hears(":bob!u@switchboard JOIN #attic");
    carol.says("KICK #attic bob,carol :enough");
    for (const each of [carol, bob]) await each.hears(":carol!u@switchboard KICK #attic bob :carol");
    await carol.hears(':irc.switchboard NOTICE carol :Cannot kick yourself: "leave" takes you out of a room');
    bob.says("PRIVMSG #attic :x", "JOIN #attic");
    await bob.hears(":irc.switchboard 403 bob #attic :No such channel");
    // Nobody outside finds that there is one: this is another room.
    await bob.hears(":bob!u@switchboard JOIN #attic", ":irc.switchboard 353 bob = #attic :~bob");
    for (const each of [carol, bob]) each.close();
  }));

Deno.test("irc: a room that is renamed is another channel, or the same for those who can take that", () =>
  withIrc(async (server) => {
    const page = await server.member("carol");
    await page.asks("enter", { room: "ops" });
    const ada = await IrcClient.guest(server.running, "ada", "draft/channel-rename userhost-in-names");
    ada.says("JOIN #ops");
    await ada.hearsAtLast(/ 366 ada #ops /);
    await page.asks("room.set", { room: "ops", name: "operations" });
    await ada.hears(
      ":carol!u@switchboard RENAME #ops #operations renamed",
      ":irc.switchboard 353 ada = #operations :~carol!u@switchboard ada!u@switchboard",
      ":irc.switchboard 366 ada #operations :End of /NAMES list",
    );
    await page.asks("send", { room: "operations", text: "here" });
    await ada.hears(":carol!u@switchboard PRIVMSG #operations :here");
    ada.close();
  }));

Deno.test("irc: what the server says of itself", () =>
  withIrc(async ({ running }) => {
    const ada = await (await IrcClient.guest(running, "ada", "standard-replies")).forgets();
    ada.says("LUSERS", "VERSION", "LINKS", "ADMIN", "OPER root secret", "PING", "PING x y");
    await ada.hears(
      ":irc.switchboard 251 ada :There are 1 users and 0 invisible on 1 servers",
      ":irc.switchboard 252 ada 0 :operator(s) online",
      ":irc.switchboard 255 ada :I have 1 clients and 0 servers",
      ":irc.switchboard 351 ada switchboard-0.1.0 irc.switchboard :IRC is one of its languages",
      ":irc.switchboard 364 ada irc.switchboard irc.switchboard :0 Switchboard",
      ":irc.switchboard 365 ada * :End of /LINKS list",
      ":irc.switchboard 423 ada irc.switchboard :No administrative info available",
      ":irc.switchboard 491 ada :No O-lines for your host",
      ":irc.switchboard 409 ada :No origin specified",
      ":irc.switchboard PONG irc.switchboard x",
    );
    ada.says("TIME", "INFO", "HELP", "HELP modes", "HELP nothing", "MOTD");
    assertTrue(
      /^:irc\.switchboard 391 ada irc\.switchboard :20\S+Z$/.test(await ada.next()),
      "what time it is",
    );
    await ada.hearsAtLast(/^:irc\.switchboard 371 ada :The same rooms in a browser: http/);
    await ada.hearsAtLast(/^:irc\.switchboard 374 ada :End of INFO list$/);
    for (const subject of ["\\*", "modes"]) {
      await ada.hearsAtLast(new RegExp(`^:irc\\.switchboard 704 ada ${subject} :`));
      await ada.hearsAtLast(new RegExp(`^:irc\\.switchboard 706 ada ${subject} :End of /HELP$`));
    }
    await ada.hears(":irc.switchboard 524 ada nothing :No help available on this topic");
    await ada.hearsAtLast(/ 376 ada :End of \/MOTD command\.$/);
    ada.says("USER a 0 * :a", "PASS x", `AUTHENTICATE ${PASSWORD}`, "CAP LS 302", "CAP END");
    await ada.hears(
      ":irc.switchboard 462 ada :You may not reregister",
      ":irc.switchboard 462 ada :You may not reregister",
      ":irc.switchboard 904 ada :SASL authentication failed",
    );
    await ada.hearsAtLast(/ CAP ada LS :/);
    await ada.hearsNothing();
    ada.close();
  }));

Deno.test("irc: WHOIS says the rooms in which both are, with somebody's place there, and no others", () =>
  withIrc(async (server) => {
    const page = await server.member("carol");
    const ada = await IrcClient.guest(server.running, "ada");
    const rooms = [
      "release notes",
      "secret",
      ...Array.from({ length: 12 }, (_, n) => `${n}${"room".repeat(9)}`),
    ];
    for (const room of rooms) {
      await page.asks("enter", { room, ...(room === "secret" && { private: true }) });
      if (room !== "secret") ada.says(`JOIN #${room.replaceAll(" ", "%20")}`);
    }
    await (await ada.forgets()).forgets();
    ada.says("WHOIS carol");
    await ada.hears(":irc.switchboard 311 ada carol u switchboard * :carol");
    const told: string[] = [];
    for (let line = await ada.next(); line.includes(" 319 "); line = await ada.next()) {
      assertTrue(line.startsWith(":irc.switchboard 319 ada carol :") && line.length <= 510, line);
      told.push(...line.split(" :")[1]!.split(" "));
    }
    const shared = rooms.filter((room) => room !== "secret").map((room) =>
      `~#${room.replaceAll(" ", "\u00a0")}`
    );
    assertEquals(told.toSorted(), ["~#lobby", ...shared].toSorted());
    ada.close();
  }));
