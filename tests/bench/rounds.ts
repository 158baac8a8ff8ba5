/** Several servers measured in turn, several times, so that a change of the machine's speed is everybody's. */
import { type Crowd, textsPerSecond } from "./deliveries.ts";
import { tableOf } from "./table.ts";

const RUNS = 5;
const WARM_UP_SECONDS = 1;

/** A table of deliveries a second: `inFlight` texts at a time, for so many seconds each time, beside one rival if it is there. */
export async function comparedDeliveries(
  crowds: readonly Crowd[],
  inFlight: number,
  seconds: number,
  rivals: readonly string[],
): Promise<string> {
  const runs: number[][] = [];
  for (const crowd of crowds) await textsPerSecond(crowd, inFlight, WARM_UP_SECONDS);
  for (let run = 0; run < RUNS; run++) {
    const rates: number[] = [];
    for (const crowd of crowds) rates.push(await textsPerSecond(crowd, inFlight, seconds));
    runs.push(rates);
  }
  const receivers = crowds[0]!.receivers.length;
  const beside = rivals.map((name) => crowds.findIndex(({ target }) => target.name === name));
  const head = [`${receivers} receivers, ${inFlight} in flight`, "million deliveries/s"];
  const rows = crowds.map(({ target }, index) => [
    target.name,
    spread(runs.map((rates) => rates[index]! * receivers / 1e6)),
    ...beside.map((rival) => rival === -1 ? "–" : spread(runs.map((rates) => rates[index]! / rates[rival]!))),
  ]);
  return tableOf([[...head, ...rivals.map((name) => `× ${name}`)], ...rows]);
}

/** The median, and in brackets the least and the most. */
function spread(values: readonly number[]): string {
  const [least, ...more] = values.toSorted((a, b) => a - b).map((value) => value.toFixed(2));
  return `${more[(values.length >> 1) - 1]} (${least} to ${more.at(-1)})`;
}
