/** Setting a new password with the code from the mail. */
import { askStranger } from "../http.ts";
import { go } from "../route.ts";
import { greeting } from "../state/session.ts";
import { words } from "../words.ts";
import { Field } from "./field.tsx";
import { Form } from "./form.tsx";
import { PasswordField } from "./password_field.tsx";
import { useSubmit } from "./use_submit.ts";

/** `code`: as the link in the mail brought it, or empty. */
export function ResetForm({ code }: { code: string }) {
  const submit = useSubmit(async (field) => {
    await askStranger("password.confirm", { code: field("code"), new: field("password") });
    greeting.value = "passwordSet";
    go({ at: "sign-in" }, true);
  });
  return (
    <Form title={words.reset} lead={words.resetLead} action={words.setPassword} submit={submit}>
      <Field name="code" label={words.code} autocomplete="one-time-code" value={code} focused={!code} />
      <PasswordField label={words.newPassword} hint={words.passwordHint} autocomplete="new-password" />
    </Form>
  );
}
