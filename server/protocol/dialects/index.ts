/** The dialects that this server speaks. Adding one is its file and a row here. */
import type { Dialect, Surroundings } from "../dialect.ts";
import { createBrowser } from "./native/browser.ts";
import { createChatHttp } from "./chathttp/chathttp.ts";
import { createCodes } from "./codes/codes.ts";
import { createIrc } from "./irc/irc.ts";
import { native } from "./native/native.ts";
import { CHANNELS as PERSONTALK_LINES, createPersontalk } from "./persontalk/persontalk.ts";
import { createRoomchat } from "./roomchat/roomchat.ts";
import { createWetalk } from "./wetalk/wetalk.ts";

const MAKERS = {
  native: () => native,
  browser: createBrowser,
  chathttp: createChatHttp,
  codes: createCodes,
  persontalk: createPersontalk,
  roomchat: createRoomchat,
  wetalk: createWetalk,
  irc: createIrc,
} as const satisfies Record<string, (surroundings: Surroundings) => Dialect>;

/** The name of a dialect, as `--listen PORT=NAME` takes it. */
export type DialectName = keyof typeof MAKERS;

/** Every name. */
export const DIALECT_NAMES = Object.keys(MAKERS) as DialectName[];

/** What the main TCP port understands, told apart by what a peer says first, in this order. */
const ON_TCP: readonly DialectName[] = [
  "chathttp",
  "browser",
  "persontalk",
  "codes",
  "wetalk",
  "irc",
  "native",
];

/** What is spoken at which WebSocket path. */
const ON_WEBSOCKET: Readonly<Record<string, readonly DialectName[]>> = {
  "/ws": ["persontalk", "native"],
  "/chat": ["roomchat"],
  "/irc": ["irc"],
};

/** The path at which a dialect is spoken that is spoken over WebSocket only. */
export function webPathOf(dialect: DialectName): string | undefined {
  if (ON_TCP.includes(dialect)) return undefined;
  return Object.keys(ON_WEBSOCKET).find((path) => ON_WEBSOCKET[path]!.includes(dialect));
}

/** What programs of a dialect open after signing in besides their first line. */
const CHANNELS: Partial<Record<DialectName, readonly string[]>> = { persontalk: PERSONTALK_LINES };

/** The names of those lines, in the order in which their ports are given. */
export function channelsOf(dialect: DialectName): readonly string[] {
  return CHANNELS[dialect] ?? [];
}

/** A port of an original program. */
interface ClassicPort {
  readonly port: number;
  readonly dialect: DialectName;
  /** The ports of its programs' other lines, in the order of {@link channelsOf}. */
  readonly channels?: readonly number[];
  /** What is spoken there besides, by those who begin with an HTTP request. */
  readonly web?: { readonly dialect: DialectName; readonly path: string };
  /** Whose line it is besides, for those addresses where a program of that dialect waits for a line of this name. */
  readonly channel?: { readonly dialect: DialectName; readonly name: string };
}

/** The ports that the original programs connect to. */
export const CLASSIC: readonly ClassicPort[] = [
  // The configuration that PersonTalk's program comes with looks for its channel for talk here.
  { port: 9994, dialect: "chathttp", channel: { dialect: "persontalk", name: PERSONTALK_LINES[0] } },
  { port: 8888, dialect: "codes", web: { dialect: "roomchat", path: "/chat" } },
  { port: 5555, dialect: "wetalk" },
  { port: 9997, dialect: "persontalk", channels: [9996, 9995] },
];

/** The dialects of one server. */
interface Dialects {
  readonly byName: Readonly<Record<DialectName, Dialect>>;
  readonly onTcp: readonly Dialect[];
  readonly onWebSocket: ReadonlyMap<string, readonly Dialect[]>;
}

/** Makes the dialects of a server. */
export function createDialects(surroundings: Surroundings): Dialects {
  const made = DIALECT_NAMES.map((name) => [name, MAKERS[name](surroundings)] as const);
  const byName = Object.fromEntries(made) as Record<DialectName, Dialect>;
  const paths = Object.entries(ON_WEBSOCKET);
  return {
    byName,
    onTcp: ON_TCP.map((name) => byName[name]),
    onWebSocket: new Map(paths.map(([path, names]) => [path, names.map((name) => byName[name])])),
  };
}
