/** Settings that a start brings along: those of its options, and those that follow from where it listens. */
import type { Config } from "../config/config.ts";
import { OPERATOR } from "../core/audit/audit.ts";
import type { Core } from "../core/core.ts";
import { type SettingName, type SettingRow, SETTINGS } from "../core/shared/settings.ts";
import { isExposed } from "../config/exposure.ts";

/** Setting → the option that sets it at a start. */
const GIVEN = {
  registration: "registration",
  guests: "guests",
  mail_domains: "mailDomains",
  keep_audit: "keepAudit",
} as const satisfies { readonly [K in SettingName]?: keyof Config };

/** Puts the settings of a start in force, before anybody comes in. */
export async function takeGivenSettings(core: Core, config: Config): Promise<void> {
  // Whoever puts a server onto the internet and says nothing has not meant it for everybody there.
  const registration = isExposed(config) ? SETTINGS.registration.write("invite") : null;
  if (core.settings.row("registration").standard !== registration) {
    await core.propose({
      ...{ kind: "settings.set", at: core.clock(), from: OPERATOR, level: "standard" },
      ...{ name: "registration", value: registration },
    });
  }
  for (const [name, option] of Object.entries(GIVEN) as [keyof typeof GIVEN, keyof Config][]) {
    const given = config[option];
    if (given === undefined) continue;
    const value = (SETTINGS[name] as SettingRow<unknown>).write(given);
    if (core.settings.row(name).set === value) continue;
    await core.propose({ kind: "settings.set", at: core.clock(), from: OPERATOR, level: "set", name, value });
  }
}
