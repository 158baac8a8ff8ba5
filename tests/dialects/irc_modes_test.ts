/** IRC: how a room is set, who has which place in it, and who is kept out, as modes. */
import { assertTrue } from "../support/assert.ts";
import { IrcClient, withIrc } from "./clients/irc_client.ts";

Deno.test("irc: what is set on the page is told as modes and a topic, and the rest in words", () =>
  withIrc(async (server) => {
    const carol = await server.member("carol");
    await carol.asks("enter", { room: "ops" });
    const ada = await IrcClient.guest(server.running, "ada");
    ada.says("JOIN #ops");
    await ada.hearsAtLast(/ 366 ada #ops /);
    await carol.asks("room.set", { room: "ops", writing: "moderators", topic: "Build", description: "ours" });
    await ada.hears(
      ":carol!u@switchboard MODE #ops +m",
      ":carol!u@switchboard TOPIC #ops :Build",
      ":carol!u@switchboard NOTICE #ops :has changed how ops is set",
    );
    ada.close();
  }));

Deno.test("irc: a guest to whom the lobby has fallen puts others out of it for as long as guests may", () =>
  withIrc(async ({ running }) => {
    const ada = await (await IrcClient.guest(running, "ada")).forgets();
    const bob = await (await IrcClient.guest(running, "bob")).forgets();
    ada.says("MODE #lobby +b bob");
    await bob.hears(":ada!u@switchboard KICK #lobby bob :for 60 minutes");
    await ada.hearsAtLast(/^:ada!u@switchboard MODE #lobby \+b bob!\*@\*$/);
    await ada.hears(":ada!u@switchboard KICK #lobby bob :for 60 minutes");
    for (const each of [ada, bob]) each.close();
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
    carol.says(
      "MODE #ops",
      "MODE #ops +o bob",
      "MODE #ops +m",
      "MODE #ops",
      "MODE #ops -m",
      "MODE #ops +i-i",
    );
    await carol.hears(
      ":irc.switchboard 324 carol #ops +nt",
      ":irc.switchboard 329 carol #ops SECONDS",
      ":carol!u@switchboard MODE #ops +o bob",
      ":carol!u@switchboard MODE #ops +m",
      ":irc.switchboard 324 carol #ops +mnt",
      ":irc.switchboard 329 carol #ops SECONDS",
      ":carol!u@switchboard MODE #ops -m",
      ":carol!u@switchboard MODE #ops +i",
      ":carol!u@switchboard MODE #ops -i",
    );
    await bob.hears(
      ":carol!u@switchboard MODE #ops +o bob",
      ":carol!u@switchboard MODE #ops +m",
      ":carol!u@switchboard MODE #ops -m",
    );
    await bob.forgets();
    await carol.forgets();
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
      "MODE #ops -b bob",
      "MODE #ops b",
      "MODE #ops +b *!*@*",
      "MODE #ops +b nobody",
      "MODE #ops -q carol",
    );
    await carol.hears(
      ":carol!u@switchboard MODE #ops -o bob",
      ":carol!u@switchboard MODE #ops +b bob!*@*",
      ":carol!u@switchboard KICK #ops bob :for 10080 minutes",
      ":irc.switchboard 367 carol #ops bob!*@*",
      ":irc.switchboard 368 carol #ops :End of channel ban list",
      ":carol!u@switchboard MODE #ops -b bob!*@*",
      ':irc.switchboard NOTICE carol :Cannot lift it for "bob": nobody of this name is kept out of "ops"',
      ":irc.switchboard 368 carol #ops :End of channel ban list",
      ":irc.switchboard NOTICE carol :Cannot put out whoever fits a mask: name one nickname, such as eve!*@*",
      ":irc.switchboard 401 carol nobody :No such nick/channel",
      ":irc.switchboard NOTICE carol :Cannot take a place from carol: nobody has given them one in #ops",
    );
    carol.says("MODE #ops +im");
    await carol.hears(":carol!u@switchboard MODE #ops +i", ":carol!u@switchboard MODE #ops +m");
    const eve = await IrcClient.guest(server.running, "eve");
    eve.says("JOIN #ops");
    await eve.hearsAtLast(/ 366 eve #ops /);
    await carol.forgets();
    carol.says("MODE #ops -mi");
    await carol.hears(
      ":carol!u@switchboard MODE #ops -m",
      ':irc.switchboard NOTICE carol :Cannot call the room "ops": another open room has this name',
    );
    await bob.hears(
      ":carol!u@switchboard MODE #ops -o bob",
      ":carol!u@switchboard KICK #ops bob :for 10080 minutes",
    );
    await bob.forgets();
    bob.says("MODE bob", "MODE bob +i", "MODE bob +x", "MODE carol", "MODE nobody");
    await bob.hears(
      ":irc.switchboard 221 bob +i",
      ":irc.switchboard 221 bob +i",
      ":irc.switchboard 501 bob :Unknown MODE flag",
      ":irc.switchboard 502 bob :Cant change mode for other users",
      ":irc.switchboard 401 bob nobody :No such nick/channel",
    );
    for (const each of [carol, bob, eve]) each.close();
  }));

Deno.test("irc: who is not inside is kept out, too, and is told so", () =>
  withIrc(async (server) => {
    for (const name of ["bob", "carol"]) await server.member(name);
    const carol = await (await IrcClient.member(server.running, "carol")).forgets();
    carol.says("JOIN #ops");
    await (await carol.forgets()).forgets();
    const eve = await (await IrcClient.guest(server.running, "eve")).forgets();
    await carol.hears(":eve!u@switchboard JOIN #lobby");
    carol.says("MODE #ops +bb eve bob!*@*", "MODE #ops +b");
    await carol.hears(
      ":carol!u@switchboard MODE #ops +b eve!*@*",
      ":carol!u@switchboard MODE #ops +b bob!*@*",
      ":irc.switchboard 367 carol #ops bob!*@*",
      ":irc.switchboard 367 carol #ops eve!*@*",
      ":irc.switchboard 368 carol #ops :End of channel ban list",
    );
    eve.says("JOIN #ops");
    await eve.hears(
      ':irc.switchboard 474 eve #ops :Cannot join channel (+b) (Cannot enter "ops": you are kept out of "ops", come back in 10080 min)',
    );
    carol.says("MODE #ops -b eve!*@*", "KICK #ops eve");
    await carol.hears(
      ":carol!u@switchboard MODE #ops -b eve!*@*",
      ":irc.switchboard 441 carol eve #ops :They aren't on that channel",
    );
    eve.says("JOIN #ops", "MODE #ops +b carol");
    await eve.hearsAtLast(/ 366 eve #ops /);
    assertTrue((await eve.next()).startsWith(":irc.switchboard 482 eve #ops :"), "it takes a place");
    eve.says("PART #ops", "MODE #ops +b carol");
    await eve.hears(
      ":eve!u@switchboard PART #ops",
      ":irc.switchboard 442 eve #ops :You're not on that channel",
    );
    for (const each of [carol, eve]) each.close();
  }));

Deno.test("irc: whoever comes back is seen with the place that they have, and whoever made a room has one", () =>
  withIrc(async (server) => {
    for (const name of ["ada", "bob", "carol"]) (await server.member(name)).close();
    const ada = await IrcClient.member(server.running, "ada");
    ada.says("JOIN #ops");
    await ada.hearsAtLast(/ 366 ada #ops /);
    const carol = await IrcClient.member(server.running, "carol");
    const bob = await IrcClient.member(server.running, "bob");
    for (const each of [carol, bob]) each.says("JOIN #ops");
    for (const each of [carol, bob]) await each.hearsAtLast(/ 366 \S+ #ops /);
    ada.says("MODE #ops +o bob");
    await carol.hearsAtLast(/ MODE #ops \+o bob$/);
    bob.says("QUIT");
    await carol.hears(":bob!u@switchboard QUIT :offline");
    const again = await IrcClient.member(server.running, "bob");
    await carol.hearsAtLast(/^:bob!u@switchboard JOIN #ops$/);
    await carol.hears(":irc.switchboard MODE #ops +o bob");
    // Whoever leaves has no place there any more.
    again.says("PART #ops", "JOIN #ops");
    await carol.hears(":bob!u@switchboard PART #ops", ":bob!u@switchboard JOIN #ops");
    ada.says("MODE #ops +o bob", "KICK #ops bob");
    await carol.hears(
      ":ada!u@switchboard MODE #ops +o bob",
      ":ada!u@switchboard KICK #ops bob :ada",
    );
    again.says("JOIN #ops");
    await carol.hears(":bob!u@switchboard JOIN #ops");
    ada.says("PART #ops");
    await carol.hearsAtLast(/^:ada!u@switchboard PART #ops$/);
    ada.says("JOIN #ops");
    await carol.hearsAtLast(/^:ada!u@switchboard JOIN #ops$/);
    await carol.hears(":irc.switchboard MODE #ops +q ada");
    await ada.hearsAtLast(/ 353 ada = #ops :carol bob ~ada$/);
    ada.says("WHO #ops %nf");
    await ada.hearsAtLast(/ 354 ada ada H~$/);
    for (const each of [ada, carol, again]) each.close();
  }));

Deno.test("irc: for whoever may not see who is put out the list is empty", () =>
  withIrc(async (server) => {
    const page = await server.member("carol");
    await page.asks("enter", { room: "ops" });
    const ada = await IrcClient.guest(server.running, "ada");
    ada.says("JOIN #ops");
    await (await ada.forgets()).forgets();
    ada.says("MODE #ops +b", "MODE #lobby b", "MODE #ops +b carol!*@*");
    await ada.hears(
      ":irc.switchboard 368 ada #ops :End of channel ban list",
      ":irc.switchboard 368 ada #lobby :End of channel ban list",
    );
    assertTrue((await ada.next()).startsWith(":irc.switchboard 482 ada #ops :"), "nor put out");
    ada.close();
  }));

Deno.test("irc: whom an open room has fallen to is no owner, and nothing more once somebody has a place there", () =>
  withIrc(async (server) => {
    const { running } = server;
    const [carol, bob] = [await server.member("carol"), await server.member("bob")];
    for (const each of [bob, carol]) each.close();
    await Promise.all([bob.ended, carol.ended]);
    await server.member("bob");
    const page = await server.member("carol");
    const ada = await IrcClient.member(running, "bob", "standard-replies");
    await page.asks("enter", { room: "ops" });
    ada.says("JOIN #ops");
    await ada.hearsAtLast(/ 353 bob = #ops :~carol bob$/);
    await page.asks("leave", { room: "ops" });
    await ada.hearsAtLast(/:carol!u@switchboard PART #ops$/);
    await ada.hears(":irc.switchboard MODE #ops +h bob");
    ada.says("TOPIC #ops :mine", "MODE #ops +h carol");
    assertTrue((await ada.next()).startsWith(":irc.switchboard 482 bob #ops :"), "no place");
    await ada.hears(
      ":irc.switchboard FAIL MODE INVALID_MODE #ops :Cannot change h: it is whom an open room has fallen to",
    );
    await page.asks("enter", { room: "ops" });
    await ada.hears(":carol!u@switchboard JOIN #ops", ":irc.switchboard MODE #ops +q carol");
    await page.asks("room.role", { room: "ops", nickname: "bob", role: "moderator" });
    await ada.hears(":carol!u@switchboard MODE #ops -h+o bob bob");
    ada.says("WHO #ops %nf");
    await ada.hearsAtLast(/ 354 bob bob H@$/);
    await ada.hears(":irc.switchboard 354 bob carol H~", ":irc.switchboard 315 bob #ops :End of WHO list");
    ada.close();
  }));
