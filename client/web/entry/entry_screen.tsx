/** The door: one form, and the way to the others. */
import { type EntryScreenName, hrefOf, type Route, route } from "../route.ts";
import { greeting } from "../state/session.ts";
import { Logo } from "../logo.tsx";
import { words } from "../words.ts";
import { LanguageChoice } from "./language_choice.tsx";
import { ForgotForm } from "./forgot_form.tsx";
import { GuestForm } from "./guest_form.tsx";
import { RegisterForm } from "./register_form.tsx";
import { ResetForm } from "./reset_form.tsx";
import { SignInForm } from "./sign_in_form.tsx";

export function EntryScreen() {
  const now = route.value;
  return (
    <main class="entry">
      <div class="entry-card">
        <div class="entry-brand">
          <Logo />
          <div>
            <p class="entry-product">{words.product}</p>
            <p class="entry-tagline">{words.tagline}</p>
          </div>
        </div>
        {greeting.value && <p class="entry-greeting" role="status">{words[greeting.value]}</p>}
        <EntryForm now={now} />
        <nav class="entry-ways" aria-label={words.otherWays}>
          {waysFrom(now).map(([at, label]) => <a key={at} href={hrefOf({ at })}>{label}</a>)}
        </nav>
        <LanguageChoice />
      </div>
    </main>
  );
}

function EntryForm({ now }: { now: Route }) {
  switch (now.at) {
    case "register":
      return <RegisterForm />;
    case "guest":
      return <GuestForm />;
    case "forgot":
      return <ForgotForm />;
    case "reset":
      return <ResetForm code={now.code} />;
    default:
      return <SignInForm />;
  }
}

function waysFrom({ at }: Route): [EntryScreenName, string][] {
  if (at === "forgot" || at === "reset") return [["sign-in", words.backToSignIn]];
  if (at === "register") return [["sign-in", words.haveAccount], ["guest", words.guest]];
  if (at === "guest") return [["sign-in", words.haveAccount], ["register", words.register]];
  return [["register", words.register], ["guest", words.guest]];
}
