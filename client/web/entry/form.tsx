/** A form: title, fields with what is wrong said at each, the one button. */
import type { ComponentChildren, InputHTMLAttributes } from "preact";
import { type Submit, TroublesContext, useTrouble } from "./use_submit.ts";
import { useEffect, useId, useRef } from "preact/hooks";
import { words } from "../words.ts";
import { useSignal } from "@preact/signals";
import { Icon } from "../icon.tsx";

interface FormProps {
  title: string;
  /** What is said below the title. Without it the title is not shown, only named: something else shows it. */
  lead?: string;
  action: string;
  submit: Submit;
  /** The fields. */
  children: ComponentChildren;
}

export function Form({ title, lead, action, submit, children }: FormProps) {
  return (
    <TroublesContext.Provider value={submit.troubles}>
      <form
        class={lead === undefined ? "form" : "form entry-form"}
        // What is wrong is said at the field, in the page's language.
        noValidate
        onSubmit={submit.onSubmit}
        onInput={submit.onInput}
        aria-label={title}
      >
        {lead !== undefined && (
          <header>
            <h1>{title}</h1>
            <p>{lead}</p>
          </header>
        )}
        {children}
        {submit.error && <p class="form-error" role="alert">{submit.error}</p>}
        <button class="button" type="submit" aria-disabled={submit.busy}>{action}</button>
      </form>
    </TroublesContext.Provider>
  );
}

interface FieldFrameProps {
  name: string;
  label: string;
  hint?: string;
  optional?: boolean;
  /** Draws the input with what ties it to the rest. */
  children: (tied: Pick<InputHTMLAttributes, "id" | "name"> & Tied) => ComponentChildren;
}

interface Tied {
  "aria-describedby": string | undefined;
  "aria-invalid": "true" | undefined;
}

function FieldFrame({ name, label, optional, children, ...given }: FieldFrameProps) {
  const id = useId();
  const trouble = useTrouble(name);
  const hint = given.hint === trouble ? undefined : given.hint;
  const described = [trouble && `${id}-trouble`, hint && `${id}-hint`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>
        {label} {optional && <span class="field-optional">{words.optional}</span>}
      </label>
      {children({
        id,
        name,
        "aria-describedby": described || undefined,
        "aria-invalid": trouble ? "true" : undefined,
      })}
      {trouble && <p class="field-trouble" id={`${id}-trouble`}>{trouble}</p>}
      {hint && <p class="field-hint" id={`${id}-hint`}>{hint}</p>}
    </div>
  );
}

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

interface NumberFieldProps {
  name: string;
  label: string;
  min: number;
  max: number;
  /** What stands in it at first. */
  value: number;
}

export function NumberField({ name, label, min, max, value }: NumberFieldProps) {
  return (
    <FieldFrame name={name} label={label}>
      {(tied) => <input {...tied} type="number" min={min} max={max} defaultValue={String(value)} required />}
    </FieldFrame>
  );
}

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
