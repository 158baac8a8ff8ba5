/** English: invitations by link. */
import { countingIn } from "./catalogue.ts";

const { count, number } = countingIn("en");

/** The words. */
export const enInvitations = {
  invitation: "You are invited",
  invitationCode: "Invitation",
  invitationCodeHint: "The link that somebody sent you, or its code.",
  /** `by`: who made it; empty: whoever runs the server. `rooms`: their names, or empty. */
  invitedByLink: (by: string, rooms: string) => {
    const who = by === "" ? "You may make an account here" : `${by} invites you`;
    return rooms === "" ? `${who}.` : `${who}${by === "" ? ", and come" : ""} into ${rooms}.`;
  },
  firstAdministrator: "Nobody has an account here yet. Yours will run this server.",
  badInvitation: "This invitation leads nowhere",

  invitationLinks: "Invitation links",
  invitationsNote: "A link lets people make an account, and come into rooms.",
  invitePeople: "Invite people",
  inviteByLink: "Invite by link",
  linkInto: "Into these rooms",
  inviteUses: "How many people",
  inviteDays: "How long",
  days: (days: number) => count(days, { one: "day", other: "days" }),
  makeInvitation: "Make a link",
  madeInvitation: "Here is the link. It is shown only now.",
  invitationLink: "Link",
  copyInvitation: "Copy",
  invitationCopied: "Copied.",
  ownInvitations: "Links that are still good",
  noInvitations: "There are none.",
  noRooms: "Into no room",
  usesLeft: (left: number, uses: number) => `${number(left)} of ${number(uses)} left`,
  /** `time`: such as "5 Nov, 13:00". */
  goodUntil: (time: string) => `until ${time}`,
  revoke: "Revoke",
  revokeInvitation: (rooms: string) => `Revoke: ${rooms}`,
} as const;
