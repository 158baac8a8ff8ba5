/** What RoomChat's users do, told as it goes over the wire. Pictures and videos: roomchat_pictures_test.ts. */
import { assertEquals } from "../support/assert.ts";
import { type RoomchatClient, scene } from "./clients/roomchat_client.ts";
import { pngOf } from "../support/sample_files.ts";

Deno.test("roomchat: who enters is told so, and everybody in that room, and nobody else", () =>
  scene(async ({ enters, guest }) => {
    const bob = await enters("101", "bob");
    const eve = await enters("101", "eve");
    await bob.hears("Enter", "eve", 1);
    const dan = await enters("102", "dan");
    const alice = await guest("alice");
    await alice.asks("enter", { room: "101" });
    for (const page of [bob, eve]) await page.hears("Enter", "alice", 1);
    assertEquals((await alice.asks("members", { room: "101" })).members, ["bob", "eve", "alice"]);
    assertEquals((await alice.asks("members", { room: "lobby" })).members, ["alice"]);
    for (const page of [bob, eve, dan]) await page.hearsNothing();
  }));

Deno.test("roomchat: a line comes back to whoever said it and reaches the room, native or not", () =>
  scene(async ({ enters, guest }) => {
    const bob = await enters("lobby", "bob");
    const eve = await enters("lobby", "eve");
    await bob.hears("Enter", "eve", 1);
    const dan = await enters("102", "dan");
    const alice = await guest("alice");
    for (const page of [bob, eve]) await page.hears("Enter", "alice", 1);
    await alice.forgets();
    for (const text of ["hello", "你好 👍\nsecond line", "a;b;c;", '"quoted\\"}', "<b>", " ", "\0\x1b"]) {
      bob.asks("Talk", text);
      await bob.hears("Talk", "bob", 0, text);
      await eve.hears("Talk", "bob", 1, text);
      await alice.hears({ event: "message", from: "bob", room: "lobby", text });
      await alice.asks("send", { room: "lobby", text });
      for (const page of [bob, eve]) await page.hears("Talk", "alice", 1, text);
    }
    await dan.hearsNothing();
  }));

Deno.test("roomchat: who quits is told so, and the room; then the same connection may enter again", () =>
  scene(async ({ enters, guest }) => {
    const alice = await guest("alice");
    const bob = await enters("lobby", "bob");
    const eve = await enters("lobby", "eve");
    await bob.hears("Enter", "eve", 1);
    await alice.forgets();
    bob.asks("Quit");
    await bob.hears("Quit", "bob", 0);
    await eve.hears("Quit", "bob", 1);
    await alice.hears({ event: "left", room: "lobby", nickname: "bob" });
    await alice.hears({ event: "offline", nickname: "bob" });
    await alice.asks("send", { room: "lobby", text: "bob does not hear this" });
    await eve.hears("Talk", "alice", 1, "bob does not hear this");
    bob.asks("Talk", "nor is this heard");
    await bob.hearsError(/enter a room first/);
    bob.asks("Enter", "lobby;robert;");
    await bob.hears("Enter", "robert", 0);
    await eve.hears("Enter", "robert", 1);
    bob.asks("Talk", "back");
    await bob.hears("Talk", "robert", 0, "back");
    await eve.hears("Talk", "robert", 1, "back");
  }));

Deno.test("roomchat: quitting a room that one is not in says nothing", () =>
  scene(async ({ page }) => {
    const bob = await page();
    bob.asks("Quit");
    bob.sends('{"Type":"Quit"}');
    await bob.hearsNothing();
  }));

Deno.test("roomchat: a connection that is lost tells the room", () =>
  scene(async ({ enters, guest }) => {
    const bob = await enters("lobby", "bob");
    const eve = await enters("lobby", "eve");
    const alice = await guest("alice");
    await bob.drops();
    await eve.hears("Enter", "alice", 1);
    await eve.hears("Quit", "bob", 1);
    await alice.hearsAtLast({ event: "offline", nickname: "bob" });
    assertEquals((await alice.asks("who")).online, ["eve", "alice"]);
  }));

Deno.test("roomchat: a name that somebody has, or an account, gets # after it, in what is echoed too", () =>
  scene(async ({ enters, page, connect, guest }) => {
    const registering = await connect();
    await registering.asks("register", { username: "ann", nickname: "Ann", password: "plug-jack-cord-7" });
    await guest("alice");
    const bob = await enters("101", "bob");
    const others: RoomchatClient[] = [];
    for (
      const [wanted, given] of [["bob", "bob#"], ["BOB", "BOB##"], ["alice", "alice#"], [
        "ann",
        "ann#",
      ]] as const
    ) {
      const other = await page();
      other.asks("Enter", `101;${wanted};`);
      await other.hears("Enter", given, 0);
      await bob.hears("Enter", given, 1);
      other.asks("Talk", "hi");
      await other.hears("Talk", given, 0, "hi");
      await bob.hears("Talk", given, 1, "hi");
      for (const earlier of others) {
        await earlier.hears("Enter", given, 1);
        await earlier.hears("Talk", given, 1, "hi");
      }
      others.push(other);
    }
  }));

