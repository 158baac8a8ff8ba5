/**
 * What the core is made of and what it needs from outside. Handlers take a `Core` first; there is one a server.
 */
import { Bans } from "./rooms/bans.ts";
import { Disk } from "./disk.ts";
import { Fault } from "./shared/faults.ts";
import type { NameKey } from "./shared/names.ts";
import type { FileBounds } from "./shared/limits.ts";
import { Presence, type Session } from "./sessions/presence.ts";
import { Rooms } from "./rooms/rooms.ts";
import { Sequence } from "./sequence.ts";
import type { Store } from "./store.ts";
import { Uploads } from "./files/open_uploads.ts";
import type { BlobStore } from "./files/blob_store.ts";

/** Makes and checks password hashes, a few at once. */
export interface PasswordHasher {
  /** @throws Fault `busy` when too many wait */
  hash(password: string): Promise<string>;
  /** Takes the same time without a hash as with one. @throws Fault `busy` when too many wait */
  verify(password: string, hash: string | undefined): Promise<boolean>;
  /** Whether a password is among those that everybody tries first. */
  isCommon(password: string): boolean;
  /** The upper-case hex MD5 of a password's UTF-8. */
  md5(password: string): string;
  /** Whether the password with this MD5 is among those, as far as that can be told. */
  isCommonMd5(md5: string): boolean;
}

/** Makes what must not be guessed. */
export interface Secrets {
  /** At least 128 bits, for a machine to keep. */
  token(): string;
  /** At least 60 bits, for a person to type. */
  code(): string;
  /** What is kept of a secret: it tells whether one is right, and not what it was. */
  digest(secret: string): string;
}

/** Brings letters to people; never throws, what fails goes to the log. */
export interface Mailer {
  sendReset(letter: { to: string; nickname: string; code: string; minutes: number }): void;
}

/** What the core is given. */
export interface Needs {
  blobs: BlobStore;
  bounds: FileBounds;
  store: Store;
  hasher: PasswordHasher;
  secrets: Secrets;
  mailer: Mailer;
  /** Milliseconds since 1970. */
  clock: () => number;
  /** Whom an address stands for: an IPv6 network is one person's, not one address. */
  networkOf: (address: string) => string;
  /** The networks that an address, or a network, is in, the narrowest first, and how many times what one address may have. */
  networksOf: (address: string) => readonly { readonly name: string; readonly times: number }[];
  /** A new id: unique without asking anybody, and later ones sort after earlier ones. */
  newId: () => string;
}

/** A chat service at work. */
export interface Core extends Needs {
  readonly presence: Presence;
  readonly rooms: Rooms;
  readonly bans: Bans;
  readonly sequence: Sequence;
  readonly uploads: Uploads;
  /** Addresses for which a letter with a code was asked, and when; milliseconds since 1970. */
  readonly resetsAsked: { readonly email: NameKey; readonly at: number }[];
  readonly disk: Disk;
}

/** Who asks: one connection, or one HTTP request. */
export interface Caller {
  readonly address: string;
  /** The token that came with the connection itself, as the page's cookie does: lost, it comes back by itself. */
  readonly credential?: string;
  /** What its program calls itself. */
  readonly client?: string;
  /** Whether it goes on with what another connection of the same person announced, as an HTTP upload does. */
  readonly takesOver?: true;
  /** What it calls the files that it sends → their ids. */
  handles?: Map<string, string>;
  session?: Session;
}

/** Wakes the service from its store. */
export function createCore(needs: Needs): Core {
  const { store, clock } = needs;
  const rooms = new Rooms(store.rooms(), clock(), needs.networksOf);
  return {
    ...needs,
    presence: new Presence(),
    rooms,
    bans: new Bans(store.bans(clock())),
    sequence: new Sequence(store.lastSeq()),
    uploads: new Uploads(),
    resetsAsked: [],
    disk: new Disk(),
  };
}

/** The session of a caller who has one. @throws not_signed_in */
export function sessionOf(caller: Caller): Session {
  if (caller.session) return caller.session;
  throw new Fault(
    "not_signed_in",
    'Cannot do this before signing in: send "login", "guest" or "resume" first',
  );
}
