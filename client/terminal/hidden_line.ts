/** A line that is typed without being seen: a password. */
import type { Key } from "node:readline";

/** Collects it key by key. */
export class HiddenLine {
  #text = "";

  /** Takes a key; says whether the line is done, or given up. */
  take(text: string | undefined, key: Key): "more" | "done" | "given up" {
    if (key.name === "return" || key.name === "enter") return "done";
    if (key.ctrl && (key.name === "c" || (key.name === "d" && this.#text === ""))) return "given up";
    if (key.name === "backspace") this.#text = Array.from(this.#text).slice(0, -1).join("");
    else if (key.ctrl && key.name === "u") this.#text = "";
    else if (text !== undefined && !key.ctrl && !key.meta) this.paste(text);
    return "more";
  }

  /** Takes a text that came in one piece, up to its first line's end. */
  paste(text: string): void {
    this.#text += (text.split(/[\r\n]/)[0] ?? "").replaceAll(/\p{Cc}/gu, "");
  }

  get text(): string {
    return this.#text;
  }
}
