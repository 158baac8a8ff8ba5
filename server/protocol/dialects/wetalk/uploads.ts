/** Files on their way from a WeTalk program, which sends all of their bytes whatever we say to the announcement. */
import type { Answer } from "../../../core/shared/commands.ts";
import { nearestFileName } from "../../../core/files/file_names.ts";
import { LOBBY } from "../../../core/rooms/rooms.ts";
import type { Inbound, Output } from "../../dialect.ts";
import { isPicture } from "./encoder.ts";
import { faceName, Incoming } from "./files.ts";
import type { OwnLines } from "./lines.ts";
import { explain, request } from "./request.ts";
import { WINDOW } from "./window.ts";
import type { Fault } from "../../../core/shared/faults.ts";

/** The files that one program has announced and not yet sent. */
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
