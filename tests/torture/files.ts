/** Files that people send while things go wrong: every node has to have those that were acknowledged, whole. */
import { download, upload } from "../../client/transfer/transfer.ts";
import type { Connection } from "../../client/connection/connection.ts";
import { hasCode } from "../../client/connection/request_error.ts";
import { bytesOf, md5 } from "../support/file_lines.ts";
import { visit } from "./presence.ts";
import type { Random } from "./random.ts";
import type { TorturedNode } from "./tortured_cluster.ts";

/** Programs of the codes are told of files with more than these: smaller ones they get. */
const BYTES: readonly [number, number] = [5_000, 400_000];
/** How long all that was sent may take to come from one node. */
const FETCHED_MS = 600_000;
/** How often one is asked for, and what lies between. */
const TRIES = 4;
const AGAIN_MS = 2_000;

/** Sends one to the lobby, however often the connection is lost meanwhile. @throws RequestError */
export async function sendFile(connection: Connection, name: string, random: Random): Promise<KeptFile> {
  const bytes = bytesOf(Math.floor(random.between(...BYTES)), Math.floor(random.between(1, 2 ** 31)));
  const read = (offset: number, length: number) => Promise.resolve(bytes.subarray(offset, offset + length));
  const source = { name, size: bytes.length, md5: md5(bytes), read };
  const { file } = await upload(connection, source, { room: "lobby" });
  return { name, file, md5: source.md5 };
}

/** A file that was acknowledged. */
export interface KeptFile {
  readonly name: string;
  readonly file: string;
  readonly md5: string;
}

/** What is wrong with those of them that a node gives to somebody who has just come. */
export async function spoiltAt(node: TorturedNode, files: Iterable<KeptFile>): Promise<string[]> {
  return await visit(node, async (connection) => {
    const spoilt: string[] = [];
    for (const { name, ...kept } of files) {
      const why = await spoiltOf(kept, connection);
      if (why !== undefined) spoilt.push(`at ${node.name} the file ${name} ${why}`);
    }
    return spoilt;
  }, FETCHED_MS);
}

/** What is wrong with one file; undefined: nothing. */
async function spoiltOf(
  { file, md5: expected }: Pick<KeptFile, "file" | "md5">,
  connection: Connection,
): Promise<string | undefined> {
  for (let tries = 1;; tries++) {
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    let offset = 0;
    const sink = {
      get offset() {
        return offset;
      },
      write(bytes: Uint8Array) {
        pieces.push(bytes.slice());
        offset += bytes.length;
      },
    };
    try {
      await download(connection, file, sink);
      return md5(await new Blob(pieces).bytes()) === expected ? undefined : "is another one";
    } catch (error) {
      // NATS may have no answer just then; that is said, and to be asked again. On a closed connection there is none.
      if (tries === TRIES || hasCode(error, "closed")) return `can't be had: ${(error as Error).message}`;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}
