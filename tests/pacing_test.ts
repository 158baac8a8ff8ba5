/**
 * Pauses between two writes to one peer, as its dialect declares them: counted from when the system has the bytes, kept whatever
 * else happens, and nobody else waits for them. What each dialect declares is in the tests of its codec.
 */
import { Outbox } from "../server/transport/outbox.ts";
import { assertEquals, assertTrue } from "./assert.ts";
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
  outbox.packWith(([first]) => ({ bytes: encoder.encode(String(first)), taken: 1, pauseMs: PAUSE_MS }));
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

/** More than the codes can be told in two seconds. */
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
    const codes = finished.get("codes")!;
    assertTrue(codes >= (LINES - 1) * 30, `${LINES} messages in ${codes} ms`);
    for (const language of ["native", "persontalk", "roomchat", "wetalk", "chathttp"]) {
      assertTrue(finished.get(language)! < codes, `${language} has waited for the codes`);
    }
  }));
