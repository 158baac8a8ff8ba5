/** Rows in columns, for people and for `awk`: what is in a field never breaks its line. */
import stringWidth from "string-width";

/** Lays rows out, the first as the heading. Nothing: a dash. */
export function columns(rows: readonly (readonly (string | null)[])[]): string {
  const cells = rows.map((row) => row.map((cell) => cell === null || cell === "" ? "-" : plain(cell)));
  const widths = (cells[0] ?? []).map((_, index) =>
    Math.max(...cells.map((row) => stringWidth(row[index] ?? "")))
  );
  return cells.map((row) =>
    row.map((cell, index) => cell + " ".repeat(widths[index]! - stringWidth(cell))).join("  ").trimEnd()
  ).join("\n");
}

/** A time to the minute, in UTC. */
export function shownTime(time: number | null): string | null {
  return time === null ? null : `${new Date(time).toISOString().slice(0, 16)}Z`;
}

function plain(cell: string): string {
  return cell.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "�");
}
