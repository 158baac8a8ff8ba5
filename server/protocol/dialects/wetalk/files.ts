/** Files of a WeTalk program: the list that it fetches from, and the bytes that it sends. */
import { randomBytes } from "node:crypto";
import type { FileInfo } from "../../../core/shared/events.ts";
import { nameOn } from "../../../core/shared/received_names.ts";
import { escaped } from "./parser.ts";
import type { OwnLine } from "./lines.ts";

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
export class Incoming {
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
/** Bytes that tell what a picture is. */
const MAGIC_BYTES = 12;

/** What a picture that came without a name is called, by its first bytes. */
export function faceName(bytes: Uint8Array): string {
  const head = String.fromCharCode(...bytes.subarray(0, MAGIC_BYTES));
  return `face-${randomBytes(4).toString("hex")}${extensionOf(head)}`;
}

/** Whether a picture came without a name: then it is shown and not listed. */
export function isFace({ name, type }: FileInfo): boolean {
  return FACE_NAME.test(name) && type.startsWith("image/");
}

function extensionOf(head: string): string {
  if (head.startsWith("\x89PNG")) return ".png";
  if (head.startsWith("\xff\xd8\xff")) return ".jpg";
  if (head.startsWith("GIF8")) return ".gif";
  if (head.startsWith("BM")) return ".bmp";
  return /^RIFF.{4}WEBP/s.test(head) ? ".webp" : "";
}
