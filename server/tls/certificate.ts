/** One certificate with its key: read from files, and looked at before anybody is shown it. */
import { Buffer } from "node:buffer";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";

/** A pair that fits together. */
export interface Certificate {
  /** PEM, with the chain. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
  /** SHA-256 of the DER form of the server's own certificate, lower-case hex. */
  readonly sha256: string;
  /** When it ends; milliseconds since 1970. */
  readonly endsAt: number;
  /** Host names and addresses that it is for. */
  readonly names: readonly string[];
}

/** A pair that can't be used, with the reason for its operator. */
export class CertificateError extends Error {
  override readonly name = "CertificateError";
}

/** Where a pair is; both may be in one file. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const KEY = /-----BEGIN ((?:[A-Z]+ )?PRIVATE KEY)-----[^-]+-----END \1-----/g;

/** Reads a pair and makes sure that it is one. @throws CertificateError */
export function readCertificate(files: CertificateFiles): Certificate {
  const chain = blocksOf("certificate", files.cert, CERTIFICATE);
  const [key] = blocksOf("private key", files.key, KEY);
  // The server's own is the first; those of its issuers follow.
  const own = as("certificate", files.cert, () => new X509Certificate(Buffer.from(chain[0]!)));
  const secret = as("private key", files.key, () => createPrivateKey(key!));
  if (!own.checkPrivateKey(secret)) {
    throw new CertificateError(`the key in "${files.key}" is not that of the certificate in "${files.cert}"`);
  }
  return {
    cert: `${chain.join("\n")}\n`,
    key: `${key}\n`,
    sha256: own.fingerprint256.replaceAll(":", "").toLowerCase(),
    endsAt: Date.parse(own.validTo),
    names: (own.subjectAltName ?? "").split(", ").filter(Boolean).map((name) => name.replace(/^[^:]*:/, "")),
  };
}

/** What a file holds of one kind, at least one. @throws CertificateError */
function blocksOf(what: string, path: string, kind: RegExp): string[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new CertificateError(`cannot read "${path}": ${reasonOf(error)}`);
  }
  const blocks = text.match(kind);
  if (blocks) return blocks;
  throw new CertificateError(`there is no ${what} in "${path}"; it must be PEM and without a password`);
}

function as<T>(what: string, path: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new CertificateError(`there is no usable ${what} in "${path}": ${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
