/** HTTP as it is on the wire, for what `fetch` would put right or can't do: odd paths, slow and unfinished requests. */

/** What a server said on one connection until it closed it. */
interface RawAnswer {
  /** 0 when it said nothing. */
  status: number;
  text: string;
}

/** One connection that says exactly what it is told. */
export class RawHttp {
  readonly #connection: Deno.Conn;
  readonly #heard = Promise.withResolvers<void>();
  /** Everything that the server says until it closes. */
  readonly answer: Promise<RawAnswer>;

  constructor(connection: Deno.Conn) {
    this.#connection = connection;
    this.answer = this.#read();
  }

  static async connect(url: string): Promise<RawHttp> {
    const { hostname, port } = new URL(url);
    return new RawHttp(await Deno.connect({ hostname, port: Number(port) }));
  }

  /** False when the server has closed. */
  async says(text: string): Promise<boolean> {
    try {
      await this.#connection.write(new TextEncoder().encode(text));
      return true;
    } catch {
      return false;
    }
  }

  /** Resolves when the server has said something, or has closed. */
  get heard(): Promise<void> {
    return this.#heard.promise;
  }

  async close(): Promise<void> {
    try {
      this.#connection.close();
    } catch {
      // the server was faster
    }
    await this.answer;
  }

  async #read(): Promise<RawAnswer> {
    let text = "";
    const decoder = new TextDecoder();
    try {
      for await (const chunk of this.#connection.readable) {
        text += decoder.decode(chunk, { stream: true });
        this.#heard.resolve();
      }
    } catch {
      // a reset ends it as well
    }
    this.#heard.resolve();
    return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0), text };
  }
}

/** Asks for a path as it is written, which `fetch` would tidy up. */
export async function getExactly(url: string, path: string): Promise<RawAnswer> {
  const raw = await RawHttp.connect(url);
  await raw.says(`GET ${path} HTTP/1.1\r\nHost: ${new URL(url).host}\r\nConnection: close\r\n\r\n`);
  const answer = await raw.answer;
  await raw.close();
  return answer;
}
