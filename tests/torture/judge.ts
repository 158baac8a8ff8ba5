/** At the end: what every node has kept, beside what everybody was told and has heard. */
import { DatabaseSync } from "node:sqlite";
import { createHash } from "node:crypto";
import { storedState } from "../cluster/stored_state.ts";
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

const AGREE_MS = 20_000;
const LOOK_MS = 200;

/** Waits until all nodes have the same stored; tells which tables differ when they do not. */
export async function agreement(nodes: readonly TorturedNode[]): Promise<string[]> {
  const until = performance.now() + AGREE_MS;
  while (true) {
    const [first, ...others] = nodes.map(({ data }) => digests(data));
    const differing = others.flatMap((other, index) =>
      Object.keys(first!).filter((table) => other[table] !== first![table])
        .map((table) => `${table} of ${nodes[index + 1]!.name} is not that of ${nodes[0]!.name}`)
    );
    if (differing.length === 0 || performance.now() > until) return differing;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

function digests(data: string): Record<string, string> {
  const entries = Object.entries(storedState(`${data}/switchboard.db`));
  return Object.fromEntries(
    entries.map(([table, rows]) => [table, createHash("sha256").update(JSON.stringify(rows)).digest("hex")]),
  );
}

/** Notes in the ledger whatever is not as promised; gives how much was kept. */
export function judge(
  { data }: TorturedNode,
  ledger: Ledger,
  people: readonly Person[],
  programs: readonly Program[],
): { kept: number; unknownKept: number } {
  const lobby = lobbyOf(data);
  const seqOf = new Map<string, number>();
  for (const { text, seq } of lobby) {
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

function lobbyOf(data: string): Said[] {
  const database = new DatabaseSync(`${data}/switchboard.db`, { readOnly: true });
  try {
    return database.prepare(
      "SELECT m.seq, m.text, m.author_name AS author FROM messages m JOIN rooms r ON r.id = m.room WHERE r.name = 'lobby' ORDER BY m.seq",
    ).all() as unknown as Said[];
  } finally {
    database.close();
  }
}
