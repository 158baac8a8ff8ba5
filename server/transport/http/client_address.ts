/**
 * Where a request comes from: the other end of the socket, or, where that is a reverse proxy that the operator trusts,
 * whom it names. What anybody else claims in these headers counts for nothing.
 */
import type { IncomingMessage } from "node:http";
// @ts-types="npm:@types/proxy-addr@2.0.3"
import proxyAddress from "proxy-addr";
import { addressOf } from "./relay.ts";

/** Tells clients apart. */
export interface ClientAddresses {
  /** The address that limits count for. */
  of(request: IncomingMessage): string;
  /** Whether a proxy is there, whom many come through. */
  isProxy(address: string): boolean;
  /** Whether it came over TLS, here or at the proxy. */
  isSecure(request: IncomingMessage): boolean;
}

/** Tells clients apart behind proxies at these addresses and networks. */
export function clientsBehind(proxies: readonly string[]): ClientAddresses {
  const isTrusted = proxyAddress.compile([...proxies]);
  return {
    isProxy: (address) => isTrusted(address, 0),
    of: (request) => {
      const address = addressOf(request.socket);
      return address === undefined ? "unknown" : proxyAddress(asComingFrom(request, address), isTrusted);
    },
    isSecure(request) {
      if ("encrypted" in request.socket) return true;
      const address = addressOf(request.socket);
      const { "x-forwarded-proto": protocol } = request.headers;
      return protocol === "https" && address !== undefined && isTrusted(address, 0);
    },
  };
}

/** A request as if its socket led there: one that was carried here from another port comes from further away. */
function asComingFrom({ headers }: IncomingMessage, address: string): IncomingMessage {
  return { headers, socket: { remoteAddress: address } } as IncomingMessage;
}
