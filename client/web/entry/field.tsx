/** One labelled input of a form. */
import { useEffect, useRef } from "preact/hooks";
import { FieldFrame } from "./field_frame.tsx";

/** What a {@link Field} is given. */
interface FieldProps {
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
  { name, label, hint, type = "text", autocomplete, optional = false, focused, value }: FieldProps,
) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (focused) input.current?.focus();
  }, []);
  return (
    <FieldFrame name={name} label={label} hint={hint} optional={optional}>
      {(tied) => (
        <input
          {...tied}
          ref={input}
          dir="auto"
          // All three take the same attributes.
          type={type as "text"}
          autocomplete={autocomplete}
          autocapitalize="none"
          spellcheck={false}
          required={!optional}
          defaultValue={value}
        />
      )}
    </FieldFrame>
  );
}
