/**
 * The codes: three digits and fields behind them, accounts, messages to whomever one names, files to everybody. What its people see
 * and can ask is in docs/dialects.md, "codes".
 */
import type { Answer } from "../../../core/shared/commands.ts";
import type { Event } from "../../../core/shared/events.ts";
import { Fault } from "../../../core/shared/faults.ts";
import { LIMITS } from "../../../core/shared/limits.ts";
import { nameKey } from "../../../core/shared/names.ts";
import { LOBBY } from "../../../core/state/rooms.ts";
import type { Dialect, Inbound, Output, PeerCodec, Raw, Result, Surroundings, Write } from "../../dialect.ts";
import { partsOfText } from "../../long_text.ts";
import { extensionOf } from "../../magic.ts";
import { FileBytes, type SentFile, type Target, Transfer, uploadsOf } from "./files.ts";
import {
  encode,
  encodeFault,
  encodeFileLine,
  encodeWithFile,
  fileHead,
  fileName,
  queued,
  READS,
} from "./encoder.ts";
import { begins, type Message, MessageReader, type Unreadable } from "./parser.ts";
import { Outgoing } from "./outgoing.ts";
import {
  type Addressed,
  malformed,
  request,
  requestOf,
  type Sending,
  type Tag,
  textFileOf,
} from "./request.ts";

/** Makes the dialect. */
export function createCodes({ pageUrl }: Surroundings): Dialect {
  let files = 0;
  const named = (bytes: Uint8Array) => ({ name: fileName(++files, extensionOf(bytes)), bytes });
  return {
    name: "codes",
    joins: false,
    reads: READS,
    silence: "endless",
    detect: begins,
    encode: (event, own) => own ? undefined : encode(event, pageUrl()),
    codec: () => new Codec(named, pageUrl),
  };
}

class Codec implements PeerCodec {
  readonly #named: (bytes: Uint8Array) => SentFile;
  readonly #pageUrl: () => string;
  readonly #reader = new MessageReader((code) => this.#bytesMax(code));
  readonly #files = new FileBytes();
  readonly #outgoing = new Outgoing();
  /** Who is signed in here, and who was last. */
  #name: string | undefined;
  #lastName: string | undefined;
  /** Whether anything was said. */
  #heard = false;
  /** The upload under way was refused, and this has been told. */
  #refused = false;

  constructor(named: (bytes: Uint8Array) => SentFile, pageUrl: () => string) {
    this.#named = named;
    this.#pageUrl = pageUrl;
  }

