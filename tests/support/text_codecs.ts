/** Both halves of a message in each dialect, without a socket: what a program says becomes a text, and a text what a program shows. */
import { Buffer } from "node:buffer";
import type { Event } from "../../server/core/shared/events.ts";
import {
  type Dialect,
  type Form,
  type Inbound,
  type PeerCodec,
  PER_PEER,
  type Raw,
} from "../../server/protocol/dialect.ts";
import { type Keys, openBlocks, seal } from "../../server/protocol/dialects/wetalk/framer.ts";
import { createDialects } from "../../server/protocol/dialects/index.ts";
import { assertEquals, assertTrue } from "./assert.ts";
import { pack, unpack } from "../dialects/clients/chathttp_client.ts";
import { framed } from "../dialects/clients/persontalk_client.ts";
import { asText } from "../dialects/clients/wetalk_client.ts";
import { decoder, encoder, joined, P, power } from "../dialects/wetalk_samples.ts";

/** Who says everything here. */
export const AUTHOR = "alice";

/** One program and the server's side of its conversation. */
interface Conversation {
  /** The bytes with which the program says this; undefined: it can't. */
  says(text: string): Uint8Array | undefined;
  readonly form: Form;
  readonly codec: PeerCodec;
  /** Who said what, as the program understands what was written to it, which must be one message. */
  shows(writes: readonly Uint8Array[]): { from: string; text: string };
  /** A text without anything that this dialect adds to keep it from being taken for something else. */
  bare(text: string): string;
}

const { byName } = createDialects({ pageUrl: () => "http://page" });
const text = (bytes: readonly Uint8Array[]) => decoder.decode(joined(bytes));
const LINE_END = String.raw`(?:\r\n|[\n\v\f\r\x85\u2028\u2029])`;

