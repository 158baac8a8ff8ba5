/** Colours, where they are wanted: on a terminal, and not with NO_COLOR or on one that knows none. */
import { styleText } from "node:util";

/** What is said about a text by its colour. Each gives the text itself where there are no colours. */
export interface Paint {
  dim(text: string): string;
  bold(text: string): string;
  /** A person's name, always in their colour. */
  name(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  /** Something that wants to be seen. */
  loud(text: string): string;
}

type Format = Parameters<typeof styleText>[0];

const NAMES: readonly Extract<Format, string>[] = ["cyan", "green", "magenta", "yellow", "blue", "red"];

/** Whether a stream is to be written to in colours. */
export function wantsColours(isTerminal: boolean, env: Record<string, string | undefined>): boolean {
  return isTerminal && !env.NO_COLOR && env.TERM !== "dumb";
}

/** Colours, or none. */
export function paintWith(colours: boolean): Paint {
  const style = (format: Format) => (text: string) =>
    colours && text !== "" ? styleText(format, text, { validateStream: false }) : text;
  return {
    dim: style("dim"),
    bold: style("bold"),
    name: (text) => style(["bold", NAMES[hash(text) % NAMES.length]!])(text),
    good: style("green"),
    bad: style("red"),
    loud: style(["bold", "yellow"]),
  };
}

function hash(text: string): number {
  let sum = 0;
  for (const character of text) sum = (sum * 31 + character.codePointAt(0)!) >>> 0;
  return sum;
}
