/**
 * Every word that the page shows, in the language that it speaks now. Who reads one while drawing is drawn anew
 * when the language changes. The catalogues are in words/.
 */
import { language } from "./language.ts";
import type { Language } from "./state/preferences.ts";
import type { Translated } from "./words/catalogue.ts";
import { en } from "./words/en.ts";
import { bidiIsolated } from "./words/bidi.ts";
import { zh } from "./words/zh.ts";

/** What every catalogue has. */
type Words = Translated<typeof en>;

const CATALOGUES: Record<Language, Words> = { en, zh };

/** The words. */
export const words = Object.defineProperties(
  {},
  Object.fromEntries(
    (Object.keys(en) as (keyof Words)[]).map((
      key,
    ) => [key, { get: () => spoken(CATALOGUES[language.value][key]) }]),
  ),
) as Words;

/** A person's name as it stands in a sentence; `guest`: whether it is to say that they are one. */
export function personInWords(nickname: string, guest: boolean | undefined): string {
  return guest ? words.guestNamed(nickname) : nickname;
}

/** A sentence that keeps what is put into it apart from its own words; anything else as it is. */
function spoken<T>(entry: T): T {
  if (typeof entry !== "function") return entry;
  const sentence = (...given: unknown[]): unknown => entry(...given.map(apart));
  return sentence as T;
}

function apart(given: unknown): unknown {
  if (Array.isArray(given)) return given.map(apart);
  return typeof given === "string" ? bidiIsolated(given) : given;
}
