/** From addresses to an open connection. */
import { readFile } from "node:fs/promises";
import { Connection, type ConnectionOptions } from "../connection/connection.ts";
import { Failover, type LinkTarget } from "../connection/failover.ts";
import type { OpenLink } from "../connection/link.ts";
import { RequestError } from "../connection/request_error.ts";
import { webSocketLink } from "../connection/websocket_link.ts";
import { tcpLink } from "../node/tcp_link.ts";
import { tlsLink } from "../node/tls_link.ts";
import { AddressError, addressName, parseAddresses, type ServerAddress } from "./address.ts";
import { EXIT, ExitError } from "./exit_code.ts";
import { diskErrorText } from "./local_files.ts";
import { errorText } from "./wording.ts";

/** Reads the addresses of the command line. @throws ExitError */
export function addressesOf(text: string): ServerAddress[] {
  try {
    return parseAddresses(text);
  } catch (error) {
    throw error instanceof AddressError ? new ExitError(EXIT.usage, error.message) : error;
  }
}

/**
 * Connects to one of these, and later to others that the server tells of. `ca`: a file of certificates that are trusted
 * besides the system's. @throws ExitError
 */
export async function connectTo(
  addresses: readonly ServerAddress[],
  options: Omit<ConnectionOptions, "open" | "hasOthers" | "onNodes"> & { ca?: string },
): Promise<Connection> {
  const { ca, ...rest } = options;
  const failover = new Failover(
    await Promise.all(addresses.map(async (address) => ({
      name: addressName(address),
      open: await linkTo(address, ca),
    }))),
  );
  const attempt = async () => {
    let isIn = !failover.hasOthers;
    const connection: Connection = new Connection({
      ...rest,
      open: failover.open,
      hasOthers: () => failover.hasOthers,
      onNodes: (urls) => failover.learn(urls.filter((url) => mayFollow(url, addresses)).map(pageTarget)),
      onState: (state) => isIn && rest.onState?.(state),
    });
    await connection.connect();
    // One that answers nothing, or says goodbye at once, is not the one to stay with.
    if (!isIn) await connection.ask("ping", {}).finally(() => isIn = true);
    return connection;
  };
  for (let left = addresses.length;; left--) {
    try {
      return await attempt();
    } catch (error) {
      const isLost = error instanceof RequestError && error.code === "connection_lost";
      if (!isLost || left <= 1) throw new ExitError(EXIT.unreachable, errorText(error));
    }
  }
}

/**
 * Whether the token may be taken to a node that the server told of: never out of TLS, and not where somebody trusts the
 * one certificate that they have named.
 */
function mayFollow(url: string, addresses: readonly ServerAddress[]): boolean {
  if (!URL.canParse(url) || addresses.some(({ pin }) => pin !== undefined)) return false;
  const { protocol } = new URL(url);
  return protocol === "https:" || (protocol === "http:" && addresses.every(({ tls }) => !tls));
}

/** A node is reached where its page is. */
function pageTarget(url: string): LinkTarget {
  const socket = new URL("ws", url.endsWith("/") ? url : `${url}/`);
  socket.protocol = socket.protocol === "https:" ? "wss:" : "ws:";
  return { name: url, open: webSocketLink(socket.href) };
}

async function linkTo(address: ServerAddress, ca: string | undefined): Promise<OpenLink> {
  if (!address.tls) return tcpLink(address);
  if (ca === undefined) return tlsLink(address);
  const pem = await readFile(ca, "utf8").catch((error) => {
    throw new ExitError(EXIT.usage, `Cannot read ${ca}: ${diskErrorText(error) ?? error.message}`);
  });
  return tlsLink({ ...address, ca: pem });
}
