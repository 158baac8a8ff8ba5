/** A field that narrows a list to what has its text. */
import type { InputHTMLAttributes, Ref } from "preact";

interface SearchFieldProps
  extends Pick<InputHTMLAttributes, "autofocus" | "class" | "onFocus" | "onKeyDown"> {
  /** What is looked for: said aloud, and shown while the field is empty. */
  label: string;
  value: string;
  onText: (text: string) => void;
  field?: Ref<HTMLInputElement>;
}

export function SearchField({ label, onText, field, ...others }: SearchFieldProps) {
  return (
    <input
      {...others}
      ref={field}
      type="search"
      dir="auto"
      aria-label={label}
      placeholder={label}
      onInput={(event) => onText(event.currentTarget.value)}
    />
  );
}
