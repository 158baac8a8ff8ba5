/** What nobody's WeTalk program sends: it ends that connection or gets one clear line, and nobody else notices. */
import { RATES } from "../../server/core/shared/limits.ts";
import type { Running } from "../../server/run/serve.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { TestClock } from "../support/clock.ts";
import { OriginalSocket } from "./clients/original_socket.ts";
import { PromptSocket } from "./clients/prompt_socket.ts";
import type { WeTalkClient } from "./clients/wetalk_client.ts";
import { withServer } from "../support/harness.ts";
import { scene } from "./wetalk_scene.ts";

const P = 1945555039024054273n;
const encoder = new TextEncoder();

/** Everything that the server says to these bytes until it ends the connection. */
async function answerTo(running: Running, bytes: string | Uint8Array): Promise<string> {
  const [hostname, port] = running.urls.find(({ name }) => name === "wetalk")!.url.split(":");
  const socket = await PromptSocket.open({ hostname: hostname!, port: Number(port) });
  socket.send(typeof bytes === "string" ? encoder.encode(bytes) : bytes);
  await socket.ended();
  await socket.close();
  return new TextDecoder().decode(new Uint8Array(socket.received.flatMap((each) => [...each.bytes])));
}

/** The next line is the server's and begins like this. */
async function isTold(program: WeTalkClient, part: string): Promise<void> {
  const text = await program.nextOf("__MSG___");
  assertTrue(text.startsWith(`@switchboard__DIV___${part}`), text);
}

Deno.test("wetalk: a hello that no key comes of ends the connection without a word", () =>
  scene(async ({ running, comesIn }) => {
    const bob = await comesIn("bob");
    const hellos = [
      `__KEY___5__DIV___${P}__DIV___1__END___`,
      `__KEY___5__DIV___${P}__DIV___${P - 1n}__END___`,
      "__KEY___5__DIV___2__DIV___1__END___",
      "__KEY___-5__DIV___23__DIV___4__END___",
      "__KEY___5__DIV__END___",
      `__KEY___5__DIV___${1n << 4096n}__DIV___3__END___`,
      `__KEY___${"9".repeat(100_000)}`,
      "__LOGI__bob__END___",
      "ACK 1\r\n\r\n",
    ];
    const answers = await Promise.all(hellos.map((hello) => answerTo(running, hello)));
    assertEquals(answers, hellos.map(() => ""));
    await bob.hearsNothing();
  }));

Deno.test("wetalk: a prime of 4,096 bits is taken, and does not keep the others waiting", () =>
  scene(async ({ running, comesIn, native }) => {
    const bob = await comesIn("bob");
    const alice = await native("alice");
    await bob.hears("__USER__", "+alice");
    const prime = (1n << 4096n) - 1n;
    const answered = answerTo(running, `__KEY___3__DIV___${prime}__DIV___${prime - 999n}__END___no more`);
    await alice.asks("send", { room: "lobby", text: "still here" });
    await bob.hears("__MSG___", "alice", "still here");
    assertTrue(/^__KEY___\d{1000,1234}__END___/.test(await answered), "a number of that size");
  }));

Deno.test("wetalk: an address that has keys computed too often is let go without a word", () =>
  withServer({ rateLimits: true, listen: [{ port: 0, dialect: "wetalk" }] }, async ({ running, guest }) => {
    const ask = async () => {
      const socket = await OriginalSocket.open(running, "wetalk");
      await socket.sendall(`__KEY___5__DIV___${P}__DIV___1234567890123456789__END___`);
      const answer = new TextDecoder().decode(await socket.recv());
      socket.close();
      return answer;
    };
    for (let count = 0; count < RATES.addressKeys.burst; count++) {
      assertTrue((await ask()).startsWith("__KEY___"), "a key");
    }
    assertEquals(await ask(), "");
    await (await guest("alice")).asks("ping"); // nothing else is refused
  }, { clock: new TestClock().read }));

