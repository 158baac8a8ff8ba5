/** English: how rooms are set, who has which place in them, and what is pinned. */
import { countingIn } from "./catalogue.ts";

const { count, number } = countingIn("en");

/** The words. */
export const enRooms = {
  privateRoom: "Private",
  privateNote: "Nobody finds it. People come in when they are invited.",
  openNote: "Everybody finds it and may come in.",
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
} as const;
