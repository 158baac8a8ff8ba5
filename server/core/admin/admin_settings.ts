/** Settings in the hands of whoever runs the server. */
import type { Core, Prepared } from "../core.ts";
import type { Answered, Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import {
  flagOf,
  SETTING_NAMES,
  type SettingName,
  settingNamed,
  type SettingRow,
  SETTINGS,
} from "../shared/settings.ts";
import type { State } from "../state/state.ts";
import type { AdminAnswer, AdminCommand, AdminSetting } from "./admin_commands.ts";

/** Every setting with its value. */
export function listSettings(core: Core): Answered<AdminAnswer<"settings">> {
  return { reply: { settings: SETTING_NAMES.map((name) => settingIn(core, name)) } };
}

/** Sets one, or takes it back to what holds without. @throws bad_request */
export function setSetting(
  core: Core,
  asked: AdminCommand<"settings.set">,
): Prepared<AdminAnswer<"settings.set">> {
  const name = settingNamed(asked.setting);
  const value = asked.value === null ? null : normal(name, asked.value);
  return { proposal: { kind: "settings.set", at: core.clock(), name, value, level: "set" } };
}

/** @throws bad_request */
export function applySetting(
  state: State,
  { name: asked, value, level }: Proposal<"settings.set">,
): Outcome<AdminAnswer<"settings.set">> {
  const name = settingNamed(asked);
  const row = { ...state.settings.row(name), name, [level]: value === null ? null : normal(name, value) };
  state.settings.put(row);
  state.store.write({ kind: "setting.put", setting: row });
  return { reply: { setting: settingIn(state, name) } };
}

/** The text of a value as it is kept, whoever wrote it. @throws bad_request */
function normal(name: SettingName, text: string): string {
  const row: SettingRow<unknown> = SETTINGS[name];
  return row.write(row.read(text));
}

function settingIn({ settings }: State, name: SettingName): AdminSetting {
  const row: SettingRow<unknown> = SETTINGS[name];
  const { value: values, help } = row;
  return {
    setting: flagOf(name),
    value: row.write(settings.get(name)),
    set: settings.isSet(name),
    values,
    help,
  };
}
