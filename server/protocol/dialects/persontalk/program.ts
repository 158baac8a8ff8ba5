/** What the lines of one PersonTalk program have in common, whether it has one or three. */
import { Offers } from "./shelf.ts";
import type { Uploads } from "./uploads.ts";

/** One program. */
export class Program {
  /** Who is signed in here. */
  nickname = "";
  username = "";
  readonly offers: Offers = new Offers();
  /** The files that come on each line. */
  readonly uploads: Uploads[] = [];
  /** Messages of private files → their names, for those who are told what became of them. */
  readonly sent = new Map<string, string>();
  #handles = 0;

  /** What a file that comes is called until it has an id; no other line has one called so. */
  newHandle(): string {
    return `sent-${++this.#handles}`;
  }
}
