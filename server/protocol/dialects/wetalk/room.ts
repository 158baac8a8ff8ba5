/**
 * The lobby as one WeTalk program shows it: whom and what it was told of, and the lines of its own user.
 */
import type { Answer } from "../../../core/shared/commands.ts";
import type { FileInfo } from "../../../core/shared/events.ts";
import { FOLDER_TYPE } from "../../../core/files/announcements.ts";
import { FileList, isFace, type Listed } from "./files.ts";
import { MARKS, nameOf, nicknameOf, pythonList, request, say } from "./parser.ts";
import { isPicture } from "./encoder.ts";
import type { Inbound } from "../../dialect.ts";

/** Who and what one program shows. */
export class RoomView {
  /** Who uses the program, once signed in. */
  nickname: string | undefined;
  #isOwner = false;
  readonly #people = new Set<string>();
  readonly #files = new FileList();

  /** Who and what is here before it signs in; nothing when nobody and nothing is. */
  begin(seen: Answer<"glance">): string {
    const people = seen.members.map((nickname) => `+${nameOf(nickname)}`);
    for (const nickname of seen.members) this.#people.add(nickname);
    const files = this.#newFiles(seen);
    if (people.length + files.length === 0) return "";
    return say(MARKS.initial, pythonList(people), pythonList(files));
  }

  /** What has changed until it signed in, and whether it owns the room. */
  enter(seen: Answer<"glance">): string {
    const here = new Set(seen.members);
    const gone = [...this.#people].filter((nickname) => !here.has(nickname));
    return [
      ...gone.map((nickname) => this.leave(nickname)),
      ...seen.members.map((nickname) => this.come(nickname)),
      ...this.#newFiles(seen).map((name) => say(MARKS.fileName, name)),
      this.own(seen.owner),
    ].join("");
  }

  come(nickname: string): string {
    if (this.#people.has(nickname)) return "";
    this.#people.add(nickname);
    return say(MARKS.person, `+${nameOf(nickname)}`);
  }

  leave(nickname: string): string {
    return this.#people.delete(nickname) ? say(MARKS.person, `-${nameOf(nickname)}`) : "";
  }

  /** Somebody owns the room now. */
  own(nickname: string | null): string {
    if (this.#isOwner || nickname === null || nickname !== this.nickname) return "";
    this.#isOwner = true;
    return say(MARKS.owner);
  }

  /** There is a file that can be fetched. */
  list(file: FileInfo, offered = false): string {
    const name = this.#files.add(file, offered);
    return name === undefined ? "" : say(MARKS.fileName, name);
  }

  /** Who is called so here: as the program was told, or as its window shows that. */
  personNamed(name: string): string {
    const told = [...this.#people].find((nickname) => nameOf(nickname) === name);
    return told ?? (this.#people.has(name) ? name : nicknameOf(name));
  }

  fileNamed(name: string): Listed | undefined {
    return this.#files.named(name);
  }

  /** Names of files that it was not told of: all but folders and shown pictures that came without a name. */
  #newFiles({ files }: Answer<"glance">): string[] {
    const listed = files.toReversed().filter((file) =>
      file.type !== FOLDER_TYPE && !(isFace(file) && isPicture(file))
    );
    return listed.map((file) => this.#files.add(file)).filter((name) => name !== undefined);
  }
}

/** Remembered for taking them back. */
const OWN_LINES_MAX = 1_000;

/** A line or a picture of one's own. */
export interface OwnLine {
  /** Known once it is there. */
  id?: string;
  /** Whether it stands in the conversation; of a file this is known once it is there. */
  shown: boolean;
  /** To be taken back as soon as it is there. */
  recalled?: true;
}

/**
 * What a program's user has put under their own name, oldest first, for taking the last of it back. The programs show lines and pictures
 * alike, and take away whichever is last; so does this. Files that are only listed do not count.
 */
export class OwnLines {
  readonly #lines: OwnLine[] = [];

  /** One more is on its way. */
  add(shown: boolean): OwnLine {
    const line: OwnLine = { shown };
    this.#lines.push(line);
    if (this.#lines.length > OWN_LINES_MAX) this.#lines.shift();
    return line;
  }

  /** It is there; gives what to ask when it is to be taken back. */
  arrived(line: OwnLine, id: string, shown: boolean): readonly Inbound[] {
    line.id = id;
    line.shown = shown;
    if (line.recalled) return [request("recall", { message: id })];
    if (!shown) this.forget(line);
    return [];
  }

  /** It is not going to be there. */
  forget(line: OwnLine): void {
    const index = this.#lines.indexOf(line);
    if (index !== -1) this.#lines.splice(index, 1);
  }

  /** It did not go to this program's window, which takes away what stands before it. */
  hide(id: string): void {
    const line = this.#lines.find((each) => each.id === id);
    if (line) this.forget(line);
  }

  /** Takes the last one back; gives what to ask now, undefined when there is none. */
  takeBack(): readonly Inbound[] | undefined {
    const index = this.#lines.findLastIndex(({ shown }) => shown);
    const line = this.#lines[index];
    if (!line) return undefined;
    this.forget(line);
    line.recalled = true;
    return line.id === undefined ? [] : [request("recall", { message: line.id })];
  }
}
