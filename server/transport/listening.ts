/** Listening on a port, as every server here does it. */
import type { Server } from "node:net";
import type { TlsPair } from "./tls_guard.ts";

/** A listener that can be stopped. */
export interface Listening {
  readonly port: number;
  /** Lets nobody new in; who is connected stays. */
  stop(): void;
  /** Newcomers are shown another certificate from now on. */
  renew?(tls: TlsPair): void;
}

/** Newcomers that the system keeps until they are let in. */
const BACKLOG = 1024;

/** Listens; port 0 is any. @throws the system's error when the port can't be had */
export function listenOn(server: Server, host: string, port: number): Promise<Listening> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, backlog: BACKLOG }, () => {
      resolve({ port: portOf(server), stop: () => void server.close() });
    });
  });
}

/** The port that a server got. */
export function portOf(server: Pick<Server, "address">): number {
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}
