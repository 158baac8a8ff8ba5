/** IRC: what each device of somebody is told when it comes back (docs/irc.md, "History"). */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { PASSWORD, type Peer, type TestServer } from "../support/harness.ts";
import { IrcClient, withIrc } from "./clients/irc_client.ts";

/** Ada comes at a device. `answersPings`: whether her network carries what she says. */
async function comes({ running }: TestServer, login: string, answersPings = true): Promise<IrcClient> {
  const client = await IrcClient.connect(running);
  client.answersPings = answersPings;
  client.says("CAP REQ :server-time", `PASS ${login}:${PASSWORD}`, "NICK x", "USER x 0 * :x", "CAP END");
  await client.hearsAtLast(/ 001 ada /);
  return client;
}

/** What it is told that was said, up to an answer to a ping. */
async function told(client: IrcClient): Promise<string[]> {
  return (await lines(client)).flatMap((line) => / (?:PRIVMSG|NOTICE) \S+ :(.*)$/.exec(line)?.[1] ?? []);
}

/** All that it is told, without when. */
async function lines(client: IrcClient): Promise<string[]> {
  const all: string[] = [];
  client.says("PING so-far");
  for (let line = await client.next(); !line.endsWith("so-far"); line = await client.next()) {
    assertTrue(line !== "(the end)", "still there");
    all.push(line.replace(/^@\S+ /, ""));
  }
  return all;
}

async function leaves(client: IrcClient): Promise<void> {
  // Once it was pinged its PONG is on its way; what that shows is noted before anything that it says afterwards.
  await (await client.forgets()).forgets();
  client.says("QUIT");
  await client.hearsAtLast(/^ERROR /);
  await client.hearsTheEnd();
}

const says = (page: Peer, text: string) => page.asks("send", { room: "lobby", text });

