/** The screen before signing in: one form, and the way to the others. */
import { type EntryScreenName, hrefOf, type Route, route } from "../route.ts";
import { greeting } from "../state/session.ts";
import { Logo } from "../icon.tsx";
import { words } from "../words.ts";
import { ForgotForm, GuestForm, RegisterForm, ResetForm, SignInForm } from "./entry_forms.tsx";
import { language } from "../language.ts";
import { LANGUAGES, prefer } from "../state/preferences.ts";
import { OWN_NAMES } from "../words/catalogue.ts";

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

function LanguageChoice() {
  return (
    <div class="entry-languages" role="group" aria-label={words.language}>
      {LANGUAGES.map((each) => (
        <button
          key={each}
          type="button"
          class="text-button"
          lang={each}
          aria-pressed={language.value === each}
          onClick={() => prefer({ language: each })}
        >
          {OWN_NAMES[each]}
        </button>
      ))}
    </div>
  );
}

export function Waiting({ text }: { text: string }) {
  return (
    <main class="entry">
      <div class="waiting" role="status">
        <Logo />
        <p>{text}</p>
      </div>
    </main>
  );
}
