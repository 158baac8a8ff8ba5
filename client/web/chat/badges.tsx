/** Badges beside a name: a guest, a name that is another's now, a room of which nothing is kept. */
import { words } from "../words.ts";
import { Icon } from "../icon.tsx";

export function GuestMark({ guest }: { guest: boolean }) {
  return guest ? <span class="guest-mark" title={words.guestHint}>{words.guestMark}</span> : null;
}

export function FormerMark({ former }: { former: boolean }) {
  return former ? <span class="guest-mark" title={words.formerHint}>{words.formerMark}</span> : null;
}

export function EphemeralMark() {
  return (
    <span class="place-mark" title={words.ephemeralNote}>
      <Icon name="hourglass" />
      <span class="unseen">{words.ephemeralMark}</span>
    </span>
  );
}
