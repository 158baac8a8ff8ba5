/** What the values of options may be, and how they are read; each fails with words for the command line. */
import { InvalidArgumentError } from "commander";
// @ts-types="npm:@types/proxy-addr@2.0.3"
import proxyAddress from "proxy-addr";

/** A TCP port; 0 for any. */
export function port(text: string): number {
  return whole(0, 65_535)(text);
}

const UNITS: Record<string, number> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
  TIB: 2 ** 40,
};

/** Bytes with a unit. */
export function bytes(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([KMGT]?i?B)$/i.exec(text.trim());
  const unit = UNITS[match?.[2]?.toUpperCase() ?? ""];
  if (match && unit !== undefined) return Math.floor(Number(match[1]) * unit);
  throw new InvalidArgumentError("It must be a size with a unit, such as 500MB or 2GiB.");
}

/** A whole number within bounds, both included. */
export function whole(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isInteger(value) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

/** One of a few words. */
export function oneOf<T extends string>(values: readonly T[]): (text: string) => T {
  return (text) => {
    const found = values.find((value) => value === text);
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`It must be one of ${values.join(", ")}.`);
  };
}

/** Something that must not be guessed. */
export function secret(charsMin: number): (text: string) => string {
  return (text) => {
    if (text.length >= charsMin && /^[!-~]+$/.test(text)) return text;
    throw new InvalidArgumentError(`It must have at least ${charsMin} ASCII characters and no spaces.`);
  };
}

/** A switch. */
export function onOrOff(text: string): boolean {
  return oneOf(["on", "off"])(text) === "on";
}

/** Addresses and networks, with commas between; may be repeated. */
export function networks(text: string, before: string[] = []): string[] {
  const named = listed(text);
  try {
    proxyAddress.compile(named);
  } catch {
    throw new InvalidArgumentError("It must be addresses or networks, such as 127.0.0.1 or 10.0.0.0/8.");
  }
  return [...before, ...named];
}

/** Names of hosts without their ports, with commas between; may be repeated. */
export function hostNames(text: string, before: string[] = []): string[] {
  const named = listed(text);
  const isName = (name: string) =>
    URL.canParse(`http://${name}`) && new URL(`http://${name}/`).hostname === name;
  if (named.length > 0 && named.every((name) => isName(name.toLowerCase()))) return [...before, ...named];
  throw new InvalidArgumentError("It must be names without ports, such as chat.example,192.0.2.7.");
}

/** Origins of pages, as browsers send them, with commas between; may be repeated. */
export function origins(text: string, before: string[] = []): string[] {
  const named = listed(text);
  const isOrigin = (name: string) =>
    name === "null" || (URL.canParse(name) && /^https?:/.test(name) && new URL(name).origin === name);
  if (named.length > 0 && named.every(isOrigin)) return [...before, ...named];
  throw new InvalidArgumentError("It must be origins such as http://chat.example:5000, or null.");
}

/** Addresses of NATS servers, with commas between; may be repeated. */
export function natsServers(text: string, before: string[] = []): string[] {
  const named = listed(text);
  const isServer = (name: string) => URL.canParse(name) && /^(nats|tls):$/.test(new URL(name).protocol);
  if (named.length > 0 && named.every(isServer)) return [...before, ...named];
  throw new InvalidArgumentError(
    "It must be addresses of NATS servers, such as nats://a:4222,nats://b:4222.",
  );
}

/** Where a page is, to which paths are added. */
export function pageAddress(text: string): string {
  const address = url("http:", "https:")(text);
  const { search, hash } = new URL(address);
  if (search === "" && hash === "") return address;
  throw new InvalidArgumentError("It must be an address without ? and #.");
}

/** A name that NATS takes as a part of its own. */
export function shortName(text: string): string {
  if (/^[A-Za-z0-9_-]{1,64}$/.test(text)) return text;
  throw new InvalidArgumentError("It must be 1 to 64 letters, digits, - and _.");
}

function listed(text: string): string[] {
  return text.split(",").map((each) => each.trim()).filter((each) => each !== "");
}

/** A URL of one of these protocols, without a closing slash. */
export function url(...protocols: string[]): (text: string) => string {
  return (text) => {
    if (URL.canParse(text) && protocols.includes(new URL(text).protocol)) return text.replace(/\/$/, "");
    throw new InvalidArgumentError(
      `It must be an address that begins with ${protocols.map((each) => `${each}//`).join(" or ")}.`,
    );
  };
}
