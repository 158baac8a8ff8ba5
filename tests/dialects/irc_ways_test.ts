/** IRC: the ways in (WebSocket, TLS, an account that is made on the way), services that are none, and what is too much. */
import { connect } from "node:tls";
// @ts-types="npm:@types/ws@8.18.2"
import { WebSocket } from "ws";
import { configWith } from "../../server/config/config.ts";
import { OPTIONS } from "../../server/config/options.ts";
import { RATES } from "../../server/core/shared/limits.ts";
import { start } from "../../server/run/serve.ts";
import { assertEquals, assertRejects, assertTrue } from "../support/assert.ts";
import { PASSWORD, ROOMCHAT_PAGE } from "../support/harness.ts";
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
      ":irc.switchboard 900 * *!u@switchboard ada :You are now logged in as ada",
      ":irc.switchboard 903 * :SASL authentication successful",
    );
    await ada.hearsAtLast(/ 366 ada #lobby /);
    const eve = await (await IrcClient.guest(running, "eve", "standard-replies")).forgets();
    eve.says("REGISTER ada * plug-jack-cord-8", "REGISTER eva * plug-jack-cord-8");
    assertTrue((await eve.next()).startsWith(":irc.switchboard FAIL REGISTER ACCOUNT_EXISTS ada :"), "taken");
    await eve.hears(
      ":irc.switchboard REGISTER SUCCESS eva :The account is made: connect again and sign in to it",
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
    ada.says(`JOIN ${channels.join(",")}`);
    await ada.hears(":irc.switchboard 407 ada JOIN :Too many targets: 20 at a time");
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

Deno.test("irc: each device of somebody catches up from its own place", () =>
  withIrc(async (server) => {
    await server.member("ada");
    const page = await server.member("carol");
    const comes = async (login: string) => {
      const client = await IrcClient.connect(server.running);
      client.says("CAP REQ :server-time", `PASS ${login}:${PASSWORD}`, "NICK x", "USER x 0 * :x", "CAP END");
      await client.hearsAtLast(/ 001 ada /);
      return client;
    };
    /** What it is told that was said, up to an answer to a ping. */
    const told = async (client: IrcClient) => {
      client.says("PING so-far");
      const texts: string[] = [];
      for (let line = await client.next(); !line.endsWith("so-far"); line = await client.next()) {
        const [, text] = / (?:PRIVMSG|NOTICE) \S+ :(.*)$/.exec(line) ?? [];
        if (text !== undefined) texts.push(text);
      }
      return texts;
    };
    const leaves = async (client: IrcClient) => {
      client.says("QUIT");
      await client.hearsAtLast(/^ERROR /);
      await client.hearsTheEnd();
    };
    const says = (text: string) => page.asks("send", { room: "lobby", text });
    await says("before");
    const [phone, desk] = [await comes("ada/phone"), await comes("ada/desk")];
    // What is new has no place yet, and is told the last lines.
    for (const each of [phone, desk]) {
      await each.hearsAtLast(/ 366 ada #lobby /);
      assertEquals(await told(each), ["before"]);
    }
    await leaves(phone);
    const { id } = await says("while the phone was away");
    await page.asks("send", { to: "ada", text: "psst" });
    assertEquals(await told(desk), ["while the phone was away", "psst"]);
    await leaves(desk);
    await page.asks("edit", { message: id, text: "while both were away" });
    const phoneAgain = await comes("ada/phone");
    assertEquals(await told(phoneAgain), [
      "while both were away",
      "psst",
      "has changed a message: while both were away",
    ]);
    const deskAgain = await comes("ada/desk");
    assertEquals(await told(deskAgain), ["has changed a message: while both were away"]);
    // A connection that is lost comes back to where it had answered last: nothing is missing.
    phoneAgain.close();
    await says("after the tunnel");
    const phoneOnceMore = await comes("ada/phone");
    assertTrue((await told(phoneOnceMore)).includes("after the tunnel"), "not lost");
    const other = await comes("ada");
    await other.hearsAtLast(/ 366 ada #lobby /);
    assertEquals(await told(other), ["before", "while both were away", "after the tunnel"]);
    for (const each of [deskAgain, phoneOnceMore, other]) each.close();
  }));
