/** Whom an address stands for, where something is counted for each: an IPv6 network is one person's, not one address. */
import ipaddr from "ipaddr.js";

/** How much of an IPv6 address is its network's: the least that anybody is given (RFC 6177). */
const NETWORK_BITS = 64;

/** The name to count an address under: an IPv4 address itself, for IPv6 its network. Anything else is itself. */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address); // ::ffff:192.0.2.1 is 192.0.2.1
  if (!(parsed instanceof ipaddr.IPv6)) return parsed.toString();
  return `${new ipaddr.IPv6([...parsed.parts.slice(0, NETWORK_BITS / 16), 0, 0, 0, 0])}/${NETWORK_BITS}`;
}
