/** Says of somebody that their name is another's now: what is private with them can be read, and nothing more. */
import { words } from "../words.ts";

export function FormerMark({ former }: { former: boolean }) {
  return former ? <span class="guest-mark" title={words.formerHint}>{words.formerMark}</span> : null;
}
