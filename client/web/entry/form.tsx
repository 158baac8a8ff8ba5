/** A form's frame: title, fields, what went wrong, the one button. */
import type { ComponentChildren } from "preact";
import { type Submit, TroublesContext } from "./use_submit.ts";

/** What a {@link Form} is given. */
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
