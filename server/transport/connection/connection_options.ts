/** What a connection is made with. */
import type { Caller } from "../../core/core.ts";
import type { Dialect } from "../../protocol/dialect.ts";
import type { Dispatcher } from "../../protocol/dispatcher.ts";
import type { AwaitedLines } from "./pending_channels.ts";
import type { Carrier } from "./socket_adapter.ts";
import type { Party } from "./channel_group.ts";
import type { Peers } from "../peers.ts";
import type { WireLimits } from "./wire_limits.ts";

/** The peer, and the server around it. */
export interface ConnectionOptions {
  carrier: Carrier;
  /** The languages it may speak; what it says first decides, and until then the last is spoken. */
  dialects: readonly Dialect[];
  dispatcher: Dispatcher;
  peers: Peers;
  limits: WireLimits;
  /** Who asks, as far as the way here tells; all lines of a program are one. */
  caller: Caller;
  /** Where its program's other lines are looked for once it has signed in, at ports that have such. */
  awaits?: AwaitedLines;
  /** Whose line it is, and which. */
  joins?: { readonly party: Party; readonly name: string };
}
