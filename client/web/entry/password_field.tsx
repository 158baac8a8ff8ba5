/** A password's input, which can be made readable. */
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { Icon } from "../icon.tsx";
import { words } from "../words.ts";

/** What a {@link PasswordField} is given. */
export interface PasswordFieldProps {
  label: string;
  autocomplete: "current-password" | "new-password";
  hint?: string;
}

export function PasswordField({ label, autocomplete, hint }: PasswordFieldProps) {
  const id = useId();
  const shown = useSignal(false);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="field-row">
        <input
          id={id}
          name="password"
          {...(shown.value ? { type: "text" as const } : { type: "password" as const })}
          autocomplete={autocomplete}
          autocapitalize="none"
          spellcheck={false}
          required
          aria-describedby={hint ? `${id}-hint` : undefined}
        />
        <button
          type="button"
          class="icon-button"
          aria-label={shown.value ? words.hidePassword : words.showPassword}
          title={shown.value ? words.hidePassword : words.showPassword}
          onClick={() => shown.value = !shown.value}
        >
          <Icon name={shown.value ? "eye_off" : "eye"} />
        </button>
      </div>
      {hint && <p class="field-hint" id={`${id}-hint`}>{hint}</p>}
    </div>
  );
}
