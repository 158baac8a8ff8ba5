/** Whoever is told things: what the exchange knows of a peer. */
import type { Event } from "../core/events.ts";
import type { Session } from "../core/presence.ts";
import type { Dialect } from "./dialect.ts";

/** Somebody who is told things: a peer, seen from here. */
export interface Listener {
  readonly dialect: Dialect;
  /** Who is signed in there now. */
  readonly session: Session | undefined;
  /** Queues words. `transient`: may be left out for a peer that reads too slowly. */
  push(words: string | Uint8Array, transient: boolean): void;
  /** Writes what is queued. */
  flush(): void;
  /** Says farewell and ends. */
  end(bye: Event<"bye">): void;
}
