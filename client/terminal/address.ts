/**
 * How a service is written on the command line, as one server or as several with commas between: `HOST:PORT`, `tls://HOST:PORT`, and `tls://HOST:PORT#sha256=HEX` for
 * the one certificate with this fingerprint. Host and port may be left out.
 */
import { isIPv6 } from "node:net";

/** A server's native port. */
export interface ServerAddress {
  host: string;
  port: number;
  tls: boolean;
  /** The SHA-256 of the certificate that is trusted, and no other; 64 lower-case hex digits. */
  pin?: string;
}

/** An address that can't be read, with the reason for its writer. */
export class AddressError extends Error {
  override readonly name = "AddressError";
}

/** Where a server listens when nobody says otherwise. */
const STANDARD = { host: "127.0.0.1", port: 8023 } as const;

const FORM = /^(?:([a-z]+):\/\/)?(\[[^\]]*\]|[^:/?#[\]]*)(?::(\d*))?\/?(?:#(.*))?$/i;
const WAY_OUT = "write HOST:PORT, tls://HOST:PORT or tls://HOST:PORT#sha256=HEX";

/** Reads an address. @throws AddressError */
export function parseAddress(text: string): ServerAddress {
  const refuse = (why: string) =>
    new AddressError(`Cannot use ${JSON.stringify(text)} as an address: ${why}`);
  const match = FORM.exec(isIPv6(text) ? `[${text}]` : text.trim());
  if (!match) throw refuse(WAY_OUT);
  const [, scheme = "tcp", bracketed = "", digits = "", fragment] = match;
  const protocol = scheme.toLowerCase();
  if (/^(https?|wss?)$/.test(protocol)) {
    throw refuse("that is where browsers go; the terminal takes the server's TCP port, such as HOST:8023");
  }
  if (protocol !== "tcp" && protocol !== "tls") throw refuse(WAY_OUT);
  const host = bracketed.replace(/^\[|\]$/g, "") || STANDARD.host;
  if (/\s/.test(host) || (bracketed.startsWith("[") && !isIPv6(host))) {
    throw refuse("the host makes no sense");
  }
  const port = digits === "" ? STANDARD.port : Number(digits);
  if (port < 1 || port > 65_535) throw refuse("a port is a number from 1 to 65535");
  const address = { host, port, tls: protocol === "tls" };
  if (fragment === undefined) return address;
  if (!address.tls) throw refuse("a fingerprint belongs to tls://");
  return { ...address, pin: readPin(fragment, refuse) };
}

/** Reads the addresses of one service, with commas between. @throws AddressError */
export function parseAddresses(text: string): ServerAddress[] {
  return text.split(",").map(parseAddress);
}

/** What the service at these addresses is called. */
export function serviceName(addresses: readonly ServerAddress[]): string {
  return addresses.map(addressName).join(",");
}

function readPin(fragment: string, refuse: (why: string) => AddressError): string {
  const hex = /^sha256=([0-9a-f:]+)$/i.exec(fragment)?.[1]?.replaceAll(":", "").toLowerCase();
  if (hex?.length === 64) return hex;
  throw refuse("a fingerprint is #sha256= and 64 hex digits");
}

/** The shortest form that says which server it is, without the fingerprint. */
export function addressName({ host, port, tls }: ServerAddress): string {
  return `${tls ? "tls://" : ""}${host.includes(":") ? `[${host}]` : host}:${port}`;
}
