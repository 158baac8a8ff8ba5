/** Invitations in the hands of whoever runs the server. */
import { invitationsPage, preparedInvitation } from "../accounts/invitations.ts";
import type { Core, Prepared } from "../core.ts";
import type { Answered } from "../outcome.ts";
import type { AdminAnswer, AdminCommand } from "../shared/admin_commands.ts";

/** Makes one. @throws bad_request */
export function inviteAsOperator(
  core: Core,
  asked: AdminCommand<"invitation.make">,
): Prepared<AdminAnswer<"invitation.make">> {
  const prepared = preparedInvitation(core, asked);
  if (!("proposal" in prepared)) return prepared;
  const { proposal, answer } = prepared;
  return {
    proposal,
    answer(reply: never) {
      const { code: _, ...made } = answer!(reply);
      return made;
    },
  };
}

/** A page of everybody's. */
export function listAllInvitations(
  core: Core,
  asked: AdminCommand<"invitation.list">,
): Answered<AdminAnswer<"invitation.list">> {
  return invitationsPage(core, asked, null);
}

/** Takes one back, whosever it is. */
export function revokeAny(
  core: Core,
  { invitation }: AdminCommand<"invitation.revoke">,
): Prepared<AdminAnswer<"invitation.revoke">> {
  return { proposal: { kind: "invitation.revoke", at: core.clock(), invitation } };
}
