/** The table of rights as it is: everybody asks for everything in every kind of room. */
import type { Op } from "../../server/core/shared/commands.ts";
import { ROWS } from "./rights_asked.ts";
import { codeOf, furnish, type Kind, KINDS, type Scene, sceneOf, WHO } from "./rights_scene.ts";

/** What stands for the answers that there are most of. */
const SIGNS: Readonly<Record<string, string>> = {
  not_signed_in: "S",
  not_member: "M",
  unknown_room: "U",
  forbidden: "F",
  not_owner: "O",
  archived: "X",
  account_needed: "A",
};

/** How the table writes a code. */
export function signOf(code: string | undefined): string {
  return code === undefined ? "+" : SIGNS[code] ?? code;
}

/** One row: what is asked → what each of {@link WHO} is answered. */
interface TableRow {
  readonly asked: string;
  readonly cells: readonly string[];
}

type Fields = (scene: Scene) => object | Promise<object>;

/** Asks everything; gives the rows of each kind of room. */
export async function walk(): Promise<Map<Kind, TableRow[]>> {
  const tables = new Map<Kind, TableRow[]>();
  for (const kind of KINDS) {
    const furnished = await furnish(kind);
    const rows: TableRow[] = [];
    for (const { asked, op, fields } of asks()) {
      const cells: string[] = [];
      for (const who of WHO) {
        const scene = await sceneOf(furnished, kind, who);
        const code = await codeOf(scene.me, op, await fields(scene));
        cells.push(signOf(code));
      }
      rows.push({ asked, cells });
    }
    tables.set(kind, rows);
  }
  return tables;
}

/** Each row with what is asked in it. */
function asks(): { asked: string; op: Op; fields: Fields }[] {
  return Object.entries(ROWS).flatMap(([op, row]) =>
    typeof row === "function"
      ? [{ asked: `\`${op}\``, op: op as Op, fields: row as Fields }]
      : Object.entries(row).map(([what, fields]) => ({
        asked: `\`${op}\` ${what}`,
        op: op as Op,
        fields: fields as Fields,
      }))
  );
}

/** The tables as docs/rights.md has them: first what is the same in every kind of room. */
export function markdownOf(tables: ReadonlyMap<Kind, TableRow[]>, http: readonly TableRow[]): string {
  const of = (kind: Kind) => tables.get(kind)!;
  const isSame = (index: number) =>
    KINDS.every((kind) => String(of(kind)[index]!.cells) === String(of("open")[index]!.cells));
  const shared = of("open").filter((_, index) => isSame(index));
  const sections = KINDS.map((kind) => ({
    title: `In ${/^[aeiou]/.test(kind) ? "an" : "a"} ${kind} room`,
    rows: of(kind).filter((_, index) => !isSame(index)),
  }));
  return [{ title: "Wherever one is", rows: shared }, ...sections, { title: "Over HTTP", rows: http }]
    .map(({ title, rows }) => `## ${title}\n\n${tableOf(rows)}\n`).join("\n");
}

function tableOf(rows: readonly TableRow[]): string {
  const lines = [
    ["", ...WHO],
    ["---", ...WHO.map(() => "---")],
    ...rows.map(({ asked, cells }) => [asked, ...cells]),
  ];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** What tables say: heading, row and column → the cell. */
export function cellsIn(markdown: string): Map<string, string> {
  const cells = new Map<string, string>();
  let heading = "";
  for (const line of markdown.split("\n")) {
    if (line.startsWith("## ")) heading = line.slice(3);
    const [, asked = "", ...found] = line.split("|").map((cell) => cell.trim());
    if (!line.startsWith("| `") || found.length !== WHO.length + 1) continue;
    WHO.forEach((who, index) => cells.set(`${heading}, ${asked}, ${who}`, found[index]!));
  }
  return cells;
}
