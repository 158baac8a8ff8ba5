/**
 * The JSON of RoomChat, one object a message: `{"Type","Content"}` from a program, `{"Type","Sender","Self_send","Text"}` to it.
 * Pictures and videos travel inside, in base64.
 */
import { Fault, type FaultCode, quote } from "../../../core/shared/faults.ts";
import { extensionByMagic } from "../../magic.ts";
import { LIMITS } from "../../../core/shared/limits.ts";
import type { Output } from "../../dialect.ts";
import { requestsWith } from "../../own_requests.ts";

/** What a program asks. */
export type Wish =
  | { readonly type: "Enter"; readonly room: string; readonly nickname: string }
  | { readonly type: "Quit" }
  | { readonly type: "Talk"; readonly text: string }
  | PictureWish;

/** A picture or video; `prefixed`: it came with `data:` before it. */
export interface PictureWish {
  readonly type: "Picture" | "Video";
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly prefixed: boolean;
}

/** The fields of a message from a page. */
export type Keys = Readonly<Record<string, unknown>>;

/** What a program is told of. */
export type WordType = "Enter" | "Quit" | "Talk" | "Picture" | "Video";

const TYPES = ["Enter", "Quit", "Talk", "Picture", "Video"] as const satisfies readonly WordType[];

const decoder = new TextDecoder("utf-8", { fatal: true });

/** What is asked with a message. @throws Fault bad_request */
export function wishOf(message: Keys): Wish {
  const { Type: type = message.type, Content: content = message.content ?? "" } = message;
  const known = TYPES.find((each) => each === type);
  if (!known) {
    const given = typeof type === "string" ? quote(type) : "a message without a Type";
    throw unreadable(`${given}: the Type is one of ${TYPES.join(", ")}`);
  }
  if (known === "Quit") return { type: known };
  if (typeof content !== "string") throw unreadable(`this ${known}: its Content is no text`);
  if (known === "Talk") return { type: known, text: content };
  if (known === "Enter") return { type: known, ...placeIn(content) };
  const [prefix = ""] = PREFIX.exec(content) ?? [];
  const bytes = bytesIn(known, content.slice(prefix.length));
  const extension = extensionByMagic(bytes);
  const name = `${known.toLowerCase()}${extension === undefined ? "" : `.${extension}`}`;
  return { type: known, name, bytes, prefixed: prefix !== "" };
}

/** A message to a program. `own`: what happened is its own user's doing. */
export function say(type: WordType, sender: string, own: boolean, text: string): string {
  return JSON.stringify({ Type: type, Sender: sender, Self_send: own ? 0 : 1, Text: text });
}

/** Tells a program that it wrote what can't be read: it shows this to nobody. */
function complain(text: string): string {
  return JSON.stringify({ Type: "Error", Text: text });
}

/** Ends a message whose text comes piece by piece. */
export const CLOSING = '"}';

/** Whose the lines of the server's own are. */
const SERVER = "@switchboard";

/** Tells a person something: a line, because a page shows nothing else. */
export function inform(text: string): string {
  return say("Talk", SERVER, false, text);
}

/** A name with what is no plain talk of theirs: `alice@private`. No nickname has an "@", so none looks like this. */
export function signed(name: string, ...kinds: string[]): string {
  return kinds.length === 0 ? name : `${name}@${kinds.join("+")}`;
}

/** What pages write before a picture that they have as an address. */
const PREFIX = /^data:[^,]{0,200},/;

/** Commas and brackets in a message that is longer than any text. One with a picture has a few; many would cost much memory. */
const MARKS_MAX = 32;
const MARKS = [",", "[", "{"].map((mark) => mark.charCodeAt(0));

/** Reads one message, whose keys may be in lower case. @throws Fault bad_utf8 bad_request */
export function readMessage(message: Uint8Array): Keys {
  if (message.length > LIMITS.lineBytesMax && isElaborate(message)) {
    throw unreadable("this message: it is long, and more than a Type and a Content");
  }
  let text: string;
  try {
    text = decoder.decode(message);
  } catch {
    throw new Fault("bad_utf8", "Cannot read this message: it is not UTF-8");
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unreadable('this message: it is not JSON; send an object such as {"Type":"Talk","Content":"hi"}');
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Keys;
  throw unreadable("this message: it is not a JSON object");
}

function isElaborate(message: Uint8Array): boolean {
  let marks = 0;
  for (const mark of MARKS) {
    for (let at = message.indexOf(mark); at !== -1; at = message.indexOf(mark, at + 1)) {
      if (++marks > MARKS_MAX) return true;
    }
  }
  return false;
}

/** `room;nickname;`: the room ends at the first semicolon, the nickname at the end or a semicolon there. */
function placeIn(content: string): { room: string; nickname: string } {
  const [, room, nickname] = /^([^;]*);(.*?);?$/s.exec(content) ?? [];
  if (room === undefined || nickname === undefined) {
    throw unreadable('this Enter: its Content is "room;nickname;"');
  }
  return { room, nickname };
}

function bytesIn(type: string, content: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.fromBase64(content);
  } catch {
    throw unreadable(`this ${type}: its Content is not base64`);
  }
  if (bytes.length === 0) throw unreadable(`this ${type}: its Content is empty`);
  return bytes;
}

function unreadable(what: string): Fault {
  return new Fault("bad_request", `Cannot read ${what}`);
}

export const { request, answerTo } = requestsWith(explain);

/** What no page writes that is used as it was meant. */
const MALFORMED: readonly FaultCode[] = ["bad_request", "bad_utf8", "not_signed_in"];

/** Says why not: to the page what it wrote wrong, to the person what a person can have done. */
export function explain({ code, message }: Fault): Output {
  return { words: MALFORMED.includes(code) ? complain(message) : inform(message) };
}
