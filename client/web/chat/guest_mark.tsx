/** Says of a name that it is a guest's: nobody with an account, and somebody else's perhaps tomorrow. */
import { words } from "../words.ts";

export function GuestMark({ guest }: { guest: boolean }) {
  return guest ? <span class="guest-mark" title={words.guestHint}>{words.guestMark}</span> : null;
}
