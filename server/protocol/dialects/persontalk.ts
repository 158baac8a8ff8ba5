/**
 * PersonTalk: accounts, a list of who is online, private windows, and files for everybody or for one (docs/dialects.md, "persontalk").
 * This module turns what a program asks into requests and what happens into its words; bytes are persontalk_framer.ts's and
 * persontalk_outgoing.ts's.
 */
import type { Event } from "../../core/events.ts";
import { quote } from "../../core/faults.ts";
import { LOBBY } from "../../core/rooms.ts";
import type { Asked, Dialect, Form, Raw, Result, Said, Speaker, Write } from "../dialect.ts";
import type { Surroundings } from "./index.ts";
import { accountRequest } from "./persontalk_accounts.ts";
import { Downloads } from "./persontalk_downloads.ts";
import { type Frame, LENGTH_BYTES, PersontalkFramer } from "./persontalk_framer.ts";
import { Outgoing } from "./persontalk_outgoing.ts";
import { answerTo, refused, request } from "./persontalk_request.ts";
import { EVERYONE, fetchGroup, listGroup, Offers } from "./persontalk_shelf.ts";
import { Uploads } from "./persontalk_uploads.ts";
import { notice, object, people, privately, wordsOf } from "./persontalk_words.ts";

/** Its programs connect when they start and wait for a person to type. */
const SILENCE_MS = 10 * 60_000;
/** A folder for everybody is complete when so long nothing has come. */
const FOLDER_SETTLES_MS = 1_500;

/** The dialect of one server. */
export function createPersontalk({ pageUrl }: Surroundings): Dialect {
  return {
    name: "persontalk",
    joins: false,
    silenceMs: SILENCE_MS,
    recognises,
    encode: (event, own) => wordsOf(event, own, pageUrl()),
    speaker: () => new PersontalkSpeaker(),
  };
}

const FIRST_KEYS = [
  "login",
  "args",
  "person_talk",
  "oneTOone_news",
  "oneToone_talk",
  "up_files",
  "down_files",
]
  .map((key) => `"${key}"`);
const HEAD_BYTES = 64;
const latin1 = new TextDecoder("latin1");

