/** What its owner says of a room: server and clients import this one rule. */

/** Somebody's place in a room, the most powerful last. */
export const ROLES = ["member", "moderator", "owner"] as const;
/** One of them. */
export type Role = typeof ROLES[number];

/** What comes of being the `owner` of a room: an owner's place; that one may put others out, because an open room has nobody else for it; or nothing. */
export type Ownership = "place" | "keeps_order" | "nothing";

/** Whether one place is as powerful as another one. */
export function isAtLeast(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least);
}

/** Who may write in a room: `moderators` makes it an announcement room. */
export const WRITERS = ["everybody", "moderators"] as const;

/** What newcomers may read: everything, or what was said since they joined. */
export const HISTORIES = ["all", "joined"] as const;

/** What one is told of with sound and mark in a room: everything, what mentions one, or nothing. */
export const NOTIFICATION_LEVELS = ["all", "mentions", "nothing"] as const;
/** One of them. */
export type NotificationLevel = typeof NOTIFICATION_LEVELS[number];

/** How a room is set. */
export interface RoomSettings {
  /** One line, over the conversation. */
  topic: string;
  description: string;
  /** Not listed, for members alone. */
  private: boolean;
  writing: typeof WRITERS[number];
  history: typeof HISTORIES[number];
  /** Nothing is said in it any more. */
  archived: boolean;
  /** Messages and files go after so many days; 0: as the server keeps them. */
  keep_days: number;
}

/** How a new room is set. */
export const NEW_ROOM: Readonly<RoomSettings> = {
  topic: "",
  description: "",
  private: false,
  writing: "everybody",
  history: "all",
  archived: false,
  keep_days: 0,
};
