/** Files on their way to a PersonTalk program, one at a time: each is announced, its bytes follow, and a word says that all have come. */
import { FOLDER_TYPE } from "../../../core/files/announcements.ts";
import type { Event, FileInfo } from "../../../core/shared/events.ts";
import { pathsOn } from "../../../core/shared/received_names.ts";
import type { Output } from "../../dialect.ts";
import { explain, inform, request } from "./request.ts";
import { announcement } from "./encoder.ts";

/** Whom group files are for, as the programs write it. */
export const EVERYONE = "everyone";

/** A file that is wanted under a name, or words in their turn. */
export type Step =
  | { readonly id: string; readonly to: string; readonly name: string; readonly prepaid?: true }
  | { readonly words: string };

/** What one program is to get. */
export class Downloads {
  /** The first one is on its way. */
  readonly #steps: Step[] = [];
  #left = 0;

  /** Gets these after what is under way. */
  begin(steps: readonly Step[]): Output {
    const idle = this.#steps.length === 0;
    this.#steps.push(...steps);
    return idle ? this.#next() : {};
  }

  /** A piece has come. What breaks off can't be taken back: the program would take anything for the rest. */
  piece(event: Event<"chunk">, data: Uint8Array): Output {
    if (event.error) return { end: true };
    this.#left -= data.length;
    return { ...(this.#left === 0 && this.#done()), raw: data };
  }

  #done(): Output {
    this.#steps.shift();
    return this.#next();
  }

  #next(): Output {
    let words = "";
    while (this.#steps[0] && "words" in this.#steps[0]) {
      words += this.#steps[0].words;
      this.#steps.shift();
    }
    const said = words === "" ? {} : { words };
    const [step] = this.#steps;
    if (!step || "words" in step) return said;
    const { id, to, name, prepaid } = step;
    const download = request("download", { file: id }, {
      done: ({ size, md5 }) => {
        const fields = { TO_send: to, files_name: name, files_size: size, files_md5: md5.toUpperCase() };
        this.#left = size;
        return size === 0
          ? { words: announcement(0, fields), and: this.#done() }
          : { words: announcement(size, fields) };
      },
      failed: ({ message }) => ({ ...inform(message), and: this.#done() }),
    });
    return { ...said, ask: [prepaid ? { ...download, prepaid } : download] };
  }
}

/**
 * What a folder, or several of the same name, comes to: one download, which asking for its list has paid. An empty one is told of itself.
 * The programs put an empty folder within a group's into that folder, and every other name as it is.
 */
export function folderSteps(to: string, folder: string, files: readonly FileInfo[]): Step[] {
  const byPath = new Map(files.map((file) => [file.name, file]));
  const empty = (name: string): Step => ({
    words: announcement(0, { TO_send: to, files_name: name, files_size: -1, files_md5: "" }),
  });
  if (byPath.size === 0) return [empty(folder)];
  const paths = pathsOn("any", byPath.keys());
  return Array.from(byPath.values(), (file) => {
    const path = paths.get(file.name) ?? file.name;
    const name = `${folder}/${path}`;
    if (file.type === FOLDER_TYPE) return empty(to === EVERYONE ? path : name);
    return { id: file.id, to, name, prepaid: true };
  });
}

/** Asks what is in folders, one after the other, then goes on with all of it. */
export function filesIn(folders: readonly string[], then: (files: FileInfo[]) => Output): Output {
  const found: FileInfo[] = [];
  const next = (index: number): Output => {
    const folder = folders[index];
    if (folder === undefined) return then(found);
    return {
      ask: [request("files", { folder }, {
        done: ({ files }) => {
          found.push(...files);
          return next(index + 1);
        },
        failed: (fault) => ({ ...explain(fault), and: next(index + 1) }),
      })],
    };
  };
  return next(0);
}
