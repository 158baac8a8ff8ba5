/**
 * What whoever runs the service may set while it runs, in one closed type: each setting with the texts that it is read from
 * and written as, and what holds where nobody has set it. The values in force are state (core/state/settings.ts).
 */
import { Fault, quote } from "./faults.ts";
import { LIMITS } from "./limits.ts";

/** Every setting. */
export interface Settings {
  /** Who may make an account: anybody, whoever has an invitation, or nobody but whoever runs the server. */
  registration: "open" | "invite" | "closed";
  /** Whether people may come in without an account. */
  guests: "on" | "off";
  /** Domains that a new account's address has to be of; none: of any, and an account needs no address. */
  mail_domains: readonly string[];
  /** Who makes invitations. */
  invitations: "members" | "admins";
  /** What becomes of what somebody wrote whose account is deleted: it stays without their name, or goes. */
  deleted_messages: "keep" | "remove";
  /** Days that messages are kept, and files; 0: for ever. */
  keep_messages: number;
  /** Who may call everybody in a room at once (`@room`, `@here`): those who keep order there, or everybody. */
  room_mentions: "moderators" | "everybody";
  keep_files: number;
  /** Days that entries of the audit log are kept; 0: for ever. */
  keep_audit: number;
}

/** The name of a setting. */
export type SettingName = keyof Settings;

/** How one setting is read, written and explained. */
export interface SettingRow<Value> {
  /** What the value is, as helps show it. */
  readonly value: string;
  readonly help: string;
  /** What holds where nobody has set it. */
  standard(others: SettingsRead): Value;
  /** @throws Fault bad_request */
  read(text: string): Value;
  write(value: Value): string;
}

/** The values in force. */
export interface SettingsRead {
  get<K extends SettingName>(name: K): Settings[K];
}

const DAYS = { value: "days", read: days, write: String } as const;

/** The table. */
export const SETTINGS: { readonly [K in SettingName]: SettingRow<Settings[K]> } = {
  registration: {
    ...words("open", "invite", "closed"),
    help: "who may make an account: anybody, whoever has an invitation, or nobody but an operator",
    standard: () => "open",
  },
  guests: {
    ...words("on", "off"),
    help: "whether people come in without an account; while it is not set they do where anybody may make one",
    standard: (others) => others.get("registration") === "open" ? "on" : "off",
  },
  mail_domains: {
    value: "domains",
    help: "domains that a new account's mail address has to be of, with commas between; any: of any",
    standard: () => [],
    read: domains,
    write: (value) => value.length === 0 ? "any" : value.join(","),
  },
  invitations: {
    ...words("members", "admins"),
    help: "who makes invitations: everybody with an account, or administrators only",
    standard: () => "members",
  },
  deleted_messages: {
    ...words("keep", "remove"),
    help: "what people wrote whose accounts are deleted: keep it without their names, or take it back",
    standard: () => "keep",
  },
  room_mentions: {
    ...words("moderators", "everybody"),
    help: "who may call everybody in a room at once, with @room and @here",
    standard: () => "moderators",
  },
  keep_messages: {
    ...DAYS,
    help: "days that messages are kept, with their files; 0: for ever",
    standard: () => 0,
  },
  keep_files: {
    ...DAYS,
    help: "days that files are kept, if that is less; 0: as long as their messages",
    standard: () => 0,
  },
  keep_audit: {
    ...DAYS,
    help: "days that entries of the audit log are kept; 0: for ever",
    standard: () => 365,
  },
};

/** Every setting's name, in the order of the table. */
export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];

/** The setting of this name, with hyphens or underscores. @throws bad_request */
export function settingNamed(name: string): SettingName {
  const found = SETTING_NAMES.find((each) => each === name.replaceAll("-", "_"));
  if (found) return found;
  const known = SETTING_NAMES.map(flagOf).join(", ");
  throw new Fault("bad_request", `Cannot set ${quote(name)}: there is no such setting; known are ${known}`);
}

/** A setting's name as it is typed. */
export function flagOf(name: SettingName): string {
  return name.replaceAll("_", "-");
}

function words<Word extends string>(...known: readonly Word[]): Pick<
  SettingRow<Word>,
  "value" | "read" | "write"
> {
  return {
    value: known.join("|"),
    read(text) {
      const found = known.find((each) => each === text);
      if (found !== undefined) return found;
      throw new Fault(
        "bad_request",
        `Cannot set this to ${quote(text)}: it must be one of ${known.join(", ")}`,
      );
    },
    write: (value) => value,
  };
}

function days(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new Fault(
    "bad_request",
    `Cannot set this to ${quote(text)}: it must be days, 0 to 99999; 0: for ever`,
  );
}

function domains(text: string): readonly string[] {
  const named = text.toLowerCase().split(",").map((each) => each.trim().replace(/^@/, "")).filter((each) =>
    each !== ""
  );
  if (named.length === 1 && named[0] === "any") return [];
  const wrong = named.find((each) => !/^[\p{L}\p{N}]([\p{L}\p{N}.-]*[\p{L}\p{N}])?$/u.test(each));
  if (wrong === undefined && named.length > 0 && named.length <= LIMITS.mailDomainsMax) return named;
  const what = wrong === undefined ? `${named.length} domains` : quote(wrong);
  throw new Fault(
    "bad_request",
    `Cannot set this to ${what}: it must be domains such as example.org,example.net, at most ${LIMITS.mailDomainsMax}, or any`,
  );
}
