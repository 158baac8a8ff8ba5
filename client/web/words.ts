/**
 * Every word that the page shows, in the language that it speaks now. Who reads one while drawing is drawn anew
 * when the language changes. The catalogues are in words/; English comes with the page, others when they are spoken.
 */
import { signal } from "@preact/signals";
import { DELETED_NAME } from "../../server/core/shared/names.ts";
import { language } from "./language.ts";
import type { Language } from "./state/preferences.ts";
import type { Reasons, Translated } from "./words/catalogue.ts";
import { en } from "./words/en.ts";
import { bidiIsolated } from "./words/bidi.ts";

/** What every catalogue has. In English the server says its reasons itself. */
type Words = Translated<typeof en> & { readonly reasons?: Reasons };

const CATALOGUES: Readonly<Record<Language, () => Promise<Words>>> = {
  en: () => Promise.resolve(en),
  zh: () => import("./words/zh.ts").then(({ zh }) => zh),
};

/** What is spoken: what is wanted, as soon as that is here. */
const catalogue = signal<Words>(en);
/** Whether what is wanted can't be had. */
export const isLanguageMissing = signal(false);

/** Loads the language that is wanted; until then the page speaks the one before. Resolves in any case. */
export async function loadLanguage(): Promise<void> {
  const wanted = language.peek();
  isLanguageMissing.value = false;
  try {
    const loaded = await CATALOGUES[wanted]();
    if (language.peek() === wanted) catalogue.value = loaded;
  } catch {
    isLanguageMissing.value = language.peek() === wanted;
  }
}

/** The first one that is wanted is here, or can't be had. */
export const languageTried: Promise<void> = loadLanguage();
let tried = language.peek();
language.subscribe((wanted) => {
  if (wanted !== tried) void loadLanguage();
  tried = wanted;
});

/** The words. */
export const words = Object.defineProperties(
  {},
  Object.fromEntries(
    ([...Object.keys(en), "reasons"] as (keyof Words)[]).map((
      key,
    ) => [key, { get: () => spoken(catalogue.value[key]) }]),
  ),
) as Words;

/** Who has written something: whose account is deleted has no other name than that. */
export function authorInWords(nickname: string): string {
  return nickname === DELETED_NAME ? words.deletedAccount : nickname;
}

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
