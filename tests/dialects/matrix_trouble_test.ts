/**
 * Everybody with everybody in trouble: connections that break in the middle of something, and a server that is started anew. A slow
 * line is in matrix_files_test.ts.
 */
import { assertEquals } from "../support/assert.ts";
import { bytesOf } from "../support/file_lines.ts";
import { scene } from "./matrix_scene.ts";

Deno.test("matrix: whoever leaves in the middle of a file is gone for everybody, and so is the file unless nothing tells its end", () =>
  scene(async ({ people, says, breaksOff, comes }) => {
    for (const [index, person] of people.entries()) {
      await breaksOff(person, `${index}-half.txt`, bytesOf(3_000, index + 1));
      await comes(person);
      await says(person, "here I am again");
    }
  }));

Deno.test("matrix: a restart is told to everybody, who come again, and nothing is lost or comes twice", () =>
  scene(async (on) => {
    for (const person of on.people) await on.says(person, `${person.name} before`);
    await on.restarts();
    for (const person of on.people) await on.says(person, `${person.name} after`);
    const { messages } = await on.zoe.asks("history", { room: "lobby" });
    const said = messages.map(({ text }: { text: string }) => text);
    assertEquals(said, ["before", "after"].flatMap((when) => on.people.map(({ name }) => `${name} ${when}`)));
  }, { deadlineMs: 90_000 }));
