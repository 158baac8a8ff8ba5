/**
 * What somebody has chosen for this browser, whoever is signed in. Every window of the browser follows. No choice
 * is the system's: its language, its colours.
 */
import { signal } from "@preact/signals";
import { readStored, writeStored } from "./local_storage.ts";

/** The languages that the page speaks. */
export const LANGUAGES = ["en", "zh"] as const;
export type Language = typeof LANGUAGES[number];

/** The colours by hand. */
const THEMES = ["light", "dark"] as const;
export type Theme = typeof THEMES[number];

/** How messages stand, by hand: in lines from the left, or in bubbles on both sides. */
const LAYOUTS = ["compact", "bubbles"] as const;
export type Layout = typeof LAYOUTS[number];

/** From whom a private file waits for one's word, by hand; without a choice from guests. */
const ASKING = ["everybody", "nobody"] as const;
export type Asking = typeof ASKING[number];

/** What can be chosen. */
interface Preferences {
  readonly language?: Language;
  readonly theme?: Theme;
  readonly layout?: Layout;
  readonly askBefore?: Asking;
  /** What was written as one's name when last signing in, and when last coming as a guest. */
  readonly lastName?: string;
  readonly lastGuest?: string;
  /** How one is told of messages while one looks elsewhere. */
  readonly notify?: boolean;
  readonly sound?: boolean;
}

const ENTRY = "switchboard.preferences";

/** What is chosen now. */
export const preferences = signal<Preferences>(read());

/** Chooses; undefined takes a choice back. */
export function prefer(choice: Preferences): void {
  preferences.value = { ...preferences.value, ...choice };
  writeStored(ENTRY, preferences.value);
}

function read(): Preferences {
  return checked((readStored(ENTRY) ?? {}) as Record<string, unknown>);
}

/** What an earlier version, or somebody's hand, may have left there is passed over. */
function checked(kept: Record<string, unknown>): Preferences {
  const language = LANGUAGES.find((each) => each === kept.language);
  const theme = THEMES.find((each) => each === kept.theme);
  const layout = LAYOUTS.find((each) => each === kept.layout);
  const askBefore = ASKING.find((each) => each === kept.askBefore);
  const { lastName, lastGuest } = kept;
  return {
    ...(language && { language }),
    ...(theme && { theme }),
    ...(layout && { layout }),
    ...(askBefore && { askBefore }),
    ...(typeof lastName === "string" && { lastName }),
    ...(typeof lastGuest === "string" && { lastGuest }),
    ...(kept.notify === true && { notify: true }),
    ...(kept.sound === true && { sound: true }),
  };
}

addEventListener("storage", ({ key }: StorageEvent) => {
  if (key === ENTRY || key === null) preferences.value = read();
});
