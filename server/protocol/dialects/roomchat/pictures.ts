/**
 * Pictures and videos on their way to a RoomChat program, each one long message in its place among the others. Its bytes are
 * asked for when it is next, and written as they come: what waits for a program stays small, however large a picture is.
 */
import type { Event, FileInfo } from "../../../core/shared/events.ts";
import { joined } from "../../byte_buffer.ts";
import type { Inbound, Output, Raw, Write } from "../../dialect.ts";
import { CLOSING, request, type WordType } from "./parser.ts";
import type { Manner } from "./manner.ts";

/** One that a program is to get. */
export interface Picture {
  readonly file: FileInfo;
  readonly type: WordType & ("Picture" | "Video");
  readonly sender: string;
  readonly own: boolean;
  /** Stands before its base64. */
  readonly prefix: string;
  /** Whether it has to be accepted first. */
  readonly offered: boolean;
  /** Said before it. */
  readonly caption: string | undefined;
  /** Said where its bytes can't be had. */
  readonly instead: string;
}

interface Transfer extends Picture {
  /** Whether what is said before it has been said, or is nothing. */
  captioned: boolean;
  state: "asked" | "coming" | "refused";
  /** Bytes that have come, and that were written or are in {@link rest}. */
  come: number;
  written: number;
  /** Fewer than three bytes, which make no base64 yet. */
  rest: Uint8Array;
  /** Why no more bytes will come. */
  failure?: string;
}

const GROUP_BYTES = 3;
const encoder = new TextEncoder();

/** The pictures that one program is to get. */
export class Pictures {
  readonly #manner: Manner;
  #count = 0;
  /** By what stands in their place among the words that wait. */
  readonly #byPlace = new Map<string, Transfer>();
  /** Whose bytes have not all come; those of the first are on their way. */
  readonly #wanted: Transfer[] = [];
  /** Whose message is begun and not ended, and its place. */
  #open: { readonly transfer: Transfer; readonly place: string } | undefined;

  constructor(manner: Manner) {
    this.#manner = manner;
  }

  /** Gives the picture its place, and asks for it unless others come first. */
  send(picture: Picture): Output {
    const transfer = transferOf(picture);
    this.#wanted.push(transfer);
    return { words: this.#place(transfer), ask: this.#wanted.length === 1 ? this.#fetch() : [] };
  }

  /** Gives one a place of which only the caption and the words instead are told. */
  tell(picture: Picture): Output {
    return { words: this.#place({ ...transferOf(picture), state: "refused" }) };
  }

  /** A piece has come, or the news that no more will. */
  piece(event: Event<"chunk">, data: Uint8Array): Output {
    const [transfer] = this.#wanted;
    if (!transfer) return {};
    if (event.error) {
      transfer.failure = event.error.message;
      return { ask: this.#next() };
    }
    transfer.come += data.length;
    return { raw: data, ask: transfer.come === transfer.file.size ? this.#next() : [] };
  }

  /** Makes the next write out of what waits: one message, or a part of one with a picture. */
  pack(waiting: readonly (string | Raw)[]): Write | undefined {
    const [first] = waiting;
    // Everything was given up for the last words: what is begun is ended before it.
    if (this.#open && first !== this.#open.place) {
      return this.#end(this.#manner.breakingOff("it was not sent to its end"), 0);
    }
    if (typeof first !== "string") return { bytes: new Uint8Array(0), taken: 1 };
    const transfer = this.#byPlace.get(first);
    if (!transfer) return this.#whole(first, 1);
    if (!transfer.captioned && transfer.caption !== undefined) {
      transfer.captioned = true;
      return this.#whole(transfer.caption, 0);
    }
    if (transfer.state === "asked") return undefined;
    if (!this.#open) return this.#begin(transfer, first);
    const { come, written, file, failure } = transfer;
    if (written < come) return this.#goOn(transfer, waiting);
    if (failure === undefined && written < file.size) return undefined;
    this.#byPlace.delete(first);
    const end = failure === undefined
      ? transfer.rest.toBase64() + CLOSING
      : this.#manner.breakingOff(failure);
    return this.#end(end, 1);
  }

  #whole(words: string, taken: number): Write {
    return { bytes: encoder.encode(this.#manner.whole(words)), taken };
  }

  #place(transfer: Transfer): string {
    const place = `picture ${++this.#count}`;
    this.#byPlace.set(place, transfer);
    return place;
  }

  #begin(transfer: Transfer, place: string): Write {
    const { type, sender, own, prefix, instead, state, failure, come } = transfer;
    if (state === "refused" || (failure !== undefined && come === 0)) {
      this.#byPlace.delete(place);
      return this.#whole(instead, 1);
    }
    this.#open = { transfer, place };
    const beginning = this.#manner.beginning(type, sender, own, prefix);
    return { bytes: encoder.encode(beginning), taken: 0, more: true };
  }

  /** The next piece in base64, as far as it comes to whole groups. */
  #goOn(transfer: Transfer, waiting: readonly (string | Raw)[]): Write | undefined {
    const from = waiting.findIndex((each) => typeof each !== "string");
    if (from === -1) return undefined;
    const { raw } = waiting[from] as Raw;
    const { rest } = transfer;
    const bytes = joined([rest, raw]);
    const end = bytes.length - bytes.length % GROUP_BYTES;
    transfer.written += raw.length;
    transfer.rest = bytes.slice(end);
    return { bytes: encoder.encode(bytes.subarray(0, end).toBase64()), from, taken: 1, more: true };
  }

  #end(words: string, taken: number): Write {
    this.#open = undefined;
    return { bytes: encoder.encode(words), taken };
  }

  #fetch(): readonly Inbound[] {
    const [transfer] = this.#wanted;
    if (!transfer) return [];
    const { file, offered } = transfer;
    const download = request("download", { file: file.id }, {
      done: () => {
        transfer.state = "coming";
        return file.size === 0 ? { ask: this.#next() } : {};
      },
      failed: () => {
        transfer.state = "refused";
        return { ask: this.#next() };
      },
    });
    // Whether it was accepted before, the download tells.
    return offered ? [request("accept", { file: file.id }, { failed: () => ({}) }), download] : [download];
  }

  #next(): readonly Inbound[] {
    this.#wanted.shift();
    return this.#fetch();
  }
}

function transferOf(picture: Picture): Transfer {
  return { ...picture, captioned: false, state: "asked", come: 0, written: 0, rest: new Uint8Array(0) };
}
