/** Settings: colours, how messages stand, and language. */
import {
  type Language,
  LANGUAGES,
  type Layout,
  prefer,
  preferences,
  type Theme,
} from "../state/preferences.ts";
import { Segmented } from "../segmented.tsx";
import { words } from "../words.ts";
import { OWN_NAMES } from "../words/own_names.ts";

export function Appearance() {
  const { theme, layout, language } = preferences.value;
  return (
    <section class="settings-part" aria-label={words.appearance}>
      <Segmented<Theme | "system">
        label={words.theme}
        options={[
          { value: "system", label: words.likeSystem },
          { value: "light", label: words.themeLight },
          { value: "dark", label: words.themeDark },
        ]}
        chosen={theme ?? "system"}
        onChoose={(value) => prefer({ theme: value === "system" ? undefined : value })}
      />
      <Segmented<Layout | "both">
        label={words.layout}
        options={[
          { value: "both", label: words.layoutBoth },
          { value: "compact", label: words.layoutCompact },
          { value: "bubbles", label: words.layoutBubbles },
        ]}
        chosen={layout ?? "both"}
        onChoose={(value) => prefer({ layout: value === "both" ? undefined : value })}
      />
      <p class="settings-hint">{words.layoutHint}</p>
      <Segmented<Language | "system">
        label={words.language}
        options={[
          { value: "system", label: words.likeBrowser },
          ...LANGUAGES.map((each) => ({ value: each, label: OWN_NAMES[each], lang: each })),
        ]}
        chosen={language ?? "system"}
        onChoose={(value) => prefer({ language: value === "system" ? undefined : value })}
      />
    </section>
  );
}