/** A length with its spaces, or an object whose first key is one of its own. */
function recognises(head: Uint8Array): "yes" | "no" | "more" {
  const text = latin1.decode(head.subarray(0, HEAD_BYTES));
  if (/^\d/.test(text)) {
    if (!/^\d{1,5} *$/.test(text.slice(0, LENGTH_BYTES))) return "no";
    return text.length >= LENGTH_BYTES ? "yes" : "more";
  }
  const [, brace, key = ""] = /^\s*(\{?)\s*(.*)$/s.exec(text) ?? [];
  if (brace === "") return key === "" && text.length < HEAD_BYTES ? "more" : "no";
  if (FIRST_KEYS.some((each) => key.startsWith(each))) return "yes";
  return text.length < HEAD_BYTES && FIRST_KEYS.some((each) => each.startsWith(key)) ? "more" : "no";
}

type Fields = Readonly<Record<string, unknown>>;

class PersontalkSpeaker implements Speaker {
  readonly #framer = new PersontalkFramer();
  readonly #outgoing = new Outgoing(this.#framer);
  readonly #uploads = new Uploads();
  readonly #downloads = new Downloads();
  readonly #offers = new Offers();
  /** Who is signed in here. */
  #nickname = "";
  #username = "";

  *receive(chunk: Uint8Array, form: Form): Iterable<Asked> {
    for (const frame of this.#framer.push(chunk, form)) yield* this.#frame(frame);
  }

  get settleMs(): number | undefined {
    return this.#uploads.open ? FOLDER_SETTLES_MS : undefined;
  }

  *quiet(): Iterable<Asked> {
    yield* this.#uploads.closeGroup();
  }

  answer(asked: Asked, result: Result): Said {
    return answerTo(asked, result);
  }

  pack(waiting: readonly (string | Raw)[]): Write | undefined {
    return this.#outgoing.pack(waiting);
  }

  piece(event: Event<"chunk">, data: Uint8Array): Said {
    return this.#downloads.piece(event, data);
  }

  hear(event: Event): Said {
    switch (event.event) {
      case "message": {
        const words = privately(event.from, event.text);
        if (event.from !== this.#nickname) return { words };
        return { words: notice(`you have written to ${[event.to].flat().join(", ")}: ${event.text}`) };
      }
      case "offer":
        return event.from === this.#nickname ? {} : this.#offers.add(event);
      case "accepted":
      case "refused":
      case "fetched": {
        if (event.event !== "fetched") this.#offers.remove(event.file);
        if (event.from === this.#nickname) return {};
        const name = this.#uploads.sent.get(event.id) ?? "a file of yours";
        return { words: notice(`${event.from} has ${event.event} ${name}`) };
      }
      default:
        return {};
    }
  }

  *#frame(frame: Frame): Iterable<Asked> {
    if ("raw" in frame) return yield* this.#uploads.take(frame.raw);
    if ("unreadable" in frame) {
      return yield refused("bad_request", `Cannot read this: ${frame.unreadable}`, frame.fatal);
    }
    let text: string;
    try {
      text = decoder.decode(frame.message);
    } catch {
      return yield refused("bad_utf8", "Cannot read this: it is not UTF-8");
    }
    const fields = objectIn(text);
    if (!fields || !("up_files" in fields)) yield* this.#uploads.closeGroup();
    if (fields) yield* this.#object(fields);
    else if (text !== "") yield request("send", { room: LOBBY, text });
  }

  *#object(fields: Fields): Iterable<Asked> {
    const text = (name: string): string => typeof fields[name] === "string" ? fields[name] : "";
    if ("login" in fields) return yield* this.#account(Number(fields.login), fields.args);
    if ("person_talk" in fields) {
      const said = text("oneTOone_news") || text("oneToone_talk");
      return yield request("send", { to: text("person_talk"), text: said });
    }
    if ("up_files" in fields) return yield* this.#announce(text("up_files"), fields);
    if ("down_file_list" in fields) return yield listGroup();
    if ("down_files" in fields) {
      const name = text("files_name");
      if (text("down_files") === EVERYONE) return yield fetchGroup(this.#downloads, name, text("files_type"));
      return yield this.#own(() =>
        this.#offers.accept(this.#downloads, this.#nickname, name === "" ? undefined : name)
      );
    }
    if ("refuse_files" in fields) {
      return yield this.#own(() => this.#offers.refuse(this.#nickname, text("refuse_files")));
    }
    if ("dirs_notice" in fields) return yield* this.#uploads.closePrivate(text("dirs_notice"));
    const [first = ""] = Object.keys(fields);
    yield refused("bad_request", `Cannot do ${quote(first)}: nothing is asked with this`);
  }

  /** Something about what this program was told, in its turn among the requests. */
  #own(then: () => Said): Asked {
    return request("ping", {}, { done: then });
  }

  *#account(login: number, args: unknown): Iterable<Asked> {
    if (login === 0) yield* this.#uploads.closeAll();
    yield accountRequest(login, args, (nickname, reply) => {
      this.#nickname = nickname;
      this.#username = String((args as Fields).user_name);
      this.#outgoing.goesFirst(reply, true);
      const greet = (online: readonly string[]): Said => {
        const words = object({ welcome_uppeople: nickname }) + people(online) + object({ up_line: nickname });
        this.#outgoing.goesFirst(words, false);
        return { words };
      };
      const who = request("who", {}, {
        done: ({ online }) => greet(online),
        failed: () => greet([nickname]),
      });
      return { words: reply, ask: [who] };
    });
  }

  /** A file or folder follows; without its length nothing after it can be read. */
  *#announce(upFiles: string, fields: Fields): Iterable<Asked> {
    const information = (fields.files_information ?? fields.dirs_information ?? {}) as Fields;
    const name = information.files_name ?? information.dirs_name;
    const given = information.files_size ?? information.dirs_size;
    const size = /^-?\d{1,16}$/.test(String(given)) ? Number(given) : NaN;
    if (typeof name !== "string" || !Number.isSafeInteger(size) || size < -1) {
      const why = "its name and its number of bytes are missing, and nothing after it can be read";
      return yield refused("bad_file", `Cannot take this file: ${why}`, true);
    }
    if (size > 0) this.#framer.expectRaw(size);
    const md5 = typeof information.files_md5 === "string" ? information.files_md5 : undefined;
    yield* this.#uploads.announce({ upFiles, to: this.#receiverIn(upFiles), name, size, md5 });
  }

  /** Whom a file is for. A sender before the comma has to be the one who is signed in; any other is part of a nickname. */
  #receiverIn(upFiles: string): string | undefined {
    if (upFiles === EVERYONE) return undefined;
    const own = [this.#nickname, this.#username].find((name) =>
      name !== "" && upFiles.startsWith(`${name},`)
    );
    return own === undefined ? upFiles : upFiles.slice(own.length + 1).trim();
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** A JSON object; anything else is a line. */
function objectIn(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value as Fields : undefined;
  } catch {
    return undefined;
  }
}
