/** A line among settings: what it is about, how that is, and what can be done about it. */
import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";

interface SettingsLineProps {
  name: string;
  /** How it is now. */
  note: string;
  /** Whether the note tells what was just done. */
  tells?: boolean;
  /** A button or a link. */
  children: ComponentChildren;
}

export function SettingsLine({ name, note, tells = false, children }: SettingsLineProps) {
  return (
    <div class="settings-line">
      <p>
        <strong>{name}</strong>
        <span role={tells ? "status" : undefined} dir="auto">{note}</span>
      </p>
      {children}
    </div>
  );
}

interface FormLineProps {
  name: string;
  note: string;
  /** What the button says. */
  action: string;
  open: Signal<boolean>;
  /** The form, shown below while it is open. */
  children: ComponentChildren;
}

/** One that opens a form. */
export function FormLine({ name, note, action, open, children }: FormLineProps) {
  return (
    <>
      <SettingsLine name={name} note={note} tells>
        <button
          type="button"
          class="button button-plain"
          aria-expanded={open.value}
          onClick={() => open.value = !open.value}
        >
          {action}
        </button>
      </SettingsLine>
      {open.value && children}
    </>
  );
}
