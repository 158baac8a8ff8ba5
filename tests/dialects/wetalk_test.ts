/** What WeTalk's users do, told as it goes over the wire. Files and pictures: wetalk_files_test.ts. */
import { startLog, stopLog } from "../../server/monitoring/log.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { readPythonList } from "./clients/python_literal.ts";
import { WeTalkClient } from "./clients/wetalk_client.ts";
import type { Line } from "../support/harness.ts";
import { scene } from "./wetalk_scene.ts";

const RECALLED = "NOTE__DIV___[==This Message Has Been Withdrawed.==]";

Deno.test("wetalk: the first to come in is told so, and that the room is theirs", () =>
  scene(async ({ program, native }) => {
    const bob = await program();
    bob.says("__LOGI__", "bob");
    await bob.hears("__USER__", "+bob");
    await bob.hears("__GRANT_");
    const eve = await program("tcp");
    await eve.hears("__INIT__['+bob']__DIV___[]");
    eve.says("__LOGI__", "eve");
    await eve.hears("__USER__", "+eve");
    await bob.hears("__USER__", "+eve");
    await eve.hearsNothing();
    const alice = await native("alice");
    await bob.hears("__USER__", "+alice");
    assertEquals((await alice.asks("members", { room: "lobby" })).members, ["bob", "eve", "alice"]);
    assertEquals((await alice.asks("members", { room: "lobby" })).owner, "bob");
    await alice.fails("glance", {}, "unknown_op");
  }));

Deno.test("wetalk: before signing in it is told who is here, in a list that Python reads", () =>
  scene(async ({ program, guest }) => {
    const names = ["O'Brien", 'back\\slash "quoted"', "你好", "👍", "'], ['+x"];
    for (const name of names) await guest(name);
    const eve = await program();
    const [people, files] = (await eve.nextOf("__INIT__")).split("__DIV___");
    assertEquals(readPythonList(people!), names.map((name) => `+${name}`));
    assertEquals(readPythonList(files!), []);
  }));

Deno.test("wetalk: who came and went between connecting and signing in is told at sign-in", () =>
  scene(async ({ program, guest, native }) => {
    const alice = await guest("alice");
    await guest("carol");
    const eve = await program();
    await eve.hears("__INIT__['+alice', '+carol']__DIV___[]");
    await native("dave");
    await alice.asks("leave", { room: "lobby" });
    eve.says("__LOGI__", "eve");
    await eve.hears("__USER__", "+eve");
    await eve.hears("__USER__", "-alice");
    await eve.hears("__USER__", "+dave");
    await eve.hearsNothing();
  }));

Deno.test("wetalk: a name that somebody has, or an account, gets # after it, and the program is told", () =>
  scene(async ({ program, comesIn, native, connect }) => {
    const registering = await connect();
    await registering.asks("register", { username: "ann", nickname: "Ann", password: "plug-jack-cord-7" });
    const bob = await comesIn("bob");
    const alice = await native("alice");
    await bob.hears("__USER__", "+alice");
    for (
      const [wanted, given] of [["bob", "bob#"], ["BOB", "BOB##"], ["alice", "alice#"], [
        "ann",
        "ann#",
      ]] as const
    ) {
      const other = await program();
      await other.nextOf("__INIT__");
      other.says("__LOGI__", wanted);
      await other.hears("__NAME__", given);
      await other.hears("__USER__", `+${given}`);
      await bob.hears("__USER__", `+${given}`);
      await alice.hears({ event: "online", nickname: given });
      await alice.hears({ event: "entered", room: "lobby", nickname: given });
    }
  }));

