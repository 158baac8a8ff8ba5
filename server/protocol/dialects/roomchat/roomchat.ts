/**
 * RoomChat: a page that names a room and a nickname, and talks there in JSON over WebSocket (docs/dialects.md, "roomchat"). Its
 * people are in one room at a time and guests for as long as they are in it.
 */
import type { Answer } from "../../../core/shared/commands.ts";
import type { Event, FileInfo } from "../../../core/shared/events.ts";
import { asFault, Fault } from "../../../core/shared/faults.ts";
import { LIMITS } from "../../../core/shared/limits.ts";
import { sameName } from "../../../core/shared/names.ts";
import { encodeBy } from "../../dialect.ts";
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
import { malformed } from "../../own_requests.ts";
import { because } from "../room_words.ts";
import {
  answerTo,
  explain,
  type PictureWish,
  readMessage,
  request,
  say,
  signed,
  type Wish,
  wishOf,
} from "./parser.ts";
import { Manner, Prefixed } from "./manner.ts";
import { type Picture, Pictures } from "./pictures.ts";
import { EVENTS, fileLine, isShown, type Place, senderOf, textLine } from "./encoder.ts";

/** How long a message may be unless the operator says otherwise; bytes. */
const MESSAGE_BYTES_MAX = 16 * 1024 * 1024;
/** What stands around a picture in its message; bytes. */
const FRAME_BYTES = 1024;
/** The dialect of one server. */
export function createRoomchat({ pageUrl, pictureMessageBytesMax }: Surroundings): Dialect {
  const messageBytesMax = pictureMessageBytesMax ?? MESSAGE_BYTES_MAX;
  const place: Place = {
    urlOf: (file: FileInfo) => `${pageUrl()}/files/${file.id}`,
    shownBytesMax: Math.max(0, Math.floor((messageBytesMax - FRAME_BYTES) / 4) * 3),
  };
  const prefixed = new Prefixed();
  return {
    name: "roomchat",
    joins: false,
    // Its page connects when it is opened, and then a person looks for a room.
    silence: "long",
    messageBytesMax,
    foreignPages: true,
    // It has a path of its own, where nothing else is spoken.
    detect: () => "no",
    encode: (event, own) => encodeBy(EVENTS, event, own, place),
    codec: () => new Codec(place, prefixed),
  };
}

/** A stay in a room, from `Enter` to whatever ends it. */
interface Visit {
  readonly room: string;
  /** Once the guest is let in: the name that it got. */
  nickname?: string;
  /** Whether the program has been told that it is in the room. */
  entered: boolean;
}

class Codec implements PeerCodec {
  readonly #place: Place;
  readonly #prefixed: Prefixed;
  readonly #manner = new Manner();
  readonly #pictures = new Pictures(this.#manner);
  /** The visit that the program has asked for last and not ended. */
  #wanted: Visit | undefined;
  /** The visit that the answers have come to. */
  #now: Visit | undefined;
  #uploads = 0;

  constructor(place: Place, prefixed: Prefixed) {
    this.#place = place;
    this.#prefixed = prefixed;
  }

  *receive(chunk: Uint8Array, form: Form): Iterable<Inbound> {
    if (form === "stream") {
      return yield malformed(
        new Fault("bad_request", "Cannot talk here: come over WebSocket, at /chat"),
        true,
      );
    }
    let wish: Wish;
    try {
      const message = readMessage(chunk);
      this.#manner.learn(message);
      wish = wishOf(message);
    } catch (error) {
      return yield malformed(asFault(error));
    }
    if (wish.type === "Enter") return yield* this.#enter(wish.room, wish.nickname);
    if (wish.type === "Quit") return yield* this.#quit();
    if (!this.#wanted) {
      const message = `Cannot do this: enter a room first, with {"Type":"Enter","Content":"room;nickname;"}`;
      return yield malformed(new Fault("not_signed_in", message));
    }
    const { room } = this.#wanted;
    if (wish.type === "Talk") {
      return yield* partsOfText(wish.text).map((text) => request("send", { room, text }));
    }
    if (wish.prefixed) this.#manner.prefixes = true;
    yield* this.#upload(room, wish);
  }

  answer(inbound: Inbound, result: Result): Output {
    return answerTo(inbound, result);
  }

