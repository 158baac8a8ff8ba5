/** Signing in with an account. Who was here last finds their name and writes only the password. */
import { hrefOf } from "../route.ts";
import { preferences } from "../state/preferences.ts";
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
  const last = preferences.peek().lastName;
  return (
    <Form title={words.signIn} lead={words.signInLead} action={words.signIn} submit={submit}>
      <Field name="username" label={words.signInName} autocomplete="username" value={last} focused={!last} />
      <PasswordField label={words.password} autocomplete="current-password" focused={last !== undefined} />
      <a class="quiet-link" href={hrefOf({ at: "forgot" })}>{words.forgotPassword}</a>
    </Form>
  );
}
