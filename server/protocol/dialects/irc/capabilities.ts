/** What this server offers beyond RFC 1459, as IRCv3 calls it, and what one client has asked for. */

import { LIMITS } from "../../../core/shared/limits.ts";

/** A status; a picture can only be taken away. */
const METADATA_KEYS_SET = 1;

/** Every capability, and what "CAP LS 302" says behind it. */
const CAPABILITIES = {
  "account-notify": "",
  "account-tag": "",
  "away-notify": "",
  "batch": "",
  "cap-notify": "",
  "draft/account-registration": "before-connect,custom-account-name",
  "draft/channel-rename": "",
  "draft/chathistory": "",
  "draft/event-playback": "",
  "draft/message-redaction": "",
  "draft/metadata-2": `maxsub=${LIMITS.ircSubscriptionsMax},maxkey=${METADATA_KEYS_SET}`,
  "draft/metadata-notify-2": "",
  "draft/multiline": `max-bytes=${LIMITS.textBytesMax},max-lines=${LIMITS.ircLinesMax}`,
  "draft/pre-away": "",
  "draft/read-marker": "",
  "echo-message": "",
  "extended-monitor": "",
  "extended-join": "",
  "invite-notify": "",
  "labeled-response": "",
  "message-tags": "",
  "multi-prefix": "",
  "sasl": "PLAIN",
  "server-time": "",
  "standard-replies": "",
  "userhost-in-names": "",
} as const satisfies Record<string, string>;

/** The name of one. */
export type Capability = keyof typeof CAPABILITIES;

/** Those on which it depends how something is said that all are told: only by these do clients differ there, and share their words. */
const IN_WORDS = [
  "account-notify",
  "account-tag",
  "batch",
  "draft/message-redaction",
  "draft/multiline",
  "extended-join",
  "message-tags",
  "server-time",
] as const satisfies readonly Capability[];

/** Tells which of those a client has. */
export interface HasInWords {
  has(capability: typeof IN_WORDS[number]): boolean;
}

/** Every key that a client has had; the same one each time, so that comparing them takes no time. */
const keys = new Map<string, string>();

/** Since this version of negotiation values are told, and "cap-notify" is on and stays so. */
const WITH_VALUES = 302;

/** What one client has. */
export class Capabilities {
  readonly #enabled = new Set<Capability>();
  #version = 0;
  #key = "";

  /** Which. */
  get all(): ReadonlySet<Capability> {
    return this.#enabled;
  }

  /** Those on which words depend, as one word: clients with the same are told the same. */
  get key(): string {
    return this.#key;
  }

  has(capability: Capability): boolean {
    return this.#enabled.has(capability);
  }

  /** What the server has, for a client that negotiates in this version; `more`: what can't be asked for, and is told with a value. */
  offered(version: number, more: readonly string[]): string[] {
    this.#version = Math.max(this.#version, version);
    if (this.#version >= WITH_VALUES) this.#enabled.add("cap-notify");
    const offered = Object.entries(CAPABILITIES).map(([name, value]) =>
      this.#version >= WITH_VALUES && value !== "" ? `${name}=${value}` : name
    );
    return this.#version >= WITH_VALUES ? [...offered, ...more] : offered;
  }

  /** Takes all of what is asked for, or nothing of it. */
  request(names: readonly string[]): boolean {
    const bare = names.map((name) => name.replace(/^-/, ""));
    if (!bare.every((name) => Object.hasOwn(CAPABILITIES, name))) return false;
    const isLocked = this.#version >= WITH_VALUES && names.includes("-cap-notify");
    if (isLocked) return false;
    for (const name of names) {
      if (name.startsWith("-")) this.#enabled.delete(name.slice(1) as Capability);
      else this.#enabled.add(name as Capability);
    }
    const key = IN_WORDS.filter((name) => this.#enabled.has(name)).join(" ");
    this.#key = keys.get(key) ?? key;
    keys.set(key, this.#key);
    return true;
  }
}

/** Those that a {@link Capabilities.key} names. */
export function capabilitiesIn(key: string): ReadonlySet<Capability> {
  return new Set(key.split(" ").filter((name) => name !== "") as Capability[]);
}
