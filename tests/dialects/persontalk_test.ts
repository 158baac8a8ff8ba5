/** PersonTalk as its programs live it: accounts, who is there, lines for everybody, private windows. */
import { commit } from "../support/stores.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { framed, md5 } from "./clients/persontalk_client.ts";
import { World } from "../support/core_world.ts";
import { account } from "../support/stored_things.ts";
import { openWebSocket } from "../support/wires.ts";
import type { Line } from "../support/harness.ts";
import { codeIn, confirmationIn, Mailbox } from "../support/mailbox.ts";
import { scene, TYPED } from "./persontalk_scene.ts";

const BOB = { user_name: "bob", password: md5(TYPED) };

Deno.test("persontalk: registering, signing in and going, with the numbers of the description", () =>
  scene(async ({ program }) => {
    const bob = await program();
    const account = { nick_name: "Bobby", ...BOB, phone: "123", email: "bob@example.org" };
    await bob.login(1, BOB, 1);
    await bob.login(2, account, 0);
    await bob.login(2, { ...account, user_name: "bob2", email: "b@example.org" }, 1);
    await bob.login(2, { ...account, nick_name: "Bob2", email: "b@example.org" }, 2);
    await bob.login(2, { ...account, nick_name: "Bob2", user_name: "bob2" }, 3);
    await bob.login(1, { ...BOB, password: md5("something else") }, 2);
    assertEquals((await bob.login(1, BOB, 0)).user_name, "bob");
    await bob.hears({ welcome_uppeople: "Bobby" });
    await bob.seesPeople(["Bobby"], { up_line: "Bobby" });
    const second = await program();
    await second.login(1, BOB, 3);
    bob.says({ login: 0, args: "exit" });
    await bob.isOver();
    await second.login(1, BOB, 0);
  }));

const ACCOUNT = { nick_name: "bob", ...BOB, phone: "", email: "bob@example.org" };

Deno.test("persontalk: what has no number of its own gets the nearest of the description, and says why beside it", () =>
  scene(async ({ program }) => {
    const bob = await program();
    const asks = async (login: number, args: Line, expected: number, why: RegExp) => {
      const { message } = await bob.login(login, args, expected);
      assertTrue(why.test(message), message);
    };
    const weak = md5("password1");
    await asks(2, { ...ACCOUNT, password: weak }, 2, /password/);
    await asks(2, { ...ACCOUNT, nick_name: "a@b" }, 1, /nickname/);
    await asks(2, { ...ACCOUNT, email: "nowhere" }, 3, /mail/);
    await bob.login(2, ACCOUNT, 0);
    await asks(3, { user_name: "bob", old_password: BOB.password, new_password: weak }, 2, /password/);
    await asks(4, { email: "nowhere" }, 1, /mail/);
  }));

Deno.test("persontalk: a rate that is used up is no mail address that exists, but the nearest of the description", () =>
  scene(
    async ({ program }) => {
      const wrong = { user_name: "bob", password: md5("wrong"), old_password: "x", new_password: "y" };
      for (const [login, args] of [[2, ACCOUNT], [3, wrong], [1, wrong]] as const) {
        const bob = await program();
        let answer: Line = {};
        for (let tried = 0; tried < 100 && !/: wait \d+ s$/.test(answer.message); tried++) {
          answer = await bob.asks(login, args);
        }
        assertTrue(/: wait \d+ s$/.test(answer.message), JSON.stringify(answer));
        assertEquals(answer.return, 2);
      }
    },
    { rateLimits: true },
  ));

Deno.test("persontalk: one password for this program and for the browser, whichever made the account", () =>
  scene(async ({ program, connect }) => {
    const browser = await connect();
    await browser.asks("register", { username: "bob", nickname: "bob", password: TYPED });
    const bob = await program();
    await bob.login(1, BOB, 0);
    await (await program()).login(2, { ...BOB, user_name: "eve", nick_name: "eve", email: "", phone: "" }, 0);
    await browser.fails("login", { username: "eve", password: md5(TYPED) }, "bad_password");
    await browser.fails("login", { username: "bob", password: md5(TYPED) }, "bad_password");
    await browser.fails("login", { username: "eve", password: md5(TYPED), md5: true }, "bad_password");
    await browser.asks("login", { username: "eve", password: TYPED });
  }));

