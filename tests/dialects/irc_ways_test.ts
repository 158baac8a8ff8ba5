/** IRC: the ways in (WebSocket, TLS, an account that is made on the way), services that are none, and what is too much. */
import { connect } from "node:tls";
// @ts-types="npm:@types/ws@8.18.2"
import { WebSocket } from "ws";
import { configWith } from "../../server/config/config.ts";
import { OPTIONS } from "../../server/config/options.ts";
import { LIMITS, RATES } from "../../server/core/shared/limits.ts";
import { start } from "../../server/run/serve.ts";
import { assertEquals, assertRejects, assertTrue } from "../support/assert.ts";
import { PASSWORD, ROOMCHAT_PAGE } from "../support/harness.ts";
import { confirmationIn, Mailbox } from "../support/mailbox.ts";
import { IrcClient, withIrc } from "./clients/irc_client.ts";

/** What comes over a WebSocket, message by message. */
async function openWeb(http: string, protocols: string[], origin?: string) {
  const socket = new WebSocket(`${http.replace("http", "ws")}/irc`, protocols, { ...(origin && { origin }) });
  const told: { text: string; isBinary: boolean }[] = [];
  let wake = () => {};
  socket.on("message", (data, isBinary) => {
    told.push({ text: String(data), isBinary });
    wake();
  });
  await new Promise((resolve, reject) => socket.on("open", resolve).on("error", reject));
  const until = async (text: RegExp) => {
    while (!told.some((each) => text.test(each.text))) await new Promise<void>((resolve) => wake = resolve);
  };
  return { socket, told, until };
}

