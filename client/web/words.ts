/**
 * Every word that the page shows, in the language that it speaks now. Who reads one while drawing is drawn anew
 * when the language changes. The catalogues are in words/.
 */
import { language } from "./language.ts";
import type { Language } from "./state/preferences.ts";
import type { Translated } from "./words/catalogue.ts";
import { en } from "./words/en.ts";
import { zh } from "./words/zh.ts";

/** What every catalogue has. */
export type Words = Translated<typeof en>;

const CATALOGUES: Record<Language, Words> = { en, zh };

/** The words. */
export const words = Object.defineProperties(
  {},
  Object.fromEntries(
    (Object.keys(en) as (keyof Words)[]).map((key) => [key, { get: () => CATALOGUES[language.value][key] }]),
  ),
) as Words;