/** A conversation of each dialect that people talk in. */
export const CONVERSATIONS: Readonly<Record<string, () => Conversation>> = {
  native: () => ({
    ...begin("native"),
    says: (said) => encoder.encode(`${JSON.stringify({ op: "send", room: "lobby", text: said })}\n`),
    shows(writes) {
      const [line = "", ...others] = text(writes).split("\n");
      assertEquals(others, [""]);
      return JSON.parse(line);
    },
    bare: (said) => said,
  }),
  chathttp: () => ({
    ...begin("chathttp"),
    says: (said) => pack("POST", AUTHOR, `${said}\n`),
    shows(writes) {
      const shown = writes.map((each) => unpack(each).entity).join("");
      const [, from = "", said = ""] = /^\[ (\w+) \] : (.*)\n$/s.exec(shown) ?? [];
      const others = said.split(new RegExp(LINE_END)).slice(1);
      const line = /^(?!> )(?:\[ |\* |Online users:|.* has just (?:entered|left) the chat room)/;
      assertEquals(others.filter((each) => line.test(each)), [], shown);
      return { from, text: said };
    },
    bare: (said) => said.replaceAll(new RegExp(`(${LINE_END})(?:> )+`, "g"), "$1"),
  }),
  codes: () => ({
    ...begin("codes"),
    says: (said) => encoder.encode(`106\r\nbob\tcarol\r\n${said}`),
    shows(writes) {
      const messages = writes.map((each) => decoder.decode(each).split(/\r[\r\n]/));
      assertTrue(messages.every(([code, , , ...more]) => code === "209" && more.length === 0), text(writes));
      return { from: messages[0]![1]!, text: messages.map(([, , said]) => said).join("") };
    },
    bare: (said) => said.replaceAll(/\r\n?/g, "\n").replaceAll(new RegExp(`(${LINE_END})(?:> )+`, "g"), "$1"),
  }),
  persontalk: () => ({
    ...begin("persontalk"),
    says: (said) => isObject(said) ? undefined : framed(said),
    shows(writes) {
      const shown = text(writes).slice(15);
      assertTrue(!isObject(shown), shown);
      assertTrue(!/active_people|up_line|down_line|down_file|person_talk/.test(shown), shown);
      const at = shown.indexOf(":");
      return { from: shown.slice(0, at), text: shown.slice(at + 1) };
    },
    bare: (said) =>
      said.replaceAll(new RegExp(`(${LINE_END})(?:> )+`, "g"), "$1").replaceAll(/\\+_/g, "_")
        .replaceAll("␀", "\0").replaceAll("␁", "\x01").replaceAll("␂", "\x02"),
  }),
  roomchat: () => {
    const begun = begin("roomchat");
    commandsOf(begun.codec, encoder.encode('{"Type":"Enter","Content":"lobby;bob;"}'), "text");
    return {
      ...begun,
      form: "text",
      says: (said) => encoder.encode(JSON.stringify({ Type: "Talk", Content: said })),
      shows(writes) {
        const { Type, Sender, Text } = JSON.parse(text(writes));
        assertEquals(Type, "Talk");
        return { from: Sender, text: Text };
      },
      bare: (said) => said,
    };
  },
  wetalk: () => {
    const begun = begin("wetalk");
    const keys = exchangeKeys(begun.codec);
    return {
      ...begun,
      says(said) {
        const message = `__DIV___${said}__END___`;
        const ends = message.indexOf("__END___") < message.length - "__END___".length;
        const divides = message.includes("__DIV___", 1);
        return ends || divides ? undefined : seal(encoder.encode(`__MSG___bob${message}`), keys);
      },
      shows(writes) {
        const plain = writes.map((each) => opened(each, keys)).join("");
        const [message = "", ...others] = plain.split("__END___");
        assertEquals(others, [""]);
        const [from = "", ...fields] = message.slice("__MSG___".length).split("__DIV___");
        assertEquals(fields.length, 1, plain);
        return { from, text: asText(fields[0]!) };
      },
      bare: (said) => said.replaceAll("@", "").replaceAll("␀", "\0"),
    };
  },
};

/** What the server makes of bytes that say something: the text that it is asked to send. */
export function textSaid({ codec, form }: Conversation, bytes: Uint8Array): string | undefined {
  const texts = commandsOf(codec, bytes, form).flatMap((asked) =>
    "command" in asked && asked.command.op === "send" ? [asked.command.text] : []
  );
  assertTrue(texts.length <= 1, `${texts.length} messages`);
  return texts[0];
}

/** Everything that is written to a program of a text that somebody said. */
export function writesOf({ codec }: Conversation, dialect: string, said: string): Uint8Array[] {
  const message = { id: "1", seq: 1, at: 0, from: AUTHOR, room: "lobby", text: said, kind: "text" } as const;
  const event: Event = { event: "message", ...message };
  const words = dialectNamed(dialect).encode(event, false);
  return written(codec, words === PER_PEER ? codec.hear?.(event).words : words);
}

function dialectNamed(name: string): Dialect {
  return Object.values(byName).find((each) => each.name === name)!;
}

function begin(name: string): { codec: PeerCodec; form: Form } {
  return { codec: dialectNamed(name).codec(), form: "stream" };
}

function written(codec: PeerCodec, words: ReturnType<Dialect["encode"]>): Uint8Array[] {
  assertEquals(typeof words, "string");
  const waiting: (string | Raw)[] = [words as string];
  if (!codec.pack) return [encoder.encode(words as string)];
  const writes: Uint8Array[] = [];
  while (waiting.length > 0) {
    const write = codec.pack(waiting)!;
    waiting.splice(write.from ?? 0, write.taken);
    writes.push(write.bytes);
  }
  return writes;
}

/** What a program asks with these bytes, after a pause; whoever wants to know is told who is there. */
function commandsOf(codec: PeerCodec, bytes: Uint8Array, form: Form): Inbound[] {
  const asked = Array.from(codec.receive(bytes, form));
  if (codec.idleMs !== undefined) asked.push(...codec.onIdle?.() ?? []);
  return asked.flatMap((each) =>
    "command" in each && each.command.op === "members"
      ? codec.answer(each, { reply: { members: ["bob", "carol"] } }).ask ?? []
      : [each]
  );
}

function exchangeKeys(codec: PeerCodec): Keys {
  const secret = 987_654_321_987_654_321n;
  const hello = encoder.encode(`__KEY___5__DIV___${P}__DIV___${power(5n, secret)}__END___`);
  const [asked] = Array.from(codec.receive(hello, "stream"));
  const { words = "" } = codec.answer(asked!, { reply: {} });
  written(codec, words);
  const digits = String(power(BigInt(/\d+/.exec(words)![0]), secret));
  return { key: encoder.encode(digits.slice(0, 16)), iv: encoder.encode(digits.slice(-16)) };
}

function opened(hex: Uint8Array, keys: Keys): string {
  const sealed = Uint8Array.from(Buffer.from(decoder.decode(hex), "hex"));
  const open = openBlocks(sealed, keys);
  const chained = open.map((byte, index) => byte ^ (index < 16 ? keys.iv[index]! : sealed[index - 16]!));
  return decoder.decode(chained.subarray(0, chained.findLastIndex((byte) => byte !== 0) + 1));
}

function isObject(said: string): boolean {
  try {
    const value: unknown = JSON.parse(said);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
