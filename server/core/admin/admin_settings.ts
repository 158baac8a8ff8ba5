/** Settings in the hands of whoever runs the server. */
import { mayInvite, privilegesTold } from "../accounts/administrators.ts";
import type { Core, Prepared } from "../core.ts";
import type { Answered, Delivery, Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import {
  flagOf,
  SETTING_NAMES,
  type SettingName,
  settingNamed,
  type SettingRow,
  SETTINGS,
} from "../shared/settings.ts";
import { closed } from "../sessions/leaving.ts";
import type { Person } from "../state/presence.ts";
import type { State } from "../state/state.ts";
import type { AdminAnswer, AdminCommand, AdminSetting } from "../shared/admin_commands.ts";

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
  { name: asked, value, level, at }: Proposal<"settings.set">,
): Outcome<AdminAnswer<"settings.set">> {
  const name = settingNamed(asked);
  const before = SETTING_NAMES.map((each) => settingIn(state, each).value);
  const mightInvite = Array.from(state.presence.all()).filter((person) => mayInvite(state, person));
  const row = { ...state.settings.row(name), name, [level]: value === null ? null : normal(name, value) };
  state.settings.put(row);
  state.store.write({ kind: "setting.put", setting: row });
  const followed = SETTING_NAMES.filter((each, n) =>
    each !== name && settingIn(state, each).value !== before[n]
  );
  const { end, tell = [], gone } = state.settings.get("guests") === "off" ? withoutGuests(state, at) : {};
  return {
    reply: { settings: [name, ...followed].map((each) => settingIn(state, each)) },
    tell: [...tell, ...othersInvite(state, new Set(mightInvite))],
    ...(end && { end }),
    ...(gone && { gone }),
  };
}

/** Whoever is here and may invite now, or may not any more, is told. */
function othersInvite(state: State, before: ReadonlySet<Person>): Delivery[] {
  return Array.from(state.presence.all())
    .filter((person) => mayInvite(state, person) !== before.has(person))
    .map((person) => privilegesTold(state, person));
}

/** Whoever is here without an account has to go. */
function withoutGuests(state: State, now: number): Pick<Outcome, "end" | "tell" | "gone"> {
  const guests = Array.from(state.presence.all()).filter(({ guest }) => guest);
  const message = "Guests are not let in here any more.";
  const left = guests.map(({ id }) => closed(state, id, now, message));
  return {
    end: left.flatMap(({ end = [] }) => end),
    tell: left.flatMap(({ tell = [] }) => tell),
    gone: left.flatMap(({ gone = [] }) => gone),
  };
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
