/** A form's frame: title, fields, what went wrong, the one button. */
import type { ComponentChildren } from "preact";
import type { Submit } from "./use_submit.ts";

/** What a {@link Form} is given. */
export interface FormProps {
  title: string;
  lead: string;
  action: string;
  submit: Submit;
  /** The fields. */
  children: ComponentChildren;
}

export function Form({ title, lead, action, submit, children }: FormProps) {
  return (
    <form class="entry-form" onSubmit={submit.onSubmit} aria-label={title}>
      <header>
        <h1>{title}</h1>
        <p>{lead}</p>
      </header>
      {children}
      {submit.error && <p class="form-error" role="alert">{submit.error}</p>}
      <button class="button" type="submit" disabled={submit.busy}>{action}</button>
    </form>
  );
}
