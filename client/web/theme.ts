/** Light or dark: the system's choice, or the one by hand. The style sheets do the rest. */
import { effect } from "@preact/signals";
import { preferences } from "./state/preferences.ts";

/** The colour around the page, where a phone shows one; the style sheet's `--ground`. */
const GROUND = { light: "#f4f1ea", dark: "#14191a" };

effect(() => {
  const { theme } = preferences.value;
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
    meta.content = GROUND[theme ?? (meta.media.includes("dark") ? "dark" : "light")];
  }
});
