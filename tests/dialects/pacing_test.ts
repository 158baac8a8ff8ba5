/**
 * Pauses between two writes to one peer, as its dialect declares them: counted from when the system has the bytes, kept whatever
 * else happens, and nobody else waits for them. What each dialect declares is in the tests of its codec.
 */
import { createDialects } from "../../server/protocol/dialects/index.ts";
import { Outbox } from "../../server/transport/connection/outbox.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";
import { scene } from "./matrix_scene.ts";

const PAUSE_MS = 40;
const encoder = new TextEncoder();

/** A peer's system that is slow to take what is written; each write goes to whoever waits for it. */
class SlowSink {
  readonly writes: { words: string; at: number; done: () => void }[] = [];
  #wake: (() => void) | undefined;

  readonly write = (bytes: Uint8Array, _raw: boolean, done: () => void): void => {
    this.writes.push({ words: new TextDecoder().decode(bytes), at: performance.now(), done });
    this.#wake?.();
  };

  async until(count: number): Promise<void> {
    while (this.writes.length < count) await new Promise<void>((resolve) => this.#wake = resolve);
  }
}

Deno.test("pacing: the pause begins when the system has taken the bytes, and nothing that comes meanwhile shortens it", async () => {
  const sink = new SlowSink();
  const outbox = new Outbox(sink.write, 1_000);
  outbox.packWith(([first]) => ({ bytes: encoder.encode(String(first)), taken: 1 }), PAUSE_MS);
  const says = (words: string) => {
    outbox.push(words);
    outbox.flush();
  };
  for (const words of ["one", "two", "three"]) says(words);
  for (let count = 1; count <= 4; count++) {
    await sink.until(count);
    // The system takes longer than the pause.
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * 1.5));
    assertEquals(sink.writes.length, count, "one write at a time");
    const taken = performance.now();
    sink.writes[count - 1]!.done();
    if (count === 3) says("four");
    if (count === 4) break;
    outbox.flush();
    await sink.until(count + 1);
    const pause = sink.writes[count]!.at - taken;
    assertTrue(pause >= PAUSE_MS - 1, `${pause} ms`);
  }
  assertEquals(sink.writes.map(({ words }) => words), ["one", "two", "three", "four"]);
  outbox.abandon();
});

Deno.test("pacing: a dialect declares how its programs read, and that is enough for one that is 150 ms late", () => {
  const { byName } = createDialects({ pageUrl: () => "http://page" });
  const declared = Object.values(byName).flatMap(({ name, reads }) => reads ? [[name, reads]] : []);
  assertEquals(Object.fromEntries(declared), {
    // Its program sleeps for half a second before each read.
    chathttp: { bytesMax: 4_096, gapMs: 750, lateMs: 150 },
    codes: { bytesMax: 4_096, gapMs: 250, lateMs: 150 },
    wetalk: { bytesMax: 4_096, gapMs: 250, lateMs: 150 },
  });
});

const LINES = 64;

Deno.test("pacing: whoever needs pauses is told everything in its order, and nobody else waits for them", () =>
  scene(async ({ people, zoe, tells, upToDate }) => {
    const began = performance.now();
    for (let n = 0; n < LINES; n++) {
      void zoe.says("send", { room: "lobby", text: `line ${n}` });
      tells("message", { alice: "zoe", hello: `line ${n}` });
    }
    const finished = new Map(
      await Promise.all(people.map(async (person) => {
        await upToDate(person);
        return [person.language, performance.now() - began] as const;
      })),
    );
    for (const slow of ["codes", "wetalk", "chathttp"]) {
      for (const language of ["native", "persontalk", "roomchat"]) {
        assertTrue(finished.get(language)! < finished.get(slow)!, `${language} has waited for ${slow}`);
      }
    }
  }));
