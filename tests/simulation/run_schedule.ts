/** Runs schedules, and says which of them failed and how. */
import { scheduleOf, shrunk, type Step } from "./schedule.ts";
import { Simulation } from "./simulation.ts";
import { runStreamSchedule } from "./stream_simulation.ts";
import { withSmallLimits } from "./small_limits.ts";

/** How many steps a schedule has. */
export const STEPS = 320;

/** What is not as it should be, and the log up to there. */
interface Failure {
  readonly error: Error;
  readonly story: string;
}

/** Runs a schedule; gives what is not as it should be. */
function failureOf(steps: readonly Step[]): Failure | undefined {
  return withSmallLimits(() => {
    const simulation = new Simulation();
    try {
      for (const step of steps) simulation.step(step);
      simulation.finish();
      return undefined;
    } catch (error) {
      return { error: error as Error, story: simulation.story };
    }
  });
}

/** The log to which a seed leads, with what its entries came to. */
export function storyOf(seed: number): string {
  return withSmallLimits(() => {
    const simulation = new Simulation();
    for (const step of scheduleOf(seed, STEPS)) simulation.step(step);
    return simulation.story;
  });
}

/** Runs the schedule of a seed. @throws what is not as it should be, with the seed and as few steps as that takes */
export function runSeed(seed: number): void {
  const steps = scheduleOf(seed, STEPS);
  const failed = quickly(() => failureOf(steps));
  if (!failed) return;
  const few = quickly(() => shrunk(steps, (fewer) => failureOf(fewer) !== undefined));
  const { error, story } = failureOf(few) ?? failed;
  const what = `seed ${seed} fails, with ${few.length} of its ${STEPS} steps: ${error.message}`;
  throw new Error(`${what}\n${story}`, { cause: error });
}

/** Runs the schedule of a seed over a stream of its own making. @throws what is not as it should be, with the seed */
export async function runStreamSeed(seed: number): Promise<void> {
  try {
    await runStreamSchedule(scheduleOf(seed, STEPS / 2));
  } catch (error) {
    throw new Error(`seed ${seed} fails over a stream: ${(error as Error).message}`, { cause: error });
  }
}

/** Without taking down where each error was made: many are refusals, and one that counts is made again. */
function quickly<Result>(work: () => Result): Result {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = before;
  }
}
