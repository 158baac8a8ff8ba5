/** Asking for a code by mail. */
import { askStranger } from "../http.ts";
import { go, hrefOf } from "../route.ts";
import { greeting } from "../state/session.ts";
import { words } from "../words.ts";
import { Field } from "./field.tsx";
import { Form } from "./form.tsx";
import { useSubmit } from "./use_submit.ts";

export function ForgotForm() {
  const submit = useSubmit(async (field) => {
    await askStranger("password.reset", { email: field("email") });
    greeting.value = "codeSent";
    go({ at: "reset", code: "" });
  });
  return (
    <Form title={words.forgot} lead={words.forgotLead} action={words.sendCode} submit={submit}>
      <Field name="email" label={words.email} type="email" autocomplete="email" focused />
      <a class="quiet-link" href={hrefOf({ at: "reset", code: "" })}>{words.haveCode}</a>
    </Form>
  );
}
