/** A slow line in front of a server: what goes through it comes in pieces with a pause between two, both ways. */
import type { Running } from "../../server/run/serve.ts";

const PIECE_BYTES = 16 * 1024;
const PAUSE_MS = 40;

/** One port of a server over a slow line. */
class SlowLine implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #connections = new Set<Deno.TcpConn>();
  readonly #over: Promise<void>;

  /** In front of this port. */
  constructor(readonly target: { readonly hostname: string; readonly port: number }) {
    this.#over = this.#serve();
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const each of this.#connections) close(each);
    await this.#over;
  }

  async #serve(): Promise<void> {
    const served: Promise<void>[] = [];
    try {
      for await (const client of this.#listener) served.push(this.#join(client));
    } catch {
      // It was closed.
    }
    await Promise.all(served);
  }

  async #join(client: Deno.TcpConn): Promise<void> {
    this.#connections.add(client);
    const server = await Deno.connect(this.target).catch(() => undefined);
    if (server) {
      for (const end of [client, server]) end.setNoDelay(true);
      this.#connections.add(server);
      await Promise.all([carry(client, server), carry(server, client)]);
      close(server);
      this.#connections.delete(server);
    }
    close(client);
    this.#connections.delete(client);
  }
}

/** A running server as it is reached over slow lines, one in front of each of its ports. */
export function slowed(running: Running): Running & AsyncDisposable {
  const lines = new Map<string, SlowLine>();
  const through = (url: string) => {
    const [, scheme = "", hostname = "", port = "", path = ""] = /^(\w+:\/\/)?(.*):(\d+)(.*)$/.exec(url) ??
      [];
    const line = lines.get(port) ?? new SlowLine({ hostname, port: Number(port) });
    lines.set(port, line);
    return `${scheme}127.0.0.1:${line.port}${path}`;
  };
  const urls = running.urls.map(({ name, url }) => ({ name, url: through(url) }));
  const tcp = through(`${running.tcp.host}:${running.tcp.port}`);
  return {
    ...running,
    urls,
    http: through(running.http),
    tcp: { host: "127.0.0.1", port: Number(tcp.split(":")[1]) },
    async [Symbol.asyncDispose]() {
      await Promise.all(Array.from(lines.values(), (line) => line[Symbol.asyncDispose]()));
    },
  };
}

/** Passes on what comes, until no more does or the other side is gone. */
async function carry(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(PIECE_BYTES);
  try {
    for (let count: number | null; (count = await from.read(buffer)) !== null;) {
      for (let at = 0; at < count;) at += await to.write(buffer.subarray(at, count));
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    await to.closeWrite();
  } catch {
    // One side has gone without a word, so the other one has nobody any more.
    close(from);
    close(to);
  }
}

function close(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // It is closed.
  }
}
