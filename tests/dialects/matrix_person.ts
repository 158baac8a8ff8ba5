/** Somebody of the matrix, whichever language they speak: what they can do, and how what they see is compared with docs/dialects.md. */
import type { Given, Shown } from "./dialect_words.ts";

/** Everything that anybody can do to others; a language that has no way to do it leaves it out. */
export interface Deeds {
  /** `others`: everybody else who is there. */
  message?(text: string, others: readonly string[]): unknown;
  "private message"?(to: string, text: string): unknown;
  /** A file's name counts where the language has names. */
  picture?(name: string, bytes: Uint8Array): unknown;
  video?(name: string, bytes: Uint8Array): unknown;
  file?(name: string, bytes: Uint8Array): unknown;
  /** A folder with one file. */
  folder?(name: string, bytes: Uint8Array): unknown;
  offer?(to: string, name: string, bytes: Uint8Array): unknown;
  /** Takes the file of this name that was offered, and its bytes; or does not. */
  "offer accepted"?(name: string, bytes: Uint8Array): unknown;
  "offer refused"?(name: string): unknown;
  /** Of one's own last message, whose id this is. */
  recall?(id: string): unknown;
  edit?(id: string, text: string): unknown;
  reaction?(id: string, emoji: string): unknown;
  "reaction taken back"?(id: string, emoji: string): unknown;
  kick?(name: string): unknown;
  "new nickname"?(nickname: string): unknown;
  topic?(topic: string): unknown;
  mute?(name: string): unknown;
  pin?(id: string): unknown;
  /** Of another's message, whose id this is. */
  removal?(id: string): unknown;
  invitation?(room: string, name: string): unknown;
}
/** The name of a deed. */
export type Deed = keyof Deeds;

/** What belongs to something that is shown, and is no word. */
export interface Seen {
  /** It is this person's own doing, or done to them. */
  readonly own: boolean;
  /** Who is online by then, in the order of their coming. */
  readonly online: readonly string[];
  readonly bytes?: Uint8Array;
}

/** Somebody. */
export interface Person {
  /** A section of docs/dialects.md. */
  readonly language: string;
  readonly name: string;
  /** Who comes and goes is told as part of a room, of the whole server, or both. */
  readonly presence: "room" | "online" | "both";
  readonly does: Deeds;
  /** What this language has no way to say. */
  cannotSay?(text: string): boolean;
  /** Only time tells its messages apart: each is to be decided before the next. */
  readonly oneByOne?: true;
  /** Comes, and sees who is there, where the language can show it: online or in the lobby, in the order of their coming. */
  comes(online: readonly string[], lobby: readonly string[]): Promise<void>;
  goes(): Promise<void>;
  /** Ends the connection, if there is one, whatever state it is in. */
  close(): Promise<void> | void;
  /**
   * Begins to send a file, or says as much as half of something where there are no files, and loses the connection. Gives what was
   * sent, where that counts as the whole.
   */
  breaksOff(name: string, bytes: Uint8Array): Promise<Uint8Array | undefined>;
  /** The server stops, and says so, where the language can; then the connection ends. */
  hearsTheEnd(): Promise<void>;
  /** Whether they are shown their own doing. */
  echoes(event: string): boolean;
  /** What they see of their own doing, where that is something else. */
  ownWords?(event: string): readonly Shown[] | undefined;
  /** What they see when they have been put out of the room. */
  whenPutOut?: readonly Shown[];
  /** A name, or a text, as this language shows it to keep it from being taken for something else. */
  nameShown?(name: string): string;
  /** The next that they see is this. */
  hears(shown: Shown, given: Given, seen: Seen): Promise<void>;
  /** Nothing else was shown. */
  hearsNothing(online: readonly string[], lobby: readonly string[]): Promise<void>;
  /** Does what can't be done, and is told so. */
  errs(): Promise<void>;
  /** Somebody else with this program wants a name that is taken; gives the name that they came in under, if they did. */
  wants(name: string): Promise<Visitor | undefined>;
}

/** Somebody who came in under another name than they wanted. */
export interface Visitor {
  readonly name: string;
  goes(): Promise<void>;
}

/** A list that the page shows for alice and bob, for these. */
export function listOf(template: string, names: readonly string[]): string {
  const [, before = "", between = "", after = ""] = /^(.*)alice(.*?)bob(.*)$/s.exec(template) ?? [];
  return before + names.join(between) + after;
}
