/** Which language the page speaks: the chosen one, or the first of the browser's that it knows. */
import { computed, effect, signal } from "@preact/signals";
import { type Language, LANGUAGES, preferences } from "./state/preferences.ts";

const browsers = signal<readonly string[]>(navigator.languages);
addEventListener("languagechange", () => browsers.value = navigator.languages);

/** The language of the words. */
export const language = computed<Language>(() => preferences.value.language ?? preferred(browsers.value));

/** The same with its region as the browser has it, for dates and numbers: such as `en-GB`. */
export const locale = computed(() =>
  browsers.value.find((tag) => languageOf(tag) === language.value) ??
    { en: "en", zh: "zh-CN" }[language.value]
);

/** Sorts names as whoever reads the language expects. */
export const byName = computed(() => new Intl.Collator(locale.value).compare);

/** The first language that the page speaks, of those that somebody reads. */
function preferred(tags: readonly string[]): Language {
  for (const tag of tags) {
    const spoken = languageOf(tag);
    if (spoken) return spoken;
  }
  return "en";
}

function languageOf(tag: string): Language | undefined {
  const [first] = tag.toLowerCase().split("-");
  return LANGUAGES.find((each) => each === first);
}

effect(() => {
  document.documentElement.lang = { en: "en", zh: "zh-CN" }[language.value];
});