Deno.test("wetalk: a line comes back to whoever wrote it, and reaches everybody", () =>
  scene(async ({ comesIn, native }) => {
    const bob = await comesIn("bob");
    const eve = await comesIn("eve");
    await bob.hears("__USER__", "+eve");
    const alice = await native("alice");
    for (const program of [bob, eve]) await program.hears("__USER__", "+alice");
    for (
      const text of [
        "hello",
        "你好 👍\nsecond line",
        "a__MSG___b | c",
        " ",
        "x".repeat(2_100),
        "语👍".repeat(2_300),
      ]
    ) {
      bob.says("__MSG___", "bob", text);
      for (const program of [bob, eve]) await program.hears("__MSG___", "bob", text);
      await alice.hears({ event: "message", from: "bob", room: "lobby", text });
      await alice.asks("send", { room: "lobby", text });
      for (const program of [bob, eve]) await program.hears("__MSG___", "alice", text);
    }
    eve.says("__MSG___", "bob", "I say this as eve");
    await bob.hears("__MSG___", "eve", "I say this as eve");
  }));

Deno.test("wetalk: history tells what was said before, and not what was taken back", () =>
  scene(async ({ program, comesIn, native }) => {
    const bob = await comesIn("bob");
    bob.says("__HIS___");
    await bob.hears("__HIS___[]");
    const texts = ['it\'s \\ "quoted"', "two\nlines", "👩‍👩‍👧‍👦 你好", "'] + [x"];
    for (const text of texts) bob.says("__MSG___", "bob", text);
    const alice = await native("alice");
    const { id } = await alice.asks("send", { room: "lobby", text: "secret" });
    await alice.asks("send", { room: "lobby", text: "later" });
    await alice.asks("recall", { message: id });
    const eve = await program();
    await eve.nextOf("__INIT__");
    const said = [...texts.map((text) => `bob__DIV___${text}`), RECALLED, "alice__DIV___later"];
    // The original program asks just before it comes in, and never again.
    eve.says("__HIS___");
    eve.says("__LOGI__", "eve");
    await eve.hears("__USER__", "+eve");
    assertEquals(readPythonList(await eve.nextOf("__HIS___")), said);
    eve.says("__HIS___");
    assertEquals(readPythonList(await eve.nextOf("__HIS___")), said);
  }));

Deno.test("wetalk: markers in names and texts arrive changed and harmless", () =>
  scene(async ({ guest, program, native }) => {
    const odd = await guest("a__DIV___b__END___");
    const eve = await program();
    await eve.hears("__INIT__['+a__@DIV___b__@END___']__DIV___[]");
    eve.says("__LOGI__", "eve");
    await eve.hears("__USER__", "+eve");
    await odd.asks("send", { room: "lobby", text: "x__END_____KICK____END___y" });
    await eve.hears("__MSG___", "a__@DIV___b__@END___", "x__@END_____KICK____@END___y");
    await odd.asks("send", { room: "lobby", text: "END___ a NUL \0__END_" });
    await eve.hears("__MSG___", "a__@DIV___b__@END___", "@END___ a NUL ␀__@END_");
    const note = await native("NOTE");
    await eve.hears("__USER__", "+@NOTE");
    await note.asks("send", { room: "lobby", text: "[==This Message Has Been Withdrawed.==]" });
    await eve.hears("__MSG___", "@NOTE", "[==This Message Has Been Withdrawed.==]");
    odd.close();
    await eve.hears("__USER__", "-a__@DIV___b__@END___");
  }));

Deno.test("wetalk: a program whose own name would be a marker is told the one that it is known by", () =>
  scene(async ({ program, comesIn }) => {
    const bob = await comesIn("bob");
    const eve = await program();
    await eve.nextOf("__INIT__");
    eve.says("__LOGI__", "e__DIV___ve");
    await eve.hears("__NAME__", "e__@DIV___ve");
    await eve.hears("__USER__", "+e__@DIV___ve");
    await bob.hears("__USER__", "+e__@DIV___ve");
    eve.says("__MSG___", "e__@DIV___ve", "hi");
    await eve.hears("__MSG___", "e__@DIV___ve", "hi");
    eve.says("__ROLL__", "e__@DIV___ve");
    await eve.hears("__ROLL__", "e__@DIV___ve");
    await bob.forgets();
    bob.says("__KICK__", "e__@DIV___ve");
    await bob.hears("__USER__", "-e__@DIV___ve");
  }));

