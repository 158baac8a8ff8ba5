/** Everybody with everybody in trouble: connections that break in the middle of something. A slow line is in matrix_files_test.ts. */
import { bytesOf } from "./file_lines.ts";
import { scene } from "./matrix_scene.ts";

Deno.test("matrix: whoever leaves in the middle of a file is gone for everybody, and so is the file unless nothing tells its end", () =>
  scene(async ({ people, says, breaksOff, comes }) => {
    for (const [index, person] of people.entries()) {
      await breaksOff(person, `${index}-half.txt`, bytesOf(3_000, index + 1));
      await comes(person);
      await says(person, "here I am again");
    }
  }));
