/** IRC: every command that asks for something, and every numeric, line by line. What is said and by whom: irc_test.ts. */
import { LIMITS } from "../../server/core/shared/limits.ts";
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
      ":irc.switchboard 352 ada #lobby u switchboard irc.switchboard carol G% :0 carol",
      ":irc.switchboard 352 ada #lobby u switchboard irc.switchboard ada H :0 ada",
      ":irc.switchboard 315 ada #lobby :End of WHO list",
    );
    ada.says("WHO #lobby %tnafr,42");
    await ada.hears(
      ":irc.switchboard 354 ada 42 carol G% carol carol",
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
      ":irc.switchboard 319 ada carol :%#lobby",
      ":irc.switchboard 312 ada carol irc.switchboard :Switchboard",
      ":irc.switchboard 301 ada carol :🌴 back on Monday",
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
    carol.says("PART #lobby", "JOIN #lobby");
    await carol.hearsAtLast(/ 366 carol #lobby /);
    await ada.hearsAtLast(/:carol!u@switchboard JOIN #lobby$/);
    await ada.hears(":carol!u@switchboard AWAY :at lunch");
    for (const each of [ada, carol]) await each.forgets();
    ada.says("PRIVMSG carol :hungry?", "PRIVMSG carol :still?");
    for (const text of ["hungry?", "still?"]) {
      await ada.hears(":irc.switchboard 301 ada carol :at lunch");
      await carol.hears(`:ada!u@switchboard PRIVMSG carol :${text}`);
    }
    // What changes nothing is told to nobody.
    carol.says("AWAY :at lunch", "AWAY", "AWAY", "METADATA * SET status :hi");
    await carol.hears(
      ":irc.switchboard 306 carol :You have been marked as being away",
      ":irc.switchboard 305 carol :You are no longer marked as being away",
      ":irc.switchboard 305 carol :You are no longer marked as being away",
      ":irc.switchboard 761 carol carol status * hi",
    );
    carol.says("NICK carola", "NICK CAROL", "NICK carol");
    const own = "Erroneus nickname (an account has its nickname on all its clients: change it on the page)";
    await carol.hears(
      `:irc.switchboard 432 carol carola :${own}`,
      `:irc.switchboard 432 carol CAROL :${own}`,
    );
    await ada.hears(":carol!u@switchboard AWAY");
    ada.says("PRIVMSG carol :and now?", "AWAY", "AWAY :me too");
    await ada.hears(":irc.switchboard 305 ada :You are no longer marked as being away");
    assertTrue(
      (await ada.next()).startsWith(":irc.switchboard NOTICE ada :Cannot show a status"),
      "guests show none",
    );
    for (const each of [ada, carol]) each.close();
  }));