  *receive(chunk: Uint8Array): Iterable<Inbound> {
    for (const found of this.#reader.push(chunk)) yield* this.#understand(found);
  }

  get idleMs(): number | undefined {
    return this.#reader.idleMs;
  }

  *onIdle(): Iterable<Inbound> {
    for (const found of this.#reader.end()) yield* this.#understand(found);
  }

  answer(inbound: Inbound, result: Result): Output {
    const tag = inbound.tag as Tag;
    if ("fault" in result) return this.#refuse(inbound, tag, result.fault);
    const { reply } = result;
    switch (tag.what) {
      case "sign in":
        this.#name = this.#lastName = (reply as Answer<"login">).nickname;
        return { words: queued(["204", this.#name]) };
      case "sign out":
      case "sign out again":
        return this.#signOut();
      case "register":
        return { words: queued(["206"]) };
      case "list": {
        const { members } = reply as Answer<"members">;
        return { words: queued(["210", ...members.filter((name) => !this.#isOwn(name))]) };
      }
      case "send elsewhere": {
        const there = new Set((reply as Answer<"members">).members.map(nameKey));
        const elsewhere = tag.names.filter((name) => !there.has(nameKey(name)));
        return elsewhere.length === 0 ? {} : { ask: tag.send(elsewhere) };
      }
      case "who": {
        const online = new Set((reply as Answer<"who">).online.map(nameKey));
        const here = tag.names.every((name) => online.has(nameKey(name)));
        return here ? { ask: tag.then } : { words: encodeFault(NOT_ONLINE) };
      }
      case "upload":
        this.#refused = false;
        return {};
      case "fetch":
        return tag.transfer.size === 0 ? this.#outgoing.take(tag.transfer, new Uint8Array(0)) : {};
      default:
        return {};
    }
  }

  hear(event: Event): Output {
    if ((event.event !== "message" && event.event !== "offer") || !event.file) return {};
    const { id, name, size } = event.file;
    const { form } = this.#outgoing;
    const head = fileHead(name, form);
    // What is offered to the user of a program that has files for some people comes as its own would.
    const isFor = event.event === "message" ||
      (form === "\r\r" && [event.to].flat().some((to) => this.#isOwn(to)));
    if (!isFor || head.length + size > READS.bytesMax) {
      return { words: encodeFileLine(event, this.#pageUrl()) };
    }
    const transfer = new Transfer(id, size, head);
    this.#outgoing.expect(transfer);
    const accept = event.event === "offer" ? [request({ what: "accept" }, { op: "accept", file: id })] : [];
    const fetch = request({ what: "fetch", transfer }, { op: "download", file: id });
    return { words: encodeWithFile(event, this.#pageUrl()), ask: [...accept, fetch] };
  }

  piece(event: Event<"chunk">, data: Uint8Array): Output {
    return this.#outgoing.take(event, data);
  }

  pack(waiting: readonly (string | Raw)[]): Write | undefined {
    return this.#outgoing.pack(waiting);
  }

  #bytesMax(code: string): number {
    const file = (code === "109" || code === "105") && this.#name !== undefined;
    return file ? LIMITS.unmeasuredFileBytesMax : LIMITS.lineBytesMax;
  }

  *#understand(found: Message | Unreadable): Iterable<Inbound> {
    const first = !this.#heard;
    this.#heard = true;
    if ("why" in found) {
      yield malformed(found.fault, found.why, first && found.fault === "bad_request");
      return;
    }
    this.#outgoing.learn(found);
    if (found.code === "109") {
      yield* uploading(this.#named(this.#files.of(found)), [{ room: LOBBY }]);
      return;
    }
    const request = requestOf(found);
    if ("names" in request) yield* this.#sends(found.code, request);
    else yield request;
  }

  /** What is asked for when a message, or a file, is for these people. */
  #sends(code: string, { names, rest }: Addressed): readonly Inbound[] {
    const others = names.filter((name) => !this.#isOwn(name));
    if (names.length === 0) return [malformed("bad_request", "Cannot send: nobody is named")];
    if (code === "105") return this.#sendsFile(others, textFileOf(rest));
    // The server of the program with this code ended where somebody was not online.
    const send: Sending = (to) => code === "103" ? ifOnline(to, sending(to, rest)) : sending(to, rest);
    if (others.length === 0) return send(names);
    const { told } = this.#outgoing;
    if (!told.isEverybody(others)) return send(others);
    const toRoom = partsOfText(rest).map((text) =>
      request({ what: "send to all", names: others, text }, { op: "send", room: LOBBY, text })
    );
    const unknown = told.unknownOf(others);
    if (unknown.length === 0) return toRoom;
    const elsewhere = request({ what: "send elsewhere", names: unknown, send }, {
      op: "members",
      room: LOBBY,
    });
    return [...toRoom, elsewhere];
  }

  #sendsFile(others: readonly string[], file: SentFile | undefined): readonly Inbound[] {
    if (!file) return [malformed("bad_request", "Cannot send this file: its name has no end")];
    if (others.length === 0) return [malformed("bad_request", "Cannot send this file: nobody else is named")];
    if (this.#outgoing.told.isEverybody(others)) return uploading(file, [{ room: LOBBY }]);
    return ifOnline(others, uploading(file, others.map((to) => ({ to }))));
  }

  #signOut(): Output {
    this.#name = undefined;
    return { words: queued(["203", this.#lastName ?? ""]) };
  }

  #isOwn(name: string | undefined): boolean {
    return name !== undefined && this.#name !== undefined && nameKey(name) === nameKey(this.#name);
  }

  #refuse(inbound: Inbound, tag: Tag, fault: Fault): Output {
    switch (tag.what) {
      case "send to all":
        // Whoever was put out of the lobby may still write to people.
        if (fault.code !== "not_member") break;
        return { ask: sending(tag.names, tag.text) };
      case "sign out again":
        if (fault.code === "not_signed_in" && this.#lastName !== undefined) return this.#signOut();
        break;
      case "send elsewhere":
        // Who can't see who is there was refused for the lobby already.
        return {};
      case "accept":
        return {};
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
    const last = "fault" in inbound && inbound.fatal;
    return { words: encodeFault(fault), ...(last && { end: true }) };
  }
}

const NOT_ONLINE = new Fault("unknown_nickname", "Cannot send: somebody who is named is not online");

function sending(to: readonly string[], said: string): readonly Inbound[] {
  return partsOfText(said).map((text) => request({ what: "send" }, { op: "send", to: [...to], text }));
}

function ifOnline(names: readonly string[], then: readonly Inbound[]): readonly Inbound[] {
  return [request({ what: "who", names, then }, { op: "who" })];
}

function uploading(file: SentFile, targets: readonly Target[]): readonly Inbound[] {
  return uploadsOf(file, targets).map((command) =>
    request({ what: command.op === "upload" ? "upload" : "bytes" }, command)
  );
}