Deno.test("persontalk: a changed password is the browser's too, and the other way round", () =>
  scene(async ({ program, connect, comesIn }) => {
    await comesIn("bob");
    const other = await program();
    const change = { user_name: "bob", old_password: md5(TYPED), new_password: md5("another word 9") };
    await other.login(3, { ...change, user_name: "nobody" }, 1);
    await other.login(3, { ...change, old_password: md5("wrong") }, 2);
    await other.login(3, change, 0);
    const browser = await connect();
    await browser.fails("login", { username: "bob", password: TYPED }, "bad_password");
    await browser.asks("password.change", { username: "bob", old: "another word 9", new: "a third word 9" });
    await other.login(1, { user_name: "bob", password: md5("another word 9") }, 2);
    await other.login(1, { user_name: "bob", password: md5("a third word 9") }, 0);
  }));

Deno.test("persontalk: a mailed code counts once in place of the password, and becomes it", async () => {
  await using mailbox = await Mailbox.open();
  await scene(async ({ program, connect }) => {
    const browser = await connect();
    await browser.asks("register", {
      username: "bob",
      nickname: "bob",
      password: TYPED,
      email: "bob@example.org",
    });
    const bob = await program();
    // It does not count before somebody has opened the letter's link.
    await bob.login(4, { email: "bob@example.org" }, 1);
    await browser.asks("account.email.confirm", { code: confirmationIn(await mailbox.letter(1)) });
    await bob.login(4, { email: "nobody@example.org" }, 1);
    bob.says({ login: 4, args: "bob@example.org" });
    await bob.hears({ login: 4, return: 0 });
    const code = codeIn(await mailbox.letter(2));
    // The original program's change dialog takes no more for the old password, and no other characters.
    assertTrue(/^[a-zA-Z0-9_]{12}$/.test(code), code);
    await browser.fails("login", { username: "bob", password: code }, "bad_password");
    await bob.login(1, { user_name: "bob", password: md5(code) }, 0);
    bob.says({ login: 0, args: "exit" });
    await bob.hears({ welcome_uppeople: "bob" });
    const again = await program();
    await again.login(1, BOB, 2);
    await again.login(1, { user_name: "bob", password: md5(code) }, 0);
    await browser.asks("login", { username: "bob", password: code });
    await browser.asks("logout");
    await browser.asks("password.reset", { email: "bob@example.org" });
    const typed = codeIn(await mailbox.letter(3)).toLowerCase();
    again.says({ login: 0, args: "exit" });
    await again.hears({ welcome_uppeople: "bob" });
    await (await program()).login(1, { user_name: "bob", password: md5(typed) }, 0);
  }, { smtp: mailbox.url });
});

Deno.test("persontalk: who comes and goes is told with the list of those who are there", () =>
  scene(async ({ comesIn, native }) => {
    const bob = await comesIn("bob");
    const alice = await native("alice");
    await bob.seesPeople(["bob", "alice"], { up_line: "alice" });
    const eve = await comesIn("eve_line");
    await bob.seesPeople(["bob", "alice", "eve_line"], { up_line: "eve_line" });
    alice.close();
    for (const each of [bob, eve]) await each.seesPeople(["bob", "eve_line"], { down_line: "alice" });
    eve.says({ login: 0, args: "exit" });
    await bob.seesPeople(["bob"], { down_line: "eve_line" });
  }));

Deno.test("persontalk: a line goes to everybody but its author, whose window shows it, and everybody's lines come", () =>
  scene(async ({ comesIn, native }) => {
    const [bob, eve] = [await comesIn("bob"), await comesIn("eve")];
    await bob.seesPeople(["bob", "eve"], { up_line: "eve" });
    const alice = await native("alice");
    for (const each of [bob, eve]) await each.seesPeople(["bob", "eve", "alice"], { up_line: "alice" });
    bob.says("hello: 大家好");
    await eve.hears("bob:hello: 大家好");
    await alice.hears({ event: "message", from: "bob", room: "lobby", text: "hello: 大家好" });
    await alice.asks("send", { room: "lobby", text: "active_people\nbob:I owe you" });
    for (const each of [bob, eve]) await each.hears("alice:active\\_people\n> bob:I owe you");
  }));

Deno.test("persontalk: a text longer than a message comes as several, in order, to everybody and to one", () =>
  scene(async ({ comesIn }) => {
    const [bob, eve] = [await comesIn("bob"), await comesIn("eve")];
    await bob.seesPeople(["bob", "eve"], { up_line: "eve" });
    const words = Array.from({ length: 9_000 }, (_, n) => `单词${n}`).join(" ");
    bob.sends(framed(words));
    bob.says({ person_talk: "eve", oneToone_talk: words });
    bob.sends(framed("and then"));
    const [lines, texts]: [string[], string[]] = [[], []];
    while (lines.join(" ").length < words.length) lines.push((await eve.next()).slice("bob:".length));
    while (texts.join(" ").length < words.length) texts.push((await eve.object()).oneToone_talk);
    assertEquals([lines.join(" "), texts.join(" ")], [words, words]);
    await eve.hears("bob:and then");
  }));