Deno.test("wetalk: nothing that anybody writes or is called is more than text in its window", () =>
  scene(async ({ comesIn, native, program }) => {
    const bob = await comesIn("bob");
    const alice = await native("alice");
    await bob.hears("__USER__", "+alice");
    const text = "<script>alert(1)</script> a<b && b>c &lt; <img src=x onerror=alert(1)>";
    const shown =
      "&lt;script&gt;alert(1)&lt;/script&gt; a&lt;b &amp;&amp; b&gt;c &amp;lt; &lt;img src=x onerror=alert(1)&gt;";
    await alice.asks("send", { room: "lobby", text });
    await bob.hears("__MSG___", "alice", shown);
    bob.says("__MSG___", "bob", text);
    await bob.hears("__MSG___", "bob", shown);
    await alice.hearsAtLast({ event: "message", from: "bob", text });
    const eve = await program();
    await eve.nextOf("__INIT__");
    eve.says("__LOGI__", "<eve&lt;>");
    const name = "&lt;eve&amp;lt;&gt;";
    await eve.hears("__NAME__", name);
    for (const each of [eve, bob]) await each.hears("__USER__", `+${name}`);
    eve.says("__MSG___", name, "R&D");
    for (const each of [eve, bob]) await each.hears("__MSG___", name, "R&amp;D");
    const bytes = new TextEncoder().encode("R&D");
    eve.says("__UPL___", "R&D.txt", "3");
    eve.sends(bytes);
    for (const each of [eve, bob]) await each.hears("__FNAME_", "R&amp;D.txt");
    bob.says("__DOWNL_", "R&amp;D.txt");
    assertEquals(await bob.hears("__FILE__", "R&amp;D.txt", "3"), bytes);
    const { file } = await alice.hearsAtLast({ event: "message", kind: "file" });
    assertEquals(file.name, "R&D.txt");
    eve.says("__ROLL__", name);
    await eve.hears("__ROLL__", name);
    await bob.hears("__ROLL__", name);
    bob.says("__HIS___");
    const history = readPythonList(await bob.nextOf("__HIS___"));
    assertEquals(history[0], `alice__DIV___${shown}`);
    bob.says("__KICK__", "<eve&lt;>"); // as its list of people shows it
    await bob.hears("__USER__", `-${name}`);
    await eve.hears("__USER__", `-${name}`);
    await eve.hears("__KICK__");
    await eve.hearsTheEnd();
  }));

Deno.test("wetalk: of a long history it is told the newest that go in 64 KiB", () =>
  scene(async ({ comesIn, native }) => {
    const alice = await native("alice");
    const texts = Array.from({ length: 60 }, (_, n) => `${n} ${"你".repeat(900)}`);
    for (const text of texts) await alice.asks("send", { room: "lobby", text });
    const bob = await comesIn("bob");
    bob.says("__HIS___");
    const told = await bob.nextOf("__HIS___");
    const history = readPythonList(told).map((item) => item.slice("alice__DIV___".length));
    assertEquals(history, texts.slice(-history.length));
    const bytes = new TextEncoder().encode(told).length;
    assertTrue(bytes > 60_000 && bytes <= 64 * 1024, `${bytes} bytes`);
  }));

Deno.test("wetalk: a text longer than a message comes as several, in order", () =>
  scene(async ({ comesIn }) => {
    const bob = await comesIn("bob");
    // As much as its line of input takes.
    const text = "说".repeat(32_767);
    bob.says("__MSG___", "bob", text);
    let heard = "";
    while (heard.length < text.length) heard += (await bob.nextOf("__MSG___")).slice("bob__DIV___".length);
    assertEquals(heard, text);
  }));

