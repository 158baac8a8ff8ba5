/** What this server offers beyond RFC 1459, as IRCv3 calls it, and what one client has asked for. */

import { LIMITS } from "../../../core/shared/limits.ts";

/** Every capability, and what "CAP LS 302" says behind it. */
const CAPABILITIES = {
  "account-tag": "",
  "away-notify": "",
  "batch": "",
  "cap-notify": "",
  "draft/account-registration": "before-connect,custom-account-name",
  "draft/channel-rename": "",
  "draft/chathistory": "",
  "draft/event-playback": "",
  "draft/message-redaction": "",
  "draft/multiline": `max-bytes=${LIMITS.textBytesMax},max-lines=${LIMITS.ircLinesMax}`,
  "draft/pre-away": "",
  "draft/read-marker": "",
  "echo-message": "",
  "extended-monitor": "",
  "extended-join": "",
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

  /** Which, as one word: clients with the same are told the same. */
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
    this.#key = Array.from(this.#enabled).sort().join(" ");
    return true;
  }
}

/** Those that a {@link Capabilities.key} names. */
export function capabilitiesIn(key: string): ReadonlySet<Capability> {
  return new Set(key.split(" ").filter((name) => name !== "") as Capability[]);
}
