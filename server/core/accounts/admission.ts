/** Who may come in at all: as the settings say, for everybody whose account or nickname is new. */
import type { Core } from "../core.ts";
import type { Answered } from "../outcome.ts";
import type { Answer } from "../shared/commands.ts";
import { Fault } from "../shared/faults.ts";
import type { StoredInvitation } from "../store/stored_invitations.ts";
import { badInvitation, livingInvitation } from "./invitations.ts";
import { nameKey } from "../shared/names.ts";
import type { State } from "../state/state.ts";

/** What it takes to come in. */
export function entry({ settings }: Core): Answered<Answer<"entry">> {
  return {
    reply: {
      registration: settings.get("registration"),
      guests: settings.get("guests") === "on",
      mail_domains: [...settings.get("mail_domains")],
    },
  };
}

/**
 * Whether somebody may make an account for themselves; gives the invitation that they have, by its hash. Where registration
 * is closed, only one counts that whoever runs the server has made.
 * @throws registration_closed invitation_needed bad_invitation
 */
export function checkMayRegister(
  state: State,
  hash: string | undefined,
  now: number,
): StoredInvitation | undefined {
  const invitation = hash === undefined ? undefined : livingInvitation(state, hash, now);
  if (hash !== undefined && !invitation) throw badInvitation();
  const registration = state.settings.get("registration");
  if (registration === "closed" && invitation?.maker !== null) {
    throw new Fault("registration_closed", "Cannot register: whoever runs this server makes the accounts");
  }
  if (registration === "invite" && !invitation) {
    throw new Fault("invitation_needed", "Cannot register: it takes an invitation here, ask somebody inside");
  }
  return invitation;
}

/** Whether people may come in without an account. @throws guests_off */
export function checkGuestsMayCome({ settings }: Pick<State, "settings">): void {
  if (settings.get("guests") === "on") return;
  throw new Fault("guests_off", "Cannot come in as a guest: only people with an account are let in here");
}

/** Whether a new account's address is one that may be. @throws bad_email */
export function checkMayHaveEmail({ settings }: Pick<State, "settings">, email: string | null): void {
  const domains = settings.get("mail_domains");
  if (domains.length === 0) return;
  const own = email === null ? undefined : nameKey(email.slice(email.lastIndexOf("@") + 1));
  if (domains.some((domain) => nameKey(domain) === own)) return;
  throw new Fault("bad_email", `Cannot do this: it takes an email address of ${domains.join(" or ")}`);
}
