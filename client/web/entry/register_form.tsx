/** Making an account, and signing in with it at once. */
import { askStranger } from "../http.ts";
import { signIn } from "../state/session.ts";
import { words } from "../words.ts";
import { Field } from "./field.tsx";
import { Form } from "./form.tsx";
import { PasswordField } from "./password_field.tsx";
import { type Fields, useSubmit } from "./use_submit.ts";

export function RegisterForm() {
  const submit = useSubmit(register);
  return (
    <Form title={words.register} lead={words.registerLead} action={words.register} submit={submit}>
      <Field name="username" label={words.username} autocomplete="username" focused />
      <Field
        name="nickname"
        label={words.nickname}
        hint={words.nicknameHint}
        autocomplete="nickname"
        optional
      />
      <PasswordField label={words.password} hint={words.passwordHint} autocomplete="new-password" />
      <Field
        name="email"
        label={words.email}
        hint={words.emailHint}
        type="email"
        autocomplete="email"
        optional
      />
      <Field name="phone" label={words.phone} type="tel" autocomplete="tel" optional />
    </Form>
  );
}

async function register(field: Fields): Promise<void> {
  const username = field("username");
  const password = field("password");
  await askStranger("register", {
    username,
    nickname: field("nickname") || username,
    password,
    ...(field("email") && { email: field("email") }),
    ...(field("phone") && { phone: field("phone") }),
  });
  await signIn({ op: "login", username, password });
}