Deno.test("irc: over WebSocket each line is a message, text or binary as was agreed", () =>
  withIrc(async ({ running }) => {
    for (
      const [protocols, agreed] of [
        [["text.ircv3.net"], "text.ircv3.net"],
        [["binary.ircv3.net", "text.ircv3.net"], "binary.ircv3.net"],
        [["nonsense", "text.ircv3.net"], "text.ircv3.net"],
        [[], ""],
      ] as const
    ) {
      const { socket, told, until } = await openWeb(running.http, [...protocols]);
      assertEquals(socket.protocol, agreed);
      socket.send("NICK ada");
      socket.send("USER ada 0 * :Ada");
      await until(/ 366 ada #lobby /);
      assertTrue(told.length > 8 && told.every(({ text }) => !/[\r\n]/.test(text)), "a line each");
      assertTrue(told.every(({ isBinary }) => isBinary === (agreed === "binary.ircv3.net")), agreed);
      socket.send(new TextEncoder().encode("PRIVMSG #lobby :ä\r\n"), { binary: true });
      socket.send("PING done");
      await until(/PONG irc\.switchboard done$/);
      const closed = new Promise((resolve) => socket.on("close", resolve));
      socket.send("QUIT");
      await closed;
      assertEquals(told.at(-1)!.text, "ERROR :Closing Link: Client Quit");
    }
    const listed = await openWeb(running.http, ["text.ircv3.net"], ROOMCHAT_PAGE);
    listed.socket.terminate();
    await assertRejects(openWeb(running.http, ["text.ircv3.net"], "https://elsewhere.example"), /403/);
  }));

Deno.test("irc: a port of its own has TLS if that is asked for, and says where it is once the certificate is known", async () => {
  const parsed = OPTIONS.listen.parse("6667=irc,6697=irc+tls", []);
  assertEquals(parsed, [{ port: 6667, dialect: "irc" }, { port: 6697, dialect: "irc", tls: true }]);
  const listen = [{ port: 0, dialect: "irc" as const }, {
    port: 0,
    dialect: "irc" as const,
    tls: true as const,
  }];
  await withIrc(async ({ running }) => {
    const { url } = running.urls.find(({ name }) => name === "irc+tls")!;
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false });
    await new Promise((resolve, reject) => socket.on("secureConnect", resolve).on("error", reject));
    socket.write("NICK ada\r\nUSER ada 0 * :Ada\r\n");
    let told = "";
    for await (const chunk of socket.setEncoding("utf8")) {
      told += chunk;
      if (told.includes(" 366 ada #lobby ")) break;
    }
    socket.destroy();
    const plain = await IrcClient.connect(running);
    plain.says("CAP LS 302");
    // A certificate of the server's own making is nobody's word that others are to keep to.
    assertTrue(!(await plain.next()).includes("sts="), "not yet");
    plain.close();
  }, { listen, tlsSelfSigned: true });
  const folder = await Deno.makeTempDir({ prefix: "switchboard-" });
  const config = configWith({ http: 0, tcp: 0, data: `${folder}/data`, listen });
  await assertRejects(start(config), /with TLS: give --tls-cert/);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("irc: an account is made on the way in, and signed in to", () =>
  withIrc(async ({ running }) => {
    const ada = await IrcClient.connect(running);
    ada.says(
      "CAP LS 302",
      "CAP REQ :standard-replies sasl",
      "REGISTER * * plug-jack-cord-7",
      "NICK ada",
      "USER a 0 * :a",
    );
    await ada.hearsAtLast(/ ACK :?standard-replies sasl$/);
    await ada.hears(":irc.switchboard FAIL REGISTER NEED_NICK * :Say NICK first");
    ada.says("REGISTER * * short");
    assertTrue(
      (await ada.next()).startsWith(":irc.switchboard FAIL REGISTER WEAK_PASSWORD ada :"),
      "too short",
    );
    ada.says("REGISTER * * plug-jack-cord-7", "CAP END");
    await ada.hears(
      ":irc.switchboard REGISTER SUCCESS ada :The account is made",
      ":irc.switchboard 900 * ada!u@switchboard ada :You are now logged in as ada",
      ":irc.switchboard 903 * :SASL authentication successful",
    );
    await ada.hearsAtLast(/ 366 ada #lobby /);
    const eve = await (await IrcClient.guest(running, "eve", "standard-replies")).forgets();
    eve.says("REGISTER ada * plug-jack-cord-8", "REGISTER eva * plug-jack-cord-8");
    assertTrue((await eve.next()).startsWith(":irc.switchboard FAIL REGISTER ACCOUNT_EXISTS ada :"), "taken");
    await eve.hears(
      ":irc.switchboard REGISTER SUCCESS eva :The account is made",
      ":eve!u@switchboard NICK eva",
      ":irc.switchboard 900 eva eva!u@switchboard eva :You are now logged in as eva",
    );
    const stranger = await IrcClient.connect(running);
    stranger.says("CAP REQ :standard-replies", "VERIFY eva nonsense");
    await stranger.hearsAtLast(/ ACK :standard-replies$/);
    const wrong = await stranger.next();
    stranger.close();
    assertTrue(wrong.startsWith(":irc.switchboard FAIL VERIFY INVALID_CODE eva :"), wrong);
    await ada.forgets();
    ada.says("REGISTER other * plug-jack-cord-9");
    await ada.hears(
      ":irc.switchboard FAIL REGISTER ALREADY_AUTHENTICATED other :You have an account, and are signed in to it",
    );
    for (const each of [ada, eve]) each.close();
  }));

Deno.test("irc: a guest who makes an account goes on with it in the same rooms, and so does whoever confirms an address", async () => {
  await using mailbox = await Mailbox.open();
  await withIrc(async ({ running }) => {
    const bob = await IrcClient.guest(running, "bob", "extended-join");
    const guest = await IrcClient.guest(running, "ann", "standard-replies");
    guest.says("NICK ada", "JOIN #ops");
    await guest.hearsAtLast(/ 366 ada #ops /);
    bob.says("JOIN #ops");
    await bob.hearsAtLast(/ 366 bob #ops /);
    for (const each of [guest, bob]) await each.forgets();
    guest.says("REGISTER * * plug-jack-cord-7", "PRIVMSG #ops :still here", "WHOIS ada", "NICK other");
    await guest.hears(
      ":irc.switchboard REGISTER SUCCESS ada :The account is made",
      ":irc.switchboard 900 ada ada!u@switchboard ada :You are now logged in as ada",
    );
    await guest.hearsAtLast(/ 005 ada draft\/FILEHOST=/);
    for (const room of ["lobby", "ops"]) await guest.hearsAtLast(new RegExp(` 366 ada #${room} `));
    await guest.hearsAtLast(/ 330 ada ada ada :is logged in as$/);
    await guest.hearsAtLast(/ 432 ada other :/);
    await bob.hears(":ada!u@switchboard QUIT :offline");
    for (const room of ["lobby", "ops"]) {
      await bob.hearsAtLast(new RegExp(`^:ada!u@switchboard JOIN #${room} ada :?ada$`));
    }
    await bob.hearsAtLast(/^:ada!u@switchboard PRIVMSG #ops :still here$/);
    const zoe = await (await IrcClient.guest(running, "zoe", "standard-replies")).forgets();
    zoe.says("REGISTER zoe zoe@example.org plug-jack-cord-8");
    assertTrue(
      (await zoe.next()).startsWith(":irc.switchboard REGISTER VERIFICATION_REQUIRED zoe :"),
      "a code",
    );
    zoe.says(`VERIFY zoe ${confirmationIn(await mailbox.letter(1))}`);
    await zoe.hears(
      ":irc.switchboard VERIFY SUCCESS zoe :The address is confirmed",
      ":irc.switchboard 900 zoe zoe!u@switchboard zoe :You are now logged in as zoe",
    );
    for (const each of [bob, guest, zoe]) each.close();
  }, { smtp: mailbox.url });
});

Deno.test("irc: a guest who signs in goes on with the account, and remains a guest where the password is wrong", () =>
  withIrc(async (server) => {
    (await server.member("ada")).close();
    const guest = await IrcClient.guest(server.running, "ann", "sasl");
    guest.says("JOIN #ops");
    await guest.hearsAtLast(/ 366 ann #ops /);
    const plain = (password: string) => `AUTHENTICATE ${btoa(`\0ada\0${password}`)}`;
    guest.says("AUTHENTICATE PLAIN", plain("wrong"), "AUTHENTICATE PLAIN", plain("plug-jack-cord-7"));
    guest.says("PRIVMSG #ops :still here", "WHOIS ada", "AUTHENTICATE PLAIN");
    await guest.hears(
      "AUTHENTICATE +",
      ":irc.switchboard 904 ann :SASL authentication failed",
      "AUTHENTICATE +",
      ":ann!u@switchboard NICK ada",
      ":irc.switchboard 900 ada ada!u@switchboard ada :You are now logged in as ada",
      ":irc.switchboard 903 ada :SASL authentication successful",
    );
    await guest.hearsAtLast(/ 366 ada #ops /);
    await guest.hearsAtLast(/ 330 ada ada ada :is logged in as$/);
    await guest.hearsAtLast(/ 907 ada :/);
    guest.close();
  }));

Deno.test("irc: a guest who signs in is told the last lines of the rooms that they come into, and of no others", () =>
  withIrc(async (server) => {
    const page = await server.member("ada");
    const carol = await server.member("carol");
    for (const each of [carol, page]) await each.asks("enter", { room: "ops" });
    for (const room of ["lobby", "ops"]) await carol.asks("send", { room, text: `said in ${room}` });
    const guest = await (await IrcClient.guest(server.running, "ann", "sasl batch server-time")).forgets();
    guest.says("AUTHENTICATE PLAIN", `AUTHENTICATE ${btoa(`\0ada\0${PASSWORD}`)}`);
    const begin = await guest.hearsAtLast(/ BATCH \+/);
    assertTrue(begin.endsWith(" chathistory #ops"), begin);
    assertTrue((await guest.next()).endsWith(" PRIVMSG #ops :said in ops"), "what was said there");
    guest.close();
  }));

Deno.test("irc: what is said in one go on the way in is answered in its order, and nothing of it is lost", () =>
  withIrc(async (server) => {
    const page = await server.member("ada");
    const plain = (password: string) => `AUTHENTICATE ${btoa(`\0ada\0${password}`)}`;
    const inOneGo = async (...lines: string[]) => {
      const client = await IrcClient.connect(server.running);
      client.says("CAP REQ :sasl standard-replies", "NICK ada", "USER a 0 * :a", ...lines);
      await client.hears(":irc.switchboard CAP * ACK :sasl standard-replies");
      return client;
    };
    const known = await inOneGo(
      "REGISTER * * plug-jack-cord-8",
      ...["AUTHENTICATE PLAIN", plain("wrong"), "AUTHENTICATE PLAIN", plain("plug-jack-cord-7")],
      ...["AUTHENTICATE PLAIN", "CAP END", "PRIVMSG #lobby :all of it"],
    );
    assertTrue(
      (await known.next()).startsWith(":irc.switchboard FAIL REGISTER ACCOUNT_EXISTS ada :"),
      "taken",
    );
    await known.hears(
      "AUTHENTICATE +",
      ":irc.switchboard 904 * :SASL authentication failed",
      "AUTHENTICATE +",
      ":irc.switchboard 900 * ada!u@switchboard ada :You are now logged in as ada",
      ":irc.switchboard 903 * :SASL authentication successful",
      ":irc.switchboard 907 * :You have already authenticated using SASL",
    );
    await known.hearsAtLast(/ 001 ada /);
    await page.hearsAtLast({ event: "message", from: "ada", text: "all of it" });

    const made = await inOneGo(
      "REGISTER eve * plug-jack-cord-8",
      ...["AUTHENTICATE PLAIN", "JOIN #ops", "CAP END", "JOIN #ops"],
    );
    await made.hears(
      ":irc.switchboard REGISTER SUCCESS eve :The account is made",
      ":irc.switchboard 900 * ada!u@switchboard eve :You are now logged in as eve",
      ":irc.switchboard 903 * :SASL authentication successful",
      ":irc.switchboard 907 * :You have already authenticated using SASL",
      ":irc.switchboard 451 * :You have not registered",
    );
    await made.hearsAtLast(/ 366 eve #ops /);
    for (const each of [known, made]) each.close();
  }));

Deno.test("irc: whoever goes on before SASL is over has broken it off", () =>
  withIrc(async ({ running }) => {
    const ada = await IrcClient.connect(running);
    ada.says("CAP REQ :sasl", "NICK ada", "USER a 0 * :a", "AUTHENTICATE PLAIN", "CAP END");
    await ada.hears(
      ":irc.switchboard CAP * ACK :sasl",
      "AUTHENTICATE +",
      ":irc.switchboard 906 * :SASL authentication aborted",
    );
    await ada.hearsAtLast(/ 001 ada /);
    ada.close();
  }));

Deno.test("irc: where nobody may make an account, that is said", () =>
  withIrc(async ({ running }) => {
    const ada = await IrcClient.connect(running);
    ada.says("CAP REQ :standard-replies", "NICK ada", "REGISTER * * plug-jack-cord-7");
    await ada.hears(":irc.switchboard CAP * ACK :standard-replies");
    assertTrue(
      (await ada.next()).startsWith(":irc.switchboard FAIL REGISTER REGISTRATION_CLOSED ada :"),
      "closed",
    );
    ada.close();
  }, { registration: "closed" }));

Deno.test("irc: services answer for the fingers that know them, and nobody hears what is said to them", () =>
  withIrc(async (server) => {
    const { running } = server;
    const zoe = await (await server.guest("zoe")).forgets();
    const ada = await (await IrcClient.guest(running, "ada")).forgets();
    await zoe.forgets();
    ada.says(
      `PRIVMSG NickServ :IDENTIFY ${PASSWORD}`,
      "PRIVMSG nickserv@services :help",
      "CS op #lobby bob",
      "NS",
      "NOTICE NickServ :x",
    );
    for (
      const words of ["SASL PLAIN", "There are no services", "/mode #room +o nick", "There are no services"]
    ) {
      const line = await ada.next();
      assertTrue(/^:(Nick|Chan)Serv!u@switchboard NOTICE ada :/.test(line) && line.includes(words), line);
    }
    await ada.hearsNothing();
    await zoe.hearsNothing();
    for (const nickname of ["NickServ", "chanserv", "NіckServ"]) {
      const stranger = await server.connect();
      await stranger.fails("guest", { nickname }, "bad_nickname");
    }
    ada.close();
  }));

Deno.test("irc: what is too much is refused in words, and nobody else notices", () =>
  withIrc(async ({ running }) => {
    const ada = await (await IrcClient.guest(running, "ada", "standard-replies")).forgets();
    const bob = await (await IrcClient.guest(running, "bob")).forgets();
    await ada.forgets();
    const channels = Array.from({ length: 60 }, (_, n) => `#c${n}`);
    ada.says(`PRIVMSG ${channels.join(",")} :x`);
    await ada.hears(":irc.switchboard 407 ada PRIVMSG :Too many targets: 20 at a time");
    ada.says(...Array.from({ length: RATES.messages.burst + 5 }, (_, n) => `PRIVMSG #lobby :flood ${n}`));
    const refused = await ada.hearsAtLast(/ FAIL /);
    assertTrue(
      / FAIL PRIVMSG RATE_LIMITED #lobby :Cannot do this so often: wait \d+ s$/.test(refused),
      refused,
    );
    for (let n = 0; n < RATES.messages.burst - 3; n++) {
      await bob.hears(`:ada!u@switchboard PRIVMSG #lobby :flood ${n}`);
    }
    await bob.forgets();
    for (let n = 0; n < 500; n++) await ada.sends(`JOIN #many${n}\r\n`);
    await ada.hearsAtLast(/ FAIL JOIN RATE_LIMITED #many\d+ :/);
    for (const each of [ada, bob]) each.close();
  }, { rateLimits: true }));

Deno.test("irc: all rooms that one may be in are joined at once, and left at once", () =>
  withIrc(async ({ running }) => {
    const ada = await IrcClient.guest(running, "ada", "standard-replies");
    const channels = Array.from({ length: LIMITS.roomsPerPersonMax - 1 }, (_, n) => {
      const [ten, one] = [Math.floor(n / 10), n % 10].map((digit) => "abcdefghjk"[digit]);
      return `#hall-${ten}${one}`;
    });
    for (let n = 0; n < channels.length; n += LIMITS.ircTargetsMax) {
      ada.says(`JOIN ${channels.slice(n, n + LIMITS.ircTargetsMax).join(",")}`);
    }
    ada.says("PING joined");
    await ada.hearsAtLast(/ PONG \S+ joined$/);
    ada.says("JOIN 0", "PING asked");
    await ada.hearsAtLast(/ PONG \S+ asked$/);
    await ada.hears(...["#lobby", ...channels].map((channel) => `:ada!u@switchboard PART ${channel}`));
    ada.close();
  }, { rateLimits: true }));

Deno.test("irc: nicknames that look like another one's, and bytes that mean something elsewhere", () =>
  withIrc(async (server) => {
    await server.member("carol");
    const eve = await IrcClient.connect(server.running);
    // The first has a Cyrillic letter, the second a wide one.
    for (const nick of ["c\u0430rol", "\uff43arol", "CAROL", "carol\u200b", "a\u202eb"]) {
      eve.says(`NICK ${nick}`, "USER e 0 * :e");
      const line = await eve.hearsAtLast(/ 43[23] /);
      assertTrue(line.includes(` ${nick} :`), line);
    }
    eve.says("NICK eve");
    await eve.hearsAtLast(/ 366 /);
    await eve.forgets();
    const bob = await (await IrcClient.guest(server.running, "bob")).forgets();
    await eve.forgets();
    await eve.sends(
      "PRIVMSG #lobby :nul\0 and \rreturn\r\nPRIVMSG #lobby :\x01ACTION x\x01 y\x01DCC SEND z\x01\r\n",
    );
    await bob.hears(
      ":eve!u@switchboard PRIVMSG #lobby :nul\u2400 and \u240dreturn",
      ":eve!u@switchboard PRIVMSG #lobby :\x01ACTION x\u2401 y\u2401DCC SEND z\x01",
    );
    eve.close();
    bob.close();
  }));

Deno.test("irc: whoever has quit is gone at once, whether the client ends its connection or not", () =>
  withIrc(async (server) => {
    const { running } = server;
    for (const name of ["carol", "bob"]) await (await server.member(name)).asks("logout");
    const bob = await IrcClient.member(running, "bob");
    const [carol, ada] = [await IrcClient.member(running, "carol"), await IrcClient.guest(running, "ada")];
    for (const client of [carol, ada]) {
      client.staysOpen();
      client.says("QUIT");
      await client.hearsAtLast(/^ERROR :Closing Link: Client Quit$/);
    }
    const again = await IrcClient.guest(running, "ada");
    await bob.forgets();
    bob.says("PRIVMSG carol :later then");
    await bob.hearsNothing();
    const back = await IrcClient.connect(running);
    back.says(`PASS carol:${PASSWORD}`, "NICK carol", "USER carol 0 * :carol");
    await back.hearsAtLast(/^:bob!u@switchboard PRIVMSG carol :later then$/);
    for (const client of [bob, carol, ada, again, back]) client.close();
  }));
