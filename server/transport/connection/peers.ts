/** All connections of the server: how many there may be, in all and of one address that have not signed in. */
import type { ByeCode } from "../../core/shared/events.ts";
import { NetworkCounts } from "../../protocol/network.ts";
import type { Budget } from "../../core/budgets.ts";
import type { Held } from "../budgets.ts";
import type { Connection } from "./connection.ts";
import { NO_ROOM } from "./disconnect_reasons.ts";

/** Why a connection is not let in, as `bye` says it. */
export interface Refusal {
  code: ByeCode;
  message: string;
  /** When to come again. */
  retry_after_ms?: number;
  /** Where else to go. */
  nodes?: readonly string[];
}

/** Bounds of {@link Peers}. */
interface PeersOptions {
  connectionsMax: number;
  connectionsPerAddressMax: number;
  unauthenticatedPerAddressMax: number;
  /** Where the pages of the cluster's other nodes are. */
  otherNodes?: () => readonly string[];
  /** Told of each connection once its language is clear. */
  onDetected?: (connection: Connection) => void;
}

/** How a peer has come. */
type Transport = "tcp" | "tcp_tls" | "websocket" | "websocket_tls";

/** Who is connected. */
export class Peers {
  readonly #options: PeersOptions;
  readonly #connections = new Map<Connection, Transport>();
  readonly #perAddress = new NetworkCounts();
  readonly #unauthenticated = new NetworkCounts();
  #closing: (() => Refusal) | undefined;
  #redirecting: (() => Refusal) | undefined;

  constructor(options: PeersOptions) {
    this.#options = options;
  }

  /** Told of each that comes, of each that is told to go, and of each that is not let in; for those who count. */
  onCome: (transport: Transport) => void = () => {};
  onDrop: (reason: string) => void = () => {};
  onRefuse: (reason: string) => void = () => {};

  get size(): number {
    return this.#connections.size;
  }

  /** Where else people may come to. */
  get otherNodes(): readonly string[] {
    return this.#options.otherNodes?.() ?? [];
  }

  /** How many of one address may be connected that have not signed in. */
  get unauthenticatedPerAddressMax(): number {
    return this.#options.unauthenticatedPerAddressMax;
  }

  /** Whether another connection from this address may be let in. `unauthenticated`: nobody knows whose it is. */
  refuse(address: string, unauthenticated: boolean): Refusal | undefined {
    const refusal = this.#closing?.() ?? this.#redirecting?.() ?? this.#tooMany(address, unauthenticated);
    if (refusal) this.onRefuse(refusal.code);
    return refusal;
  }

  /** From now on nobody is let in, not even those who had connected already; each is told this. */
  close(refusal: () => Refusal): void {
    this.#closing = refusal;
  }

  /** From now on newcomers are to go to other nodes, and are told this. */
  redirect(refusal: () => Refusal): void {
    this.#redirecting = refusal;
  }

  /** Newcomers are let in again. */
  admit(): void {
    this.#redirecting = undefined;
  }

  /** Whether that is so. */
  get isRedirecting(): boolean {
    return this.#redirecting !== undefined;
  }

  add(connection: Connection, transport: Transport): void {
    this.#connections.set(connection, transport);
    this.#perAddress.add(connection.caller.address, 1);
    this.onCome(transport);
  }

  /** A connection's language has become clear. */
  detected(connection: Connection): void {
    this.#options.onDetected?.(connection);
  }

  remove(connection: Connection): void {
    if (this.#connections.delete(connection)) this.#perAddress.add(connection.caller.address, -1);
  }

  /** Counts those of an address that have not signed in, up or down. */
  countUnauthenticated(address: string, by: 1 | -1): void {
    this.#unauthenticated.add(address, by);
  }

  /** What each holds in memory, for the budget of all. */
  *held(): Iterable<Held> {
    for (const peer of this.#connections.keys()) {
      const bytes = peer.queuedBytes + peer.unfinishedBytes;
      yield { address: peer.caller.address, bytes, end: () => peer.shed() };
    }
  }

  /** Ends those that do not take what is written to them. `now`: milliseconds. */
  sweep(now: number): void {
    for (const peer of this.#connections.keys()) peer.sweep(now);
  }

  /** How many there are: in all, of the address that has most, and of the one with most that have not signed in. */
  *budgets(): Iterable<Budget> {
    const { connectionsMax, connectionsPerAddressMax, unauthenticatedPerAddressMax } = this.#options;
    yield { name: "connections", used: this.size, max: connectionsMax };
    yield { name: "connections_of_one_address", used: this.#perAddress.most, max: connectionsPerAddressMax };
    yield {
      name: "strangers_of_one_address",
      used: this.#unauthenticated.most,
      max: unauthenticatedPerAddressMax,
    };
  }

  /** How many of an address have not signed in. */
  unauthenticatedOf(address: string): number {
    return this.#unauthenticated.of(address);
  }

  all(): Iterable<Connection> {
    return this.#connections.keys();
  }

  /** Everybody, and how they have come. */
  entries(): Iterable<[Connection, Transport]> {
    return this.#connections;
  }

  #tooMany(address: string, unauthenticated: boolean): Refusal | undefined {
    const { connectionsMax, connectionsPerAddressMax, unauthenticatedPerAddressMax } = this.#options;
    const code = "too_many_connections";
    if (this.#perAddress.isFull(address, connectionsPerAddressMax)) {
      return {
        code,
        message: `Cannot connect: your address has all ${connectionsPerAddressMax} connections that it may`,
      };
    }
    if (this.#connections.size >= connectionsMax && !this.#makeRoom(address)) {
      return {
        code,
        message: `Cannot connect: the server has all ${connectionsMax} connections that it may; try later`,
      };
    }
    if (unauthenticated && this.#unauthenticated.isFull(address, unauthenticatedPerAddressMax)) {
      return {
        code,
        message:
          `Cannot connect: ${unauthenticatedPerAddressMax} connections of your address have not signed in`,
      };
    }
    return undefined;
  }

  /** Whether one who has not signed in has left for a newcomer: one of the address that has most, if that has more than the newcomer's. */
  #makeRoom(newcomer: string): boolean {
    const count = ({ caller }: Connection) => this.#perAddress.of(caller.address);
    let last: Connection | undefined;
    for (const peer of this.#connections.keys()) {
      if (peer.isUnauthenticated && (!last || count(peer) > count(last))) last = peer;
    }
    if (!last || count(last) <= this.#perAddress.of(newcomer) + 1) return false;
    last.end(NO_ROOM);
    this.remove(last);
    return true;
  }
}
