/** The core with its log and its hub: what prepares, what orders and applies, and what tells. */
import { type Core, createCore, type Needs, type OtherNodes } from "../core/core.ts";
import { Uploads } from "../core/files/open_uploads.ts";
import type { Delivery, Outcome } from "../core/outcome.ts";
import type { State } from "../core/state/state.ts";
import { JetStreamLog } from "../log/jetstream_log.ts";
import type { LogStream } from "../log/log_message.ts";
import { LOCAL_NODE, LocalLog } from "../log/local_log.ts";
import type { Log } from "../log/log.ts";
import { Hub, type Waiting } from "./hub.ts";

/** A core at work. */
export interface Engine {
  readonly core: Core;
  readonly hub: Hub;
  readonly log: Log<Waiting>;
  /** The same log, where this is one of several nodes. */
  readonly shared: JetStreamLog<Waiting> | undefined;
}

/** What an engine is given where it is one of several. */
export interface SharedLog {
  readonly stream: LogStream;
  readonly node: string;
  onLost(): void;
  onLostTail(seq: number): void;
  isKept(): boolean;
  tellElsewhere(tell: readonly Delivery[]): void;
  /** Those that are alive. */
  others(): OtherNodes;
}

/** Sets a state to work. `onError`: told of what was proposed, failed, and nobody waits for; `among`: the log of several nodes. */
export function createEngine(
  state: State,
  needs: Omit<Needs, "uploads" | "node" | "otherNodes" | "propose">,
  onError: (error: unknown) => void,
  among?: SharedLog,
): Engine {
  const uploads = new Uploads(needs);
  const hub = new Hub(state, {
    onGone: (files) => void uploads.drop(files),
    onKept: (files) => void uploads.settle(files),
  });
  const given = { state, begin: hub.begin.bind(hub), onError };
  const shared = among && new JetStreamLog<Waiting>({ ...given, ...among, node: () => core.node });
  const log: Log<Waiting> = shared ?? new LocalLog<Waiting>(given);
  const core: Core = createCore(state, {
    ...needs,
    uploads,
    node: among?.node ?? LOCAL_NODE,
    otherNodes: () => among?.others() ?? { count: 0, urls: [] },
    propose: (proposal) =>
      new Promise<Outcome>((resolve, reject) => {
        const done = (outcome: Outcome) => outcome.fault ? reject(outcome.fault) : resolve(outcome);
        log.append({ proposal, waiting: { done } });
      }),
  });
  return { core, hub, log, shared };
}
