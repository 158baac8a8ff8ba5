/**
 * The codes: three digits and fields behind them, accounts, messages to whomever one names, files to everybody. What its people see
 * and can ask is in docs/dialects.md, "codes".
 */
import type { Answer, Command } from "../../core/commands.ts";
import type { Event } from "../../core/events.ts";
import { Fault, type FaultCode, quote } from "../../core/faults.ts";
import { LIMITS } from "../../core/limits.ts";
import { nameKey } from "../../core/shared/names.ts";
import { LOBBY } from "../../core/rooms.ts";
import type { Asked, Dialect, Raw, Result, Said, Speaker, Write } from "../dialect.ts";
import { extensionOf } from "../magic.ts";
import { Transfer, uploadOf } from "./codes_files.ts";
import { begins, fieldsOf, type Message, MessageReader, type Unreadable } from "./codes_grammar.ts";
import { Outgoing } from "./codes_outgoing.ts";
import { fileName, waitingWords, wordsForFault, wordsOf, wordsWithFile } from "./codes_words.ts";
import type { Surroundings } from "./index.ts";

/** How long a message may be torn. */
const SETTLE_MS = 20;
/** Its program connects when it starts and waits for a person to type. */
const SILENCE_MS = 10 * 60_000;

/** Makes the dialect. */
export function createCodes({ pageUrl }: Surroundings): Dialect {
  let files = 0;
  const nameFile = (bytes: Uint8Array) => fileName(++files, extensionOf(bytes));
  return {
    name: "codes",
    joins: false,
    silenceMs: SILENCE_MS,
    recognises: begins,
    encode: (event, own) => own ? undefined : wordsOf(event, pageUrl()),
    speaker: () => new CodesSpeaker(nameFile, pageUrl),
  };
}

/** What a request is for. */
type Tag =
  | { readonly what: "sign in" | "register" | "sign out" | "list" | "send" | "upload" | "bytes" | "nonsense" }
  | { readonly what: "send to all"; readonly names: readonly string[]; readonly text: string }
  | { readonly what: "fetch"; readonly transfer: Transfer };

class CodesSpeaker implements Speaker {
  readonly #nameFile: (bytes: Uint8Array) => string;
  readonly #pageUrl: () => string;
  readonly #reader = new MessageReader((code) => this.#bytesMax(code));
  readonly #outgoing = new Outgoing();
  /** Who is signed in here. */
  #name: string | undefined;
  /** Whether anything was said. */
  #heard = false;
  /** The upload under way was refused, and this has been told. */
  #refused = false;

  constructor(nameFile: (bytes: Uint8Array) => string, pageUrl: () => string) {
    this.#nameFile = nameFile;
    this.#pageUrl = pageUrl;
  }

