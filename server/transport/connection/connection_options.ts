/** What a connection is made with. */
import type { Caller } from "../../core/core.ts";
import type { Dialect } from "../../protocol/dialect.ts";
import type { Dispatcher } from "../../protocol/dispatcher.ts";
import type { PendingChannels } from "./pending_channels.ts";
import type { SocketAdapter } from "./socket_adapter.ts";
import type { ChannelGroup } from "./channel_group.ts";
import type { Peers } from "../peers.ts";
import type { WireLimits } from "./wire_limits.ts";

/** The peer, and the server around it. */
export interface ConnectionOptions {
  adapter: SocketAdapter;
  /** The languages it may speak; what it says first decides, and until then the last is spoken. */
  dialects: readonly Dialect[];
  dispatcher: Dispatcher;
  peers: Peers;
  limits: WireLimits;
  /** Who asks, as far as the way here tells; all lines of a program are one. */
  caller: Caller;
  /** Where its program's other lines are looked for once it has signed in, at ports that have such. */
  pendingChannels?: PendingChannels;
  /** Whose line it is, and which. */
  joins?: { readonly group: ChannelGroup; readonly name: string };
}
