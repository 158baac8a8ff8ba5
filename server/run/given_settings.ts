/** Settings that a start brings along: those of its options, and those that follow from where it listens. */
import type { Config } from "../config/config.ts";
import { OPERATOR } from "../core/audit/audit.ts";
import { isExposed } from "../config/exposure.ts";
import type { Core } from "../core/core.ts";
import type { Proposal } from "../core/proposals.ts";
import { type SettingName, type SettingRow, SETTINGS, type SettingsRead } from "../core/shared/settings.ts";
import { Journal } from "../core/state/journal.ts";
import { SettingsInForce } from "../core/state/settings.ts";
import type { StoredSetting } from "../core/store/store.ts";

/** Setting → the option that sets it at a start. */
const GIVEN = {
  registration: "registration",
  guests: "guests",
  mail_domains: "mailDomains",
  keep_messages: "keepMessages",
  keep_files: "keepFiles",
  keep_audit: "keepAudit",
} as const satisfies { readonly [K in SettingName]?: keyof Config };

type Change = Pick<Proposal<"settings.set">, "level" | "value"> & { name: SettingName };

/** What a start with these options changes. */
function* changes(config: Config, settings: SettingsInForce): Iterable<Change> {
  // Whoever puts a server where others reach it and says nothing has not meant it for everybody there.
  const standard = isForOthers(config) ? SETTINGS.registration.write("invite") : null;
  if (settings.row("registration").standard !== standard) {
    yield { name: "registration", value: standard, level: "standard" };
  }
  for (const [name, option] of Object.entries(GIVEN) as [keyof typeof GIVEN, keyof Config][]) {
    const given = config[option];
    if (given === undefined) continue;
    const value = (SETTINGS[name] as SettingRow<unknown>).write(given);
    if (settings.row(name).set !== value) yield { name, value, level: "set" };
  }
}

/** Whether others than this machine's own programs come in: to a cluster they do, wherever this node of it listens. */
export function isForOthers(config: Pick<Config, "host" | "publicUrl" | "cluster">): boolean {
  return isExposed(config) || config.cluster !== undefined;
}

/** Puts the settings of a start in force, before anybody comes in. */
export async function takeGivenSettings(core: Core, config: Config): Promise<void> {
  for (const change of Array.from(changes(config, core.settings))) {
    await core.propose({ kind: "settings.set", at: core.clock(), from: OPERATOR, ...change });
  }
}

/** What would be in force after a start with these options. */
export function settingsAtStart(config: Config, stored: readonly StoredSetting[]): SettingsRead {
  const settings = new SettingsInForce(stored, new Journal());
  for (const { name, value, level } of Array.from(changes(config, settings))) {
    settings.put({ ...settings.row(name), name, [level]: value });
  }
  return settings;
}

/** Who may come in to a server that others reach, for its log. */
export function admissionNote({ settings }: Pick<Core, "settings">): string {
  const why = settings.isSet("registration")
    ? ""
    : ", because others reach this server and nobody has set it";
  return `registration is ${settings.get("registration")}${why}; guests are ${settings.get("guests")}`;
}