  *receive(chunk: Uint8Array): Iterable<Asked> {
    for (const found of this.#reader.push(chunk)) yield* this.#understand(found);
  }

  get settleMs(): number | undefined {
    return this.#reader.open ? SETTLE_MS : undefined;
  }

  *quiet(): Iterable<Asked> {
    for (const found of this.#reader.end()) yield* this.#understand(found);
  }

  answer(asked: Asked, result: Result): Said {
    const tag = asked.tag as Tag;
    if ("fault" in result) return this.#refuse(asked, tag, result.fault);
    const { reply } = result;
    switch (tag.what) {
      case "sign in":
        this.#name = (reply as Answer<"login">).nickname;
        return { words: waitingWords(["204", this.#name]) };
      case "sign out": {
        const name = this.#name ?? "";
        this.#name = undefined;
        return { words: waitingWords(["203", name]) };
      }
      case "register":
        return { words: waitingWords(["206"]) };
      case "list":
        return { words: waitingWords(["210", ...(reply as Answer<"members">).members]) };
      case "send to all":
        return { ask: this.#sendTo(tag.names, tag.text, (reply as Answer<"members">).members) };
      case "upload":
        this.#refused = false;
        return {};
      case "fetch":
        return tag.transfer.size === 0 ? this.#outgoing.take(tag.transfer, new Uint8Array(0)) : {};
      default:
        return {};
    }
  }

  hear(event: Event): Said {
    if (event.event !== "message" || !event.file) return {};
    const { id, size } = event.file;
    const transfer = new Transfer(id, size);
    this.#outgoing.expect(transfer);
    const fetch: Asked = { tag: { what: "fetch", transfer }, command: { op: "download", file: id } };
    return { words: wordsWithFile(event, this.#pageUrl()), ask: [fetch] };
  }

  piece(event: Event<"chunk">, data: Uint8Array): Said {
    return this.#outgoing.take(event, data);
  }

  pack(waiting: readonly (string | Raw)[]): Write | undefined {
    return this.#outgoing.pack(waiting);
  }

  #bytesMax(code: string): number {
    const file = code === "109" && this.#name !== undefined;
    return file ? LIMITS.unmeasuredFileBytesMax : LIMITS.lineBytesMax;
  }

  *#understand(found: Message | Unreadable): Iterable<Asked> {
    const first = !this.#heard;
    this.#heard = true;
    if ("why" in found) {
      yield nonsense(found.fault, found.why, first && found.fault === "bad_request");
      return;
    }
    this.#outgoing.learn(found);
    if (found.code === "109") {
      for (const command of uploadOf(this.#nameFile(found.body), found.body)) {
        yield { tag: { what: command.op === "upload" ? "upload" : "bytes" } satisfies Tag, command };
      }
    } else yield this.#request(found);
  }

  #request(message: Message): Asked {
    const { code } = message;
    if (code === "100") return request("sign out", { op: "logout" });
    if (code === "108") return request("list", { op: "members", room: LOBBY });
    const fields = fieldsOf(message);
    if (!fields) return nonsense("bad_utf8", `Cannot read this ${code}: it is not UTF-8`);
    const [first, rest] = fields;
    if (code !== "101" && code !== "102" && code !== "106") {
      return nonsense("unknown_op", `Cannot do ${quote(code)}: 100, 101, 102, 106, 108 and 109 are possible`);
    }
    if (rest === undefined) return nonsense("bad_request", `Cannot do ${code}: a field is missing`);
    if (code === "101") {
      return request("sign in", {
        op: "login",
        username: first,
        password: rest,
        exclusive: true,
        lobby: true,
      });
    }
    if (code === "102") {
      return request("register", { op: "register", username: first, nickname: first, password: rest });
    }
    const names = first.split("\t").filter((name) => name !== "");
    if (names.length === 0) return nonsense("bad_request", "Cannot send: nobody is named");
    if (names.length === 1) return request("send", { op: "send", to: names, text: rest });
    // Whoever names everybody means the room.
    return {
      tag: { what: "send to all", names, text: rest } satisfies Tag,
      command: { op: "members", room: LOBBY },
    };
  }

  /** What to ask when these are named while those are in the lobby. */
  #sendTo(names: readonly string[], text: string, members: readonly string[]): Asked[] {
    const own = nameKey(this.#name ?? "");
    const others = names.filter((name) => nameKey(name) !== own);
    const named = new Set(others.map(nameKey));
    const present = new Set(members.map(nameKey).filter((name) => name !== own));
    const everybody = present.size > 1 && Array.from(present).every((name) => named.has(name));
    if (!everybody) return [request("send", { op: "send", to: others, text })];
    const elsewhere = others.filter((name) => !present.has(nameKey(name)));
    const toRoom = request("send", { op: "send", room: LOBBY, text });
    return elsewhere.length === 0 ? [toRoom] : [toRoom, request("send", { op: "send", to: elsewhere, text })];
  }

  #refuse(asked: Asked, tag: Tag, fault: Fault): Said {
    switch (tag.what) {
      case "send to all":
        // Whoever was put out of the lobby may still write to people.
        if (fault.code === "not_member") return { ask: this.#sendTo(tag.names, tag.text, []) };
        break;
      case "fetch":
        tag.transfer.fail();
        return {};
      case "bytes":
        if (this.#refused) return {};
        this.#refused = true;
        break;
      case "upload":
        this.#refused = true;
    }
    const last = "fault" in asked && asked.fatal;
    return { words: wordsForFault(fault), ...(last && { end: true }) };
  }
}

function request(what: (Tag & { names?: undefined; transfer?: undefined })["what"], command: Command): Asked {
  return { tag: { what }, command };
}

function nonsense(code: FaultCode, why: string, fatal = false): Asked {
  return { tag: { what: "nonsense" } satisfies Tag, fault: new Fault(code, why), ...(fatal && { fatal }) };
}
