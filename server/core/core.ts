/**
 * What prepares proposals and answers questions: the state, and all that `apply` must not have, such as the time, ids and
 * secrets. There is one `Core` a server.
 */
import { Disk } from "./disk.ts";
import type { Uploads } from "./files/open_uploads.ts";
import type { BlobStore } from "./files/blob_store.ts";
import { type MissedLine, MissedWalk } from "./people/missed_walk.ts";
import type { Answered, Outcome } from "./outcome.ts";
import type { Proposal } from "./proposals.ts";
import type { FileBounds } from "./shared/limits.ts";
import { RetentionWalk } from "./retention/retention_walk.ts";
import type { NameKey } from "./shared/names.ts";
import type { State } from "./state/state.ts";

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
  /** To an address that is to be somebody's. */
  sendConfirmation(letter: { to: string; nickname: string; code: string; minutes: number }): void;
  /** About what stands unread; `stop`: what ends these letters. */
  sendMissed(letter: { to: string; nickname: string; lines: readonly MissedLine[]; stop: string }): void;
  /** Whether letters go to people, rather than into a folder of the operator's. */
  readonly reachesPeople: boolean;
}

/** Who applies the same log on other machines. */
export interface OtherNodes {
  readonly count: number;
  /** Where the pages of those are that have an address of their own. */
  readonly urls: readonly string[];
}

/** What a core is given besides its state. */
export interface Needs {
  blobs: BlobStore;
  bounds: FileBounds;
  hasher: PasswordHasher;
  secrets: Secrets;
  mailer: Mailer;
  uploads: Uploads;
  /** Names this process among those that apply the same log. */
  node: string;
  /** The address of the page, once somebody asks. */
  pageUrl: () => string;
  /** The other nodes that are alive. */
  otherNodes: () => OtherNodes;
  /** Milliseconds since 1970. */
  clock: () => number;
  /** A new id: unique without asking anybody, and later ones sort after earlier ones. */
  newId: () => string;
  /** Puts a proposal into the log; resolves when it is kept and applied. @throws Fault what `apply` refuses it with */
  propose: (proposal: Proposal) => Promise<Outcome>;
}

/** A chat service at work. */
export interface Core extends Needs, State {
  /** Addresses for which a letter with a code was asked, when (milliseconds since 1970) and from where. */
  readonly resetsAsked: { readonly email: NameKey; readonly at: number; readonly from: string }[];
  readonly disk: Disk;
  readonly retention: RetentionWalk;
  readonly missed: MissedWalk;
}

/** What a command comes to before the log: a proposal, or a question that is answered in its turn. */
export type Prepared<Reply = unknown> =
  | {
    readonly proposal: Proposal;
    /** Makes the answer of the outcome's reply, where this node knows more than the log, such as a secret. */
    readonly answer?: (reply: never) => Reply;
  }
  | { readonly ask: () => Answered<Reply> };

/** Puts a core together. */
export function createCore(state: State, needs: Needs): Core {
  const [retention, missed] = [new RetentionWalk(), new MissedWalk()];
  return { ...state, ...needs, resetsAsked: [], disk: new Disk(), retention, missed };
}
