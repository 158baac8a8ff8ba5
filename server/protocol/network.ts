/**
 * Whom an address stands for, where something is counted for each: an IPv6 network is one person's, not one address.
 * Whoever has many such networks side by side is counted once more for all of them together.
 */
import ipaddr from "ipaddr.js";

/** How much of an IPv6 address is its network's: the least that anybody is given (RFC 6177). */
const NETWORK_BITS = 64;
/** The wider networks that one customer, and one provider, may have, and how many times the bound of a single one holds there. */
const WIDER = [{ bits: 48, times: 4 }, { bits: 32, times: 16 }] as const;
const PART_BITS = 16;

/** A network, and how many times what one address may have it may have. */
export interface Network {
  readonly name: string;
  readonly times: number;
}

/** The name to count an address under: an IPv4 address itself, for IPv6 its network. Anything else is itself. */
export function networkOf(address: string): string {
  return networksOf(address)[0]!.name;
}

/** The networks that an address, or a network itself, is in, the narrowest first: of IPv6 its /64, /48 and /32. */
export function networksOf(named: string): Network[] {
  const address = named.replace(new RegExp(`/${NETWORK_BITS}$`), "");
  if (!ipaddr.isValid(address)) return [{ name: address, times: 1 }];
  const parsed = ipaddr.process(address); // ::ffff:192.0.2.1 is 192.0.2.1
  if (!(parsed instanceof ipaddr.IPv6)) return [{ name: parsed.toString(), times: 1 }];
  return [{ bits: NETWORK_BITS, times: 1 }, ...WIDER].map(({ bits, times }) => {
    const parts = parsed.parts.map((part, index) => index < bits / PART_BITS ? part : 0);
    return { name: `${new ipaddr.IPv6(parts)}/${bits}`, times };
  });
}

/** How many times what one address may have a network of this name may have. */
function timesOf(name: string): number {
  return WIDER.find(({ bits }) => name.endsWith(`/${bits}`))?.times ?? 1;
}

/** Counts something for each network. */
export class NetworkCounts {
  readonly #counts = new Map<string, number>();

  /** Counts up or down. */
  add(address: string, by: number): void {
    for (const { name } of networksOf(address)) {
      const count = (this.#counts.get(name) ?? 0) + by;
      if (count > 0) this.#counts.set(name, count);
      else this.#counts.delete(name);
    }
  }

  /** How much is counted for an address' own network. */
  of(address: string): number {
    return this.#counts.get(networkOf(address)) ?? 0;
  }

  /** The most that one network has; of a wider one the part that is an address' share. */
  get most(): number {
    return Math.max(0, ...Array.from(this.#counts, ([name, count]) => count / timesOf(name)));
  }

  /** Whether any of its networks has all that it may, if an address may have `max`. */
  isFull(address: string, max: number): boolean {
    return networksOf(address).some(({ name, times }) => (this.#counts.get(name) ?? 0) >= max * times);
  }
}

/** Whether a host's name or address is this machine's alone, with or without the brackets that addresses have it in. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, "");
  if (!ipaddr.isValid(bare)) return bare === "localhost" || bare.endsWith(".localhost");
  return ipaddr.process(bare).range() === "loopback";
}
