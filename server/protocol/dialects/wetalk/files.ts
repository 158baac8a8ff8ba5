/** Files of a WeTalk program: the list that it fetches from, those that it sends, and those on their way to it. */
import { randomBytes } from "node:crypto";
import type { Event, FileInfo } from "../../../core/shared/events.ts";
import { nameOn } from "../../../core/shared/received_names.ts";
import { escaped, explain, notice, request } from "./parser.ts";
import type { OwnLine, OwnLines } from "./room.ts";
import type { Answer } from "../../../core/shared/commands.ts";
import { nearestFileName } from "../../../core/shared/file_names.ts";
import { LOBBY } from "../../../core/state/rooms.ts";
import { extensionByMagic } from "../../magic.ts";
import type { Inbound, Output } from "../../dialect.ts";
import { isPicture, type Outgoing, type Transfer, WINDOW } from "./encoder.ts";
import type { Fault } from "../../../core/shared/faults.ts";

/** A file in the list. */
export interface Listed {
  readonly id: string;
  readonly size: number;
  /** A private one, which fetching accepts. */
  readonly offered: boolean;
}

/** What one program was told that there is. A name is told once: the second file of a name is `name (2).ext`. */
export class FileList {
  readonly #byName = new Map<string, Listed>();
  readonly #ids = new Set<string>();

  /** Adds a file; gives the name that the program is to know it by, undefined when it knows it. */
  add({ id, name, size }: FileInfo, offered = false): string | undefined {
    if (this.#ids.has(id)) return undefined;
    const wanted = escaped(nameOn("any", name));
    const [, stem, extension] = /^(.+?)((?:\.[^.]*)?)$/s.exec(wanted) ?? ["", wanted, ""];
    let told = wanted;
    for (let count = 2; this.#byName.has(told); count++) told = `${stem} (${count})${extension}`;
    this.#ids.add(id);
    this.#byName.set(told, { id, size, offered });
    return told;
  }

  named(name: string): Listed | undefined {
    return this.#byName.get(name);
  }
}

/** Bytes that go to the core in one piece; how they arrived says nothing. */
const PIECE_BYTES = 64 * 1024;

/** A file that a program is sending. */
class Incoming {
  /** Nothing more of it is wanted: it was refused. */
  failed = false;
  #received = 0;
  #piece = new Uint8Array(0);
  #filled = 0;

  /** `name`: undefined for a picture. `handle`: what it is called until it has an id. */
  constructor(
    readonly name: string | undefined,
    readonly size: number,
    readonly handle: string,
    /** How it is taken back. */
    readonly line: OwnLine,
  ) {}

  get complete(): boolean {
    return this.#received === this.size;
  }

  /** Takes what arrived, no more than is still to come; gives the piece that it fills, or the last one. */
  take(bytes: Uint8Array): { offset: number; data: Uint8Array } | undefined {
    if (this.#filled === 0) this.#piece = new Uint8Array(Math.min(PIECE_BYTES, this.size - this.#received));
    this.#piece.set(bytes, this.#filled);
    this.#filled += bytes.length;
    this.#received += bytes.length;
    if (this.#filled < this.#piece.length) return undefined;
    this.#filled = 0;
    return { offset: this.#received - this.#piece.length, data: this.#piece };
  }

  /** How many bytes {@link take} takes at a time. */
  get room(): number {
    return this.#filled === 0
      ? Math.min(PIECE_BYTES, this.size - this.#received)
      : this.#piece.length - this.#filled;
  }
}

const FACE_NAME = /^face-[0-9a-f]{8}(?:\.\w+)?$/;

/** What a picture that came without a name is called, by its first bytes. */
function faceName(bytes: Uint8Array): string {
  const extension = extensionByMagic(bytes);
  return `face-${randomBytes(4).toString("hex")}${extension === undefined ? "" : `.${extension}`}`;
}

/** Whether a picture came without a name: then it is shown and not listed. */
export function isFace({ name, type }: FileInfo): boolean {
  return FACE_NAME.test(name) && type.startsWith("image/");
}

/** The files that one program has announced and not yet sent: it sends all of their bytes whatever is said to the announcement. */
export class Uploads {
  readonly #lines: OwnLines;
  readonly #incoming: Incoming[] = [];
  #count = 0;

  constructor(lines: OwnLines) {
    this.#lines = lines;
  }

  /** A file is announced; pictures have no name. Gives what to ask when it has no bytes. Its program takes no for an answer nowhere. */
  *announce(name: string | undefined, size: number): Iterable<Inbound> {
    const known = name === undefined ? undefined : nearestFileName(name);
    const line = this.#lines.add(name === undefined && size < WINDOW.pictureMax);
    const file = new Incoming(known, size, `wetalk-${++this.#count}`, line);
    if (size > 0) this.#incoming.push(file);
    else yield* this.#add(file, 0, new Uint8Array(0));
  }

  /** Bytes of the file that was announced first. */
  *take(bytes: Uint8Array): Iterable<Inbound> {
    const [file] = this.#incoming;
    if (!file) return;
    for (let at = 0; at < bytes.length;) {
      const part = bytes.subarray(at, at + file.room);
      at += part.length;
      const piece = file.take(part);
      if (piece && !file.failed) yield* this.#add(file, piece.offset, piece.data);
    }
    if (file.complete) this.#incoming.shift();
  }

  /** Announced with its first piece, which tells what a picture is; finished with its last. */
  *#add(file: Incoming, offset: number, data: Uint8Array): Iterable<Inbound> {
    const failed = (fault: Fault): Output => {
      const known = file.failed;
      file.failed = true;
      this.#lines.forget(file.line);
      return known ? {} : explain(fault);
    };
    const { handle, size, name = faceName(data) } = file;
    if (offset === 0) {
      yield request("upload", { room: LOBBY, name, size, unchecked: true, as: handle }, { failed });
    }
    if (data.length > 0) yield request("chunk", { file: handle, offset, data }, { failed });
    if (offset + data.length < size) return;
    const done = ({ id, type }: Answer<"finish">): Output => ({
      ask: id === undefined ? [] : this.#lines.arrived(file.line, id, isPicture({ type, size })),
    });
    yield request("finish", { file: handle }, { done, failed });
  }
}

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
