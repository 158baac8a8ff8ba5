/** Which of the dialogs are open that are opened from elsewhere, and what each is about; most are drawn by on_demand.tsx. */
import { type Signal, signal } from "@preact/signals";
import type { Message } from "../../server/core/shared/events.ts";
import type { Target } from "./route.ts";
import { targetKey } from "./state/target_key.ts";

/** Who is about to be put out of which room, or to be silent there; without a nickname whoever is named then is kept out of it. */
export interface Measure {
  readonly measure: "kick" | "mute";
  readonly room: string;
  readonly nickname?: string;
}

/** The administration. */
export const administering = signal(false);
/** The settings. */
export const settingsOpen = signal(false);
/** One's profile. */
export const profileOpen = signal(false);
/** The directory of everybody. */
export const directoryOpen = signal(false);
/** Entering a room. */
export const enteringRoom = signal(false);
/** Writing to several people. */
export const writingToSeveral = signal(false);
/** Looking for something that was said: where. */
export const searching = signal<Target | undefined>(undefined);
/** Telling the administrators of a message: of which. */
export const reporting = signal<Message | undefined>(undefined);
/** How a room is set: of which. */
export const roomShown = signal<string | undefined>(undefined);
/** Letting somebody with an account come into a room: into which. */
export const inviting = signal<string | undefined>(undefined);
/** Of what one wants to be told in a room: in which. */
export const notifying = signal<string | undefined>(undefined);
/** What is about to be done to somebody in a room. */
export const measureAsked = signal<Measure | undefined>(undefined);
/** Invitations by link, and the room that one wants people in. */
export const invitingByLink = signal<{ room?: string } | undefined>(undefined);

/** What is open about a conversation goes on about it under its next name. */
export function dialogsMoved(from: Target, to: Target): void {
  const isThere = (target: Target) => targetKey(target) === targetKey(from);
  if (searching.value && isThere(searching.value)) searching.value = to;
  if (!("room" in to)) return;
  const { room } = to;
  for (const about of [roomShown, inviting, notifying]) {
    if (about.value !== undefined && isThere({ room: about.value })) about.value = room;
  }
  const follow = <T extends { room?: string }>(about: Signal<T | undefined>) => {
    const now = about.value;
    if (now?.room !== undefined && isThere({ room: now.room })) about.value = { ...now, room };
  };
  follow(measureAsked);
  follow(invitingByLink);
}