Deno.test("irc: of those with whom one shares no room one hears only where one watches them", () =>
  withIrc(async (server) => {
    const carol = await server.member("carol");
    const caps = "away-notify extended-monitor";
    const [ada, bob] = [
      await IrcClient.guest(server.running, "ada", caps),
      await IrcClient.guest(server.running, "bob", caps),
    ];
    for (const each of [ada, bob]) {
      each.says("PART #lobby");
      await each.hearsAtLast(/:(?:ada|bob)!u@switchboard PART #lobby$/);
    }
    bob.says("MONITOR + carol");
    await bob.hearsAtLast(/ 730 bob :carol!/);
    for (const each of [ada, bob]) await each.forgets();
    await carol.asks("status", { availability: "away", text: "at lunch" });
    await carol.asks("account.nickname", { nickname: "caro" });
    await bob.hears(
      ":carol!u@switchboard AWAY :at lunch",
      ":irc.switchboard 731 bob :carol",
    );
    for (const each of [ada, bob]) await each.hearsNothing();
    await carol.asks("enter", { room: "ops" });
    ada.says("JOIN #ops");
    await ada.hearsAtLast(/ 366 ada #ops /);
    await carol.asks("account.nickname", { nickname: "carol" });
    await ada.hears(":caro!u@switchboard NICK carol");
    await bob.hears(":irc.switchboard 730 bob :carol!u@switchboard");
    for (const each of [ada, bob]) each.close();
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
    await ada.hears(":irc.switchboard MODE #lobby -h+h ada carol");
    await carol.asks("account.nickname", { nickname: "Carol" });
    await carol.asks("account.nickname", { nickname: "bob" });
    await ada.hears(
      ":carol!u@switchboard NICK Carol",
      ":Carol!u@switchboard NICK bob",
      ":irc.switchboard 731 ada :Carol",
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
    ada.says("MONITOR +", "MONITOR x");
    await ada.hears(
      ":irc.switchboard 461 ada MONITOR :Not enough parameters",
      ":irc.switchboard NOTICE ada :There is no such subcommand",
    );
    ada.says("MONITOR + d,e,f,g,h", "MONITOR C");
    await ada.hears(":irc.switchboard 731 ada :d,e,f,g,h");
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
    ada.says("LIST", "LIST #OPS,#none", "LIST #O?*", "LIST >1", "LIST <2");
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

Deno.test("irc: whoever watches as many as they may can name one of them again", () =>
  withIrc(async ({ running }) => {
    const ada = await (await IrcClient.guest(running, "ada")).forgets();
    const names = Array.from({ length: LIMITS.ircWatchedMax }, (_, n) => `n${n}`);
    for (let n = 0; n < names.length; n += 50) ada.says(`MONITOR + ${names.slice(n, n + 50).join(",")}`);
    await ada.forgets();
    ada.says("MONITOR + n0,more,n1");
    await ada.hears(
      `:irc.switchboard 734 ada ${LIMITS.ircWatchedMax} more,n1 :Monitor list is full.`,
      ":irc.switchboard 731 ada :n0",
    );
    ada.close();
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
      ":irc.switchboard 329 carol #attic SECONDS",
    );
    carol.says("INVITE carol", "INVITE carol #attic");
    await carol.hears(
      ":irc.switchboard 461 carol INVITE :Not enough parameters",
      ":irc.switchboard 443 carol carol #attic :is already on channel",
    );
    await bob.hears(":carol!u@switchboard INVITE bob #attic");
    const phone = await IrcClient.member(running, "bob");
    await phone.hears(":carol!u@switchboard INVITE bob #attic");
    phone.says("INVITE");
    await phone.hears(":irc.switchboard 336 bob #attic", ":irc.switchboard 337 bob :End of /INVITE list");
    phone.close();
    bob.says("JOIN #attic", "KICK #attic carol :out");
    await bob.hears(
      ":bob!u@switchboard JOIN #attic",
      ":irc.switchboard 353 bob @ #attic :~carol bob",
      ":irc.switchboard 366 bob #attic :End of /NAMES list",
    );
    assertTrue((await bob.next()).startsWith(":irc.switchboard 482 bob #attic :"), "no place");
    await carol.hears(":bob!u@switchboard JOIN #attic");
    carol.says("KICK #attic bob,carol :enough");
    for (const each of [carol, bob]) await each.hears(":carol!u@switchboard KICK #attic bob :enough");
    await carol.hears(":irc.switchboard NOTICE carol :Cannot kick yourself: PART takes you out of a room");
    bob.says("PRIVMSG #attic :x", "JOIN #attic");
    await bob.hears(":irc.switchboard 403 bob #attic :No such channel");
    // Nobody outside finds that there is one: this is another room.
    await bob.hears(":bob!u@switchboard JOIN #attic", ":irc.switchboard 353 bob = #attic :~bob");
    await bob.forgets();
    carol.says("INVITE bob #attic");
    await bob.hears(":carol!u@switchboard INVITE bob #attic");
    bob.says("JOIN #lobby,#attic");
    await bob.hears(
      ':irc.switchboard 476 bob #attic :Bad Channel Mask (Cannot enter "attic": you are in another room of this name; leave that first)',
    );
    for (const each of [carol, bob]) each.close();
  }));

Deno.test("irc: whoever may invite is told of invitations, the same whether or not they come through", () =>
  withIrc(async (server) => {
    const { running } = server;
    const [bob, , page, dave] = [
      await server.member("bob"),
      await server.member("eve"),
      await server.member("carol"),
      await server.member("dave"),
    ];
    await bob.asks("block", { nickname: "carol", on: true });
    await page.asks("enter", { room: "attic", private: true });
    for (const nickname of ["dave", "eve"]) await page.asks("invite", { room: "attic", nickname });
    await dave.asks("enter", { room: "attic" });
    await page.asks("room.role", { room: "attic", nickname: "dave", role: "moderator" });
    const eve = await IrcClient.member(running, "eve", "invite-notify");
    eve.says("JOIN #attic");
    await eve.hearsAtLast(/ 366 eve #attic /);
    const desk = await (await IrcClient.member(running, "dave", "invite-notify")).forgets();
    const old = await (await IrcClient.member(running, "dave")).forgets();
    const ada = await (await IrcClient.member(running, "carol", "invite-notify")).forgets();
    await server.member("frank");
    for (const each of [eve, desk, old, ada]) await each.forgets();
    for (const nick of ["bob", "frank", "bob", "frank"]) {
      ada.says(`INVITE ${nick} #attic`);
      await ada.hears(`:irc.switchboard 341 carol ${nick} #attic`);
      await desk.hears(`:carol!u@switchboard INVITE ${nick} #attic`);
    }
    ada.says("INVITE nobody #attic");
    await ada.hears(":irc.switchboard 401 carol nobody :No such nick/channel");
    for (const each of [eve, desk, old, ada]) {
      await each.hearsNothing();
      each.close();
    }
  }));

Deno.test("irc: a room that is renamed is another channel, or the same for those who can take that", () =>
  withIrc(async (server) => {
    const page = await server.member("carol");
    await page.asks("enter", { room: "ops" });
    const ada = await IrcClient.guest(server.running, "ada", "draft/channel-rename userhost-in-names");
    ada.says("JOIN #ops");
    const plain = await IrcClient.guest(server.running, "plain");
    for (const client of [ada, plain]) {
      if (client === plain) client.says("JOIN #ops");
      await client.hearsAtLast(/ 366 \S+ #ops /);
    }
    await page.asks("send", { room: "ops", text: "said before" });
    for (const client of [ada, plain]) await client.forgets();
    await page.asks("room.set", { room: "ops", name: "OPS", topic: "Tea is ready" });
    await page.asks("room.set", { room: "OPS", name: "Ops", topic: "" });
    await ada.hears(":carol!u@switchboard RENAME #ops #OPS renamed");
    await ada.hearsAtLast(/^:carol!u@switchboard RENAME #OPS #Ops renamed$/);
    await ada.forgets();
    plain.says("TOPIC #ops");
    await plain.hears(
      ":carol!u@switchboard TOPIC #OPS :Tea is ready",
      ":carol!u@switchboard TOPIC #Ops :",
      ":irc.switchboard 331 plain #Ops :No topic is set",
    );
    await page.asks("room.set", { room: "Ops", name: "operations" });
    // What was said before is not said again.
    await plain.hears(
      ":plain!u@switchboard PART #Ops :renamed to #operations by carol",
      ":plain!u@switchboard JOIN #operations",
      ":irc.switchboard 353 plain = #operations :~carol ada plain",
      ":irc.switchboard 366 plain #operations :End of /NAMES list",
    );
    await plain.hearsNothing();
    await ada.hears(
      ":carol!u@switchboard RENAME #Ops #operations renamed",
      ":irc.switchboard 353 ada = #operations :~carol!u@switchboard ada!u@switchboard plain!u@switchboard",
      ":irc.switchboard 366 ada #operations :End of /NAMES list",
    );
    await page.asks("send", { room: "operations", text: "here" });
    await ada.hears(":carol!u@switchboard PRIVMSG #operations :here");
    await page.asks("room.role", { room: "operations", nickname: "carol", role: "owner" });
    const carol = await IrcClient.member(server.running, "carol", "draft/channel-rename");
    await carol.hearsAtLast(/ 366 carol #operations /);
    await carol.forgets();
    ada.says("RENAME #operations #other", "RENAME #operations");
    await ada.hearsAtLast(/ 482 ada #operations :/);
    await ada.hears(":irc.switchboard 461 ada RENAME :Not enough parameters");
    carol.says("RENAME #operations #lobby", "RENAME #operations &local", "RENAME #Operations #operations");
    carol.says("RENAME #operations #ops :shorter");
    const refusals = ["CHANNEL_NAME_IN_USE #operations #lobby", "CANNOT_RENAME #operations &local"];
    for (const start of [...refusals, "CANNOT_RENAME #Operations #operations"]) {
      const line = await carol.next();
      assertTrue(line.startsWith(`:irc.switchboard FAIL RENAME ${start} :`), line);
    }
    for (const each of [ada, carol]) {
      await each.hearsAtLast(/^:carol!u@switchboard RENAME #operations #ops renamed$/);
    }
    carol.close();
    for (const client of [ada, plain]) client.close();
  }));

Deno.test("irc: what can't be done names the way out as clients know it", () =>
  withIrc(async ({ running }) => {
    const ada = await (await IrcClient.guest(running, "ada")).forgets();
    ada.says("REDACT #enter x", "MARKREAD #nowhere", "AWAY :out", "MODE #lobby +b ada!*@*");
    await ada.hears(
      ':irc.switchboard FAIL REDACT INVALID_TARGET #enter x :Cannot recall from "enter": there is no such room; JOIN makes it',
      ':irc.switchboard FAIL MARKREAD INTERNAL_ERROR #nowhere :Cannot read the history of "nowhere": there is no such room; JOIN makes it',
      ":irc.switchboard NOTICE ada :Cannot show a status: guests can't, REGISTER makes an account",
      ":irc.switchboard NOTICE ada :Cannot kick yourself: PART takes you out of a room",
    );
    ada.close();
  }));

Deno.test("irc: WHOIS of a nickname that IRC writes otherwise ends with the nickname that it tells of", () =>
  withIrc(async ({ running, guest }) => {
    await guest("fay two");
    const ada = await (await IrcClient.guest(running, "ada")).forgets();
    ada.says("WHOIS fay%20two", "WHOIS fay%20one");
    for (const numeric of ["311", "318"]) {
      await ada.hearsAtLast(new RegExp(`^:irc\\.switchboard ${numeric} ada fay\u00a0two `));
    }
    await ada.hears(
      ":irc.switchboard 401 ada fay%20one :No such nick/channel",
      ":irc.switchboard 318 ada fay%20one :End of /WHOIS list",
    );
    ada.close();
  }));

Deno.test("irc: rooms that can't be entered, or are not one's own, are refused as clients know it", () =>
  withIrc(async ({ running, member }) => {
    const page = await member("carol");
    await page.asks("enter", { room: "ops" });
    const ada = await (await IrcClient.guest(running, "ada")).forgets();
    ada.says("INVITE carol #ops", "PART #ops", "TOPIC #ops", "KICK #ops carol");
    for (let left = 4; left > 0; left--) {
      await ada.hears(":irc.switchboard 442 ada #ops :You're not on that channel");
    }
    const long = "x".repeat(LIMITS.roomCharsMax + 1);
    ada.says(`JOIN #${long}`, "JOIN #");
    const refused = await ada.next();
    assertTrue(refused.startsWith(`:irc.switchboard 476 ada #${long} :Bad Channel Mask (`), refused);
    await ada.hears(":irc.switchboard 403 ada # :No such channel");
    const rooms = Array.from({ length: LIMITS.roomsPerPersonMax - 1 }, (_, n) => `#room${n}`);
    while (rooms.length > 0) ada.says(`JOIN ${rooms.splice(0, 50).join(",")}`);
    ada.says("JOIN #onemore");
    await ada.hearsAtLast(new RegExp(` 366 ada #room${LIMITS.roomsPerPersonMax - 2} `));
    await ada.hears(":irc.switchboard 405 ada #onemore :You have joined too many channels");
    ada.says(
      "PART #room0",
      "JOIN #one%20more",
      "JOIN :",
      "KICK #room1,#room2 bob,carol",
      "TOPIC #one%20more",
    );
    await ada.hears(":ada!u@switchboard PART #room0", ":ada!u@switchboard JOIN #one\u00a0more");
    await ada.hearsAtLast(/ 366 /);
    await ada.hears(
      ":irc.switchboard 461 ada JOIN :Not enough parameters",
      ":irc.switchboard 403 ada #room1,#room2 :No such channel",
      ":irc.switchboard 331 ada #one\u00a0more :No topic is set",
    );
    ada.close();
  }));

Deno.test("irc: what the server says of itself", () =>
  withIrc(async ({ running, member }) => {
    const carol = await member("carol");
    await carol.asks("enter", { room: "secret", private: true });
    const ada = await (await IrcClient.guest(running, "ada", "standard-replies")).forgets();
    carol.close();
    await ada.hearsAtLast(/ MODE #lobby \+h ada$/);
    ada.says("LUSERS", "VERSION", "LINKS", "ADMIN", "OPER root secret", "PING", "  PING x y");
    await ada.hears(
      ":irc.switchboard 251 ada :There are 1 users and 0 invisible on 1 servers",
      ":irc.switchboard 252 ada 0 :operator(s) online",
      ":irc.switchboard 254 ada 1 :channels formed",
      ":irc.switchboard 255 ada :I have 1 clients and 0 servers",
      ":irc.switchboard 265 ada 1 2 :Current local users 1, max 2",
      ":irc.switchboard 266 ada 1 2 :Current global users 1, max 2",
      ":irc.switchboard 351 ada switchboard-0.1.0 irc.switchboard :IRC is one of its languages",
      ":irc.switchboard 364 ada irc.switchboard irc.switchboard :0 Switchboard",
      ":irc.switchboard 365 ada * :End of /LINKS list",
      ":irc.switchboard 423 ada irc.switchboard :No administrative info available",
      ":irc.switchboard 491 ada :No O-lines for your host",
      ":irc.switchboard 409 ada :No origin specified",
      ":irc.switchboard PONG irc.switchboard x",
    );
    const servers = ["TIME irc.elsewhere", "VERSION irc.elsewhere", "MOTD irc.elsewhere"];
    ada.says(...servers);
    await ada.hears(...servers.map(() => ":irc.switchboard 402 ada irc.elsewhere :No such server"));
    ada.says("CHATHISTORY");
    await ada.hears(":irc.switchboard FAIL CHATHISTORY NEED_MORE_PARAMS :Missing parameters");
    ada.says("TIME", "INFO", "HELP", "HELP modes", "HELP nothing", "MOTD");
    assertTrue(
      /^:irc\.switchboard 391 ada irc\.switchboard :20\S+Z$/.test(await ada.next()),
      "what time it is",
    );
    await ada.hearsAtLast(/^:irc\.switchboard 371 ada :The same rooms in a browser: http/);
    await ada.hearsAtLast(/^:irc\.switchboard 374 ada :End of INFO list$/);
    for (const subject of ["\\*", "modes"]) {
      await ada.hearsAtLast(new RegExp(`^:irc\\.switchboard 704 ada ${subject} :`));
      await ada.hearsAtLast(new RegExp(`^:irc\\.switchboard 705 ada ${subject} :\\S`));
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
    assertEquals(told.toSorted(), ["%#lobby", ...shared].toSorted());
    ada.close();
  }));
