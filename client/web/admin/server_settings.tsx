/** What is set on a server while it runs. */
import { useSignal } from "@preact/signals";
import { useEffect, useId } from "preact/hooks";
import type { AdminSetting } from "../../../server/core/shared/admin_commands.ts";
import { RequestError } from "../../connection/request_error.ts";
import { faultWords } from "../fault_words.ts";
import { words } from "../words.ts";
import { useAdmin } from "./ask_admin.ts";

/** As the server has it. */
const DAYS_MAX = 99_999;

export function ServerSettings() {
  const ask = useAdmin();
  const settings = useSignal<readonly AdminSetting[]>([]);
  /** `setting`: the one that could not be set; none: they could not be had. */
  const trouble = useSignal<{ setting?: string; why: () => string } | undefined>(undefined);
  const load = async () => void (settings.value = (await ask("settings", {})).settings);
  const set = async (setting: AdminSetting, value: string | null) => {
    const { setting: name } = setting;
    trouble.value = undefined;
    try {
      await ask("settings.set", { setting: name, value });
      await load();
      return true;
    } catch (thrown) {
      trouble.value = {
        setting: name,
        why: () => words.aboutOne(nameOf(name) ?? name, whyNot(setting, thrown)),
      };
      return false;
    }
  };
  useEffect(() => void load().catch((thrown) => trouble.value = { why: () => faultWords(thrown) }), []);
  return (
    <>
      {trouble.value && trouble.value.setting === undefined && (
        <p class="form-error" role="alert">{trouble.value.why()}</p>
      )}
      <ul class="admin-list">
        {settings.value.map((each) => (
          <li key={each.setting}>
            <OneSetting
              setting={each}
              trouble={trouble.value?.setting === each.setting ? trouble.value.why() : undefined}
              onEdit={() => trouble.value = undefined}
              onSet={(value) => set(each, value)}
            />
          </li>
        ))}
      </ul>
    </>
  );
}

/** What it is called here; undefined: this page does not know it. */
function nameOf(setting: string): string | undefined {
  return (words.settingNames as Record<string, string>)[setting];
}

/** Why a setting does not take what was written. */
function whyNot({ values }: AdminSetting, thrown: unknown): string {
  const isValue = thrown instanceof RequestError && thrown.code === "bad_request";
  if (isValue && values === "days") return words.numberFrom(0, DAYS_MAX);
  return isValue && !choicesOf(values) ? words.domainsWanted : faultWords(thrown);
}

function choicesOf(values: string): readonly string[] | undefined {
  return values.includes("|") ? values.split("|") : undefined;
}

interface OneSettingProps {
  setting: AdminSetting;
  trouble: string | undefined;
  onEdit(): void;
  /** Resolves to whether it is set. */
  onSet(value: string | null): Promise<boolean>;
}

function OneSetting({ setting, trouble, onEdit, onSet }: OneSettingProps) {
  const id = useId();
  const { setting: name, value: kept, values, set, help } = setting;
  // Stays as long as it could not be kept.
  const written = useSignal<string | undefined>(undefined);
  const known = nameOf(name);
  const choices = choicesOf(values);
  const valueWords = words.settingValues as Record<string, string>;
  const choose = async (value: string | null) => {
    if (value !== null) written.value = value;
    if (await onSet(value)) written.value = undefined;
  };
  const given = {
    id,
    value: written.value ?? kept,
    "aria-invalid": trouble === undefined ? undefined : "true",
    "aria-describedby": trouble === undefined ? undefined : `${id}-trouble`,
  } as const;
  return (
    <div class="admin-line">
      <p>
        <label for={id}>{known ?? name}</label>
        {known === undefined && <span>{help}</span>}
      </p>
      {choices
        ? (
          <select {...given} onChange={(event) => void choose(event.currentTarget.value)}>
            {choices.map((each) => <option key={each} value={each}>{valueWords[each] ?? each}</option>)}
          </select>
        )
        : (
          <input
            {...given}
            type="text"
            dir="auto"
            inputMode={values === "days" ? "numeric" : "text"}
            onInput={(event) => {
              written.value = event.currentTarget.value;
              onEdit();
            }}
            onChange={(event) => void choose(event.currentTarget.value.trim())}
          />
        )}
      {set && (
        <button
          type="button"
          class="text-button"
          aria-label={words.asAtFirstOf(known ?? name)}
          onClick={() => void choose(null)}
        >
          {words.asAtFirst}
        </button>
      )}
      {trouble !== undefined && <p class="form-error" id={`${id}-trouble`} role="alert">{trouble}</p>}
    </div>
  );
}
