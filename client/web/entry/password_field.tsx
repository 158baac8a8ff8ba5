/** A password's input, which can be made readable. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../icon.tsx";
import { words } from "../words.ts";
import { FieldFrame } from "./field_frame.tsx";

/** What a {@link PasswordField} is given. */
interface PasswordFieldProps {
  name?: string;
  label: string;
  autocomplete: "current-password" | "new-password";
  hint?: string;
  /** Whether one starts writing here. */
  focused?: boolean;
}

/** As `passwordHint` says it, and the server in its limits. */
const CHARS_MIN = 8;

export function PasswordField({ name = "password", label, autocomplete, hint, focused }: PasswordFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  const shown = useSignal(false);
  useEffect(() => {
    if (focused) input.current?.focus();
  }, []);
  return (
    <FieldFrame name={name} label={label} hint={hint}>
      {(tied) => (
        <div class="field-row">
          <input
            {...tied}
            ref={input}
            {...(shown.value ? { type: "text" as const } : { type: "password" as const })}
            data-password
            autocomplete={autocomplete}
            autocapitalize="none"
            spellcheck={false}
            required
            minLength={autocomplete === "new-password" ? CHARS_MIN : undefined}
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
      )}
    </FieldFrame>
  );
}
