/**
 * What a PersonTalk program can fetch: files and folders of everybody by name, and private ones that wait for its answer. They go to it
 * one at a time: each is announced, its bytes follow, and a word says that all have come.
 */
import { FOLDER_TYPE } from "../../../core/files/announcements.ts";
import type { Event, FileInfo } from "../../../core/shared/events.ts";
import { nameOn, pathsOn } from "../../../core/shared/received_names.ts";
import type { Inbound, Output } from "../../dialect.ts";
import { explain, inform, request } from "./request.ts";
import { announcement, FILES, object, word } from "./encoder.ts";
import type { Answer } from "../../../core/shared/commands.ts";
import { LIMITS } from "../../../core/shared/limits.ts";
import { LOBBY } from "../../../core/state/rooms.ts";

/** Whom group files are for, as the programs write it. */
export const EVERYONE = "everyone";

/** A file that is wanted under a name, or words in their turn. */
type Step =
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
function folderSteps(to: string, folder: string, files: readonly FileInfo[]): Step[] {
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
function filesIn(folders: readonly string[], then: (files: FileInfo[]) => Output): Output {
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

/** Where everything is by name. The second file of a name is `name (2).ext`; folders of one name are one. */
interface Shelf {
  readonly files: ReadonlyMap<string, string>;
  readonly folders: ReadonlyMap<string, readonly string[]>;
}

/** The names of everybody's files. */
export function listGroup(): Inbound {
  return withShelf(({ files, folders }) => {
    const names = [...files.keys()].map((name) => `File:${name}`);
    return { words: object({ down_file: [...names, ...[...folders.keys()].map((name) => `Dirs:${name}`)] }) };
  });
}

/** Fetches one of everybody's. `kind`: "files" or "dirs", where the name alone does not say. */
export function fetchGroup(downloads: Downloads, name: string, kind: string): Inbound {
  return withShelf(({ files, folders }) => {
    const file = kind === "dirs" ? undefined : files.get(name);
    if (file !== undefined) return downloads.begin([{ id: file, to: EVERYONE, name }]);
    const ids = kind === "files" ? undefined : folders.get(name);
    if (!ids) return inform(`Cannot fetch ${JSON.stringify(name)}: it is not in the list`);
    return filesIn(
      ids,
      (found) => downloads.begin([...folderSteps(EVERYONE, name, found), { words: word("finish") }]),
    );
  });
}

function withShelf(then: (shelf: Shelf) => Output): Inbound {
  const newestFirst: FileInfo[] = [];
  const page = (before: string | undefined): Inbound =>
    request("files", { room: LOBBY, limit: LIMITS.filesListedMax, ...(before !== undefined && { before }) }, {
      done: ({ files, more }) => {
        newestFirst.push(...files);
        const last = files.at(-1)?.id;
        return more && last !== undefined ? { ask: [page(last)] } : then(shelfOf(newestFirst.toReversed()));
      },
    });
  return page(undefined);
}

function shelfOf(oldestFirst: readonly FileInfo[]): Shelf {
  const files = new Map<string, string>();
  const folders = new Map<string, string[]>();
  for (const { id, name: sent, type } of oldestFirst) {
    const name = nameOn("any", sent);
    if (type === FOLDER_TYPE) folders.set(name, [...folders.get(name) ?? [], id]);
    else files.set(freeName(name, files), id);
  }
  return { files, folders };
}

function freeName(name: string, taken: { has(name: string): boolean }): string {
  const [, stem = name, extension = ""] = /^(.+?)((?:\.[^.]*)?)$/s.exec(name) ?? [];
  let free = name;
  for (let count = 2; taken.has(free); count++) free = `${stem} (${count})${extension}`;
  return free;
}

interface Offer {
  readonly id: string;
  readonly name: string;
  readonly from: string;
  readonly isFolder: boolean;
}

function noticeOf({ from, name, isFolder }: Offer): string {
  return object({ send_to_recv: from, files_name: name, files_type: isFolder ? "dirs" : "files" });
}

/** Private files that one program was told of and has not answered. */
export class Offers {
  readonly #offers: Offer[] = [];

  /** One more waits: the words for it. */
  add({ file, from }: Event<"offer">): Output {
    return file ? this.addAll([{ file, from }]) : {};
  }

  /** Equal names are asked for together; those that only became equal here are not. */
  #nameOf({ name }: FileInfo): string {
    const here = nameOn("any", name);
    return here === name ? name : freeName(here, new Set(this.#offers.map((offer) => offer.name)));
  }

  /** These wait: the words for those that are news. */
  addAll(offers: Answer<"offers">["offers"]): Output {
    let words = "";
    for (const { file, from } of offers) {
      if (this.#offers.some(({ id }) => id === file.id)) continue;
      const offer = { id: file.id, name: this.#nameOf(file), from, isFolder: file.type === FOLDER_TYPE };
      this.#offers.push(offer);
      words += noticeOf(offer);
    }
    return words === "" ? {} : { words, channel: FILES };
  }

  /** All that wait, for a line that did not hear of them. */
  tellAll(): Output {
    return { words: this.#offers.map(noticeOf).join("") };
  }

  /** It was answered, here or elsewhere. */
  remove(id: string): void {
    const index = this.#offers.findIndex((each) => each.id === id);
    if (index !== -1) this.#offers.splice(index, 1);
  }

  /** Takes one by name, or all that wait. */
  accept(downloads: Downloads, receiver: string, name: string | undefined): Output {
    const wanted = this.#offers.filter((each) => name === undefined || each.name === name);
    if (wanted.length === 0) {
      return inform(
        `Cannot fetch ${name === undefined ? "anything" : JSON.stringify(name)}: no such file waits`,
      );
    }
    for (const { id } of wanted) this.remove(id);
    const steps: Step[] = [];
    const next = (index: number): Output => {
      const offer = wanted[index];
      if (!offer) return downloads.begin([...steps, { words: word("file_complete") }]);
      const { id, isFolder } = offer;
      const take = (): Output => {
        if (!isFolder) {
          steps.push({ id, to: receiver, name: offer.name });
          return next(index + 1);
        }
        return filesIn([id], (files) => {
          steps.push(...folderSteps(receiver, offer.name, files));
          return next(index + 1);
        });
      };
      const accept = request("accept", { file: id }, {
        done: take,
        failed: (fault) =>
          fault.code === "already_answered" ? take() : { ...explain(fault), and: next(index + 1) },
      });
      return { ask: [accept] };
    };
    return next(0);
  }

  /** Declines those of this name; with the name of a sender all of theirs, with the receiver's own all. */
  *refuse(receiver: string, name: string): Iterable<Inbound> {
    const named = this.#offers.filter((each) => each.name === name);
    const wanted = named.length > 0
      ? named
      : this.#offers.filter((each) => each.from === name || name === receiver);
    if (wanted.length === 0) {
      const done = () => inform(`Cannot refuse ${JSON.stringify(name)}: no such file waits`);
      return yield request("ping", {}, { done });
    }
    for (const { id } of wanted) {
      this.remove(id);
      yield request("refuse", { file: id });
    }
  }
}
