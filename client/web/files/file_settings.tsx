/** Settings: from whom a private file waits for one's word. */
import { type Asking, prefer, preferences } from "../state/preferences.ts";
import { Segmented } from "../segmented.tsx";
import { words } from "../words.ts";

export function FileSettings() {
  return (
    <section class="settings-part" aria-label={words.files}>
      <Segmented<Asking | "guests">
        label={words.askBefore}
        options={[
          { value: "everybody", label: words.askEverybody },
          { value: "guests", label: words.askGuests },
          { value: "nobody", label: words.askNobody },
        ]}
        chosen={preferences.value.askBefore ?? "guests"}
        onChoose={(value) => prefer({ askBefore: value === "guests" ? undefined : value })}
      />
      <p class="settings-hint">{words.askHint}</p>
    </section>
  );
}
