/** The forms before signing in: with an account, a new account, as a guest, and a forgotten password. */
import { RequestError } from "../../connection/request_error.ts";
import { go, hrefOf } from "../route.ts";
import { preferences } from "../state/preferences.ts";
import { greeting, signIn, tell } from "../state/session.ts";
import { words } from "../words.ts";
import { Field, Form, PasswordField } from "./form.tsx";
import { type Fields, useSubmit } from "./use_submit.ts";
import { askAnonymously } from "../http.ts";

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

interface RegisterFormProps {
  title: string;
  lead: string;
  /** Of which an address has to be; none: of any, or none at all. */
  domains: readonly string[];
  /** The code of the one that somebody has come with; empty: it is asked for; undefined: it takes none. */
  invitation: string | undefined;
}

export function RegisterForm({ title, lead, domains, invitation }: RegisterFormProps) {
  const submit = useSubmit((field) => register(field, invitation || undefined));
  return (
    <Form title={title} lead={lead} action={words.register} submit={submit}>
      {invitation === "" && (
        <Field
          name="invitation"
          label={words.invitationCode}
          hint={words.invitationCodeHint}
          autocomplete="off"
          focused
        />
      )}
      <Field name="username" label={words.username} autocomplete="username" focused={invitation !== ""} />
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
        hint={domains.length === 0 ? words.emailHint : words.emailOf(domains.join(", "))}
        type="email"
        autocomplete="email"
        optional={domains.length === 0}
      />
      <Field name="phone" label={words.phone} type="tel" autocomplete="tel" optional />
    </Form>
  );
}

async function register(field: Fields, code: string | undefined): Promise<void> {
  const username = field("username");
  const password = field("password");
  const invitation = code ?? field("invitation");
  const { rooms, confirm } = await askAnonymously("register", {
    username,
    nickname: field("nickname") || username,
    password,
    ...(field("email") && { email: field("email") }),
    ...(field("phone") && { phone: field("phone") }),
    ...(invitation && { invitation }),
  });
  const comeIn = () => signIn({ op: "login", username, password }, rooms);
  try {
    await comeIn();
    if (confirm) tell(words.codeWent(field("email")));
  } catch (error) {
    if (!(error instanceof RequestError) || error.code !== "email_unconfirmed") throw error;
    waiting = comeIn;
    go({ at: "confirm", code: "" }, true);
  }
}

/** Whoever has made an account here comes in as soon as its address is confirmed. */
let waiting: (() => Promise<void>) | undefined;

/** `code`: as the link in the letter brought it, or empty. */
export function ConfirmForm({ code }: { code: string }) {
  const submit = useSubmit(
    async (field) => {
      const { email } = await askAnonymously("account.email.confirm", { code: field("code") });
      const comeIn = waiting;
      waiting = undefined;
      if (comeIn) return await comeIn();
      if (tell(words.addressCounts(email))) return go({ at: "list" }, true);
      greeting.value = "addressConfirmed";
      go({ at: "sign-in" }, true);
    },
    {},
    { bad_code: () => words.badConfirmation },
  );
  return (
    <Form title={words.confirmAddress} lead={words.confirmLead} action={words.confirmIt} submit={submit}>
      <Field name="code" label={words.code} autocomplete="one-time-code" value={code} focused />
    </Form>
  );
}

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

export function ForgotForm() {
  const submit = useSubmit(async (field) => {
    await askAnonymously("password.reset", { email: field("email") });
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

/** `code`: as the link in the mail brought it, or empty. */
export function ResetForm({ code }: { code: string }) {
  const submit = useSubmit(async (field) => {
    await askAnonymously("password.confirm", { code: field("code"), new: field("password") });
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