Deno.test("persontalk: a private text opens a window on the other side, under both keys", () =>
  scene(async ({ comesIn, native }) => {
    const bob = await comesIn("bob");
    const alice = await native("alice");
    await bob.seesPeople(["bob", "alice"], { up_line: "alice" });
    bob.says({ person_talk: "alice", oneTOone_news: "psst" });
    await alice.hears({ event: "message", from: "bob", to: "alice", text: "psst" });
    bob.says({ person_talk: "alice", oneToone_talk: "again" });
    await alice.hears({ event: "message", from: "bob", to: "alice", text: "again" });
    await alice.asks("send", { to: "bob", text: 'finish "up_line"' });
    const raw = await bob.next();
    assertEquals(/finish|up_line/.test(raw), false, raw);
    const text = 'finish "up_line"';
    assertEquals(JSON.parse(raw), { person_talk: "alice", oneTOone_news: text, oneToone_talk: text });
    bob.says({ person_talk: "nobody", oneTOone_news: "psst" });
    assertEquals((await bob.next()).startsWith('* Cannot send to "nobody"'), true);
  }));

Deno.test("persontalk: what waited for somebody comes after the list, from which its windows are made", () =>
  scene(async ({ program, native, connect }) => {
    await (await connect()).asks("register", { username: "bob", nickname: "bob", password: TYPED });
    const alice = await native("alice");
    await alice.asks("send", { to: "bob", text: "it waits" });
    const bob = await program();
    await bob.login(1, BOB, 0);
    await bob.hears({ welcome_uppeople: "bob" });
    await bob.seesPeople(["alice", "bob"], { up_line: "bob" });
    assertEquals((await bob.object()).oneTOone_news, "it waits");
  }));

Deno.test("persontalk: an account from before MD5 was kept signs in elsewhere once, then here", async () => {
  const world = await World.begin();
  const old = { ...account("ada"), passwordHash: "hash of long enough", md5Hash: null };
  await commit(world.store, [{ kind: "account.add", account: old }]);
  const ada = world.someone();
  const withMd5 = { username: "ada", password: "MD5 OF LONG ENOUGH", md5: true } as const;
  const fault = await ada.fails("login", withMd5, "bad_password");
  assertEquals(fault.unknownName, undefined);
  assertEquals((await ada.fails("login", { ...withMd5, username: "eve" }, "bad_password")).unknownName, true);
  await ada.asks("login", { username: "ada", password: "long enough" });
  await world.someone().asks("login", withMd5);
});

Deno.test("persontalk: bare JSON, on the main port and over WebSocket", () =>
  scene(async ({ program, running, native }) => {
    for (const framing of ["lines", "glued"] as const) {
      const bob = await program(framing, "tcp");
      await bob.comesIn(`bob${framing}`, TYPED);
      bob.says("a line");
      await bob.hearsNothing();
      bob.socket.close();
    }
    const alice = await native("alice");
    const heard: string[] = [];
    let wake = () => {};
    const over = Promise.withResolvers<void>();
    const take = (line: string) => {
      heard.push(line);
      wake();
      return 0;
    };
    const wire = await openWebSocket(running, { take, takeRaw() {}, over: over.resolve });
    const says = (value: unknown) => wire.write(typeof value === "string" ? value : JSON.stringify(value));
    says({ login: 1, args: { user_name: "boblines", password: md5(TYPED) } });
    while (heard.length < 4) await new Promise<void>((resolve) => wake = resolve);
    assertEquals(heard.map((line) => Object.keys(JSON.parse(line))[0]), [
      "login",
      "welcome_uppeople",
      "active_people",
      "up_line",
    ]);
    says("from the web");
    await alice.hearsAtLast({ text: "from the web" });
    says({ login: 0, args: "exit" });
    await over.promise;
  }));

Deno.test("persontalk: its programs may wait longer for a person to type than others may", () =>
  scene(
    async ({ program, connect }) => {
      const bob = await program();
      const unauthenticated = await connect();
      await unauthenticated.hears({ event: "bye", code: "silent" });
      await bob.login(1, { user_name: "bob", password: md5("who knows") }, 1);
    },
    {},
    { limits: { silenceMs: 200 } },
  ));

Deno.test("persontalk: a server that stops says so, and one that is full", () =>
  scene(
    async ({ program, running }) => {
      const bob = await program();
      const second = await program();
      assertEquals((await second.next()).startsWith("* Cannot connect: 1 connections"), true);
      await second.isOver();
      const stopping = running.stop();
      await bob.hears("* The server is stopping. Connect again soon.");
      await bob.isOver();
      await stopping;
    },
    { rateLimits: true },
    { limits: { unauthenticatedPerAddressMax: 1 } },
  ));