Deno.test("irc devices: each catches up from its own place", () =>
  withIrc(async (server) => {
    await server.member("ada");
    const page = await server.member("carol");
    await says(page, "before");
    const [phone, desk] = [await comes(server, "ada/phone"), await comes(server, "ada/desk")];
    // What is new has no place yet, and is told the last lines.
    for (const each of [phone, desk]) {
      await each.hearsAtLast(/ 366 ada #lobby /);
      assertEquals(await told(each), ["before"]);
    }
    await leaves(phone);
    const { id } = await says(page, "while the phone was away");
    const { seq } = await page.asks("send", { to: "ada", text: "psst" });
    assertEquals(await told(desk), ["while the phone was away", "psst"]);
    // The desk is pinged a while later, and says by its answer what it has read, though nobody types there.
    let pinged = "";
    while (pinged !== `told-${seq}`) {
      pinged = await desk.isPinged();
      assertTrue(pinged !== "(the end)", "pinged");
    }
    await leaves(desk);
    await page.asks("edit", { message: id, text: "while both were away" });
    const phoneAgain = await comes(server, "ada/phone");
    assertEquals(await told(phoneAgain), [
      "while both were away",
      "psst",
      "has changed a message: while both were away",
    ]);
    const deskAgain = await comes(server, "ada/desk");
    assertEquals(await told(deskAgain), ["has changed a message: while both were away"]);
    const other = await comes(server, "ada");
    await other.hearsAtLast(/ 366 ada #lobby /);
    assertEquals(await told(other), ["before", "while both were away"]);
    for (const each of [deskAgain, phoneAgain, other]) each.close();
  }));

Deno.test("irc devices: what was on its way when a connection broke is told again", () =>
  withIrc(async (server) => {
    await server.member("ada");
    const page = await server.member("carol");
    const phone = await comes(server, "ada/phone");
    await leaves(phone);
    for (let n = 0; n < 30; n++) await says(page, `missed ${n}`);
    const missed = Array.from({ length: 30 }, (_, n) => `missed ${n}`);
    // It asks what every client asks, and has no network any more: nothing shows that it has read what it is told.
    const inTunnel = await comes(server, "ada/phone", false);
    inTunnel.says("MODE #lobby", "WHO #lobby", "MODE #lobby b");
    await inTunnel.hearsAtLast(/ 368 /);
    inTunnel.close();
    const inAnother = await comes(server, "ada/phone", false);
    assertEquals(await told(inAnother), missed);
    inAnother.says("QUIT");
    await inAnother.hearsAtLast(/^ERROR /);
    const back = await comes(server, "ada/phone");
    assertEquals(await told(back), missed);
    await leaves(back);
    const again = await comes(server, "ada/phone");
    assertEquals(await told(again), []);
    // Nobody gets further by an answer to what was not asked.
    again.answersPings = false;
    await says(page, "one more");
    assertEquals(await told(again), ["one more"]);
    again.says("PONG :told-999999", "PONG told-", "PONG :told-x", "PONG");
    await leaves(again);
    const last = await comes(server, "ada/phone");
    assertEquals(await told(last), ["one more"]);
    last.close();
  }));

Deno.test("irc devices: what is new misses nothing from when it has come in, though it has read none of that", () =>
  withIrc(async (server) => {
    await server.member("ada");
    const page = await server.member("carol");
    for (let n = 0; n < 3; n++) await says(page, `before ${n}`);
    const inTunnel = await comes(server, "ada/phone", false);
    await inTunnel.hearsAtLast(/:before 2$/);
    await inTunnel.isPinged();
    inTunnel.says("QUIT");
    await inTunnel.hearsAtLast(/^ERROR /);
    const missed = Array.from({ length: 25 }, (_, n) => `missed ${n}`);
    for (const text of missed) await says(page, text);
    await page.asks("send", { to: "ada", text: "psst" });
    const back = await comes(server, "ada/phone");
    assertEquals(await told(back), [...missed, "psst"]);
    back.close();
  }));

Deno.test("irc devices: what waited in private is told again until a client has shown that it was read", () =>
  withIrc(async (server) => {
    const desk = await server.member("ada");
    const page = await server.member("carol");
    desk.close();
    await page.hearsAtLast({ event: "offline", nickname: "ada" });
    const waits = async (count: number, text: string) => {
      const texts = Array.from({ length: count }, (_, n) => `${text} ${n}`);
      for (const each of texts) await page.asks("send", { to: "ada", text: each });
      return texts;
    };
    for (const login of ["ada/phone", "ada"]) {
      const texts = await waits(2, login);
      for (let lost = 0; lost < 2; lost++) {
        // As every client does at once, whether it still has a network or not.
        const inTunnel = await comes(server, login, false);
        inTunnel.says("MODE #lobby", "WHO #lobby", "MODE #lobby b", "PONG :irc.switchboard");
        await inTunnel.hearsAtLast(new RegExp(` PRIVMSG ada :${login} 1$`));
        await inTunnel.isPinged();
        await inTunnel.forgets();
        inTunnel.close();
        await page.hearsAtLast({ event: "offline", nickname: "ada" });
      }
      const back = await comes(server, login, false);
      const token = await back.isPinged();
      assertEquals((await told(back)).filter((text) => texts.includes(text)), texts);
      // The answer counts also where it comes while something else is looked up.
      back.says("NAMES #lobby", `PONG :${token}`, "QUIT");
      await back.hearsAtLast(/^ERROR /);
      await page.hearsAtLast({ event: "offline", nickname: "ada" });
      const again = await comes(server, login);
      await again.isPinged();
      assertEquals((await told(again)).filter((text) => texts.includes(text)), []);
      await leaves(again);
      await page.hearsAtLast({ event: "offline", nickname: "ada" });
    }
    // Much of it comes in parts, each when the one before has been read.
    const words = ` ${"word ".repeat(2_000)}`;
    for (let n = 0; n < 90; n++) await page.asks("send", { to: "ada", text: `number ${n}${words}` });
    const numbers: string[] = [];
    const all = await comes(server, "ada");
    while (numbers.length < 90) {
      const [, number] = / PRIVMSG ada :number (\d+) /.exec(
        await all.hearsAtLast(/ PRIVMSG ada :number \d+ /),
      )!;
      numbers.push(number!);
    }
    assertEquals(numbers, Array.from({ length: 90 }, (_, n) => String(n)));
    all.close();
  }, { rateLimits: false }));

Deno.test("irc devices: whoever has missed much is told all of it, and then what happens", () =>
  withIrc(async (server) => {
    await server.member("ada");
    const page = await server.member("carol");
    await page.asks("enter", { room: "ops" });
    const phone = await comes(server, "ada/phone");
    phone.says("JOIN #ops");
    await phone.hearsAtLast(/ 366 ada #ops /);
    await leaves(phone);
    const numbers = Array.from({ length: 120 }, (_, n) => `number ${n}`);
    const rest = ` ${"word ".repeat(2_000)}`;
    for (const [index, number] of numbers.entries()) {
      await page.asks("send", { room: index % 2 ? "ops" : "lobby", text: number + rest });
    }
    const back = await comes(server, "ada/phone");
    await says(page, "number now");
    const all: string[] = [];
    while (all.at(-1) !== "number now") {
      const [, number] = / PRIVMSG #(?:ops|lobby) :(number \w+)/.exec(await back.next()) ?? [];
      if (number !== undefined) all.push(number);
    }
    assertEquals(all, [...numbers, "number now"]);
    back.close();
  }, { rateLimits: false }));

Deno.test("irc devices: what has happened to one's rooms meanwhile is told in words, and the rooms are those of now", () =>
  withIrc(async (server) => {
    const page = await server.member("ada");
    const carol = await server.member("carol");
    for (const room of ["ops", "plans"]) {
      await carol.asks("enter", { room });
      await page.asks("enter", { room });
    }
    const phone = await comes(server, "ada/phone");
    await phone.hearsAtLast(/ 366 ada #plans /);
    await leaves(phone);
    await carol.asks("kick", { room: "ops", nickname: "ada", minutes: 1, reason: "be nice" });
    await carol.asks("kick.lift", { room: "ops", nickname: "ada" });
    await page.asks("enter", { room: "ops" });
    await carol.asks("room.set", { room: "plans", name: "autumn" });
    await carol.asks("room.set", { room: "autumn", name: "winter" });
    const back = await comes(server, "ada/phone");
    const heard = await lines(back);
    assertEquals(
      heard.filter((line) => / (?:JOIN|PART|KICK|NOTICE) /.test(line)),
      [
        ":ada!u@switchboard JOIN #lobby",
        ":ada!u@switchboard JOIN #ops",
        ":ada!u@switchboard JOIN #winter",
        ":carol!u@switchboard NOTICE #ops :has put you out of #ops (be nice)",
        ":carol!u@switchboard NOTICE #winter :has renamed plans to winter",
        ":carol!u@switchboard NOTICE #winter :has renamed autumn to winter",
      ].toSorted((a, b) => heard.indexOf(a) - heard.indexOf(b)),
    );
    // She is in there, for the server and for the client.
    await carol.asks("send", { room: "ops", text: "welcome back" });
    await back.hears("@time=TIME :carol!u@switchboard PRIVMSG #ops :welcome back");
    // What happens now happens to the client, too.
    await carol.asks("kick", { room: "ops", nickname: "ada" });
    await back.hears("@time=TIME :carol!u@switchboard KICK #ops ada :carol");
    await carol.asks("send", { room: "ops", text: "gone" });
    await back.hearsNothing();
    back.close();
  }));

Deno.test("irc devices: what was said before one came into a room, again or at all, is told too, as far as history has it", () =>
  withIrc(async (server) => {
    const page = await server.member("ada");
    const carol = await server.member("carol");
    const send = (room: string, text: string) => carol.asks("send", { room, text });
    await carol.asks("enter", { room: "attic", private: true });
    await carol.asks("room.set", { room: "attic", history: "joined" });
    await carol.asks("invite", { room: "attic", nickname: "ada" });
    for (const room of ["ops", "den"]) await carol.asks("enter", { room });
    for (const room of ["ops", "plans", "attic"]) await page.asks("enter", { room });
    await carol.asks("enter", { room: "plans" });
    await send("den", "before all this");
    for (const device of ["ada/phone", "ada/desk"]) await leaves(await comes(server, device));
    await send("ops", "before the kick");
    await carol.asks("kick", { room: "ops", nickname: "ada", reason: "be nice" });
    await send("ops", "without her");
    await page.asks("enter", { room: "ops" });
    await send("ops", "after the kick");
    for (const room of ["plans", "attic"]) {
      await send(room, `${room} before`);
      await page.asks("leave", { room });
      await send(room, `${room} meanwhile`);
    }
    await carol.asks("invite", { room: "attic", nickname: "ada" });
    for (const room of ["plans", "attic"]) {
      await page.asks("enter", { room });
      await send(room, `${room} after`);
    }
    await send("den", "in a room that is new to her");
    await page.asks("enter", { room: "den" });
    const missed = [
      "before the kick",
      "has put you out of #ops (be nice)",
      "without her",
      "after the kick",
      "plans before",
      "plans meanwhile",
      "plans after",
      "attic after",
      "in a room that is new to her",
    ];
    const hearsOf = async (device: string) => {
      const client = await comes(server, device);
      await says(carol, device);
      const all: string[] = [];
      while (all.at(-1) !== device) {
        const line = await client.hearsAtLast(/ (?:PRIVMSG|NOTICE) #\w+ :(?!word )/);
        all.push(/#\w+ :(.*)$/.exec(line)![1]!);
      }
      client.close();
      return all.slice(0, -1);
    };
    assertEquals(await hearsOf("ada/phone"), missed);
    // The same where it comes in several parts.
    for (let n = 0; n < 90; n++) await says(carol, "word ".repeat(2_000));
    assertEquals(await hearsOf("ada/desk"), [...missed, "ada/phone"]);
  }, { rateLimits: false }));

Deno.test("irc devices: a guest who signs in at a device is told what that has missed", () =>
  withIrc(async (server) => {
    const page = await server.member("ada");
    const carol = await server.member("carol");
    for (const each of [carol, page]) await each.asks("enter", { room: "ops" });
    await leaves(await comes(server, "ada/phone"));
    const signsIn = async (login: string) => {
      const guest = await IrcClient.guest(server.running, "ann", "sasl server-time");
      guest.says("AUTHENTICATE PLAIN", `AUTHENTICATE ${btoa(`\0${login}\0${PASSWORD}`)}`);
      await guest.hearsAtLast(/ 903 ada /);
      return guest;
    };
    const toOps = async (client: IrcClient) => {
      await client.hearsAtLast(/ 366 ada #ops /);
      return (await lines(client)).flatMap((line) => / PRIVMSG #ops :(.*)$/.exec(line)?.[1] ?? []);
    };
    const texts = Array.from({ length: 25 }, (_, n) => `missed ${n}`);
    for (const text of texts) await carol.asks("send", { room: "ops", text });
    const phone = await signsIn("ada/phone");
    for (const text of texts) {
      const line = await phone.hearsAtLast(/ PRIVMSG #ops /);
      assertTrue(line.endsWith(` :${text}`), line);
    }
    assertEquals(await toOps(phone), []);
    await leaves(phone);
    // What is new has no place yet, and misses nothing from now on.
    const pad = await signsIn("ada/pad");
    assertEquals(await toOps(pad), texts.slice(-20));
    await leaves(pad);
    await carol.asks("send", { room: "ops", text: "one more" });
    for (const device of ["ada/phone", "ada/pad"]) {
      const again = await comes(server, device);
      assertEquals(await told(again), ["one more"]);
      await leaves(again);
    }
    // What comes in several parts comes before what happens now, and the guest keeps a room of their own.
    const rest = ` ${"word ".repeat(2_000)}`;
    for (let n = 0; n < 90; n++) await carol.asks("send", { room: "ops", text: `number ${n}${rest}` });
    const guest = await IrcClient.guest(server.running, "ann", "sasl server-time");
    guest.says("JOIN #own", "AUTHENTICATE PLAIN", `AUTHENTICATE ${btoa(`\0ada/phone\0${PASSWORD}`)}`);
    for (let n = 0; n < 90; n++) {
      const line = await guest.hearsAtLast(/ PRIVMSG #ops :number /);
      assertTrue(line.includes(` :number ${n} `), line);
    }
    await guest.hearsAtLast(/ 366 ada #own /);
    guest.says("PRIVMSG #own :still here", "PING over");
    await guest.hearsAtLast(/ PONG irc\.switchboard over$/);
    await leaves(guest);
    // Under a label, too, the client is in a room before it is told what was said there.
    for (let n = 0; n < 90; n++) await carol.asks("send", { room: "ops", text: `number ${n}${rest}` });
    const labelling = await IrcClient.guest(
      server.running,
      "ann",
      "sasl labeled-response batch message-tags",
    );
    labelling.says("AUTHENTICATE PLAIN", `@label=in AUTHENTICATE ${btoa(`\0ada/phone\0${PASSWORD}`)}`);
    await labelling.hearsAtLast(/^@label=in;?\S* :irc\.switchboard BATCH \+/);
    await labelling.hearsAtLast(/ JOIN #ops$/);
    await labelling.hearsAtLast(/ BATCH -/);
    for (let n = 0; n < 90; n++) await labelling.hearsAtLast(new RegExp(` PRIVMSG #ops :number ${n} `));
    await labelling.hearsAtLast(/ 366 ada #ops /);
    await leaves(labelling);
    for (let n = 0; n < 90; n++) await carol.asks("send", { room: "ops", text: `number ${n}${rest}` });
    const newcomer = await IrcClient.connect(server.running);
    newcomer.says("CAP REQ :labeled-response batch", `PASS ada/phone:${PASSWORD}`, "NICK x", "USER x 0 * :x");
    newcomer.says("@label=in CAP END");
    await newcomer.hearsAtLast(/ JOIN #ops$/);
    for (let n = 0; n < 90; n++) await newcomer.hearsAtLast(new RegExp(` PRIVMSG #ops :number ${n} `));
    await newcomer.hearsAtLast(/ 366 ada #ops /);
    await leaves(newcomer);
  }, { rateLimits: false }));
