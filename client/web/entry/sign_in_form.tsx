/** Signing in with an account. */
import { hrefOf } from "../route.ts";
import { signIn } from "../state/session.ts";
import { words } from "../words.ts";
import { Field } from "./field.tsx";
import { Form } from "./form.tsx";
import { PasswordField } from "./password_field.tsx";
import { useSubmit } from "./use_submit.ts";

export function SignInForm() {
  const submit = useSubmit((field) =>
    signIn({ op: "login", username: field("username"), password: field("password") })
  );
  return (
    <Form title={words.signIn} lead={words.signInLead} action={words.signIn} submit={submit}>
      <Field name="username" label={words.signInName} autocomplete="username" focused />
      <PasswordField label={words.password} autocomplete="current-password" />
      <a class="quiet-link" href={hrefOf({ at: "forgot" })}>{words.forgotPassword}</a>
    </Form>
  );
}
