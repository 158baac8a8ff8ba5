/**
 * What a WeTalk user has put under their own name, for taking the last of it back. The programs show lines and pictures alike, and
 * take away whichever is last; so does this. Files that are only listed do not count.
 */
import type { Inbound } from "../../dialect.ts";
import { request } from "./request.ts";

/** Remembered for taking them back. */
const OWN_LINES_MAX = 1_000;

/** A line or a picture of one's own. */
export interface OwnLine {
  /** Known once it is there. */
  id?: string;
  /** Whether it stands in the conversation; of a file this is known once it is there. */
  shown: boolean;
  /** To be taken back as soon as it is there. */
  recalled?: true;
}

/** Those of one program, oldest first, without those that were taken back. */
export class OwnLines {
  readonly #lines: OwnLine[] = [];

  /** One more is on its way. */
  add(shown: boolean): OwnLine {
    const line: OwnLine = { shown };
    this.#lines.push(line);
    if (this.#lines.length > OWN_LINES_MAX) this.#lines.shift();
    return line;
  }

  /** It is there; gives what to ask when it is to be taken back. */
  arrived(line: OwnLine, id: string, shown: boolean): readonly Inbound[] {
    line.id = id;
    line.shown = shown;
    if (line.recalled) return [request("recall", { message: id })];
    if (!shown) this.forget(line);
    return [];
  }

  /** It is not going to be there. */
  forget(line: OwnLine): void {
    const index = this.#lines.indexOf(line);
    if (index !== -1) this.#lines.splice(index, 1);
  }

  /** It did not go to this program's window, which takes away what stands before it. */
  hide(id: string): void {
    const line = this.#lines.find((each) => each.id === id);
    if (line) this.forget(line);
  }

  /** Takes the last one back; gives what to ask now, undefined when there is none. */
  takeBack(): readonly Inbound[] | undefined {
    const index = this.#lines.findLastIndex(({ shown }) => shown);
    const line = this.#lines[index];
    if (!line) return undefined;
    this.forget(line);
    line.recalled = true;
    return line.id === undefined ? [] : [request("recall", { message: line.id })];
  }
}
