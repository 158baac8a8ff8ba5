/**
 * How far one of somebody's devices has been told what happened, where its program can't ask for that (docs/irc.md, "History"). IRC has one
 * acknowledgement, PONG: what stood before its PING was read. So the PING names a number of the core's, and only its PONG is a place.
 */
import { LIMITS } from "../../../core/shared/limits.ts";
import type { Inbound } from "../../dialect.ts";
import type { Client } from "./client.ts";
import { Exchange, type Reply } from "./exchange.ts";

/** The place of one device. It goes on once the device has been told all that it missed. */
export class DevicePlace {
  readonly #client: Client;
  readonly #device: string;
  /** When it was asked last how far things are; milliseconds. */
  #askedAt = -Infinity;
  /** Up to where the device was pinged, and where its PONGs are. */
  #pinged = -1;
  #answered = -1;

  /** `device`: what its owner calls it. */
  constructor(client: Client, device: string) {
    this.#client = client;
    this.#device = device;
  }

  /** A device that is new has its place where it has come in: whatever happens then it is told, at the latest when it comes back. */
  begin(seq: number): Inbound {
    return this.#place(seq, () => ({}));
  }

  /** Pings the device if anything has happened since that was done last. */
  ping(): Inbound {
    this.#askedAt = performance.now();
    return this.#place(undefined, (last) => {
      if (last <= this.#pinged) return {};
      this.#pinged = last;
      return { lines: [{ command: "PING", params: [`told-${last}`] }] };
    });
  }

  /** The same, unless it was done a moment ago. */
  *pingAgain(): Iterable<Inbound> {
    if (performance.now() >= this.#askedAt + LIMITS.placeEveryMs) yield this.ping();
  }

  /** Notes what an answer to a PING shows. A device that makes one up can only miss something itself. */
  *pong(token: string): Iterable<Inbound> {
    const seq = Number(/^told-(\d{1,16})$/.exec(token)?.[1] ?? NaN);
    if (!(seq > this.#answered && seq <= this.#pinged)) return;
    this.#answered = seq;
    yield this.#place(seq, () => ({}));
  }

  #place(seq: number | undefined, then: (last: number) => Reply): Inbound {
    const x = new Exchange(this.#client, "PING");
    return x.ask("place", { device: this.#device, ...(seq !== undefined && { seq }) }, {
      prepaid: true,
      done: ({ last }) => then(last),
      failed: () => ({}),
    });
  }
}
