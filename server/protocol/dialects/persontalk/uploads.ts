/**
 * Files on their way from a PersonTalk program, which sends all bytes of each, whatever is said to its announcement. Names may hold
 * folders: what comes in one after the other appears as one folder, in a group when something else is said or nothing comes any more,
 * to a person when the sender says so.
 */
import { Offers } from "./downloads.ts";
import { LIMITS } from "../../../core/shared/limits.ts";
import { LOBBY } from "../../../core/state/rooms.ts";
import type { Fault } from "../../../core/shared/faults.ts";
import type { Inbound, Output } from "../../dialect.ts";
import { request } from "./request.ts";
import { object } from "./encoder.ts";

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

/** What a program announces. */
interface Announced {
  /** Whom it is for, as the program wrote it. */
  readonly upFiles: string;
  /** The person whom it is for; undefined: everybody. */
  readonly to: string | undefined;
  readonly name: string;
  /** -1: an empty folder. */
  readonly size: number;
  readonly md5: string | undefined;
}

/** What folder files go to. */
interface OpenFolder {
  readonly to: string | undefined;
  readonly name: string;
  readonly handle: string;
  /** Files that arrived, and files of which this is not known yet. */
  arrived: number;
  pending: number;
}

interface Incoming extends Announced {
  readonly handle: string;
  readonly folder: OpenFolder | undefined;
  received: number;
  /** What was received and not passed on. */
  piece: Uint8Array;
  filled: number;
  /** Why it can't be taken. */
  fault?: Fault;
}

const PIECE_BYTES = LIMITS.lineBytesMax;

/** The files that one program sends on one line. */
export class Uploads {
  readonly #program: Program;
  readonly #folders = new Map<string, OpenFolder>();
  #incoming: Incoming | undefined;

  constructor(program: Program) {
    this.#program = program;
    program.uploads.push(this);
  }

  /** Whether a folder for everybody is being sent: it ends when nothing comes any more. */
  get open(): boolean {
    return this.#incoming === undefined && this.#groupFolders().length > 0;
  }

  /** A file or an empty folder is announced. */
  *announce(announced: Announced): Iterable<Inbound> {
    const [top = "", ...path] = announced.name.replaceAll("\\", "/").split("/");
    const inFolder = path.length > 0 || announced.size === -1;
    yield* this.closeGroup(inFolder ? top : undefined);
    const { to, size, md5 } = announced;
    const place = to === undefined ? { room: LOBBY } : { to };
    const handle = this.#program.newHandle();
    let folder: OpenFolder | undefined;
    const file: Incoming = {
      ...announced,
      handle,
      get folder() {
        return folder;
      },
      received: 0,
      piece: new Uint8Array(0),
      filled: 0,
    };
    const failed = (fault: Fault): Output => {
      file.fault ??= fault;
      return {};
    };
    if (inFolder) {
      folder = this.#folders.get(keyOf(to, top));
      if (!folder) {
        folder = { to, name: top, handle: this.#program.newHandle(), arrived: 0, pending: 0 };
        this.#folders.set(keyOf(to, top), folder);
        yield request("upload", { ...place, name: top, folder: true, as: folder.handle }, { failed });
      }
      folder.pending++;
    }
    if (size === -1) return yield this.#emptyFolder(file, path.join("/"));
    const name = folder ? path.join("/") : announced.name;
    const known = md5 === undefined ? { unchecked: true as const } : { md5 };
    const where = folder ? { folder: folder.handle } : place;
    yield request("upload", { ...where, name, size, ...known, as: handle }, { failed });
    this.#incoming = file;
    if (size === 0) yield* this.#complete(file);
  }

  /** Bytes of the file that was announced last. */
  *take(bytes: Uint8Array): Iterable<Inbound> {
    const file = this.#incoming;
    if (!file) return;
    for (let at = 0; at < bytes.length;) {
      if (file.filled === 0) file.piece = new Uint8Array(Math.min(PIECE_BYTES, file.size - file.received));
      const part = bytes.subarray(at, at + file.piece.length - file.filled);
      file.piece.set(part, file.filled);
      file.filled += part.length;
      at += part.length;
      if (file.filled < file.piece.length) continue;
      const offset = file.received;
      file.received += file.filled;
      file.filled = 0;
      if (!file.fault) {
        yield request("chunk", { file: file.handle, offset, data: file.piece }, {
          failed: (fault) => {
            file.fault ??= fault;
            return {};
          },
        });
      }
    }
    if (file.received === file.size) yield* this.#complete(file);
  }

  /** What was sent for everybody appears, but a folder that goes on. */
  *closeGroup(goesOn?: string): Iterable<Inbound> {
    for (const folder of this.#groupFolders()) if (folder.name !== goesOn) yield* this.#close(folder);
  }

  /** A private folder is complete. */
  *closePrivate(name: string): Iterable<Inbound> {
    const wanted = name.replaceAll("\\", "/").split("/")[0];
    for (const folder of Array.from(this.#folders.values())) {
      if (folder.to !== undefined && folder.name === wanted) yield* this.#close(folder);
    }
  }

  /** The program goes: everything is complete. */
  *closeAll(): Iterable<Inbound> {
    for (const folder of Array.from(this.#folders.values())) yield* this.#close(folder);
  }

  #groupFolders(): OpenFolder[] {
    return Array.from(this.#folders.values()).filter((folder) => folder.to === undefined);
  }

  *#close(folder: OpenFolder): Iterable<Inbound> {
    this.#folders.delete(keyOf(folder.to, folder.name));
    const { handle: file } = folder;
    if (folder.arrived + folder.pending === 0) {
      return yield request("cancel", { file }, { failed: () => ({}) });
    }
    yield request("finish", { file }, { done: ({ id }) => this.#note(folder, id) });
  }

  #emptyFolder(file: Incoming, path: string): Inbound {
    const { folder } = file;
    const outcome = {
      done: (): Output => answer(file, undefined),
      failed: (fault: Fault): Output => answer(file, file.fault ?? fault),
    };
    if (path === "") return request("ping", {}, { done: () => answer(file, file.fault) });
    return request("upload", { folder: folder!.handle, name: path, size: -1 }, outcome);
  }

  *#complete(file: Incoming): Iterable<Inbound> {
    this.#incoming = undefined;
    const giveUp = request("cancel", { file: file.handle }, { failed: () => ({}) });
    yield request("finish", { file: file.handle }, {
      done: ({ id }) => {
        this.#note(file, id);
        return answer(file, undefined);
      },
      failed: (fault) => ({ ...answer(file, file.fault ?? fault), ask: [giveUp] }),
    });
  }

  #note({ to, name }: Pick<Announced, "to" | "name">, id: string | undefined): Output {
    if (to === undefined || id === undefined) return {};
    const { sent } = this.#program;
    sent.set(id, name);
    if (sent.size > SENT_MAX) sent.delete(sent.keys().next().value!);
    return {};
  }
}

/** Private files remembered whose answers are shown by name. */
const SENT_MAX = 1_000;

function keyOf(to: string | undefined, name: string): string {
  return `${to === undefined ? "" : `to ${to}`}/${name}`;
}

/** What a program is told of a file that it sent, under the keys that the description and the programs have. */
function answer({ upFiles, name, folder }: Incoming, fault: Fault | undefined): Output {
  if (folder) {
    folder.pending--;
    if (!fault) folder.arrived++;
  }
  const code = fault ? 1 : 0;
  const failure = fault && { file_name: name, message: fault.message };
  return {
    words: object({ up_files: upFiles, return: code, files_req: code, files_name: name, ...failure }),
  };
}
