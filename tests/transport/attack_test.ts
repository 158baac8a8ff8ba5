/**
 * Every attack in its short form, on the real server: afterwards memory and descriptors are as they were, and whoever does
 * nothing wrong was served all the while. How long their pings take is for `deno task attack`, on a machine that does
 * nothing else.
 */
import { ATTACKS } from "../attack/all.ts";
import { measure, MEMORY_KEPT_BYTES } from "../attack/attack.ts";
import { assertEquals, assertTrue } from "../support/assert.ts";

for (const attack of ATTACKS) {
  Deno.test(`attack: ${attack.name}`, async () => {
    const { memory, descriptors, pings } = await measure(attack, 1);
    assertEquals([pings.lost, pings.count > 0], [false, true], "the healthy client was served");
    assertTrue(
      descriptors.after <= descriptors.before,
      `descriptors: ${descriptors.before}, then ${descriptors.after}`,
    );
    const mib = (bytes: number) => Math.round(bytes / 1024 / 1024);
    assertTrue(
      memory.after <= memory.before + MEMORY_KEPT_BYTES,
      `MiB: ${mib(memory.before)}, at most ${mib(memory.most)}, then ${mib(memory.after)}`,
    );
  });
}
