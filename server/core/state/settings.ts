/** The settings in force: what was set, and what holds where nothing was. */
import {
  SETTING_NAMES,
  type SettingName,
  SETTINGS,
  type Settings,
  type SettingsRead,
} from "../shared/settings.ts";
import type { StoredSetting } from "../store/store.ts";
import type { Journal } from "./journal.ts";

/** Where a value stands: set by somebody, or as what holds otherwise on this server. */
export type SettingLevel = "set" | "standard";

/** Every setting with its value. */
export class SettingsInForce implements SettingsRead {
  readonly #rows = new Map<SettingName, StoredSetting>();
  readonly #journal: Journal;
  /** Values that were read before. */
  readonly #known = new Map<string, unknown>();

  /** What a newer program has set, and this one can't read, does not count. */
  constructor(stored: readonly StoredSetting[], journal: Journal) {
    this.#journal = journal;
    for (const row of stored) {
      const name = SETTING_NAMES.find((each) => each === row.name);
      if (name) {
        this.#rows.set(name, {
          ...row,
          set: readable(name, row.set),
          standard: readable(name, row.standard),
        });
      }
    }
  }

  get<K extends SettingName>(name: K): Settings[K] {
    const row = this.#rows.get(name);
    const text = row?.set ?? row?.standard;
    return text === undefined || text === null ? SETTINGS[name].standard(this) : this.#read(name, text);
  }

  /** Whether somebody has set it. */
  isSet(name: SettingName): boolean {
    return typeof this.#rows.get(name)?.set === "string";
  }

  /** A setting's row as it is kept. */
  row(name: SettingName): StoredSetting {
    return this.#rows.get(name) ?? { name, set: null, standard: null };
  }

  put(row: StoredSetting & { name: SettingName }): void {
    const before = this.#rows.get(row.name);
    this.#rows.set(row.name, row);
    this.#journal.note(() => before ? this.#rows.set(row.name, before) : this.#rows.delete(row.name));
  }

  #read<K extends SettingName>(name: K, text: string): Settings[K] {
    const key = `${name} ${text}`;
    if (!this.#known.has(key)) this.#known.set(key, SETTINGS[name].read(text));
    return this.#known.get(key) as Settings[K];
  }
}

function readable(name: SettingName, text: string | null): string | null {
  try {
    if (text !== null) SETTINGS[name].read(text);
    return text;
  } catch {
    return null;
  }
}
