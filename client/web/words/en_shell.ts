/** English: what stands around the messages: the connection, rooms, people. */
import { countingIn } from "./catalogue.ts";

const { count } = countingIn("en");

/** The words. */
export const enShell = {
  starting: "Connecting…",
  unreachable: "The server can't be reached. Trying again…",
  tryAgain: "Try again",
  lost: "Connection lost. Reconnecting…",
  back: "Back online",

  rooms: "Rooms",
  otherRooms: "Other rooms",
  enterRoom: "Enter a room",
  roomName: "Room name",
  enter: "Enter",
  leave: "Leave",
  leaveRoom: (room: string) => `Leave ${room}`,
  notIn: (room: string) => `You are not in ${room}.`,
  privates: "Private",
  online: "Online",
  offline: "Offline",
  nobodyElse: "Nobody else is here right now.",
  guestMark: "Guest",
  you: "you",
  owner: "owner",
  members: "Members",
  memberCount: (members: number) => count(members, { one: "member", other: "members" }),
  hideMembers: "Hide members",
  menu: "All conversations",
  conversations: "Conversations",
  unread: (messages: string) => `${messages} unread`,
  kicked: (room: string, by: string) => `${by} put you out of ${room}.`,
  discard: "Discard",
} as const;