Deno.test("roomchat: entering from within a room leaves that one", () =>
  scene(async ({ enters }) => {
    const bob = await enters("101", "bob");
    const eve = await enters("101", "eve");
    const dan = await enters("102", "dan");
    await bob.hears("Enter", "eve", 1);
    bob.asks("Enter", "102;bob;");
    bob.asks("Talk", "here now");
    await bob.hears("Quit", "bob", 0);
    await bob.hears("Enter", "bob", 0);
    await bob.hears("Talk", "bob", 0, "here now");
    await eve.hears("Quit", "bob", 1);
    await eve.hears("Talk", "eve@owner", 1, "owns the room now");
    await dan.hears("Enter", "bob", 1);
    await dan.hears("Talk", "bob", 1, "here now");
    await eve.hearsNothing();
  }));

Deno.test("roomchat: who can't be let in is told why, once, and may try again", () =>
  scene(async ({ page, guest }) => {
    const alice = await guest("alice");
    const bob = await page();
    for (
      const [content, why] of [
        ["101;;", /nickname: it is empty/],
        [`101;${"x".repeat(40)};`, /longer than 32/],
        ["101;a@b;", /"@"/],
        [";bob;", /room name: it is empty/],
        ["a\nb;bob;", /room name/],
        ["no semicolon", /room;nickname;/],
        ["", /room;nickname;/],
      ] as const
    ) {
      bob.asks("Enter", content);
      if (content.includes(";")) await bob.isTold(why);
      else await bob.hearsError(why);
      await bob.hearsNothing();
    }
    assertEquals((await alice.asks("who")).online, ["alice"]);
    bob.asks("Enter", "101;b;o;b;");
    await bob.hears("Enter", "b;o;b", 0);
  }));

Deno.test("roomchat: an order of the owner takes somebody out, who may enter another room", () =>
  scene(async ({ enters, guest }) => {
    const alice = await guest("alice");
    await alice.asks("enter", { room: "101" });
    const bob = await enters("101", "bob");
    const eve = await enters("101", "eve");
    await bob.hears("Enter", "eve", 1);
    await alice.asks("kick", { room: "101", nickname: "bob", minutes: 5, reason: "off topic" });
    await bob.hears("Quit", "bob", 0, "was put out by alice (off topic)");
    await eve.hears("Quit", "bob", 1, "was put out by alice (off topic)");
    bob.asks("Talk", "still here?");
    await bob.hearsError(/enter a room first/);
    bob.asks("Enter", "101;bob;");
    await bob.isTold(/you are kept out/);
    bob.asks("Enter", "102;bob;");
    await bob.hears("Enter", "bob", 0);
    await alice.asks("leave", { room: "101" });
    await eve.hears("Quit", "alice", 1);
    await eve.hears("Talk", "eve@owner", 1, "owns the room now");
    await bob.hearsNothing();
  }));

Deno.test("roomchat: what other programs can do is told in words that nobody can fake", () =>
  scene(async ({ enters, guest }) => {
    const alice = await guest("alice");
    const bob = await enters("lobby", "bob");
    await alice.asks("send", { to: "bob", text: "for you alone" });
    await bob.hears("Talk", "alice@private", 1, "for you alone");
    const secret = await alice.asks("send", { to: ["bob", "alice"], text: "a secrte" });
    await bob.hears("Talk", "alice@private", 1, "a secrte");
    await alice.asks("edit", { message: secret.id, text: "a secret" });
    await bob.hears("Talk", "alice@private+edited", 1, "a secret");
    await alice.asks("recall", { message: secret.id });
    await bob.hears("Talk", "alice@private+recalled", 1, "took back a message");
    const { id } = await alice.asks("send", { room: "lobby", text: "helo" });
    await bob.hears("Talk", "alice", 1, "helo");
    await alice.asks("edit", { message: id, text: "hello" });
    await bob.hears("Talk", "alice@edited", 1, "hello");
    await alice.asks("react", { message: id, emoji: "👍", on: true });
    await bob.hears("Talk", "alice@reacted", 1, "👍");
    await alice.asks("react", { message: id, emoji: "👍", on: false });
    await bob.hears("Talk", "alice@reacted", 1, "took back 👍");
    await alice.asks("recall", { message: id });
    await bob.hears("Talk", "alice@recalled", 1, "took back a message");
    await alice.asks("typing", { room: "lobby" });
    await bob.hearsNothing();
  }));

