/** One labelled input of a form. */
import { useEffect, useId, useRef } from "preact/hooks";
import { words } from "../words.ts";

/** What a {@link Field} is given. */
export interface FieldProps {
  name: string;
  label: string;
  hint?: string;
  type?: "text" | "email" | "tel";
  autocomplete: string;
  optional?: boolean;
  /** Whether one starts writing here. */
  focused?: boolean;
  value?: string;
}

export function Field(
  { name, label, hint, type = "text", autocomplete, optional, focused, value }: FieldProps,
) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (focused) input.current?.focus();
  }, []);
  return (
    <div class="field">
      <label for={id}>
        {label} {optional && <span class="field-optional">{words.optional}</span>}
      </label>
      <input
        ref={input}
        id={id}
        name={name}
        // All three take the same attributes.
        type={type as "text"}
        autocomplete={autocomplete}
        autocapitalize="none"
        spellcheck={false}
        required={!optional}
        defaultValue={value}
        aria-describedby={hint ? `${id}-hint` : undefined}
      />
      {hint && <p class="field-hint" id={`${id}-hint`}>{hint}</p>}
    </div>
  );
}