Deno.test("wetalk: what can't be deciphered is told, and ends the connection", () =>
  scene(async ({ comesIn }) => {
    const bob = await comesIn("bob");
    const endings: [Uint8Array, string][] = [
      [encoder.encode("no hexadecimal"), "Cannot read this: it is not hexadecimal"],
      [encoder.encode("00".repeat(140_000)), "Cannot read this: 128 KiB of it have no end"],
    ];
    for (const [index, [bytes, why]] of endings.entries()) {
      const mallory = await comesIn(`mallory${index}`);
      await bob.hears("__USER__", `+mallory${index}`);
      mallory.sends(bytes);
      await isTold(mallory, why);
      await isTold(mallory, "What you sent can't be read any further.");
      await mallory.hearsTheEnd();
      await bob.hears("__USER__", `-mallory${index}`);
    }
  }));

Deno.test("wetalk: a file without a length that makes sense ends the connection, for nothing after it can be read", () =>
  scene(async ({ program, comesIn }) => {
    const bob = await comesIn("bob");
    for (const length of ["-1", "1e3", "", "0x10", "9007199254740993", "99999999999999999999", "7 "]) {
      for (const mark of ["__UPL___", "__FACE__"]) {
        const mallory = await program();
        await mallory.nextOf("__INIT__");
        mallory.says(mark, "a.txt", length);
        await isTold(mallory, "Cannot take a file of");
        await isTold(mallory, "What you sent can't be read any further.");
        await mallory.hearsTheEnd();
      }
    }
    await bob.hearsNothing();
  }));

Deno.test("wetalk: what is no message gets one line, and the next message is read", () =>
  scene(async ({ comesIn }) => {
    const bob = await comesIn("bob");
    bob.says("__WHAT__", "is this");
    await isTold(bob, 'Cannot do "__WHAT__"');
    bob.sends(bob.sealed("__END___"));
    await isTold(bob, 'Cannot do ""');
    bob.sends(
      bob.sealed(
        new Uint8Array([...encoder.encode("__MSG___bob__DIV___"), 0xff, 0xfe, ...encoder.encode("__END___")]),
      ),
    );
    await isTold(bob, "Cannot read this message: it is not UTF-8");
    for (const mark of ["__USER__", "__INIT__", "__GRANT_", "__FNAME_", "__FILE__", "__KEY___", "__NAME__"]) {
      bob.says(mark, "+mallory");
      await isTold(bob, `Cannot do "${mark}"`);
    }
    // Badly padded: it goes on into the next message, of which only the beginning is lost.
    bob.sends(bob.sealed("__MSG___bob__DIV___padded__END___xxxxxxx"));
    bob.says("__MSG___", "bob", "this one is lost with it");
    bob.says("__MSG___", "bob", "this one is not");
    await bob.hears("__MSG___", "bob", "padded");
    await isTold(bob, "Cannot read this message");
    await bob.hears("__MSG___", "bob", "this one is not");
  }));

Deno.test("wetalk: too much malformed input ends the connection", () =>
  scene(async ({ comesIn }) => {
    const mallory = await comesIn("mallory");
    for (let count = 0; count < 21; count++) mallory.says("__WHAT__");
    for (let count = 0; count < 21; count++) await isTold(mallory, 'Cannot do "__WHAT__"');
    await isTold(mallory, "You sent too much that can't be read.");
    await mallory.hearsTheEnd();
  }));

Deno.test("wetalk: messages come through torn into single bytes, and glued together", () =>
  scene(async ({ comesIn }) => {
    const bob = await comesIn("bob");
    const eve = await comesIn("eve");
    await bob.hears("__USER__", "+eve");
    const texts = ["one", "two, 你好", "x".repeat(300)];
    const sealed = texts.map((text) => bob.sealed(`__MSG___bob__DIV___${text}__END___`));
    bob.sends(new Uint8Array(sealed.flatMap((each) => [...each])));
    for (const byte of sealed[0]!) bob.sends(new Uint8Array([byte]));
    for (const text of [...texts, texts[0]!]) await eve.hears("__MSG___", "bob", text);
  }));

Deno.test("wetalk: a file that breaks off leaves nothing behind", () =>
  scene(async ({ comesIn, native }) => {
    const mallory = await comesIn("mallory");
    const bob = await comesIn("bob");
    const alice = await native("alice");
    await bob.forgets();
    mallory.says("__UPL___", "half.bin", "1000000");
    mallory.sends(new Uint8Array(500_000));
    await mallory.close();
    await bob.hears("__USER__", "-mallory");
    await bob.hears("__GRANT_");
    await bob.hearsNothing();
    assertEquals((await alice.asks("files", { room: "lobby" })).files, []);
  }));
