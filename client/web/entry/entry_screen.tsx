/** The screen before signing in: one form, and the way to the others. */
import { useEffect } from "preact/hooks";
import { type EntryScreenName, hrefOf, type Route, route } from "../route.ts";
import { greeting } from "../state/session.ts";
import { Logo } from "../icon.tsx";
import { words } from "../words.ts";
import { ConfirmForm, ForgotForm, GuestForm, RegisterForm, ResetForm, SignInForm } from "./entry_forms.tsx";
import { closedFor, entryRules, learnEntryRules, openWays } from "./entry_rules.ts";
import { Closed } from "./closed.tsx";
import { InvitationForm } from "./invitation_form.tsx";
import { language } from "../language.ts";
import { LANGUAGES, prefer } from "../state/preferences.ts";
import { OWN_NAMES } from "../words/catalogue.ts";

export function EntryScreen() {
  const now = route.value;
  useEffect(() => void learnEntryRules(), []);
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
          {openWays(WAYS[now.at] ?? WAYS["sign-in"]!).map((at) => (
            <a key={at} href={hrefOf({ at })}>{wordsFor(at, now)}</a>
          ))}
        </nav>
        <LanguageChoice />
      </div>
    </main>
  );
}

function EntryForm({ now }: { now: Route }) {
  const why = closedFor(now);
  if (why !== undefined) return <Closed title={words.notOpen} why={why} />;
  switch (now.at) {
    case "register":
      return (
        <RegisterForm
          title={words.register}
          lead={words.registerLead}
          domains={entryRules.value?.mail_domains ?? []}
          invitation={entryRules.value?.registration === "invite" ? "" : undefined}
        />
      );
    case "invitation":
      return <InvitationForm code={now.code} />;
    case "confirm":
      return <ConfirmForm key={now.code} code={now.code} />;
    case "guest":
      return <GuestForm />;
    case "forgot":
      return <ForgotForm />;
    case "reset":
      return <ResetForm key={now.code} code={now.code} />;
    default:
      return <SignInForm />;
  }
}

const FORGOTTEN: readonly EntryScreenName[] = ["sign-in"];

/** Screen → where one may go from there; from any other as from signing in. */
const WAYS: { readonly [K in Route["at"]]?: readonly EntryScreenName[] } = {
  "sign-in": ["register", "guest"],
  register: ["sign-in", "guest"],
  invitation: ["sign-in"],
  guest: ["sign-in", "register"],
  forgot: FORGOTTEN,
  reset: FORGOTTEN,
  confirm: FORGOTTEN,
};

function wordsFor(to: EntryScreenName, { at }: Route): string {
  if (to === "register") return words.register;
  if (to === "guest") return words.guest;
  return WAYS[at] === FORGOTTEN ? words.backToSignIn : words.haveAccount;
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
