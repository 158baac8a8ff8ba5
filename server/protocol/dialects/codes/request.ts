/** What a program of the codes asks for: a message is made into what the dispatcher and the codes' own answers understand. */
import type { Command } from "../../../core/shared/commands.ts";
import { Fault, type FaultCode, quote } from "../../../core/shared/faults.ts";
import { LOBBY } from "../../../core/state/rooms.ts";
import type { Inbound } from "../../dialect.ts";
import type { Transfer } from "./files.ts";
import { fieldsOf, type Message } from "./parser.ts";

/** What a request is for. */
export type Tag =
  | { readonly what: "sign in" | "register" | "sign out" | "sign out again" | "list" | "send" | "accept" }
  | { readonly what: "upload" | "bytes" | "malformed" }
  /** Who can't speak to the room may still write to people. */
  | { readonly what: "send to all"; readonly names: readonly string[]; readonly text: string }
  /** The same to those of these who are not in the lobby: they were named besides everybody. */
  | { readonly what: "send elsewhere"; readonly names: readonly string[]; readonly send: Sending }
  /** Asked then, if all of these are online. */
  | { readonly what: "who"; readonly names: readonly string[]; readonly then: readonly Inbound[] }
  | { readonly what: "fetch"; readonly transfer: Transfer };

/** What is asked so that people get a message. */
export type Sending = (to: readonly string[]) => readonly Inbound[];

/** A message that people are named for, and what they get. */
export interface Addressed {
  readonly names: readonly string[];
  readonly rest: string;
}

/** One request. */
export function request(tag: Tag, command: Command): Inbound {
  return { tag, command };
}

/** Something that is no request. */
export function malformed(code: FaultCode, why: string, fatal = false): Inbound {
  return { tag: { what: "malformed" } satisfies Tag, fault: new Fault(code, why), ...(fatal && { fatal }) };
}

/** What the codes are for; those that only the program with `\r\r` has stand in its own list. */
const CODES = "100, 101, 102, 106, 107, 108 and 109";
const OTHER_CODES = "100 to 109";

/** A message that names nobody, or those whom a message or a file is for. */
export function requestOf(message: Message): Inbound | Addressed {
  const { code, separator } = message;
  if (code === "100") return request({ what: "sign out" }, { op: "logout" });
  if (code === "107") return request({ what: "sign out again" }, { op: "logout" });
  if (code === "108") return request({ what: "list" }, { op: "members", room: LOBBY });
  // It has no fields, so nothing shows which program says it: the one that has this code.
  if (code === "104") return request({ what: "list" }, { op: "members", room: LOBBY });
  const fields = fieldsOf(message);
  if (!fields) return malformed("bad_utf8", `Cannot read this ${code}: it is not UTF-8`);
  const isOther = separator === "\r\r";
  const names = code === "106" || (isOther && (code === "103" || code === "105"));
  if (code !== "101" && code !== "102" && !names) {
    const possible = isOther ? OTHER_CODES : CODES;
    return malformed("unknown_op", `Cannot do ${quote(code)}: ${possible} are possible`);
  }
  const [first, rest] = fields;
  if (rest === undefined) return malformed("bad_request", `Cannot do ${code}: a field is missing`);
  if (code === "101") {
    return request({ what: "sign in" }, {
      op: "login",
      username: first,
      password: rest,
      exclusive: true,
      lobby: true,
      brief: true,
    });
  }
  if (code === "102") {
    return request({ what: "register" }, {
      op: "register",
      username: first,
      nickname: first,
      password: rest,
      suffixed: true,
    });
  }
  return { names: first.split("\t").filter((name) => name !== ""), rest };
}

/** The name and the bytes of a file that came as text. */
export function textFileOf(rest: string): { name: string; bytes: Uint8Array } | undefined {
  const end = rest.indexOf("\t");
  if (end === -1) return undefined;
  // Some systems' programs send where the file stood.
  const name = rest.slice(0, end).split(/[\\/]/).at(-1)!;
  return { name, bytes: new TextEncoder().encode(rest.slice(end + 1)) };
}
