/** How far a file is, in one line. */
import { formatBytes, formatDuration } from "./wording.ts";
import { Throughput } from "../connection/throughput.ts";
import { cut } from "./layout.ts";

const BAR_MAX = 20;
const NAME_MAX = 30;

/** The progress of one file, or of a folder's files together. */
export class ProgressBar {
  readonly #throughput = new Throughput();
  #done = 0;
  #size = 0;

  /** `name`: harmless already. */
  constructor(readonly name: string, readonly direction: "↑" | "↓") {}

  /** Takes in how far it is. `at`: milliseconds of a clock that only goes forward. */
  update(done: number, size: number, at: number): void {
    this.#done = done;
    this.#size = size;
    this.#throughput.sample(done, at);
  }

  /** A link was lost: what was before says nothing about the throughput. */
  restart(): void {
    this.#throughput.restart();
  }

  /** Such as `↑ film.mp4 [#####---------------] 25%  3.1 MB of 12.4 MB  2 MB/s  4 s`, as much as fits. */
  line(columns: number): string {
    const share = this.#size === 0 ? 1 : Math.min(1, this.#done / this.#size);
    const percent = `${Math.floor(share * 100)}%`.padStart(4);
    const { perSecond } = this.#throughput;
    const parts = [
      cut(`${this.direction} ${this.name}`, Math.min(NAME_MAX, Math.max(4, columns - 8))),
      ` ${bar(share, columns >= 60 ? BAR_MAX : 10)}`,
      percent,
      `  ${formatBytes(this.#done)} of ${formatBytes(this.#size)}`,
      perSecond === undefined ? "" : `  ${formatBytes(perSecond)}/s`,
      perSecond === undefined ? "" : `  ${formatDuration((this.#size - this.#done) / perSecond)}`,
    ];
    if (columns < 40) return cut(parts[0]! + percent, columns - 1);
    return cut(parts.join(""), columns - 1);
  }
}

function bar(share: number, width: number): string {
  const full = Math.floor(share * width);
  return `[${"#".repeat(full)}${"-".repeat(width - full)}]`;
}
