/** All connections of the server: how many there may be, in all and of strangers from one address. */
import type { ByeCode } from "../core/events.ts";
import { networkOf } from "../protocol/network.ts";
import type { Connection } from "./connection.ts";

/** Why a connection is not let in, as `bye` says it. */
export interface Refusal {
  code: ByeCode;
  message: string;
  /** When to come again. */
  retry_after_ms?: number;
}

/** Bounds of {@link Peers}. */
export interface PeersOptions {
  connectionsMax: number;
  strangersPerAddressMax: number;
  /** Told of each connection once its language is clear. */
  onRecognised?: (connection: Connection) => void;
}

/** What carries a peer. */
export type Transport = "tcp" | "tcp_tls" | "websocket" | "websocket_tls";

/** Who is connected. */
export class Peers {
  readonly #options: PeersOptions;
  readonly #connections = new Map<Connection, Transport>();
  readonly #strangers = new Map<string, number>();
  #closing: (() => Refusal) | undefined;

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

  /** How many of one address may be connected that have not signed in. */
  get strangersPerAddressMax(): number {
    return this.#options.strangersPerAddressMax;
  }

  /** Whether another connection from this address may be let in. `stranger`: nobody knows whose it is. */
  refuse(address: string, stranger: boolean): Refusal | undefined {
    const refusal = this.#closing?.() ?? this.#tooMany(address, stranger);
    if (refusal) this.onRefuse(refusal.code);
    return refusal;
  }

  /** From now on nobody is let in, not even those who had come as far as the door; each is told this. */
  close(refusal: () => Refusal): void {
    this.#closing = refusal;
  }

  add(connection: Connection, transport: Transport): void {
    this.#connections.set(connection, transport);
    this.onCome(transport);
  }

  /** A connection's language has become clear. */
  recognised(connection: Connection): void {
    this.#options.onRecognised?.(connection);
  }

  remove(connection: Connection): void {
    this.#connections.delete(connection);
  }

  /** Counts the strangers of an address up or down. */
  countStranger(address: string, by: 1 | -1): void {
    const network = networkOf(address);
    const count = (this.#strangers.get(network) ?? 0) + by;
    if (count > 0) this.#strangers.set(network, count);
    else this.#strangers.delete(network);
  }

  all(): Iterable<Connection> {
    return this.#connections.keys();
  }

  /** Everybody, and what carries them. */
  entries(): Iterable<[Connection, Transport]> {
    return this.#connections;
  }

  #tooMany(address: string, stranger: boolean): Refusal | undefined {
    const { connectionsMax, strangersPerAddressMax } = this.#options;
    const code = "too_many_connections";
    if (this.#connections.size >= connectionsMax) {
      return {
        code,
        message: `Cannot connect: the server has all ${connectionsMax} connections that it may; try later`,
      };
    }
    if (stranger && (this.#strangers.get(networkOf(address)) ?? 0) >= strangersPerAddressMax) {
      return {
        code,
        message: `Cannot connect: ${strangersPerAddressMax} connections of your address have not signed in`,
      };
    }
    return undefined;
  }
}