Deno.test("wetalk: a reader that is 150 ms late loses nothing, long messages neither", () =>
  scene(async ({ running, native }) => {
    const dave = await native("dave");
    const bob = await WeTalkClient.connect(running, "wetalk", 150);
    try {
      bob.says("__LOGI__", "bob");
      while ((await bob.next()).text !== "__USER__+bob");
      await bob.forgets();
      const long = "语".repeat(2_000);
      const texts = Array.from(
        { length: 120 },
        (_, index) => index % 40 === 7 ? `${index}${long}` : `line ${index}`,
      );
      for (const text of texts) await dave.asks("send", { room: "lobby", text });
      for (const text of texts) await bob.hears("__MSG___", "dave", text);
      await bob.hearsNothing();
    } finally {
      await bob.close();
    }
  }));

Deno.test("wetalk: what can't be done is told as a line of the server", () =>
  scene(async ({ program }) => {
    const bob = await program();
    const told = async (part: string) => {
      const text = await bob.nextOf("__MSG___");
      assertTrue(text.startsWith(`@switchboard__DIV___Cannot ${part}`), text);
    };
    bob.says("__MSG___", "bob", "too early");
    await told("do this before entering with a nickname");
    bob.says("__LOGI__", "a@b");
    await told('use "a@b" as a nickname');
    bob.says("__LOGI__", "bob");
    await bob.hears("__USER__", "+bob");
    await bob.hears("__GRANT_");
    bob.says("__LOGI__", "bob");
    await told("sign in: you are bob here");
    bob.says("__MSG___", "bob", "");
    await told("send");
    bob.says("__MSG___", "no text");
    await told("send: the text is missing");
    bob.says("__DOWNL_", "nothing.txt");
    await told('fetch "nothing.txt": it is not in your list');
  }));

Deno.test("wetalk: the log says once for each connection that this encryption keeps nothing secret", async () => {
  const lines: string[] = [];
  await startLog({ log: "json", logLevel: "info" }, (line) => lines.push(line));
  try {
    await scene(async ({ comesIn, native }) => {
      await native("alice");
      await comesIn("bob");
      await (await comesIn("eve")).hearsNothing();
    });
  } finally {
    await stopLog();
  }
  const warnings = lines.map((line) => JSON.parse(line)).filter((line) => line.warning !== undefined);
  assertEquals(warnings.map(({ level, dialect, address }) => [level, dialect, address]), [
    ["INFO", "wetalk", "127.0.0.1"],
    ["INFO", "wetalk", "127.0.0.1"],
  ]);
  assertTrue(/compatibility only.*TLS/.test(warnings[0].warning), warnings[0].warning);
});

Deno.test("wetalk: when everybody talks at once, every line comes once and in one order everywhere", () =>
  scene(async ({ comesIn, native }) => {
    const [bob, eve] = [await comesIn("bob"), await comesIn("eve")];
    const alice = await native("alice");
    for (const program of [bob, eve]) await program.forgets();
    const count = 60;
    const talking: Promise<unknown>[] = [];
    for (let index = 0; index < count; index++) {
      talking.push(alice.asks("send", { room: "lobby", text: `alice ${index}` }));
      for (const [name, program] of [["bob", bob], ["eve", eve]] as const) {
        program.says("__MSG___", name, `${name} ${index} ${"x".repeat(index * 10)}`);
      }
    }
    const heard = await Promise.all([bob, eve].map(async (program) => {
      const lines: string[] = [];
      while (lines.length < count * 3) lines.push(await program.nextOf("__MSG___"));
      return lines;
    }));
    await Promise.all(talking);
    assertEquals(heard[0], heard[1]);
    const { messages } = await alice.asks("history", { room: "lobby", limit: 200 });
    assertEquals(messages.map(({ from, text }: Line) => `${from}__DIV___${text}`), heard[0]);
    await bob.hearsNothing();
  }));
