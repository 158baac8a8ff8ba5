/**
 * PersonTalk: accounts, a list of who is online, private windows, and files for everybody or for one (docs/dialects.md, "persontalk").
 * This module turns what a program asks into requests and what happens into its words; bytes are framer.ts's and
 * encoder.ts's.
 */
import type { Event } from "../../../core/shared/events.ts";
import { quote } from "../../../core/shared/faults.ts";
import { LOBBY } from "../../../core/state/rooms.ts";
import type {
  Dialect,
  Form,
  Inbound,
  Output,
  PeerCodec,
  Raw,
  Result,
  Surroundings,
  Write,
} from "../../dialect.ts";
import { partsOfText } from "../../long_text.ts";
import { accountRequest, answerTo, inform, refused, request } from "./request.ts";
import { Downloads, EVERYONE, fetchGroup, listGroup } from "./downloads.ts";
import { type Frame, Framer, LENGTH_BYTES } from "./framer.ts";
import { CHAT, encode, FILES, object, Outgoing, people, privately } from "./encoder.ts";
import { Program, Uploads } from "./uploads.ts";

/** A folder for everybody is complete when so long nothing has come. */
const FOLDER_SETTLES_MS = 1_500;

/** What the original program opens after signing in; the default is one connection for everything. */
export const CHANNELS = [CHAT, FILES] as const;

/** The dialect of one server. */
export function createPersontalk({ pageUrl }: Surroundings): Dialect {
  return {
    name: "persontalk",
    joins: false,
    // Its programs connect when they start and wait for a person to type.
    silence: "long",
    channels: CHANNELS,
    detect: recognises,
    encode: (event, own) => encode(event, own, pageUrl()),
    codec: () => new Codec(new Program()),
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

class Codec implements PeerCodec {
  readonly #program: Program;
  readonly #framer: Framer;
  readonly #outgoing: Outgoing;
  readonly #uploads: Uploads;
  readonly #downloads = new Downloads();
  /** Those of the program's other channels. */
  readonly #channels = new Map<string, Codec>();
  #alone = false;

  /** `first`: the one on which the program signed in, and undefined there; `name`: which other channel this is. */
  constructor(program: Program, first?: Codec, readonly name?: string) {
    this.#program = program;
    this.#framer = new Framer(first && first.#framer);
    this.#outgoing = new Outgoing(this.#framer);
    this.#uploads = new Uploads(program);
  }

  channel(name: string): Codec {
    const known = this.#channels.get(name) ?? new Codec(this.#program, this, name);
    this.#channels.set(name, known);
    return known;
  }

  begins(): Output {
    return this.name === CHAT ? this.#greet() : this.#program.offers.tellAll();
  }

  /** What it asks but for accounts the original program asks on other channels. */
  get alone(): boolean {
    return this.#alone && this.name === undefined;
  }

  *receive(chunk: Uint8Array, form: Form): Iterable<Inbound> {
    for (const frame of this.#framer.push(chunk, form)) yield* this.#frame(frame);
  }

  get idleMs(): number | undefined {
    return this.#uploads.open ? FOLDER_SETTLES_MS : undefined;
  }

  *onIdle(): Iterable<Inbound> {
    yield* this.#uploads.closeGroup();
  }

  answer(inbound: Inbound, result: Result): Output {
    return answerTo(inbound, result);
  }

  pack(waiting: readonly (string | Raw)[]): Write | undefined {
    return this.#outgoing.pack(waiting);
  }

  piece(event: Event<"chunk">, data: Uint8Array): Output {
    return this.#downloads.piece(event, data);
  }

  hear(event: Event): Output {
    const { nickname, offers, sent } = this.#program;
    switch (event.event) {
      case "message": {
        if (event.from !== nickname) return { words: privately(event.from, event.text) };
        return inform(`you have written to ${[event.to].flat().join(", ")}: ${event.text}`);
      }
      case "offer":
        if (event.from === nickname) return {};
        if (event.text === "") return offers.add(event);
        return { words: privately(event.from, event.text), and: offers.add(event) };
      case "accepted":
      case "refused":
      case "fetched": {
        if (event.event !== "fetched") offers.remove(event.file);
        if (event.from === nickname) return {};
        return inform(`${event.from} has ${event.event} ${sent.get(event.id) ?? "a file of yours"}`);
      }
      default:
        return {};
    }
  }

  *#frame(frame: Frame): Iterable<Inbound> {
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
    this.#alone = this.#program.nickname !== "" && !(fields && "login" in fields);
    if (!fields || !("up_files" in fields)) yield* this.#uploads.closeGroup();
    if (fields) yield* this.#object(fields);
    else if (text !== "") {
      yield* partsOfText(text).map((part) => request("send", { room: LOBBY, text: part }));
    }
  }

  *#object(fields: Fields): Iterable<Inbound> {
    const text = (name: string): string => typeof fields[name] === "string" ? fields[name] : "";
    if ("login" in fields) return yield* this.#account(Number(fields.login), fields.args);
    if ("person_talk" in fields) {
      const said = text("oneTOone_news") || text("oneToone_talk");
      const to = text("person_talk");
      return yield* partsOfText(said).map((part) => request("send", { to, text: part }));
    }
    if ("up_files" in fields) return yield* this.#announce(text("up_files"), fields);
    if ("down_file_list" in fields) return yield listGroup();
    if ("down_files" in fields) {
      const name = text("files_name");
      if (text("down_files") === EVERYONE) return yield fetchGroup(this.#downloads, name, text("files_type"));
      const { offers, nickname } = this.#program;
      // In its turn among the requests, because what comes is told one file after the other.
      const done = () => offers.accept(this.#downloads, nickname, name === "" ? undefined : name);
      return yield request("ping", {}, { done });
    }
    if ("refuse_files" in fields) {
      return yield* this.#program.offers.refuse(this.#program.nickname, text("refuse_files"));
    }
    if ("dirs_notice" in fields) return yield* this.#uploads.closePrivate(text("dirs_notice"));
    const [first = ""] = Object.keys(fields);
    yield refused("bad_request", `Cannot do ${quote(first)}: nothing is asked with this`);
  }

  *#account(login: number, args: unknown): Iterable<Inbound> {
    if (login === 0) { for (const uploads of this.#program.uploads) yield* uploads.closeAll(); }
    yield accountRequest(login, args, (nickname, reply) => {
      this.#program.nickname = nickname;
      this.#framer.trust();
      this.#program.username = String((args as Fields).user_name);
      return { words: reply, ...this.#greet() };
    });
  }

  /** Who is there; what happens is told after that, because windows are made from it. */
  #greet(): Output {
    const { nickname } = this.#program;
    const greet = (online: readonly string[]): Output => {
      const words = object({ welcome_uppeople: nickname }) + people(online) + object({ up_line: nickname });
      return { words, cork: false };
    };
    const who = request("who", {}, { done: ({ online }) => greet(online), failed: () => greet([nickname]) });
    const offers = request("offers", {}, { done: (found) => this.#program.offers.addAll(found.offers) });
    return { ask: [who, offers], cork: true };
  }

  /** A file or folder follows; without its length nothing after it can be read. */
  *#announce(upFiles: string, fields: Fields): Iterable<Inbound> {
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
    const { nickname, username } = this.#program;
    const own = [nickname, username].find((name) => name !== "" && upFiles.startsWith(`${name},`));
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
