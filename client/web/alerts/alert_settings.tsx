/** Settings: how one is told of messages while one looks elsewhere. */
import { prefer, preferences } from "../state/preferences.ts";
import { words } from "../words.ts";
import { askPermission, permission } from "./desktop.ts";
import { playTone } from "./tone.ts";

/** Why there can be no notifications, said beside the switch. */
const HINTS = { denied: "notifyDenied", missing: "notifyMissing" } as const;

export function AlertSettings() {
  const { notify, sound } = preferences.value;
  const can = permission.value;
  const hint = can === "denied" || can === "missing" ? words[HINTS[can]] : undefined;
  return (
    <section class="settings-part" aria-label={words.alerts}>
      <h3>{words.alerts}</h3>
      <label class="switch">
        {words.notify}
        <input
          type="checkbox"
          role="switch"
          checked={notify === true && can === "granted"}
          // Not disabled: it would lose the focus where the answer to its own press is no.
          aria-disabled={hint !== undefined}
          aria-describedby={hint && "notify-hint"}
          onClick={(event) => hint !== undefined && event.preventDefault()}
          onChange={({ currentTarget }) => void chooseNotify(currentTarget.checked)}
        />
      </label>
      {hint && <p id="notify-hint" class="settings-hint">{hint}</p>}
      <label class="switch">
        {words.sound}
        <input
          type="checkbox"
          role="switch"
          checked={sound === true}
          onChange={({ currentTarget }) => chooseSound(currentTarget.checked)}
        />
      </label>
      <p class="settings-hint">{words.alertsHint}</p>
    </section>
  );
}

async function chooseNotify(wanted: boolean): Promise<void> {
  const granted = wanted && await askPermission() === "granted";
  // Put away first, so that the switch is drawn anew when nothing came of it.
  prefer({ notify: undefined });
  if (granted) prefer({ notify: true });
}

/** Whoever wants it hears at once what it is. */
function chooseSound(wanted: boolean): void {
  prefer({ sound: wanted || undefined });
  if (wanted) void playTone().catch(() => {});
}
