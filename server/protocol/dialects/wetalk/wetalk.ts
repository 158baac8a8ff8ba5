/**
 * WeTalk: a chat room with pictures, files and an owner (docs/dialects.md, "wetalk"). After a key exchange in clear the messages
 * are sealed, one way and the other; the bytes of files and pictures are not. This module turns what a program asks into
 * requests and what happens into its words; its bytes are framer.ts's and encoder.ts's.
 */
import type { Event, EventName, FileInfo } from "../../../core/shared/events.ts";
import { asFault, Fault, quote } from "../../../core/shared/faults.ts";
import { LIMITS } from "../../../core/shared/limits.ts";
import { LOBBY } from "../../../core/state/rooms.ts";
import { FOLDER_TYPE } from "../../../core/files/announcements.ts";
import { isInLobby, PER_PEER } from "../../dialect.ts";
import type { Dialect, Inbound, Output, PeerCodec, Raw, Result, Surroundings, Write } from "../../dialect.ts";
import { partsOfText } from "../../long_text.ts";
import { malformed } from "../../own_requests.ts";
import { Downloads, isFace, Uploads } from "./files.ts";
import {
  encode,
  encodeOffer,
  fileLine,
  historyOf,
  isPicture,
  Outgoing,
  READS,
  ShownLines,
  textLine,
  Window,
} from "./encoder.ts";
import { exchangeKeys, type Frame, Framer, type Numbers, readNumbers } from "./framer.ts";
import {
  answerTo,
  DIV,
  explain,
  explainKick,
  MARK_BYTES,
  MARKS,
  messagesIn,
  nameOf,
  refused,
  request,
  say,
} from "./parser.ts";
import { OwnLines, RoomView } from "./room.ts";

const WARNING =
  "its encryption is for compatibility only (61-bit Diffie-Hellman, a fixed IV, files in clear) and keeps " +
  'nothing secret: use the page over https, or a TLS tunnel to this port (docs/dialects.md, "wetalk")';

/** The dialect of one server. */
export function createWetalk({ pageUrl }: Surroundings): Dialect {
  const shown = new ShownLines();
  return {
    name: "wetalk",
    joins: false,
    reads: READS,
    warning: WARNING,
    detect: (head) => {
      const start = String.fromCharCode(...head.subarray(0, MARKS.key.length));
      return start === MARKS.key ? "yes" : MARKS.key.startsWith(start) ? "more" : "no";
    },
    encode(event) {
      const words = encode(event, shown);
      // Each codec counts what its own window is given.
      return typeof words === "string" && !SAID_TO_ANYBODY.has(event.event) ? PER_PEER : words;
    },
    codec: () => new Codec(shown, (file) => `${pageUrl()}/files/${file.id}`),
  };
}

/** What is also said to those who have not come in. */
const SAID_TO_ANYBODY: ReadonlySet<EventName> = new Set(["notice", "bye"]);

class Codec implements PeerCodec {
  readonly #shown: ShownLines;
  readonly #urlOf: (file: FileInfo) => string;
  readonly #framer = new Framer();
  readonly #outgoing = new Outgoing();
  readonly #downloads = new Downloads(this.#outgoing);
  readonly #lines = new OwnLines();
  readonly #uploads = new Uploads(this.#lines);
  readonly #room = new RoomView();
  readonly #window = new Window();
  /** Whether it has asked for history, or to come in. */
  readonly #asked = { history: false, in: false };

  constructor(shown: ShownLines, urlOf: (file: FileInfo) => string) {
    this.#shown = shown;
    this.#urlOf = urlOf;
  }

