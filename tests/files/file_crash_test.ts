/** Files and `kill -9`: whatever moment it comes at, what arrives is equal, and once; nothing else is to be seen. */
import { Connection } from "../../client/connection/connection.ts";
import { tcpLink } from "../../client/node/tcp_link.ts";
import { download, type Progress, type Source, upload } from "../../client/transfer/transfer.ts";
import { webSocketLink } from "../../client/connection/websocket_link.ts";
import { assertEquals } from "../support/assert.ts";
import { type Executable, run } from "../support/executable.ts";
import { bytesOf, md5, PIECE } from "../support/file_lines.ts";
import { freePorts } from "../support/free_port.ts";
import { PASSWORD, TRANSPORTS } from "../support/harness.ts";

const KILLS = 5;

/** Numbers from 0 up to 1 that are the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = state + 0x6D2B79F5 >>> 0;
    let mixed = Math.imul(state ^ state >>> 15, 1 | state);
    mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed;
    return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32;
  };
}

/** A server that is killed and started again on the same folder and ports. */
class Mortal {
  #server!: Executable;
  readonly #args: string[];

  constructor(folder: string, readonly http: number, readonly tcp: number) {
    const ports = ["--http", String(http), "--tcp", String(tcp)];
    this.#args = ["serve", ...ports, "--data", `${folder}/data`, "--rate-limits", "off"];
  }

  async start(): Promise<void> {
    this.#server = run(this.#args);
    assertEquals((await this.#server.lines(2)).length, 2);
  }

  async kill(): Promise<void> {
    this.#server.signal("SIGKILL");
    await this.#server.ended;
  }
}

function sourceOf(name: string, bytes: Uint8Array): Source {
  return {
    name,
    size: bytes.length,
    md5: md5(bytes),
    read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
  };
}

function sizes(random: () => number): number[] {
  const around = [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE];
  const more = Array.from({ length: 4 }, () => Math.floor(random() * 16 * PIECE));
  return [...around, ...more];
}

for (const transport of TRANSPORTS) {
  Deno.test(`crash over ${transport}: a server that is killed again and again takes every file whole, and once`, async () => {
    const seed = Math.floor(Math.random() * 2 ** 32);
    const random = randomOf(seed);
    const folder = await Deno.makeTempDir({ prefix: "switchboard-" });
    const [http, tcp] = await freePorts(2) as [number, number];
    const server = new Mortal(folder, http, tcp);
    await server.start();
    const open = transport === "tcp"
      ? tcpLink({ host: "127.0.0.1", port: tcp })
      : webSocketLink(`ws://127.0.0.1:${http}/ws`);
    const member = async (nickname: string) => {
      const connection = await new Connection({ open }).connect();
      await connection.ask("register", { username: nickname, nickname, password: PASSWORD });
      await connection.ask("login", { username: nickname, password: PASSWORD });
      return connection;
    };
    const alice = await member("alice");
    const bob = await member("bob");
    try {
      const files = sizes(random).map((size, index) => ({
        name: `${index}.bin`,
        bytes: bytesOf(size, index + 1),
      }));
      let pieces = 0;
      let killing: Promise<void> | undefined;
      const killAt = Array.from({ length: KILLS }, (_, n) => Math.ceil((n + random()) * 12) + 1);
      const onProgress: Progress = () => {
        if (killing || ++pieces < (killAt[0] ?? Infinity)) return;
        killAt.shift();
        killing = server.kill().then(() => server.start()).finally(() => killing = undefined);
      };
      // Eight at a time is what one connection may send.
      const queue = [...files];
      const send = async () => {
        for (let next = queue.shift(); next; next = queue.shift()) {
          await upload(alice, sourceOf(next.name, next.bytes), { room: "lobby" }, { onProgress });
        }
      };
      await Promise.all([send(), send(), send()]);
      await killing;
      await server.kill();
      await server.start();
      await Promise.all([alice.online(), bob.online()]);

      const listed = (await bob.ask("files", { room: "lobby" })).files;
      assertEquals(
        listed.map(({ name }) => name).toSorted(),
        files.map(({ name }) => name).toSorted(),
        `seed ${seed}`,
      );
      for (const { id, name } of listed) {
        const { bytes } = files.find((file) => file.name === name)!;
        const got: Uint8Array[] = [];
        const sink = {
          offset: 0,
          write: (data: Uint8Array) => void (got.push(data), sink.offset += data.length),
        };
        await download(bob, id, sink);
        assertEquals(md5(Buffer.concat(got)), md5(bytes), `seed ${seed}, ${name}`);
      }
    } finally {
      alice.close();
      bob.close();
      await server.kill();
      await Deno.remove(folder, { recursive: true });
    }
  });
}
