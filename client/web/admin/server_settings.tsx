/** What is set on a server while it runs. */
import { useSignal } from "@preact/signals";
import { useEffect, useId } from "preact/hooks";
import type { AdminSetting } from "../../../server/core/shared/admin_commands.ts";
import { faultWords } from "../fault_words.ts";
import { words } from "../words.ts";
import { useAdmin } from "./ask_admin.ts";

export function ServerSettings() {
  const ask = useAdmin();
  const settings = useSignal<readonly AdminSetting[]>([]);
  const error = useSignal<(() => string) | undefined>(undefined);
  const attempt = async (act: () => Promise<void>) => {
    error.value = undefined;
    try {
      await act();
    } catch (thrown) {
      error.value = () => faultWords(thrown);
    }
  };
  const load = async () => void (settings.value = (await ask("settings", {})).settings);
  useEffect(() => void attempt(load), []);
  const set = (setting: string, value: string | null) =>
    void attempt(async () => {
      await ask("settings.set", { setting, value });
      await load();
    });
  return (
    <>
      {error.value && <p class="form-error" role="alert">{error.value()}</p>}
      <ul class="admin-list">
        {settings.value.map((each) => (
          <li key={each.setting}>
            <OneSetting setting={each} onSet={(value) => set(each.setting, value)} />
          </li>
        ))}
      </ul>
    </>
  );
}

function OneSetting({ setting, onSet }: { setting: AdminSetting; onSet: (value: string | null) => void }) {
  const id = useId();
  const { setting: name, value, values, set, help } = setting;
  const known = (words.settingNames as Record<string, string>)[name];
  const choices = values.includes("|") ? values.split("|") : undefined;
  const valueWords = words.settingValues as Record<string, string>;
  return (
    <div class="admin-line">
      <p>
        <label for={id}>{known ?? name}</label>
        {known === undefined && <span>{help}</span>}
      </p>
      {choices
        ? (
          <select id={id} value={value} onChange={(event) => onSet(event.currentTarget.value)}>
            {choices.map((each) => <option key={each} value={each}>{valueWords[each] ?? each}</option>)}
          </select>
        )
        : (
          <input
            id={id}
            type="text"
            dir="auto"
            inputMode={values === "days" ? "numeric" : "text"}
            value={value}
            onChange={(event) => onSet(event.currentTarget.value.trim())}
          />
        )}
      {set && (
        <button
          type="button"
          class="text-button"
          aria-label={words.asAtFirstOf(known ?? name)}
          onClick={() => onSet(null)}
        >
          {words.asAtFirst}
        </button>
      )}
    </div>
  );
}