  *receive(chunk: Uint8Array): Iterable<Inbound> {
    for (const frame of this.#framer.push(chunk)) yield* this.#frame(frame);
  }

  answer(inbound: Inbound, result: Result): Output {
    return this.#counted(answerTo(inbound, result));
  }

  pack(waiting: readonly (string | Raw)[]): Write | undefined {
    return this.#outgoing.pack(waiting);
  }

  piece(event: Event<"chunk">, data: Uint8Array): Output {
    return this.#downloads.piece(event, data);
  }

  hear(event: Event): Output {
    return this.#counted(this.#hear(event));
  }

  #hear(event: Event): Output {
    switch (event.event) {
      case "message":
        if (!event.file) return said(textLine(event));
        return event.to === undefined
          ? this.#hearFile(event)
          : said(encodeOffer(event, (file) => this.#room.list(file, true)));
      case "offer":
        return said(encodeOffer(event, (file) => this.#room.list(file, true)));
      case "entered":
        return said(this.#room.come(event.nickname));
      case "left":
        return said(this.#room.leave(event.nickname));
      case "renamed":
        return isInLobby(event.rooms)
          ? said(this.#room.leave(event.nickname) + this.#room.come(event.now))
          : {};
      case "kicked": {
        const words = this.#room.leave(event.nickname);
        if (event.nickname !== this.#room.nickname) return said(words);
        return { words: words + say(MARKS.kick), end: true };
      }
      case "owner":
        return said(this.#room.own(event.nickname));
      default: {
        const words = encode(event, this.#shown);
        return typeof words === "string" ? said(words) : {};
      }
    }
  }

  /** What is said of it stands in the window. */
  #counted(answer: Output): Output {
    if (answer.words !== undefined) this.#window.addWords(answer.words, messagesIn(answer.words));
    return answer;
  }

  *#frame(frame: Frame): Iterable<Inbound> {
    if ("raw" in frame) yield* this.#uploads.take(frame.raw);
    else if ("hello" in frame) yield* this.#hello(frame.hello);
    else if ("message" in frame) yield* this.#message(frame.message);
    else yield malformed(new Fault("bad_request", `Cannot read this: ${frame.unreadable}`), true);
  }

  /** Answers the hello, and tells at once who and what is here. */
  *#hello(hello: string): Iterable<Inbound> {
    let numbers: Numbers;
    try {
      numbers = readNumbers(hello);
    } catch (error) {
      return yield malformed(asFault(error), true);
    }
    yield request("keys", {}, { done: () => this.#exchange(numbers), failed: () => ({ end: true }) });
    yield request("glance", {}, { done: (seen) => said(this.#room.begin(seen)) });
  }

  #exchange(numbers: Numbers): Output {
    try {
      const { reply, keys } = exchangeKeys(numbers);
      this.#framer.unlock(keys);
      this.#outgoing.unlock(keys);
      return { words: reply };
    } catch {
      return { end: true }; // they give no key
    }
  }

  *#message(bytes: Uint8Array): Iterable<Inbound> {
    let text: string;
    try {
      text = decoder.decode(bytes);
    } catch {
      return yield refused("bad_utf8", "Cannot read this message: it is not UTF-8");
    }
    const mark = text.slice(0, MARK_BYTES);
    const rest = text.slice(MARK_BYTES);
    switch (mark) {
      case MARKS.login:
        return yield this.#signIn(rest);
      case MARKS.message:
        return yield* this.#send(rest);
      case MARKS.history:
        this.#asked.history = true;
        if (this.#asked.in) yield this.#askHistory();
        return;
      case MARKS.recall:
        return yield* this.#recall(this.#room.personNamed(rest));
      case MARKS.kick:
        return yield request("kick", { room: LOBBY, nickname: this.#room.personNamed(rest) }, {
          failed: explainKick,
        });
      case MARKS.upload:
      case MARKS.picture:
        return yield* this.#announce(mark, rest);
      case MARKS.download:
        return yield this.#fetch(rest);
      case MARKS.logout:
        return yield request("logout", {}, { done: () => ({ end: true }), failed: () => ({ end: true }) });
      default:
        yield refused("bad_request", `Cannot do ${quote(mark)}: nothing is asked with this`);
    }
  }

  /** Comes in; told the new name first, if it had to be another one. */
  #signIn(wanted: string): Inbound {
    this.#asked.in = true;
    const early = this.#asked.history;
    return request("guest", { nickname: wanted, rename: true, lobby: true }, {
      done: ({ nickname }) => {
        this.#room.nickname = nickname;
        this.#framer.trust();
        const name = nameOf(nickname);
        const enter = request("glance", {}, { done: (seen) => said(this.#room.enter(seen)) });
        // The original program asks for history just before it comes in.
        const ask = early ? [enter, this.#askHistory()] : [enter];
        return { ...said(name === wanted ? "" : say(MARKS.rename, name)), ask };
      },
    });
  }

  /** Whatever name a line carries, it is said by whom the program signed in as. */
  *#send(rest: string): Iterable<Inbound> {
    const at = rest.indexOf(DIV);
    if (at === -1) return yield refused("bad_request", "Cannot send: the text is missing");
    for (const text of partsOfText(rest.slice(at + DIV.length))) {
      const line = this.#lines.add(true);
      yield request("send", { room: LOBBY, text }, {
        done: ({ id }) => ({ ask: this.#lines.arrived(line, id, true) }),
        failed: (fault) => {
          this.#lines.forget(line);
          return explain(fault);
        },
      });
    }
  }

  /** Takes back what was put there last, which may still be on its way. */
  *#recall(nickname: string): Iterable<Inbound> {
    if (nickname !== this.#room.nickname) {
      return yield refused("not_yours", `Cannot take back what ${quote(nickname)} wrote: only one's own`);
    }
    const asked = this.#lines.takeBack();
    if (asked) yield* asked;
    else yield refused("unknown_message", "Cannot take anything back: nothing of yours is left");
  }

  /** A file or picture follows; without its length nothing after it can be read. */
  *#announce(mark: typeof MARKS.upload | typeof MARKS.picture, rest: string): Iterable<Inbound> {
    const at = rest.lastIndexOf(DIV);
    const length = rest.slice(at + DIV.length);
    const size = Number(length);
    if (at === -1 || !/^\d{1,16}$/.test(length) || !Number.isSafeInteger(size)) {
      const why = `Cannot take a file of ${
        quote(length)
      } bytes: it is name${DIV}length, then that many bytes`;
      return yield malformed(new Fault("bad_file", why), true);
    }
    if (size > 0) this.#framer.expectRaw(size);
    yield* this.#uploads.announce(mark === MARKS.upload ? rest.slice(0, at) : undefined, size);
  }

  #fetch(name: string): Inbound {
    const file = this.#room.fileNamed(name);
    if (!file) return refused("unknown_file", `Cannot fetch ${quote(name)}: it is not in your list`);
    // An announcement has its place among the answers.
    return request("ping", {}, {
      done: () => this.#downloads.send(file, say(MARKS.file, name, String(file.size))),
    });
  }

  #askHistory(): Inbound {
    return request("history", { room: LOBBY, limit: LIMITS.historyMax }, {
      done: ({ messages }) => said(historyOf(messages, this.#placeOf)),
    });
  }

  /** A file in the room: pictures are shown while the window has room, everything else but folders is listed. */
  #hearFile(event: Event<"message">): Output {
    const { from, kind } = event;
    const file = event.file!;
    const text = textLine(event);
    const where = fileLine(event, this.#placeOf(file));
    if (file.type === FOLDER_TYPE) return said(text + where);
    const shows = isPicture(file) && this.#window.takes(file.size);
    const words = text + (shows && isFace(file) ? "" : this.#room.list(file));
    if (kind === "file") return said(words);
    if (!shows) {
      this.#outgoing.leaveOut(file.id);
      this.#lines.hide(event.id);
      return said(words + where);
    }
    const announcement = words + say(MARKS.picture, nameOf(from), file.id, String(file.size));
    return this.#downloads.send({ ...file, offered: false }, announcement, words + where);
  }

  readonly #placeOf = (file: FileInfo): string => `${file.name} (${file.size} bytes): ${this.#urlOf(file)}`;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function said(words: string): Output {
  return words === "" ? {} : { words };
}
