/**
 * The native protocol over TCP with TLS. The server's certificate must be signed by somebody whom the system or
 * `ca` trusts and be for this host; or, with a pin, be that very one. Not for browsers.
 */
import { connect, type TLSSocket } from "node:tls";
import type { OpenLink } from "../connection/link.ts";
import { linkOver, type TcpAddress } from "./tcp_link.ts";

/** Where a server listens, and which certificate it may show. */
interface TlsAddress extends TcpAddress {
  /** The SHA-256 of the one certificate that is trusted; 64 lower-case hex digits. */
  pin?: string;
  /** PEM certificates that are trusted besides, or instead of none. */
  ca?: string;
}

interface Shown {
  pem: string;
  /** As {@link TlsAddress.pin}. */
  sha256: string;
}

/** Opens a TLS connection to a server's native port. Nothing is sent before the certificate has been checked. */
export function tlsLink(address: TlsAddress): OpenLink {
  const { host, port, pin } = address;
  const where = `${host}:${port}`;
  let pinned: string | undefined;
  return async (events) => {
    if (pin !== undefined) pinned ??= await pinnedCertificate(address, pin);
    const ca = pinned ?? address.ca;
    const trust = ca === undefined ? {} : { ca };
    // The pin says which certificate it is, so its names need not fit.
    const names = pinned === undefined ? {} : { checkServerIdentity: () => undefined };
    const socket = connect({ host, port, ...trust, ...names });
    socket.setNoDelay(true);
    try {
      return await linkOver(socket, "secureConnect", events, (error) => inWords(where, error));
    } catch (error) {
      // Another certificate since the last time: whether it may be is asked anew.
      pinned = undefined;
      if (pin !== undefined || !(error instanceof UntrustedCertificate)) throw error;
      const shown = await shownCertificate(address).catch(() => undefined);
      if (!shown) throw error;
      throw new Error(
        `${error.message}. Its SHA-256 is ${shown.sha256}: if the server's operator says the same, ` +
          `trust it with tls://${where}#sha256=${shown.sha256}`,
      );
    }
  };
}

/** The certificate with this fingerprint, which the server must show; it is checked in full when it is used. */
async function pinnedCertificate(address: TlsAddress, pin: string): Promise<string> {
  const { pem, sha256 } = await shownCertificate(address);
  if (sha256 === pin) return pem;
  throw new Error(
    `Cannot trust ${address.host}:${address.port}: its certificate's SHA-256 is ${sha256}, not ${pin}`,
  );
}

/** What the server shows, unchecked; nothing is said to it. */
async function shownCertificate({ host, port }: TlsAddress): Promise<Shown> {
  const socket: TLSSocket = connect({ host, port, rejectUnauthorized: false });
  const link = await linkOver(socket, "secureConnect", {
    line: () => 0,
    raw: () => {},
    closed: () => {},
  }, (error) => inWords(`${host}:${port}`, error));
  const { raw, fingerprint256 } = socket.getPeerCertificate();
  link.close();
  const lines = new Uint8Array(raw).toBase64().replaceAll(/.{64}/g, "$&\n");
  return {
    pem: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    sha256: fingerprint256.replaceAll(":", "").toLowerCase(),
  };
}

/** A certificate that nobody vouches for, or not for this host or time. */
class UntrustedCertificate extends Error {}

const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO|ALTNAME|ISSUER/;
// An alert comes without a code of its own.
const NO_TLS = /WRONG_VERSION_NUMBER|HANDSHAKE_?FAILURE/i;

function inWords(where: string, { code = "", message }: Error & { code?: string }): Error {
  if (UNTRUSTED.test(code)) return new UntrustedCertificate(`Cannot trust ${where}: ${message}`);
  if (!NO_TLS.test(`${code} ${message}`)) {
    return new Error(`Cannot connect to tls://${where}: ${message}`);
  }
  return new Error(
    `Cannot connect to tls://${where}: that port does not speak TLS; leave tls:// out, or ask for its TLS port`,
  );
}
