/** Badges beside a name: a status, a guest, a name that is another's now, a room of which nothing is kept. */
import { words } from "../words.ts";
import { Icon } from "../icon.tsx";
import type { Profile } from "../../../server/core/shared/profile.ts";
import { useChat } from "./chat_context.ts";
import { dayAndTimeOf } from "./time.tsx";

export function GuestMark({ guest }: { guest: boolean }) {
  return guest ? <span class="guest-mark" title={words.guestHint}>{words.guestMark}</span> : null;
}

export function FormerMark({ former }: { former: boolean }) {
  return former ? <span class="guest-mark" title={words.formerHint}>{words.formerMark}</span> : null;
}

/** Of somebody whom one blocks. */
export function BlockedMark({ nickname }: { nickname: string | undefined }) {
  const blocked = nickname !== undefined && useChat().blocks.has(nickname);
  return blocked ? <span class="guest-mark" title={words.blockedNote}>{words.blockedMark}</span> : null;
}

/** Of a room of which nothing is kept. */
export function EphemeralMark({ room }: { room: string }) {
  if (!useChat().rooms.isEphemeral(room)) return null;
  return (
    <span class="place-mark" title={words.ephemeralNote}>
      <Icon name="hourglass" />
      <span class="unseen">{words.ephemeralMark}</span>
    </span>
  );
}

/** The emoji of somebody's status, or that they are away; what they say with it is told to who asks. */
export function StatusMark({ nickname }: { nickname: string }) {
  const profile = useChat().profiles.of(nickname);
  const told = statusInWords(profile);
  if (told === "") return null;
  return (
    <span class="status-mark" title={told}>
      <span aria-hidden="true">{profile.status?.emoji ?? ""}</span>
      <span class="unseen">{told}</span>
    </span>
  );
}

/** What somebody shows, in one line; nothing where they show nothing. `withEnd`: until when. */
export function statusInWords({ availability, status }: Profile, withEnd = true): string {
  const how = availability && (availability === "away" ? words.away : words.doNotDisturb);
  const said = [status?.emoji, status?.text].filter((each) => each !== undefined).join(" ");
  const ending = withEnd && said !== "" && status?.until !== undefined
    ? words.statusUntil(said, dayAndTimeOf(status.until))
    : said;
  return [how, ending].filter((each) => each !== undefined && each !== "").join(" · ");
}
