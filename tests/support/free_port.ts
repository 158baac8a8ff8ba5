/** Ports for programs that can't choose one by themselves. */
import { type AddressInfo, createServer, type Server } from "node:net";

/** A port of 127.0.0.1 that nobody has now. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  return port!;
}

/** So many different ones. */
export async function freePorts(count: number): Promise<number[]> {
  const listening = () =>
    new Promise<Server>((resolve) => {
      const server = createServer().listen(0, "127.0.0.1", () => resolve(server));
    });
  // All are open at once, so that none is given twice.
  const open = await Promise.all(Array.from({ length: count }, listening));
  const ports = open.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(open.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
