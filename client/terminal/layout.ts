/** How lines are laid out in a terminal's columns, where some characters take two and some none. */
import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";

const COLUMNS_MIN = 10;
const COLUMNS_STANDARD = 80;

/** The columns that can be counted on, where a terminal says nonsense or nothing. */
export function usableColumns(columns: number | undefined): number {
  return columns === undefined || columns <= 0 ? COLUMNS_STANDARD : Math.max(COLUMNS_MIN, columns);
}

/** A text with a margin before its first line, wrapped between words; its other lines stand below the first. */
export function withMargin(margin: string, text: string, columns: number): string {
  // Terminals differ in what they do at the last column.
  const room = columns - 1;
  const width = stringWidth(margin);
  if (width > room / 2) return wrapped(`${margin}${text}`, room).join("\n");
  const [first = "", ...rest] = wrapped(text, room - width);
  return [`${margin}${first}`, ...rest.map((line) => " ".repeat(width) + line)].join("\n");
}

function wrapped(text: string, columns: number): string[] {
  return text.split("\n").flatMap((line) => {
    const [first = "", ...rest] = wrapAnsi(line, columns, { hard: true, trim: false }).split("\n");
    // The space at which a line was broken belongs to neither part.
    return [first, ...rest.map((part) => part.replace(/^ /, ""))];
  });
}

/** As much of a text as fits, with an ellipsis where something is missing. */
export function cut(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  let width = 1;
  let kept = "";
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    width += stringWidth(segment);
    if (width > columns) break;
    kept += segment;
  }
  return columns < 1 ? "" : `${kept}…`;
}

/** A text filled up with spaces to so many columns. */
export function padded(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - stringWidth(text)));
}

/** Words in as many columns as fit, as a shell lists file names. */
export function inColumns(words: readonly string[], columns: number): string {
  const width = Math.max(1, ...words.map((word) => stringWidth(word))) + 2;
  const across = Math.max(1, Math.floor((columns - 1) / width));
  const rows: string[] = [];
  for (let at = 0; at < words.length; at += across) {
    rows.push(
      words.slice(at, at + across).map((word) => padded(cut(word, columns - 1), width)).join("").trimEnd(),
    );
  }
  return rows.join("\n");
}
