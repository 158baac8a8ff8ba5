/**
 * Everybody with everybody: what one sends, the others see as docs/dialects.md says, over a slow line too. See matrix_test.ts.
 */
import { assertEquals } from "../support/assert.ts";
import { bytesOf, sendPieces } from "../support/file_lines.ts";
import type { Line } from "../support/harness.ts";
import { type Scene, scene } from "./matrix_scene.ts";
import { pngOf } from "../support/sample_files.ts";

/** What begins like a film: nobody looks further. */
function filmOf(seed: number): Uint8Array {
  return new Uint8Array([0, 0, 0, 24, ...new TextEncoder().encode("ftypisom"), ...bytesOf(300, seed)]);
}

const LONG_BYTES = 100_000;

const SENT = {
  picture: { kind: "image", name: "cat.png", bytesOf: (seed: number) => pngOf(8 + seed, 8) },
  video: { kind: "video", name: "cat.mp4", bytesOf: filmOf },
  file: {
    kind: "file",
    name: "notes.txt",
    bytesOf: (seed: number) => new TextEncoder().encode(`note ${seed}\n`),
  },
  folder: { kind: "file", name: "trip", bytesOf: (seed: number) => bytesOf(40 + seed) },
} as const;

for (
  const [deed, { kind, name, bytesOf }] of Object.entries(SENT) as [keyof typeof SENT, typeof SENT["file"]][]
) {
  const isSeen = async ({ whoCan, zoe, tells, upToDate }: Scene, long: number) => {
    for (const [index, sender] of whoCan(deed).entries()) {
      const bytes = new Uint8Array([...bytesOf(index), ...new Uint8Array(long)]);
      await upToDate(sender);
      await sender.does[deed]!(`${index}-${name}`, bytes);
      const { file }: Line = await zoe.hears({ event: "message", from: sender.name, room: "lobby", kind });
      assertEquals(file.size, bytes.length);
      const given = { alice: sender.name, ID: file.id, 5000: String(file.size), [name]: file.name };
      tells(deed, given, { by: sender.name, bytes });
    }
  };
  Deno.test(`matrix: a ${deed} is shown, or a line says where it is`, () => scene((on) => isSeen(on, 0)));

  // Zero bytes behind a picture, a film or a folder's file change nothing of what they are.
  if (deed !== "file") {
    Deno.test(`matrix: a ${deed} of 100 kB is whole for everybody over a slow line`, () =>
      scene((on) => isSeen(on, LONG_BYTES), { slow: true, deadlineMs: 90_000 }));
  }
}

Deno.test("matrix: a file is offered to one, and nobody else hears of it", () =>
  scene(async ({ people, whoCan, says, tells, upToDate }) => {
    for (const sender of whoCan("offer")) {
      await upToDate(sender);
      for (const [index, receiver] of people.filter((each) => each !== sender).entries()) {
        const bytes = bytesOf(50 + index);
        const name = `${index}-of-${sender.name}.txt`;
        await sender.does.offer!(receiver.name, name, bytes);
        const given = {
          alice: sender.name,
          bob: receiver.name,
          "notes.txt": name,
          5000: String(bytes.length),
        };
        tells("offer", given, { to: receiver.name });
      }
      await says(sender, `${sender.name} is done`);
    }
  }));

Deno.test("matrix: what is said about an offered file is shown before it", () =>
  scene(async ({ people, zoe, tells }) => {
    for (const [index, receiver] of people.entries()) {
      const bytes = bytesOf(50 + index);
      const name = `${index}-with-words.txt`;
      const file = await sendPieces(zoe, { to: receiver.name }, name, bytes);
      const { id, seq } = await zoe.asks("finish", { file, text: "have a look" });
      assertEquals(await zoe.asks("finish", { file, text: "again" }).then((again) => [again.id, again.seq]), [
        id,
        seq,
      ]);
      const given = { alice: "zoe", bob: receiver.name, "notes.txt": name, 5000: String(bytes.length) };
      // Those who speak the native protocol get both in one event.
      if (receiver.language !== "native") {
        tells("private message", { ...given, hello: "have a look" }, { to: receiver.name });
      }
      tells("offer", given, { to: receiver.name });
      const { messages } = await zoe.asks("history", { with: receiver.name });
      assertEquals(messages.map(({ text }: Line) => text), ["have a look"]);
    }
    const file = await sendPieces(zoe, { room: "lobby" }, "too-long.txt", bytesOf(10));
    await zoe.fails("finish", { file, text: "x".repeat(20_000) }, "bad_text");
    await zoe.fails("finish", { file, text: "x", reply: "nothing" }, "unknown_message");
    await zoe.asks("cancel", { file });
  }));

Deno.test("matrix: who offered a file is told what became of it, and nobody else is", () =>
  scene(async ({ people, whoCan, says, tells, upToDate }) => {
    let offers = 0;
    for (const sender of whoCan("offer")) {
      const answers = (["offer accepted", "offer refused"] as const).flatMap((answer) =>
        whoCan(answer).filter((each) => each !== sender).map((receiver) => ({ answer, receiver }))
      );
      for (const { answer, receiver } of answers) {
        const bytes = bytesOf(60);
        const name = `offer-${offers++}.txt`;
        const given = { "notes.txt": name, 5000: String(bytes.length) };
        await upToDate(sender);
        await sender.does.offer!(receiver.name, name, bytes);
        tells("offer", { ...given, alice: sender.name, bob: receiver.name }, { to: receiver.name });
        await upToDate(receiver);
        await receiver.does[answer]!(name, bytes);
        const back = { ...given, alice: receiver.name, bob: sender.name };
        tells(answer, back, { to: sender.name });
        if (answer === "offer refused") continue;
        for (const to of [sender.name, receiver.name]) {
          tells("offer fetched", back, { by: receiver.name, to });
        }
      }
      await Promise.all(people.map(upToDate));
      await says(sender, `${sender.name} is done`);
    }
  }));
