/** `deno task simulate -- COUNT [--seed FIRST]`: runs so many schedules, and ends at the first that fails. */
import { parseArgs } from "node:util";
import { runSeed, runStreamSeed, STEPS } from "./run_schedule.ts";

const { values, positionals } = parseArgs({
  args: Deno.args.filter((each) => each !== "--"),
  options: { seed: { type: "string" } },
  allowPositionals: true,
});
const count = Number(positionals[0] ?? 2_000);
const first = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const began = performance.now();
for (let index = 0; index < count; index++) {
  try {
    runSeed(first + index);
    await runStreamSeed(first + index);
  } catch (error) {
    console.error(`after ${index + 1} schedules:`);
    console.error(error);
    Deno.exit(1);
  }
}
const seconds = (performance.now() - began) / 1000;
console.log(
  `${count} schedules over a log, and as many over a stream, of ${STEPS} steps from seed ${first} in ${
    seconds.toFixed(1)
  } s, ${(count / seconds).toFixed(0)} a second`,
);
