/**
 * The connections of the HTTP listener: how many there may be, of one network and in all, who goes first when there are
 * too many, and what one of them may have under way. One request of a connection is answered after the other, and
 * nothing more is read of it meanwhile; a body that hardly comes, or an answer that is hardly taken, ends it.
 */
import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Budget } from "../../core/budgets.ts";
import { LIMITS } from "../../core/shared/limits.ts";
import { NetworkCounts, networkOf } from "../../protocol/network.ts";
import { Turns } from "../../protocol/turns.ts";
import type { Held } from "../budgets.ts";
import { addressOf } from "./relay.ts";
import type { WireLimits } from "../wire_limits.ts";

/** What they are held to. */
interface HttpConnectionsOptions {
  limits: WireLimits;
  /** Whether many people come from this address: a proxy that is trusted counts its own. */
  isProxy(address: string): boolean;
  /** Told of each that is not let in or made to go; for those who count. */
  onDrop(reason: string): void;
}

/** One connection. */
interface Open {
  readonly socket: Socket;
  readonly address: string;
  /** Requests that have come, the one under way first. */
  readonly requests: { request: IncomingMessage; answer: () => void }[];
  /** Somebody who is signed in has asked here. */
  known: boolean;
  /** Since when it has nothing under way, or the first of what it has; milliseconds. */
  since: number;
  /** How far it was, and when that was noted. */
  noted: { readonly at: number; readonly received: number; readonly taken: number };
}

/** The connections of one listener that are no WebSocket. */
export class HttpConnections {
  readonly #options: HttpConnectionsOptions;
  readonly #open = new Map<Socket, Open>();
  readonly #perNetwork = new NetworkCounts();
  /** Whose request is begun next: between two, everything else that the server does has its turn. */
  readonly #turns = new Turns();

  constructor(options: HttpConnectionsOptions) {
    this.#options = options;
  }

  /** How many there are, and how many requests of them are not answered. */
  *budgets(): Iterable<Budget> {
    const max = this.#options.limits.httpConnectionsMax;
    yield { name: "http_connections", used: this.#open.size, max };
    const requests = this.#all().reduce((sum, { requests }) => sum + requests.length, 0);
    yield { name: "http_requests", used: requests, max: max * LIMITS.httpPipelinedMax };
  }

  /** Counts the connections of a server, and hands their requests on in turn. One that becomes a WebSocket is a peer from then on. */
  watch(server: Server, arrival: "connection" | "secureConnection"): void {
    server.on(arrival, (socket: Socket) => this.#arrive(socket));
    server.on("upgrade", ({ socket }: IncomingMessage) => this.#leave(socket));
    const [listener] = server.listeners("request") as RequestListener[];
    server.removeAllListeners("request");
    server.on("request", (request, response) => {
      const open = this.#open.get(request.socket);
      if (open) this.#queue(open, request, response, () => listener?.(request, response));
    });
  }

  /** Somebody who is signed in asks here: those who are not go before them. */
  know(socket: Socket): void {
    const open = this.#open.get(socket);
    if (open) open.known = true;
  }

  /** What each holds in memory, for the budget of all. */
  *held(): Iterable<Held> {
    for (const { socket, address } of this.#open.values()) {
      yield { address, bytes: socket.writableLength, end: () => this.#drop(socket, "buffers_full") };
    }
  }

  /** Ends those that hardly move. `now`: milliseconds. */
  sweep(now: number): void {
    for (const open of this.#open.values()) {
      const reason = this.#whatIsStuck(open, now);
      if (reason !== undefined) this.#drop(open.socket, reason);
    }
  }

  #arrive(socket: Socket): void {
    const { limits, isProxy } = this.#options;
    const address = addressOf(socket) ?? "unknown";
    const max = isProxy(address) ? Infinity : limits.httpConnectionsPerAddressMax;
    if (this.#perNetwork.isFull(address, max) || !this.#hasRoom(address)) {
      this.#options.onDrop("too_many_connections");
      return void socket.destroy();
    }
    const now = performance.now();
    const noted = { at: now, received: 0, taken: 0 };
    this.#open.set(socket, { socket, address, requests: [], known: false, since: now, noted });
    this.#perNetwork.add(address, 1);
    socket.once("close", () => this.#leave(socket));
  }

  #leave(socket: Socket): void {
    const open = this.#open.get(socket);
    if (!open || !this.#open.delete(socket)) return;
    this.#perNetwork.add(open.address, -1);
  }

  /**
   * Whether there is a place, which somebody may have to leave: of the network that has the most the one whom nobody
   * knows and that has asked nothing, or has been at it, for longest. Not for one of the same network.
   */
  #hasRoom(newcomer: string): boolean {
    if (this.#open.size < this.#options.limits.httpConnectionsMax) return true;
    const [last] = this.#all().filter(({ known }) => !known).sort((one, other) =>
      this.#perNetwork.of(other.address) - this.#perNetwork.of(one.address) || one.since - other.since
    );
    if (!last || this.#perNetwork.of(last.address) <= this.#perNetwork.of(newcomer) + 1) return false;
    this.#drop(last.socket, "too_many_connections");
    return true;
  }

  #queue(open: Open, request: IncomingMessage, response: ServerResponse, answer: () => void): void {
    const { socket, requests } = open;
    if (requests.length > LIMITS.httpPipelinedMax) return;
    requests.push({ request, answer });
    // What comes after the last that is answered is for another connection (RFC 9112, section 9.3.2).
    if (requests.length > LIMITS.httpPipelinedMax) response.shouldKeepAlive = false;
    response.once("close", () => {
      requests.shift();
      open.since = performance.now();
      // For who has gone nothing more is done.
      if (socket.destroyed) return;
      if (requests.length <= 1) socket.resume();
      if (requests[0]) this.#begin(open, requests[0].answer);
    });
    if (requests.length > 1) socket.pause();
    else {
      open.since = performance.now();
      this.#begin(open, answer);
    }
  }

  #begin({ socket, address }: Open, answer: () => void): void {
    this.#turns.take(networkOf(address), () => {
      try {
        if (!socket.destroyed) answer();
      } finally {
        this.#turns.end();
      }
    });
  }

  /** Every so often it is looked at how much has come and gone since; undefined: enough, or that is not known yet. */
  #whatIsStuck(open: Open, now: number): string | undefined {
    const { socket, requests: [first], noted } = open;
    const received = socket.bytesRead;
    const taken = socket.bytesWritten - socket.writableLength;
    const isBodyDue = first !== undefined && !first.request.complete &&
      first.request.readableLength < first.request.readableHighWaterMark;
    if (isBodyDue && now - noted.at >= this.#options.limits.httpBodyWatchedMs) {
      const bytesMin = LIMITS.httpBodyBytesPerSecondMin * (now - noted.at) / 1000;
      open.noted = { at: now, received, taken };
      return received - noted.received < bytesMin ? "slow_body" : undefined;
    }
    const isIdle = socket.writableLength === 0 && !isBodyDue;
    if (isIdle || taken > noted.taken) open.noted = { at: now, received, taken };
    const isStuck = socket.writableLength > 0 && now - noted.at > this.#options.limits.writeMs;
    return isStuck && taken <= noted.taken ? "slow_reader" : undefined;
  }

  #drop(socket: Socket, reason: string): void {
    this.#options.onDrop(reason);
    this.#leave(socket);
    socket.destroy();
  }

  #all(): Open[] {
    return [...this.#open.values()];
  }
}