Deno.test("roomchat: what can't be read is told, and the connection stays", () =>
  scene(async ({ enters, page }) => {
    const eve = await enters("101", "eve");
    const bob = await page();
    for (
      const [message, why] of [
        ["hello", /not JSON/],
        ["", /not JSON/],
        ["[]", /not a JSON object/],
        ["null", /not a JSON object/],
        ["7", /not a JSON object/],
        ["{}", /without a Type/],
        ['{"Type":7}', /without a Type/],
        ['{"Type":"__proto__"}', /Type is one of/],
        ['{"Type":"talk","Content":"x"}', /Type is one of/],
        ['{"Type":"Talk","Content":"x"}', /enter a room first/],
        ['{"Type":"Enter","Content":7}', /Content is no text/],
        ['{"Type":"Picture","Content":"AAAA"}', /enter a room first/],
      ] as const
    ) {
      bob.sends(message);
      await bob.hearsError(why);
    }
    bob.sends(new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]));
    await bob.hearsError(/not UTF-8/);
    bob.asks("Enter", "101;bob;");
    await bob.hears("Enter", "bob", 0);
    await eve.hears("Enter", "bob", 1);
    bob.asks("Talk", "");
    await bob.isTold(/the text is empty/);
    bob.asks("Talk", "x".repeat(300_000));
    await bob.isTold(/longer than 16 KiB/);
    bob.sends(`{"Type":"Talk","Content":"x","More":${"[".repeat(100_000)}`);
    await bob.hearsError(/more than a Type and a Content/);
    await eve.hearsNothing();
  }));

Deno.test("roomchat: a page with lower-case keys is answered with them, and self_send is 1 for whoever acted", () =>
  scene(async ({ enters, page, running }) => {
    const bob = await enters("101", "bob");
    const eve = await page();
    const hears = async (type: string, sender: string, self_send: 0 | 1, text: string, number: number) => {
      const told: unknown = await eve.next();
      assertEquals(told, { type, roomid: "101", number, text, sender, self_send });
    };
    eve.sends('{"type":"Talk","content":"too early"}');
    assertEquals(Object.keys(await eve.next()), ["type", "text"]);
    eve.sends('{"type":"Enter","content":"101;eve"}');
    await hears("Enter", "eve", 1, "", 2);
    await bob.hears("Enter", "eve", 1);
    eve.sends('{"type":"Talk","content":"hello"}');
    await hears("Talk", "eve", 1, "hello", 2);
    await bob.hears("Talk", "eve", 1, "hello");
    const dan = await enters("101", "dan");
    await hears("Enter", "dan", 0, "", 3);
    await bob.hears("Enter", "dan", 1);
    const png = pngOf(40, 30).toBase64();
    dan.asks("Picture", png);
    await hears("Picture", "dan", 0, png, 3);
    eve.sends(`{"type":"Picture","content":"${png}"}`);
    await hears("Picture", "eve", 1, png, 3);
    await dan.drops();
    await hears("Quit", "dan", 0, "", 2);
    // The other way of writing, from the next message on.
    eve.asks("Talk", "in upper case");
    await eve.hears("Talk", "eve", 0, "in upper case");
    eve.sends('{"type":"Quit"}');
    await hears("Quit", "eve", 1, "", 1);
    assertEquals(running.figures().connections, 2);
  }));

Deno.test("roomchat: a text of 20,000 characters comes as several messages, in order", () =>
  scene(async ({ enters }) => {
    const [bob, eve] = [await enters("101", "bob"), await enters("101", "eve")];
    await bob.hears("Enter", "eve", 1);
    const words = Array.from({ length: 3_000 }, (_, n) => `word${n}`).join(" ");
    bob.asks("Talk", words);
    bob.asks("Talk", "and then");
    for (const each of [bob, eve]) {
      const parts = [await each.next(), await each.next()].map(({ Text }) => Text);
      assertEquals(parts.join(" "), words);
      await each.hears("Talk", "bob", each === bob ? 0 : 1, "and then");
    }
  }));

Deno.test("roomchat: when the server stops, the page is told", () =>
  scene(async ({ enters, running }) => {
    const bob = await enters("101", "bob");
    const stopped = running.stop();
    await bob.isTold(/server is stopping/);
    await bob.ended;
    await stopped;
  }));
