/**
 * Files on their way to a WeTalk program. Each is announced in its place among the messages and asked for one at a time in the
 * order of the announcements, because the program takes whatever comes after one for the file.
 */
import type { Event } from "../../../core/shared/events.ts";
import type { Inbound, Output } from "../../dialect.ts";
import type { Listed } from "./files.ts";
import { notice } from "./parser.ts";
import type { Outgoing, Transfer } from "./outgoing.ts";
import { request } from "./request.ts";

interface Wanted {
  readonly file: Listed;
  readonly transfer: Transfer;
  /** Bytes that have not come. */
  left: number;
}

/** The files that one program is to get. */
export class Downloads {
  readonly #outgoing: Outgoing;
  /** The first one is on its way. */
  readonly #wanted: Wanted[] = [];

  constructor(outgoing: Outgoing) {
    this.#outgoing = outgoing;
  }

  /** Announces a file, whose bytes follow when they have come; `instead` of a picture is said when there are none, else why. */
  send(file: Listed, announcement: string, instead?: string): Output {
    const { id, size } = file;
    const isPicture = instead !== undefined;
    const transfer: Transfer = { id, isPicture, announcement, size, state: "asked", instead };
    this.#outgoing.expect(transfer);
    this.#wanted.push({ file, transfer, left: size });
    return { words: announcement, ask: this.#wanted.length === 1 ? this.#fetch() : [] };
  }

  /** A piece has come. An announced file that breaks off can't be taken back: the program would take anything for the rest. */
  piece(event: Event<"chunk">, data: Uint8Array): Output {
    const [wanted] = this.#wanted;
    if (event.error || !wanted) return { end: true };
    wanted.left -= data.length;
    return { raw: data, ask: wanted.left === 0 ? this.#next() : [] };
  }

  #fetch(): readonly Inbound[] {
    const [wanted] = this.#wanted;
    if (!wanted) return [];
    const { file, transfer } = wanted;
    const download = request("download", { file: file.id }, {
      done: () => {
        transfer.state = "coming";
        return wanted.left === 0 ? { ask: this.#next() } : {};
      },
      failed: ({ message }) => {
        transfer.state = "refused";
        transfer.instead ??= notice(message);
        return { ask: this.#next() };
      },
    });
    if (!file.offered) return [download];
    // Accepted before, it is refused, and then the download tells whether it can be had.
    return [request("accept", { file: file.id }, { failed: () => ({}) }), download];
  }

  #next(): readonly Inbound[] {
    this.#wanted.shift();
    return this.#fetch();
  }
}
