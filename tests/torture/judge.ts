/** At the end: what every node has kept, beside what everybody was told and has heard. */
import { DatabaseSync } from "node:sqlite";
import { untilTrue } from "../cluster/polling.ts";
import type { Digested, StoredDigests } from "./digest_worker.ts";
import type { Ledger } from "./ledger.ts";
import type { Person } from "./person.ts";
import type { Program } from "./program.ts";
import type { TorturedNode } from "./tortured_cluster.ts";

/** What stands in the lobby. */
interface Said {
  readonly seq: number;
  readonly text: string;
  readonly author: string;
}

const AGREE_MS = 60_000;
const LOOK_MS = 200;

/** Waits until all nodes have the same stored; tells which tables differ when they do not, and how far each node is. */
export async function agreement(nodes: readonly TorturedNode[]): Promise<string[]> {
  using digester = new Digester();
  let differing: string[] = [];
  await untilTrue(
    async () => {
      const [first, ...others] = await digester.of(nodes.map(({ database }) => database));
      differing = others.flatMap(({ tables, seq }, index) =>
        Object.keys(first!.tables).filter((table) => tables[table] !== first!.tables[table])
          .map((table) =>
            `${table} of ${nodes[index + 1]!.name} at ${seq} is not that of ${nodes[0]!.name} at ${
              first!.seq
            }`
          )
      );
      return differing[0];
    },
    AGREE_MS,
    { lookMs: LOOK_MS },
  );
  return differing;
}

/** A thread that reads databases. */
class Digester {
  readonly #worker = new Worker(new URL("./digest_worker.ts", import.meta.url), { type: "module" });

  /** What each of them has. @throws Error one can't be read */
  async of(databases: readonly string[]): Promise<readonly StoredDigests[]> {
    const { promise, resolve, reject } = Promise.withResolvers<Digested>();
    this.#worker.onmessage = ({ data }) => resolve(data);
    this.#worker.onerror = ({ message }) => reject(new Error(message));
    this.#worker.postMessage(databases);
    const digested = await promise;
    if ("error" in digested) throw new Error(digested.error);
    return digested.all;
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
  }
}

/** Notes in the ledger whatever is not as promised; gives how much was kept. */
export function judge(
  node: TorturedNode,
  ledger: Ledger,
  people: readonly Person[],
  programs: readonly Program[],
): { kept: number; unknownKept: number } {
  const lobby = lobbyOf(node.database);
  const seqOf = new Map<string, number>();
  for (const { text, seq } of lobby) {
    // Files come without a word.
    if (text === "") continue;
    if (seqOf.has(text)) ledger.violate(`"${text}" is kept twice`);
    seqOf.set(text, seq);
  }
  for (const [text, seq] of ledger.acknowledged) {
    if (!seqOf.has(text)) ledger.violate(`"${text}" was acknowledged and is lost`);
    else if (seq !== undefined && seqOf.get(text) !== seq) ledger.violate(`"${text}" has another place`);
  }
  for (const text of ledger.refused) if (seqOf.has(text)) ledger.violate(`"${text}" was refused and is kept`);
  for (const person of people) judgePerson(person, lobby, ledger);
  for (const { name, heard } of programs) {
    for (const texts of heard) judgeOrder(name, texts, seqOf, ledger);
  }
  const unknownKept = Array.from(ledger.unknown).filter((text) => seqOf.has(text)).length;
  return { kept: lobby.length, unknownKept };
}

/** Everything that others said while one was there was heard, once and in its order. */
function judgePerson({ name, heard, gaps, since }: Person, lobby: readonly Said[], ledger: Ledger): void {
  const inGap = (seq: number) => gaps.some(([after, upTo]) => seq > after && seq <= upTo);
  const expected = lobby.filter(({ author, seq }) => author !== name && seq > since && !inGap(seq));
  const was = heard.filter((seq) => !inGap(seq));
  const missing = expected.filter(({ seq }, index) => was[index] !== seq);
  if (missing.length === 0 && was.length === expected.length) return;
  const [first] = missing;
  ledger.violate(
    `${name} heard ${was.length} of ${expected.length}${
      first ? `, first not "${first.text}" (${first.seq})` : ""
    }`,
  );
}

function judgeOrder(
  name: string,
  texts: readonly string[],
  seqOf: ReadonlyMap<string, number>,
  ledger: Ledger,
): void {
  let last = 0;
  for (const text of texts) {
    const seq = seqOf.get(text);
    if (seq === undefined) ledger.violate(`${name} heard "${text}", which is not kept`);
    else if (seq <= last) ledger.violate(`${name} heard ${seq} after ${last}`);
    else last = seq;
  }
}

function lobbyOf(path: string): Said[] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return database.prepare(
      "SELECT m.seq, m.text, m.author_name AS author FROM messages m JOIN rooms r ON r.id = m.room WHERE r.name = 'lobby' ORDER BY m.seq",
    ).all() as unknown as Said[];
  } finally {
    database.close();
  }
}
