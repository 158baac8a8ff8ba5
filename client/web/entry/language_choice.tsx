/** Another language than the browser's, each named in itself. */
import { language } from "../language.ts";
import { LANGUAGES, prefer } from "../state/preferences.ts";
import { words } from "../words.ts";
import { OWN_NAMES } from "../words/own_names.ts";

export function LanguageChoice() {
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
