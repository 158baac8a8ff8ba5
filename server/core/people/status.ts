/** What somebody shows of what they are doing: a few words with an end, and whether they want to be left alone. */
import { checkLine } from "../accounts/names.ts";
import { accountSession, type Caller } from "../caller.ts";
import type { Core, Prepared } from "../core.ts";
import type { Delivery, Outcome } from "../outcome.ts";
import type { Proposal } from "../proposals.ts";
import { sessionIn } from "../sessions/session_in.ts";
import type { Answer, Command } from "../shared/commands.ts";
import { isEmoji } from "../shared/emoji.ts";
import { Fault, quote } from "../shared/faults.ts";
import { LIMITS } from "../shared/limits.ts";
import { type Profile, profileAt, type Status } from "../shared/profile.ts";
import type { Person } from "../state/presence.ts";
import type { State } from "../state/state.ts";

/** Shows something else, or nothing any more. @throws account_needed bad_emoji bad_text bad_request */
export function setStatus(core: Core, caller: Caller, asked: Command<"status">): Prepared<Answer<"status">> {
  const { id: session } = accountSession(caller, "show a status");
  const at = core.clock();
  const { availability = null } = asked;
  return { proposal: { kind: "status", at, session, availability, status: checkedStatus(asked, at) } };
}

/** @throws not_signed_in */
export function applyStatus(state: State, p: Proposal<"status">): Outcome<Answer<"status">> {
  const { person } = sessionIn(state, p.session);
  const { availability, status } = p;
  const shown = () => profileAt(state.store.people.profile(person.id), p.at);
  const before = shown();
  state.store.write({ kind: "status.set", account: person.id, availability, status });
  const profile = shown();
  const told = { what: "status", by: p.session, before } as const;
  return { reply: profile, tell: [profileTold(state, person, profile, told)] };
}

/** Tells everybody what somebody shows now. `by`: in which session they chose it; `before`: what they showed, where that is another. */
export function profileTold(
  { presence }: State,
  person: Person,
  profile: Profile,
  { what, by, before = profile }: { what: "avatar" | "status"; by: string; before?: Profile },
): Delivery {
  const { id, nickname } = person;
  const meets = (other: string) => presence.meets(person, other);
  const shows = { shows: () => what, before: () => before, meets };
  const event = { event: "profile", nickname, person: id, ...profile, ...shows } as const;
  return { to: { everyone: true }, event, by };
}

function checkedStatus({ emoji, text, until }: Command<"status">, now: number): Status | null {
  if (emoji !== undefined && !isEmoji(emoji)) {
    throw new Fault("bad_emoji", `Cannot show ${quote(emoji)}: one emoji is wanted`, { reason: "one_emoji" });
  }
  const words = text?.trim() ?? "";
  checkLine(words, "Cannot show this status", LIMITS.statusCharsMax);
  if (until !== undefined && !(until > now && until <= now + LIMITS.statusLifeMs)) {
    throw new Fault("bad_request", 'Cannot show this status: "until" lies within the next year');
  }
  if (emoji === undefined && words === "") return null;
  return {
    ...(emoji !== undefined && { emoji }),
    ...(words !== "" && { text: words }),
    ...(until !== undefined && { until }),
  };
}
