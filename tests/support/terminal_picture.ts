/** The screen of a terminal emulator as a page, to be pictured. */
import type xterm from "@xterm/headless";

type Emulator = InstanceType<typeof xterm.Terminal>;
type Cell = NonNullable<
  ReturnType<NonNullable<ReturnType<Emulator["buffer"]["active"]["getLine"]>>["getCell"]>
>;

/** The first sixteen colours, as xterm has them on a dark ground, softened. */
const NAMED = [
  "#1b1d23",
  "#e06c75",
  "#98c379",
  "#d7ae68",
  "#3b66a8",
  "#c678dd",
  "#56b6c2",
  "#c8ccd4",
  "#5c6370",
  "#ef8a92",
  "#b5dc98",
  "#ecc98c",
  "#8cc8ff",
  "#da9cee",
  "#7fd3dd",
  "#ffffff",
] as const;
const INK = NAMED[7];
const GROUND = NAMED[0];

/** A page that shows what is seen now. */
export function htmlOf(emulator: Emulator): string {
  const { active } = emulator.buffer;
  const rows = Array.from({ length: emulator.rows }, (_, row) => {
    const line = active.getLine(active.baseY + row)!;
    return Array.from({ length: emulator.cols }, (_, column) => cellHtml(line.getCell(column)!)).join("");
  });
  return `<!doctype html><meta charset="utf-8"><style>
body { margin: 0; background: ${GROUND}; }
pre { display: inline-block; margin: 0; padding: 12px 14px; background: ${GROUND}; color: ${INK};
  font: 15px/1.3 "DejaVu Sans Mono", "Liberation Mono", "Noto Sans Mono CJK SC", "Noto Color Emoji", monospace; }
b, i { display: inline-block; height: 1.3em; vertical-align: top; font-weight: inherit; font-style: normal; }
b { width: 1ch; } i { width: 2ch; }
</style><pre>${rows.join("\n")}</pre>`;
}

/** One cell has the width of one character, or of two, whatever its font makes of it. */
function cellHtml(cell: Cell): string {
  const width = cell.getWidth();
  if (width === 0) return "";
  const name = width === 2 ? "i" : "b";
  const chars = (cell.getChars() || " ").replace(/[&<>]/g, (mark) => `&#${mark.charCodeAt(0)};`);
  const [ink, ground] = cell.isInverse() ? [groundOf(cell), inkOf(cell)] : [inkOf(cell), groundOf(cell)];
  const style = [
    ...ink === INK ? [] : [`color:${ink}`],
    ...ground === GROUND ? [] : [`background:${ground}`],
    ...cell.isBold() ? ["font-weight:bold"] : [],
    ...cell.isUnderline() ? ["text-decoration:underline"] : [],
    ...cell.isItalic() ? ["font-style:italic"] : [],
  ];
  return `<${name}${style.length > 0 ? ` style="${style.join(";")}"` : ""}>${chars}</${name}>`;
}

function inkOf(cell: Cell): string {
  return cell.isFgDefault() ? INK : colour(cell.getFgColor(), cell.isFgRGB());
}

function groundOf(cell: Cell): string {
  return cell.isBgDefault() ? GROUND : colour(cell.getBgColor(), cell.isBgRGB());
}

/** A colour of xterm's 256, or one that is given. */
function colour(value: number, isRgb: boolean): string {
  if (isRgb) return `#${value.toString(16).padStart(6, "0")}`;
  if (value < 16) return NAMED[value]!;
  if (value >= 232) return grey(8 + (value - 232) * 10);
  const step = (part: number) => part === 0 ? 0 : 55 + part * 40;
  const index = value - 16;
  return `rgb(${step(Math.floor(index / 36))},${step(Math.floor(index / 6) % 6)},${step(index % 6)})`;
}

function grey(level: number): string {
  return `rgb(${level},${level},${level})`;
}
