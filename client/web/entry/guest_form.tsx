/** Coming in with a nickname alone. */
import { preferences } from "../state/preferences.ts";
import { signIn } from "../state/session.ts";
import { words } from "../words.ts";
import { Field } from "./field.tsx";
import { Form } from "./form.tsx";
import { useSubmit } from "./use_submit.ts";

export function GuestForm() {
  const submit = useSubmit((field) => signIn({ op: "guest", nickname: field("nickname") }));
  return (
    <Form title={words.guest} lead={words.guestLead} action={words.enterAsGuest} submit={submit}>
      <Field
        name="nickname"
        label={words.nickname}
        autocomplete="nickname"
        value={preferences.peek().lastGuest}
        focused
      />
    </Form>
  );
}
