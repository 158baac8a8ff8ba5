/** English: how rooms are set, who has which place in them, and what is pinned. */
import { countingIn } from "./catalogue.ts";

const { count, number } = countingIn("en");

/** The words. */
export const enRooms = {
  privateRoom: "Private",
  privateNote: "Nobody finds it. People come in when they are invited.",
  openNote: "Everybody finds it and may come in.",
  /** `all`: what was said before. */
  openSure: (all: boolean): string =>
    all
      ? "It is private so far. Everybody on this server will find it, may come in, and reads all that was said."
      : "It is private so far. Everybody on this server will find it and may come in.",
  openRoom: "Open it to everybody",
  archivedRoom: "Archived",
  archivedNote: "It can be read, and nobody writes in it any more.",
  announcements: "Announcements",
  announcementsNote: "Only its owners and moderators write here.",
  membersOnline: (members: number, online: number) =>
    `${count(members, { one: "member", other: "members" })}, ${number(online)} online`,

  aboutRoom: "About this room",
  roomSettings: "Room settings",
  topic: "Topic",
  topicHint: "One line that stands over the conversation.",
  description: "Description",
  whoWrites: "Who may write",
  everybodyWrites: "Everybody",
  moderatorsWrite: "Owners and moderators",
  newcomersRead: "What newcomers can read",
  readsAll: "Everything",
  readsFromJoining: "From their joining on",
  archive: "Archived",
  keptFor: "Messages and files are deleted after",
  keptDays: (days: number) => count(days, { one: "day", other: "days" }),
  keepDays: "Days that messages and files are kept",
  keepDaysHint: "0: as long as the server keeps them.",
  deleteRoom: "Delete room",
  deleteRoomNote: (room: string) =>
    `${room} and everything that was said and sent in it will be gone, for everybody and for good.`,
  typeToDelete: (room: string) => `Type ${room} to confirm`,

  notOnline: "Not online",
  moreAbsent: (members: number) => `and ${number(members)} more who are not online`,
  places: { owner: "owner", moderator: "moderator" },
  makePlace: { member: "Make an ordinary member", moderator: "Make a moderator", owner: "Make an owner" },
  muteOne: "Mute…",
  kickOne: "Remove…",
  muteSomebody: (nickname: string) => `Mute ${nickname}`,
  muteNote: (nickname: string, room: string) => `${nickname} can read ${room}, and not write in it.`,
  muteTime: "For how long",
  muteThem: "Mute",
  mutedOnes: "Muted",
  letSpeak: "Unmute",
  letSpeakAgain: (nickname: string) => `Unmute ${nickname}`,

  inviteSomebody: "Invite somebody",
  inviteInto: (room: string) => `Invite into ${room}`,
  inviteWhom: "Nickname",
  inviteHint: "Of somebody with an account, online or not.",
  inviteThem: "Invite",
  invitedNow: (nicknames: string) => `Invited: ${nicknames}`,
  invitations: "Invitations",
  invitedBy: (nickname: string) => `from ${nickname}`,
  joinRoom: (room: string) => `Join ${room}`,
  decline: "Decline",
  declineRoom: (room: string) => `Decline ${room}`,

  archivedHere: "This room is archived: it can be read, and nobody writes in it any more.",
  announcementsHere: "Only the owners and moderators of this room write here.",
  mutedUntil: (time: string) => `You can't write here until ${time}.`,

  nothingToSee: "There is no such room, or you are not in it.",
  pinned: "Pinned",
  pinnedMessages: "Pinned messages",
  nothingPinned: "Nothing is pinned here.",
  pinnedBy: (nickname: string) => `Pinned by ${nickname}`,
  pin: "Pin",
  unpin: "Unpin",
  unpinOf: (from: string) => `Unpin the message of ${from}`,
  removeMessage: "Remove for everyone",
  removeSure: "Remove for everyone?",
  removedBy: (nickname: string) => `Message removed by ${nickname}`,

  notifications: "Notifications",
  notificationsOf: (room: string) => `Notifications of ${room}`,
  toldOf: "What you are told of",
  levels: { all: "Everything", mentions: "Mentions", nothing: "Nothing" },
  levelNotes: {
    all: "What is unread is counted. Sound and desktop notifications come when somebody mentions you.",
    mentions: "It counts, and you are notified, when somebody mentions you.",
    nothing: "The room stays silent and counts nothing.",
  },

  callRoom: "@room: everybody in this room",
  callHere: "@here: everybody who is online",
} as const;
