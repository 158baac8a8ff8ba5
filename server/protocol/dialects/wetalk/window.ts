/**
 * How much a WeTalk program's window has been given. It is one page of HTML that grows with every line and picture, written as an
 * address: where that comes to 2 MB the window shows nothing new for as long as the program runs. So pictures stop well before.
 */

/** What goes to the window, in bytes. */
export const WINDOW = {
  /** Of all lines, and pictures in base64; a picture that would make it more is a file to fetch. */
  shownMax: 1_500_000,
  /** Of one picture; likewise. */
  pictureMax: 256 * 1024,
  /** Of what is told of what was said before: sent in small writes, it holds up all that comes after it. */
  historyMax: 64 * 1024,
  /** What the program writes around a line, mostly blanks, of which an address makes three bytes each. */
  aroundLine: 2_000,
} as const;

/** One program's. */
export class Window {
  #bytes = 0;

  /** It is given words, of so many messages. */
  addWords(words: string, messages: number): void {
    this.#bytes += encodeURIComponent(words.toWellFormed()).length + messages * WINDOW.aroundLine;
  }

  /** Whether a picture of so many bytes goes to it; then it counts. */
  takes(bytes: number): boolean {
    const shown = this.#bytes + Math.ceil(bytes / 3) * 4 + WINDOW.aroundLine;
    if (bytes >= WINDOW.pictureMax || shown >= WINDOW.shownMax) return false;
    this.#bytes = shown;
    return true;
  }
}
