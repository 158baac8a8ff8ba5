/**
 * A certificate of the server's own making, for a local network that nobody else vouches for: who connects compares
 * its fingerprint. It signs nothing but itself, and its key never leaves the data folder.
 */
import { X509Certificate } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { hostname, networkInterfaces } from "node:os";
import { dirname } from "node:path";
import { BitString, Integer, OctetString, Utf8String } from "asn1js";
import { DAY_MS } from "../core/shared/limits.ts";
import {
  AttributeTypeAndValue,
  BasicConstraints,
  Certificate,
  Extension,
  ExtKeyUsage,
  GeneralName,
  GeneralNames,
} from "pkijs";

/** The longest that every system takes. */
const LIFE_MS = 825 * DAY_MS;
/** A clock elsewhere may be behind. */
const BEFORE_MS = DAY_MS;

/** Object identifiers, as RFC 5280 §4.2 has them. */
const OID = {
  commonName: "2.5.4.3",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  extKeyUsage: "2.5.29.37",
  serverAuth: "1.3.6.1.5.5.7.3.1",
};
/** RFC 5280 §4.2.1.6 */
const GENERAL_NAME = { dns: 2, ip: 7 } as const;
const IPV4 = /^\d+(\.\d+){3}$/;
const DIGITAL_SIGNATURE = { valueHex: new Uint8Array([0x80]).buffer, unusedBits: 7 };

/** Names under which this machine is reached on its own network. */
export function localNames(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []).map((each) =>
    each.address.replace(/%.*$/, "")
  );
  return [...new Set(["localhost", hostname().toLowerCase(), "127.0.0.1", "::1", ...addresses])].filter(
    (name) => name.includes(":") || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(name),
  );
}

/** Makes a pair and puts it into one PEM file, which only its owner may read. `now`: milliseconds since 1970. */
export async function makeSelfSigned(path: string, now: number): Promise<void> {
  const keys = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, [
    "sign",
    "verify",
  ]);
  const certificate = new Certificate();
  certificate.version = 2; // X.509 v3
  certificate.serialNumber = new Integer({ valueHex: serial().buffer });
  const name = new AttributeTypeAndValue({
    type: OID.commonName,
    value: new Utf8String({ value: "Switchboard" }),
  });
  certificate.issuer.typesAndValues.push(name);
  certificate.subject.typesAndValues.push(name);
  certificate.notBefore.value = new Date(now - BEFORE_MS);
  certificate.notAfter.value = new Date(now - BEFORE_MS + LIFE_MS);
  certificate.extensions = extensions(localNames());
  await certificate.subjectPublicKeyInfo.importKey(keys.publicKey);
  await certificate.sign(keys.privateKey, "SHA-256");
  const pem = new X509Certificate(new Uint8Array(certificate.toSchema(true).toBER())).toString();
  keep(path, pem + await pemOf(keys.privateKey));
}

function extensions(names: readonly string[]): Extension[] {
  const extension = (extnID: string, critical: boolean, value: { toBER(): ArrayBuffer }) =>
    new Extension({ extnID, critical, extnValue: value.toBER() });
  const usage = new ExtKeyUsage({ keyPurposes: [OID.serverAuth] });
  return [
    extension(OID.basicConstraints, true, new BasicConstraints({ cA: false }).toSchema()),
    extension(OID.keyUsage, true, new BitString(DIGITAL_SIGNATURE)),
    extension(OID.extKeyUsage, false, usage.toSchema()),
    extension(
      OID.subjectAltName,
      false,
      new GeneralNames({ names: names.map(generalName) }).toSchema(),
    ),
  ];
}

function generalName(name: string): GeneralName {
  const isAddress = name.includes(":") || IPV4.test(name);
  return isAddress
    ? new GeneralName({ type: GENERAL_NAME.ip, value: new OctetString({ valueHex: bytesOf(name).buffer }) })
    : new GeneralName({ type: GENERAL_NAME.dns, value: name });
}

/** An address as a certificate has it: four bytes, or sixteen. */
function bytesOf(address: string): Uint8Array<ArrayBuffer> {
  if (IPV4.test(address)) return new Uint8Array(address.split(".").map(Number));
  const [, whole] = /^\[(.*)\]$/.exec(new URL(`http://[${address}]`).hostname)!;
  const [before, after] = whole!.split("::").map((half) => half.split(":").filter(Boolean));
  const gap = after === undefined ? [] : Array(8 - before!.length - after.length).fill("0");
  const groups = [...before!, ...gap, ...after ?? []].map((group) => parseInt(group, 16));
  return new Uint8Array(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

/** A positive number that nobody can guess. */
function serial(): Uint8Array<ArrayBuffer> {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[0] = (bytes[0]! & 0x3f) | 0x40;
  return bytes;
}

async function pemOf(key: CryptoKey): Promise<string> {
  const base64 = new Uint8Array(await crypto.subtle.exportKey("pkcs8", key)).toBase64();
  return `-----BEGIN PRIVATE KEY-----\n${
    base64.replaceAll(/.{64}(?=.)/g, "$&\n")
  }\n-----END PRIVATE KEY-----\n`;
}

/** All of it or nothing: a half-written key would be worse than the one before. */
function keep(path: string, pem: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const half = `${path}.new`;
  writeFileSync(half, pem, { mode: 0o600 });
  renameSync(half, path);
}
