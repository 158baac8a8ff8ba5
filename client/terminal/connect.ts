/** From an address to an open connection. */
import { readFile } from "node:fs/promises";
import { Connection, type ConnectionOptions } from "../connection/connection.ts";
import type { OpenLink } from "../connection/link.ts";
import { tcpLink } from "../node/tcp_link.ts";
import { tlsLink } from "../node/tls_link.ts";
import { AddressError, parseAddress, type ServerAddress } from "./address.ts";
import { EXIT, ExitError } from "./exit_code.ts";
import { diskErrorText } from "./local_files.ts";
import { errorText } from "./wording.ts";

/** Reads an address of the command line. @throws ExitError */
export function addressOf(text: string): ServerAddress {
  try {
    return parseAddress(text);
  } catch (error) {
    throw error instanceof AddressError ? new ExitError(EXIT.usage, error.message) : error;
  }
}

/** Connects. `ca`: a file of certificates that are trusted besides the system's. @throws ExitError */
export async function connectTo(
  address: ServerAddress,
  options: Omit<ConnectionOptions, "open"> & { ca?: string },
): Promise<Connection> {
  const { ca, ...rest } = options;
  const connection = new Connection({ ...rest, open: await linkTo(address, ca) });
  try {
    return await connection.connect();
  } catch (error) {
    throw new ExitError(EXIT.unreachable, errorText(error));
  }
}

async function linkTo(address: ServerAddress, ca: string | undefined): Promise<OpenLink> {
  if (!address.tls) return tcpLink(address);
  if (ca === undefined) return tlsLink(address);
  const pem = await readFile(ca, "utf8").catch((error) => {
    throw new ExitError(EXIT.usage, `Cannot read ${ca}: ${diskErrorText(error) ?? error.message}`);
  });
  return tlsLink({ ...address, ca: pem });
}
