/**
 * What docs/dialects.md says that each dialect's people see, as a test can compare it: in its tables alice does it, bob is whom it
 * concerns, and what is written as code before the first semicolon is word for word.
 */
import { assertEquals, assertTrue } from "../support/assert.ts";

/** Something that is shown, in the form of the page: one piece of code, or one for each column of a table that has several. */
export type Shown = readonly string[];

/** What stands in the tables for what a test has in its place. */
export interface Given {
  readonly alice?: string;
  readonly bob?: string;
  readonly hello?: string;
  readonly "the new text"?: string;
  readonly "cat.png"?: string;
  readonly "cat.mp4"?: string;
  readonly "notes.txt"?: string;
  readonly trip?: string;
  readonly "👍"?: string;
  readonly "http://…"?: string;
  readonly ID?: string;
  readonly 5000?: string;
}

const PAGE = await Deno.readTextFile(new URL("../../docs/dialects.md", import.meta.url));
const OVERVIEW_SECTION = "Who sees what";
const PLACES =
  /alice|bob|hello|the new text|cat\.png|cat\.mp4|notes\.txt|trip|👍|http:\/\/…|(?<![A-Z])ID(?![A-Z])|5000/g;

/** Event → what is shown of it, of each section that tells what its people see. */
export const SHOWN: ReadonlyMap<string, ReadonlyMap<string, readonly Shown[]>> = new Map(
  sections().filter(({ name }) => name !== OVERVIEW_SECTION).flatMap(({ name, tables }) => {
    const table = tables.find(([head]) => head?.[0] === "event");
    return table
      ? [[name, new Map(table.slice(1).map(([event = "", ...cells]) => [event, shownIn(cells)]))]]
      : [];
  }),
);

/** Event → dialect → whether its people can do it, and whether they see it, as the overview says. */
export const OVERVIEW: ReadonlyMap<string, ReadonlyMap<string, string>> = overview();

const IN_PRIVATE = " in private";

/** What is shown of an event; in private, or `more`, the same where the page says nothing else. @throws Error when the page does not say */
export function shownOf(dialect: string, event: string, more = ""): readonly Shown[] {
  const words = SHOWN.get(dialect);
  const found = words?.get(event + more) ?? words?.get(event) ?? words?.get(event.replace(IN_PRIVATE, ""));
  if (!found) throw new Error(`docs/dialects.md does not say what ${dialect} sees of "${event}"`);
  return found;
}

/** A template with everything in it that is given. */
export function filled(template: string, given: Given): string {
  return template.replace(PLACES, (place) => given[place as keyof Given] ?? place);
}

/** JSON with everything in it that is given; an id that is not known is left out. */
export function filledJson(template: string, given: Given): Record<string, unknown> {
  return JSON.parse(template, (_, value) => {
    if (value === 5000) return Number(given[5000] ?? value);
    if (typeof value !== "string") return value;
    const text = filled(value, given);
    return text === "ID" ? undefined : text;
  });
}

/** What was shown is what the page says; "…" at its end stands for anything, and so does an id or an MD5 that is not known. */
export function assertShown(actual: string, expected: string): void {
  const named = expected.includes("/files/ID")
    ? actual.replaceAll(/(?<=\/files\/|ACCEPT )\w+/g, "ID")
    : actual;
  const seen = expected.includes("MD5 HEX") ? named.replace(/(?<=MD5 )[0-9a-f]{32}/, "HEX") : named;
  if (!expected.endsWith("…")) return assertEquals(seen, expected);
  assertTrue(
    seen.startsWith(expected.slice(0, -1)),
    `${JSON.stringify(seen)} does not begin like ${expected}`,
  );
}

function overview(): Map<string, Map<string, string>> {
  const table = sections().find(({ name }) => name === OVERVIEW_SECTION)?.tables[0] ?? [];
  const [head = [], ...rows] = table;
  return new Map(
    rows.map((
      [event = "", ...cells],
    ) => [event, new Map(cells.map((cell, index) => [head[index + 1]!, cell]))]),
  );
}

/** Every section with its tables, each a list of rows of cells, the head first. */
function sections(): { name: string; tables: string[][][] }[] {
  return PAGE.split(/^## /m).slice(1).map((text) => {
    const tables = text.split(/\n\n+/).filter((part) => part.startsWith("|")).map((part) =>
      part.trim().split("\n").map(cellsOf).filter((_, index) => index !== 1)
    );
    return { name: text.slice(0, text.indexOf("\n")), tables };
  });
}

function cellsOf(row: string): string[] {
  return row.slice(1, -1).split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

/** In one cell: several things after each other. In several: one thing, a field in each. */
function shownIn(cells: readonly string[]): Shown[] {
  const [first = [], ...others] = cells.map(codeIn);
  if (cells[0]?.startsWith("–")) return [];
  if (others.length === 0) return first.map((code) => [code]);
  return [[first, ...others].map(([code = ""]) => code)];
}

/** The code before the first semicolon that is not in code. */
function codeIn(cell: string): string[] {
  const [told = ""] = /^(?:`[^`]*`|[^;`])*/.exec(cell) ?? [];
  return Array.from(told.matchAll(/`([^`]*)`/g), ([, code]) => code!);
}
