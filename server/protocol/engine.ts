/** The core with its log and its hub: what prepares, what orders and applies, and what tells. */
import { type Core, createCore, type Needs } from "../core/core.ts";
import { Uploads } from "../core/files/open_uploads.ts";
import type { Outcome } from "../core/outcome.ts";
import type { State } from "../core/state/state.ts";
import { LOCAL_NODE, LocalLog } from "../log/local_log.ts";
import { Hub, type Waiting } from "./hub.ts";

/** A core at work. */
export interface Engine {
  readonly core: Core;
  readonly hub: Hub;
  readonly log: LocalLog<Waiting>;
}

/** Sets a state to work. `onError`: told of what was proposed, failed, and nobody waits for. */
export function createEngine(
  state: State,
  needs: Omit<Needs, "uploads" | "node" | "propose">,
  onError: (error: unknown) => void,
): Engine {
  const uploads = new Uploads(needs);
  const hub = new Hub(state, (files) => void uploads.drop(files));
  const log = new LocalLog<Waiting>({ state, begin: (waiting) => hub.begin(waiting), onError });
  const core = createCore(state, {
    ...needs,
    uploads,
    node: LOCAL_NODE,
    propose: (proposal) =>
      new Promise<Outcome>((resolve, reject) => {
        const done = (outcome: Outcome) => outcome.fault ? reject(outcome.fault) : resolve(outcome);
        log.append({ proposal, waiting: { done } });
      }),
  });
  return { core, hub, log };
}
