/** What a node knows of whether the others have applied the same log. */
import { LogComparison } from "../../server/cluster/log_comparison.ts";
import { assertEquals } from "../support/assert.ts";

/** What a node has applied that has applied what the others have; `apart`: or something else. */
const digestOf = (position: number, apart = false) => position * 2 + (apart ? 1 : 0);

/** A node among others, and what it is told of. */
function among(...others: string[]) {
  const world = { others: new Set(others), position: 0, told: [] as string[] };
  const comparison = new LogComparison({
    others: () => world.others,
    position: () => world.position,
    digestAt: (seq) => seq <= world.position ? digestOf(seq) : undefined,
    onApart: (name, position) => world.told.push(`${name} at ${position}`),
    onMinority: (names) => world.told.push(`apart from ${names.join(" and ")}`),
  });
  const says = (name: string, position: number, apart = false) =>
    comparison.compare({
      ...{ node: `${name}.1`, version: "1", at: 0 },
      ...{ position, digest: digestOf(position, apart) },
    });
  return { world, comparison, says };
}

Deno.test("cluster: most nodes have agreed up to where so many have said the same", () => {
  const alone = among();
  assertEquals(alone.comparison.agreed, Infinity);

  const { world, comparison, says } = among("b");
  world.position = 10;
  assertEquals(comparison.agreed, 0);
  says("b", 7);
  assertEquals(comparison.agreed, 7, "of two it is both");
  world.others.add("c");
  says("c", 9);
  assertEquals(comparison.agreed, 9, "of three it is two");
  world.others.add("d");
  assertEquals(comparison.agreed, 7, "of four it is three");
  assertEquals(world.told, []);
});

Deno.test("cluster: who has applied something else agrees with nobody, and is told once", () => {
  const { world, comparison, says } = among("b", "c");
  world.position = 10;
  says("b", 5);
  says("b", 8, true);
  says("b", 9, true);
  assertEquals(comparison.agreed, 5, "what they had before");
  assertEquals(world.told, ["b at 8"]);
  says("c", 10, true);
  assertEquals(world.told, ["b at 8", "c at 10", "apart from b and c"]);
  assertEquals(comparison.agreed, 5);
});

Deno.test("cluster: who was not heard for a moment counts again when they are", () => {
  const { world, says } = among("b", "c");
  world.position = 10;
  says("b", 8, true);
  world.others.delete("b");
  says("c", 8, true);
  assertEquals(world.told, ["b at 8", "c at 8"], "of two nobody can say which is right");
  world.others.add("b");
  says("b", 9, true);
  assertEquals(world.told, ["b at 8", "c at 8", "apart from c and b"]);
  says("c", 10, true);
  assertEquals(world.told.length, 3, "it is told once");
});

Deno.test("cluster: what others say of places ahead is compared there, also by one that never catches up", () => {
  const { world, comparison, says } = among("b");
  for (let position = 0; position < 10; position += 2) {
    world.position = position;
    says("b", position + 3);
  }
  assertEquals(comparison.agreed, 7);
  world.position = 11;
  assertEquals(comparison.agreed, 11);
  says("b", 13, true);
  assertEquals(world.told, []);
  world.position = 13;
  assertEquals([comparison.agreed, world.told], [11, ["b at 13"]]);
});