  pack(waiting: readonly (string | Raw)[]): Write | undefined {
    return this.#pictures.pack(waiting);
  }

  piece(event: Event<"chunk">, data: Uint8Array): Output {
    return this.#pictures.piece(event, data);
  }

  hear(event: Event): Output {
    if (event.event === "kicked") return this.#hearKicked(event);
    if (event.event === "renamed") return this.#hearRenamed(event);
    if (event.event !== "message" && event.event !== "offer") return {};
    const own = event.from === this.#now?.nickname;
    const { file, kind } = event;
    if (!file) return { words: textLine(event, own) };
    const picture: Picture = {
      file,
      type: kind === "image" ? "Picture" : "Video",
      sender: senderOf(event),
      own,
      prefix: this.#manner.prefixes || this.#prefixed.has(event.id) ? `data:${file.type};base64,` : "",
      offered: event.to !== undefined,
      caption: event.text === "" ? undefined : textLine(event, own),
      instead: fileLine(event, own, this.#place),
    };
    return isShown(event, this.#place) ? this.#pictures.send(picture) : this.#pictures.tell(picture);
  }

  /** Comes in as a guest, out of wherever it was before. */
  *#enter(room: string, nickname: string): Iterable<Inbound> {
    yield* this.#quit();
    const visit: Visit = { room, entered: false };
    this.#wanted = visit;
    yield request("guest", { nickname, rename: true, outside: true }, {
      done: (reply) => {
        visit.nickname = reply.nickname;
        this.#now = visit;
        return {};
      },
      failed: (fault) => {
        this.#forget(visit);
        return explain(fault);
      },
    });
    yield request("enter", { room }, {
      done: ({ members }) => {
        visit.entered = true;
        this.#manner.enter(room, members);
        return {};
      },
      // Who was not let in has been told so.
      failed: (fault) => visit.nickname === undefined ? {} : { ...explain(fault), ask: this.#forget(visit) },
    });
  }

  *#quit(): Iterable<Inbound> {
    const visit = this.#wanted;
    if (!visit) return;
    this.#wanted = undefined;
    yield request("logout", {}, {
      done: () => visit.entered ? { words: say("Quit", visit.nickname ?? "", true, "") } : {},
      failed: () => ({}),
    });
  }

  /** Ends a visit that came to nothing, unless its program has done so; gives what to ask. */
  #forget(visit: Visit): readonly Inbound[] {
    visit.entered = false;
    if (this.#wanted !== visit) return [];
    this.#wanted = undefined;
    return visit.nickname === undefined ? [] : [request("logout", {}, { failed: () => ({}) })];
  }

  #hearKicked(event: Event<"kicked">): Output {
    const { nickname } = event;
    const visit = this.#now;
    const isOwn = visit?.nickname === nickname;
    const words = say("Quit", nickname, isOwn, `was put out by ${event.by}${because(event)}`);
    return isOwn ? { words, ask: this.#forget(visit) } : { words };
  }

  #hearRenamed({ nickname, now, rooms }: Event<"renamed">): Output {
    const visit = this.#now;
    const isHere = visit && rooms?.().some((room) => sameName(room, visit.room));
    if (!isHere) return {};
    return { words: say("Talk", signed(nickname, "nickname"), false, `is ${now} from now on`) };
  }

  /** Only the first thing that goes wrong is told: what comes after it can't go well. */
  *#upload(room: string, { name, bytes, prefixed }: PictureWish): Iterable<Inbound> {
    const handle = `roomchat-${++this.#uploads}`;
    let known = false;
    const failed = (fault: Fault): Output => {
      const told = known;
      known = true;
      return told ? {} : explain(fault);
    };
    yield request("upload", { room, name, size: bytes.length, unchecked: true, as: handle }, { failed });
    for (let offset = 0; offset < bytes.length && !known; offset += LIMITS.chunkBytesMax) {
      const data = bytes.subarray(offset, offset + LIMITS.chunkBytesMax);
      yield request("chunk", { file: handle, offset, data }, { failed });
    }
    const done = ({ id }: Answer<"finish">): Output => {
      if (prefixed && id !== undefined) this.#prefixed.add(id);
      return {};
    };
    yield request("finish", { file: handle }, { done, failed });
  }
}
