/** Ports for programs that can't choose one by themselves. */
import { createServer, type Server } from "node:net";

/**
 * Below those that systems give to connections: one of these may take a port in the moment between two lives of the program
 * whose port it is. Who can choose again when somebody was faster has the upper half of them, and takes none from the others.
 */
const FIRST = 10_000;
const COUNT = 11_000;

/** A port of 127.0.0.1 that nobody has now. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  return port!;
}

/** So many different ones. `choosesAgain`: for whom it does no harm when somebody else is faster. */
export async function freePorts(count: number, choosesAgain = false): Promise<number[]> {
  const first = choosesAgain ? FIRST + COUNT : FIRST;
  // All are open at once, so that none is given twice.
  const open = await Promise.all(Array.from({ length: count }, () => listening(first)));
  await Promise.all(open.map(({ server }) => new Promise((resolve) => server.close(resolve))));
  return open.map(({ port }) => port);
}

async function listening(first: number): Promise<{ server: Server; port: number }> {
  while (true) {
    const port = first + Math.floor(Math.random() * COUNT);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => resolve(true));
    });
    if (isFree) return { server, port };
  }
}
