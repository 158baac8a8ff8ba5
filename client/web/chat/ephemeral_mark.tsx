/** Says of a room that nothing of it is kept. */
import { Icon } from "../icon.tsx";
import { words } from "../words.ts";

export function EphemeralMark() {
  return (
    <span class="place-mark" title={words.ephemeralNote}>
      <Icon name="hourglass" />
      <span class="unseen">{words.ephemeralMark}</span>
    </span>
  );
}
