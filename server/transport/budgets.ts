/**
 * What all peers together may hold in the server's memory: what waits for those who read slowly, and what has come of
 * messages that are not finished. Each has a bound of its own; here the sum has one, and when it is passed, whoever holds
 * most goes first: of the network that holds most, its greediest. Looked at every so often, so that nothing of it is
 * counted while messages are on their way.
 */
import { networkOf } from "../protocol/network.ts";

/** Something in memory that belongs to somebody. */
export interface Held {
  /** Whose it is. */
  readonly address: string;
  readonly bytes: number;
  /** Gives it up, together with whoever holds it. */
  end(): void;
}

/** Ends the greediest until no more than so many bytes are held; gives how many were before. */
export function shed(all: Iterable<Held>, bytesMax: number): number {
  const holding = Array.from(all).filter(({ bytes }) => bytes > 0);
  const before = sumOf(holding);
  if (before <= bytesMax) return before;
  const networks = Array.from(Map.groupBy(holding, ({ address }) => networkOf(address)).values(), (held) => ({
    bytes: sumOf(held),
    // The greediest last.
    held: held.sort((one, other) => one.bytes - other.bytes),
  }));
  for (let bytes = before; bytes > bytesMax;) {
    const greediest = networks.reduce((one, other) => other.bytes > one.bytes ? other : one);
    const { bytes: freed, end } = greediest.held.pop()!;
    end();
    greediest.bytes -= freed;
    bytes -= freed;
  }
  return before;
}

/** Bytes in all. */
export function bytesHeld(all: Iterable<Held>): number {
  return sumOf(Array.from(all));
}

function sumOf(held: readonly Held[]): number {
  return held.reduce((sum, { bytes }) => sum + bytes, 0);
}
