/** Several nodes over one log, by some schedules; more of them: `deno task simulate -- COUNT`. */
import { assertEquals, assertTrue } from "../support/assert.ts";
import { runSeed, runStreamSeed, storyOf } from "./run_schedule.ts";

const SEEDS = 100;
/** Others each time. One that fails is named, and `deno task simulate -- 1 --seed IT` repeats it. */
const OTHERS = 30;

Deno.test("simulation: nodes that apply one log agree, and everybody hears everything once", () => {
  for (let seed = 1; seed <= SEEDS; seed++) runSeed(seed);
});

Deno.test("simulation: a seed repeats exactly", () => {
  const story = storyOf(1);
  assertEquals(storyOf(1), story);
  assertTrue(story !== storyOf(2), "another seed is another story");
});

Deno.test("simulation: so they do whatever the schedule is", () => {
  const [first] = crypto.getRandomValues(new Uint32Array(1));
  for (let index = 0; index < OTHERS; index++) runSeed(first! + index);
});

Deno.test("simulation: nodes over a stream that confirms late, twice or not at all agree, and what was answered is there", async () => {
  for (let seed = 1; seed <= SEEDS; seed++) await runStreamSeed(seed);
  const [first] = crypto.getRandomValues(new Uint32Array(1));
  for (let index = 0; index < SEEDS; index++) await runStreamSeed(first! + index);
});
